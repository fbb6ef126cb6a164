"""Methods that send what is neither text nor file: polls, dice, invoices, paid media, rich messages, live places.

Source: core.telegram.org/bots/api#sendpoll, #senddice, #sendinvoice, #sendpaidmedia, #sendrichmessage,
#editmessagelivelocation.
"""

from __future__ import annotations

import secrets
from typing import Any

from channels.sandbox.telegram.call import MethodCall
from channels.sandbox.telegram.chats import writable_chat
from channels.sandbox.telegram.errors import bad_request
from channels.sandbox.telegram.lengths import utf16_length
from channels.sandbox.telegram.media_sources import media_object
from channels.sandbox.telegram.method_edits import replace_content, target
from channels.sandbox.telegram.method_media import place_of
from channels.sandbox.telegram.sending import deliver
from channels.sandbox.telegram.state import JsonObject
from channels.sandbox.telegram.texts import caption_fields

SIDES = {"🎲": 6, "🎯": 6, "🎳": 6, "🏀": 5, "⚽": 5, "🎰": 64}
"""Source: core.telegram.org/bots/api#dice."""
MAX_QUESTION, MAX_OPTION = 300, 100
OPTIONS = range(1, 13)
STARS = "XTR"
PAID_STARS = range(1, 25_001)
PAID_KINDS = ("photo", "video")
MAX_PAID = 10


def send_poll(call: MethodCall) -> JsonObject:
    """`sendPoll`."""
    chat, question = writable_chat(call), call.params.text("question").strip()
    options = [_option(one) for one in _list(call.params.json("options"))]
    if not question:
        raise bad_request("poll question must be non-empty")
    if utf16_length(question) > MAX_QUESTION:
        raise bad_request("poll question length must not exceed 300")
    if len(options) not in OPTIONS:
        raise bad_request("poll must have at least 1 option" if not options else "poll can't have more than 12 options")
    anonymous = "is_anonymous" not in call.params.values or call.params.flag("is_anonymous")
    poll = {
        "id": str(secrets.randbits(62)),
        "question": question,
        "options": [{"persistent_id": str(n), "text": text, "voter_count": 0} for n, text in enumerate(options)],
        "total_voter_count": 0,
        "is_closed": call.params.flag("is_closed"),
        "is_anonymous": anonymous,
        "type": call.params.text("type", "regular"),
        "allows_multiple_answers": call.params.flag("allows_multiple_answers"),
        "allows_revoting": True,
        "members_only": False,
    }
    return deliver(call, chat, {"poll": poll}, hash((question, *options)))


def stop_poll(call: MethodCall) -> JsonObject:
    """`stopPoll`."""
    chat, message = target(call)
    if "poll" not in message:
        raise bad_request("message with poll to stop not found")
    if message["poll"]["is_closed"]:
        raise bad_request("poll has already been closed")
    poll: JsonObject = {**message["poll"], "is_closed": True}
    replace_content(call, chat, message, ("poll",), {"poll": poll})
    return poll


def send_dice(call: MethodCall) -> JsonObject:
    """`sendDice`."""
    chat, emoji = writable_chat(call), call.params.text("emoji", "🎲")
    sides = SIDES.get(emoji)
    if sides is None:
        raise bad_request("Bad emoji specified")
    dice = {"emoji": emoji, "value": secrets.randbelow(sides) + 1}
    return deliver(call, chat, {"dice": dice}, hash(emoji))


def send_invoice(call: MethodCall) -> JsonObject:
    """`sendInvoice`: nobody can pay it here."""
    chat, invoice = writable_chat(call), invoice_of(call)
    return deliver(call, chat, {"invoice": invoice}, hash(str(invoice)))


def create_invoice_link(call: MethodCall) -> str:
    """`createInvoiceLink`."""
    invoice_of(call)
    return f"https://t.me/$sandbox{secrets.token_hex(8)}"


def invoice_of(call: MethodCall) -> JsonObject:
    """An invoice, checked.

    Raises:
        BotApiError: A part is missing, or the payment's provider is not known.
    """
    params = call.params
    for name in ("title", "description", "payload", "currency"):
        if not params.text(name):
            raise bad_request(f"parameter {name} is empty" if name != "payload" else "INVOICE_PAYLOAD_INVALID")
    prices = _list(params.json("prices"))
    if not prices or not all(isinstance(one, dict) and isinstance(one.get("amount"), int) for one in prices):
        raise bad_request("there must be at least one price")
    if params.text("currency") != STARS and not params.text("provider_token"):
        raise bad_request("PAYMENT_PROVIDER_INVALID")
    return {
        "title": params.text("title"),
        "description": params.text("description"),
        "start_parameter": params.text("start_parameter"),
        "currency": params.text("currency"),
        "total_amount": sum(one["amount"] for one in prices),
    }


async def send_paid_media(call: MethodCall) -> JsonObject:
    """`sendPaidMedia`."""
    chat, stars = writable_chat(call), call.params.integer("star_count")
    items = _list(call.params.json("media"))
    if stars not in PAID_STARS:
        raise bad_request("STARS_AMOUNT_INVALID")
    if not 1 <= len(items) <= MAX_PAID or not all(isinstance(i, dict) and i.get("type") in PAID_KINDS for i in items):
        raise bad_request("can't parse InputPaidMedia")
    media = [{"type": i["type"], i["type"]: await media_object(call, i["type"], i.get("media"), {})} for i in items]
    paid = {"star_count": stars, "paid_media": media}
    return deliver(call, chat, {"paid_media": paid, **caption_fields(call.params)}, hash(str(paid)))


def send_rich_message(call: MethodCall) -> JsonObject:
    """`sendRichMessage`: blocks as they are; HTML and Markdown become paragraphs without their marks' meaning."""
    chat, rich = writable_chat(call), call.params.json("rich_message")
    given = [name for name in ("html", "markdown", "blocks") if isinstance(rich, dict) and rich.get(name)]
    if len(given) != 1:
        raise bad_request("exactly one of html, markdown and blocks must be specified")
    source = rich[given[0]]
    lines = [line for line in source.splitlines() if line.strip()] if isinstance(source, str) else []
    blocks = source if isinstance(source, list) else [{"type": "paragraph", "text": line} for line in lines]
    return deliver(call, chat, {"rich_message": {"blocks": blocks}}, hash(str(blocks)))


def edit_live_location(call: MethodCall) -> JsonObject:
    """`editMessageLiveLocation`."""
    chat, message = _live(call)
    location = {**message["location"], **place_of(call)}
    return replace_content(call, chat, message, ("location",), {"location": location})


def stop_live_location(call: MethodCall) -> JsonObject:
    """`stopMessageLiveLocation`."""
    chat, message = _live(call)
    location = {name: message["location"][name] for name in ("latitude", "longitude")}
    return replace_content(call, chat, message, ("location",), {"location": location})


def send_game(call: MethodCall) -> JsonObject:
    """`sendGame`: BotFather has made none here."""
    writable_chat(call)
    raise bad_request("wrong game short name specified")


def _live(call: MethodCall) -> tuple[Any, JsonObject]:
    chat, message = target(call)
    if "live_period" not in message.get("location", {}):
        raise bad_request("message can't be edited")
    return chat, message


def _option(given: Any) -> str:
    text = given.get("text") if isinstance(given, dict) else given
    if not isinstance(text, str) or not text.strip():
        raise bad_request("poll options must be non-empty")
    if utf16_length(text) > MAX_OPTION:
        raise bad_request("poll options length must not exceed 100")
    return text.strip()


def _list(given: Any) -> list[Any]:
    return given if isinstance(given, list) else []
