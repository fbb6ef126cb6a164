"""Methods beyond texts and files, with aiogram as the bot: kinds, copies, pins, settings, members, topics."""

from __future__ import annotations

from typing import Any

import pytest
from aiogram.exceptions import TelegramBadRequest
from aiogram.types import (
    BotCommand,
    BufferedInputFile,
    InputPaidMediaPhoto,
    LabeledPrice,
    MenuButtonWebApp,
    ReplyParameters,
    WebAppInfo,
)
from telegram_world import USER, TelegramWorld

from channels.sandbox.telegram.media_objects import SMALL_PNG

GROUP = -1001700000001
PICTURE = BufferedInputFile(SMALL_PNG, "a.png")


async def shown(world: TelegramWorld) -> dict[str, Any]:
    """The newest message that the customer sees."""
    return dict((await world.thread())["messages"][-1])


async def test_kinds_that_are_neither_text_nor_file(hooked: TelegramWorld) -> None:
    bot = hooked.bot
    poll = await bot.send_poll(USER, "Which colour?", ["blue", "red"])
    assert poll.poll
    assert [option.text for option in poll.poll.options] == ["blue", "red"]
    assert (await bot.stop_poll(USER, poll.message_id)).is_closed
    dice = await bot.send_dice(USER, emoji="🏀")
    assert dice.dice
    assert 1 <= dice.dice.value <= 5
    prices = [LabeledPrice(label="roses", amount=1250), LabeledPrice(label="vase", amount=50)]
    invoice = await bot.send_invoice(USER, "Roses", "red", "o1", "EUR", prices, provider_token="1:TEST:2")
    assert invoice.invoice
    assert invoice.invoice.total_amount == 1300
    paid = await bot.send_paid_media(USER, 5, [InputPaidMediaPhoto(media=PICTURE)])
    assert paid.paid_media
    assert (await shown(hooked))["paid_media"]["star_count"] == 5


REFUSED: list[tuple[str, dict[str, Any], str]] = [
    ("sendPoll", {"question": "", "options": ["a"]}, "poll question must be non-empty"),
    ("sendPoll", {"question": "?", "options": []}, "poll must have at least 1 option"),
    ("sendDice", {"emoji": "x"}, "Bad emoji specified"),
    ("sendGame", {"game_short_name": "snake"}, "wrong game short name specified"),
    ("sendPaidMedia", {"star_count": 0, "media": []}, "STARS_AMOUNT_INVALID"),
    ("sendInvoice", {"title": "x"}, "parameter description is empty"),
    ("sendRichMessage", {"rich_message": {}}, "exactly one of html, markdown and blocks must be specified"),
    ("sendMessage", {"text": "x", "message_thread_id": 7}, "message thread not found"),
    ("sendMessage", {"text": "x", "business_connection_id": "b"}, "BUSINESS_CONNECTION_INVALID"),
    ("forwardMessage", {"from_chat_id": USER, "message_id": 999}, "message to forward not found"),
    ("copyMessages", {"from_chat_id": USER, "message_ids": [2, 1]}, "message identifiers must be in a strictly"),
    ("pinChatMessage", {"message_id": 999}, "message to pin not found"),
    ("setMyCommands", {"commands": [{"command": "No", "description": "x"}]}, "BOT_COMMAND_INVALID"),
    ("getChatMember", {"user_id": 5}, "PARTICIPANT_ID_INVALID"),
    ("banChatMember", {"user_id": 5}, "not enough rights"),
    ("getStickerSet", {"name": "x"}, "STICKERSET_INVALID"),
]


@pytest.mark.parametrize(("method", "params", "description"), REFUSED)
async def test_what_is_refused(hooked: TelegramWorld, method: str, params: dict[str, Any], description: str) -> None:
    envelope = await hooked.api(method, chat_id=USER, **params)
    assert envelope["description"].startswith(f"Bad Request: {description}")


async def test_a_live_location_moves_until_it_stops(hooked: TelegramWorld) -> None:
    bot = hooked.bot
    sent = await bot.send_location(USER, 1.0, 2.0, live_period=600)
    await bot.edit_message_live_location(1.5, 2.0, chat_id=USER, message_id=sent.message_id)
    assert (await shown(hooked))["location"] == {"latitude": 1.5, "longitude": 2.0, "live_period": 600}
    await bot.stop_message_live_location(chat_id=USER, message_id=sent.message_id)
    with pytest.raises(TelegramBadRequest, match="can't be edited"):
        await bot.edit_message_live_location(1.6, 2.0, chat_id=USER, message_id=sent.message_id)


async def test_forwarded_messages_say_where_they_come_from_and_copies_do_not(hooked: TelegramWorld) -> None:
    bot = hooked.bot
    photo = await bot.send_photo(USER, PICTURE, caption="the scratch")
    forwarded = await bot.forward_message(USER, USER, photo.message_id)
    assert forwarded.forward_origin
    assert forwarded.photo
    copied = await bot.copy_message(USER, USER, photo.message_id, caption="a scratch")
    message = await shown(hooked)
    assert (message["message_id"], message["caption"]) == (copied.message_id, "a scratch")
    assert "forward_origin" not in message
    assert len(await bot.forward_messages(USER, USER, [photo.message_id, 9999])) == 1
    assert len(await bot.copy_messages(USER, USER, [photo.message_id], remove_caption=True)) == 1
    assert "caption" not in await shown(hooked)


async def test_pins(hooked: TelegramWorld) -> None:
    bot = hooked.bot
    first, second = [(await bot.send_message(USER, text)).message_id for text in ("one", "two")]
    for number in (first, second):
        assert await bot.pin_chat_message(USER, number)
    assert await bot.unpin_chat_message(USER)
    with pytest.raises(TelegramBadRequest, match="message to unpin not found"):
        await bot.unpin_chat_message(USER, message_id=second)
    assert await bot.unpin_all_chat_messages(USER)


async def test_what_a_bot_sets_of_itself(hooked: TelegramWorld) -> None:
    bot = hooked.bot
    commands = [BotCommand(command="help", description="What I can do")]
    await bot.set_my_commands(commands)
    assert [(one.command, one.description) for one in await bot.get_my_commands()] == [("help", "What I can do")]
    assert await bot.get_my_commands(language_code="pt") == []
    await bot.delete_my_commands()
    assert await bot.get_my_commands() == []
    await bot.set_my_description("We sell roses")
    await bot.set_my_short_description("Roses", language_code="pt")
    assert (await bot.get_my_description(language_code="pt")).description == "We sell roses"
    assert (await bot.get_my_short_description(language_code="pt")).short_description == "Roses"
    assert (await bot.get_my_name()).name == "The Shop"
    menu = MenuButtonWebApp(text="Shop", web_app=WebAppInfo(url="https://shop.example"))
    await bot.set_chat_menu_button(menu_button=menu)
    shown_menu = await bot.get_chat_menu_button(chat_id=USER)
    assert (shown_menu.type, shown_menu.text) == (menu.type, menu.text)  # type: ignore[union-attr]
    assert not (await bot.get_my_default_administrator_rights()).can_manage_chat


async def test_members_and_topics_of_a_group(hooked: TelegramWorld) -> None:
    bot = hooked.bot
    group = {"id": GROUP, "title": "Garden club", "is_forum": True}
    await hooked.write("in the topic", chat=group, message_thread_id=4711)
    asked = (await hooked.hook.next("message", 2)).message
    assert asked
    assert (asked.message_thread_id, asked.is_topic_message) == (4711, True)
    reply = ReplyParameters(message_id=asked.message_id)
    answer = await bot.send_message(GROUP, "here", message_thread_id=4711, reply_parameters=reply)
    assert (answer.message_thread_id, answer.is_topic_message) == (4711, True)
    assert (await bot.get_chat_member(GROUP, USER)).status == "member"
    assert await bot.get_chat_member_count(GROUP) == 2
    topic = await bot.create_forum_topic(GROUP, "Returns")
    assert (await bot.send_message(GROUP, "x", message_thread_id=topic.message_thread_id)).is_topic_message
    assert await bot.leave_chat(GROUP)
    with pytest.raises(TelegramBadRequest, match="chat not found"):
        await bot.send_message(GROUP, "anybody?")


@pytest.mark.parametrize("kind", ["json", "form", "multipart"])
async def test_a_method_in_the_webhooks_answer_is_carried_out(hooked: TelegramWorld, kind: str) -> None:
    hooked.hook.methods.append((kind, {"method": "sendMessage", "chat_id": str(USER), "text": "at once"}))
    await hooked.write("hello")
    await hooked.until_shown("at once")
    found = (await hooked.call("GET", "/control/requests"))[1]["requests"]
    assert [one["status"] for one in found if one["method"] == "ANSWER"] == [200]


async def test_an_answer_that_asks_for_nothing_or_nonsense_changes_nothing(hooked: TelegramWorld) -> None:
    hooked.hook.methods += [("json", {"ok": True}), ("json", {"method": "sendNothing"})]
    await hooked.write("one")
    await hooked.write("two")
    await hooked.hook.next("message", 3)
    await hooked.write("three")
    await hooked.hook.next("message", 4)
    assert [one["direction"] for one in (await hooked.thread())["messages"]] == ["out"] * 4
