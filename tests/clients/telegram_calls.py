"""The calls of Telegram's clients: their methods have the same names and parameters, only their types differ."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType
from typing import Any

import aiohttp

USER = 5_000_000_111
GROUP = -1_001_700_000_001
TOPIC = 4711
EMPTY: MappingProxyType[str, Any] = MappingProxyType({})
URL = "https://shop.example"


@dataclass
class Seen:
    """What is there before the calls: messages of the bot and of a person."""

    text: int
    photo: int
    poll: int
    live: int
    file: str
    asked: int


async def prepare(base_url: str, token: str, http: aiohttp.ClientSession, picture: bytes) -> Seen:
    """Have a person write, in private and in a group's topic, and the bot answer."""

    async def post(path: str, body: Any) -> Any:
        async with http.post(base_url + path, json=body) as answer:
            return await answer.json()

    async def send(method: str, **params: Any) -> Any:
        return (await post(f"/bot{token}/{method}", {"chat_id": USER, **params}))["result"]

    customer = f"/control/telegram/{token.partition(':')[0]}/customers/{USER}/messages"
    asked = await post(customer, {"text": "hello"})
    group = {"id": GROUP, "title": "Garden club", "is_forum": True}
    await post(customer, {"text": "hello", "chat": group, "message_thread_id": TOPIC})
    form = aiohttp.FormData({"chat_id": str(USER)})
    form.add_field("photo", picture, filename="a.png", content_type="image/png")
    async with http.post(f"{base_url}/bot{token}/sendPhoto", data=form) as answer:
        photo = (await answer.json())["result"]
    return Seen(
        text=(await send("sendMessage", text="hi"))["message_id"],
        photo=photo["message_id"],
        poll=(await send("sendPoll", question="?", options=["a", "b"], is_anonymous=True))["message_id"],
        live=(await send("sendLocation", latitude=1, longitude=2, live_period=600))["message_id"],
        file=photo["photo"][-1]["file_id"],
        asked=asked["message_id"],
    )


Calls = dict[str, Callable[[], Awaitable[Any]]]
Renames = Mapping[str, Mapping[str, str]]
"""By method, how a library calls parameters otherwise."""


def telegram_calls(bot: Any, types: Any, file: Callable[[], Any], seen: Seen, renames: Renames = EMPTY) -> Calls:
    """The calls that a library has, by name."""
    calls: Calls = {}
    for name, extra, params in _calls(types, file, seen):
        method, other = getattr(bot, name, None), renames.get(name, {})
        if method is not None:
            calls[name + extra] = partial(method, **{other.get(key, key): value for key, value in params.items()})
    return calls


def _calls(t: Any, file: Callable[[], Any], seen: Seen) -> list[tuple[str, str, dict[str, Any]]]:
    to, at = {"chat_id": USER}, {"chat_id": USER, "message_id": seen.text}
    commands = [t.BotCommand(command="help", description="What I can do")]
    prices = [t.LabeledPrice(label="roses", amount=100)]
    invoice = {"title": "Roses", "description": "red", "payload": "o", "currency": "XTR", "prices": prices}
    invoice["provider_token"] = ""
    keyboard = {"reply_markup": t.InlineKeyboardMarkup([[t.InlineKeyboardButton("Yes", callback_data="yes")]])}
    member = {"chat_id": GROUP, "user_id": USER}
    return [
        ("get_me", "", {}),
        ("set_webhook", "", {"url": URL}),
        ("get_webhook_info", "", {}),
        ("delete_webhook", "", {}),
        ("get_updates", "", {}),
        ("send_message", "", {**to, "text": "hi"}),
        ("send_message", " HTML", {**to, "text": "<b>hi</b> shop.io", "parse_mode": "HTML"}),
        ("send_message", " Markdown", {**to, "text": "*hi* [a](https://a.io)", "parse_mode": "Markdown"}),
        ("send_message", " MarkdownV2", {**to, "text": "*hi* __you__", "parse_mode": "MarkdownV2"}),
        ("send_message", " keyboard", {**to, "text": "Which?", **keyboard}),
        ("send_message", " topic", {"chat_id": GROUP, "text": "hi", "message_thread_id": TOPIC}),
        ("send_message", " reply", {**to, "text": "hi", "reply_parameters": t.ReplyParameters(message_id=seen.asked)}),
        *((f"send_{kind}", "", {**to, kind: file()}) for kind in ("photo", "document", "video", "audio", "voice")),
        ("send_photo", " by id", {**to, "photo": seen.file}),
        *((f"send_{kind}", "", {**to, kind: file()}) for kind in ("animation", "sticker", "video_note")),
        ("send_media_group", "", {**to, "media": [t.InputMediaPhoto(media=seen.file) for _ in range(2)]}),
        ("send_location", "", {**to, "latitude": 1.0, "longitude": 2.0}),
        ("send_venue", "", {**to, "latitude": 1.0, "longitude": 2.0, "title": "Shop", "address": "Main 1"}),
        ("send_contact", "", {**to, "phone_number": "+15550001", "first_name": "Bo"}),
        ("send_poll", "", {**to, "question": "Which?", "options": ["a", "b"]}),
        ("send_dice", "", to),
        ("send_invoice", "", {**to, **invoice}),
        ("create_invoice_link", "", invoice),
        ("send_paid_media", "", {**to, "star_count": 5, "media": [t.InputPaidMediaPhoto(media=seen.file)]}),
        ("send_game", "", {**to, "game_short_name": "snake"}),
        ("send_chat_action", "", {**to, "action": "typing"}),
        ("set_message_reaction", "", {**at, "reaction": [t.ReactionTypeEmoji(emoji="👍")]}),
        ("edit_message_text", "", {**at, "text": "hi again"}),
        ("edit_message_reply_markup", "", {**at, **keyboard}),
        ("edit_message_caption", "", {**to, "message_id": seen.photo, "caption": "the scratch"}),
        ("edit_message_media", "", {**to, "message_id": seen.photo, "media": t.InputMediaPhoto(media=seen.file)}),
        ("edit_message_live_location", "", {**to, "message_id": seen.live, "latitude": 1.5, "longitude": 2.0}),
        ("stop_message_live_location", "", {**to, "message_id": seen.live}),
        ("stop_poll", "", {**to, "message_id": seen.poll}),
        ("forward_message", "", {**at, "from_chat_id": USER}),
        ("forward_messages", "", {**to, "from_chat_id": USER, "message_ids": [seen.text]}),
        ("copy_message", "", {**at, "from_chat_id": USER}),
        ("copy_messages", "", {**to, "from_chat_id": USER, "message_ids": [seen.text]}),
        ("pin_chat_message", "", at),
        ("unpin_chat_message", "", at),
        ("unpin_all_chat_messages", "", to),
        ("answer_callback_query", "", {"callback_query_id": "1"}),
        ("answer_pre_checkout_query", "", {"pre_checkout_query_id": "1", "ok": True}),
        ("answer_shipping_query", "", {"shipping_query_id": "1", "ok": False, "error_message": "no"}),
        ("get_file", "", {"file_id": seen.file}),
        ("get_user_profile_photos", "", {"user_id": USER}),
        ("get_chat", "", to),
        ("get_chat_member", "", member),
        ("get_chat_administrators", "", {"chat_id": GROUP}),
        ("get_chat_member_count", "", {"chat_id": GROUP}),
        ("ban_chat_member", "", member),
        ("unban_chat_member", "", member),
        ("promote_chat_member", "", member),
        ("set_chat_title", "", {"chat_id": GROUP, "title": "x"}),
        ("set_chat_description", "", {"chat_id": GROUP, "description": "x"}),
        ("export_chat_invite_link", "", {"chat_id": GROUP}),
        ("create_chat_invite_link", "", {"chat_id": GROUP}),
        ("create_forum_topic", "", {"chat_id": GROUP, "name": "Returns"}),
        ("close_forum_topic", "", {"chat_id": GROUP, "message_thread_id": TOPIC}),
        ("get_forum_topic_icon_stickers", "", {}),
        ("set_my_commands", "", {"commands": commands}),
        ("get_my_commands", "", {"scope": None, "language_code": None}),
        ("delete_my_commands", "", {}),
        ("set_my_name", "", {"name": "Shop"}),
        ("get_my_name", "", {}),
        ("set_my_description", "", {"description": "We sell roses"}),
        ("get_my_description", "", {}),
        ("set_my_short_description", "", {"short_description": "Roses"}),
        ("get_my_short_description", "", {}),
        ("set_chat_menu_button", "", to),
        ("get_chat_menu_button", "", to),
        ("set_my_default_administrator_rights", "", {}),
        ("get_my_default_administrator_rights", "", {}),
        ("get_sticker_set", "", {"name": "x"}),
        ("get_custom_emoji_stickers", "", {"custom_emoji_ids": ["1"]}),
        ("get_user_chat_boosts", "", {"chat_id": GROUP, "user_id": USER}),
        ("get_business_connection", "", {"business_connection_id": "x"}),
        ("get_star_transactions", "", {}),
        ("get_available_gifts", "", {}),
        ("get_my_star_balance", "", {}),
        ("delete_message", "", {**to, "message_id": seen.asked}),
        ("delete_messages", "", {**to, "message_ids": [seen.text, seen.photo]}),
        ("leave_chat", "", {"chat_id": GROUP}),
        ("log_out", "", {}),
    ]
