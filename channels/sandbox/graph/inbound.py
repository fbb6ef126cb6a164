"""What customers do: write, send files, open the chat, stop marketing messages."""

from __future__ import annotations

import secrets
import zlib
from base64 import b64decode
from binascii import Error as Base64Error
from typing import Any

from channels.sandbox.fetching import NotFetchedError, fetch
from channels.sandbox.graph.cloud import Cloud
from channels.sandbox.graph.envelope import STANDBY, WebhookUpdate
from channels.sandbox.graph.groups import contact_of, sender_of
from channels.sandbox.graph.ids import message_id
from channels.sandbox.graph.routing import answer, enter
from channels.sandbox.graph.state import ChatMessage, EmulatedCustomer, JsonObject, Number

NO_WINDOW = ("system", "unsupported")
"""Types that do not open the 24-hour window. Source: messages/send-messages, 23 Apr 2026."""

MAX_LINKED_BYTES = 16 * 1024 * 1024

FILE_TYPES = ("image", "video", "audio", "document", "sticker")


class BadMessageError(Exception):
    """The control request does not describe a customer's message."""


def write(cloud: Cloud, number: Number, customer: EmulatedCustomer, message: JsonObject) -> ChatMessage:
    """The customer sends a message: it is kept, shown, and posted to the business.

    Args:
        message: Meta's message object; `from`, `id`, `timestamp` and `type` are filled in where missing.

    Raises:
        BadMessageError: The object is no message, its id is taken, or the number has blocked the customer.
    """
    if customer.key in number.blocked:
        raise BadMessageError("The number has blocked this customer.")
    _share_number(customer, message)
    filled = _filled(cloud, number, customer, message)
    if filled["id"] in cloud.state.messages:
        return repeat(cloud, number, customer, filled)
    _keep_file(cloud, number, filled)
    kept = ChatMessage(
        id=filled["id"],
        chat=(number.id, customer.key),
        direction="out",
        content=filled,
        status="sent",
        at=_seconds(filled["timestamp"]),
        standby=enter(cloud, number, customer),
        sender=customer.members.get(str(filled.get("from"))),
    )
    cloud.state.keep(customer, kept)
    number.inbound += 1
    _note(cloud, customer, kept)
    post(cloud, number, customer, kept)
    if kept.standby:
        answer(cloud, number, customer, kept)
    return kept


def _share_number(customer: EmulatedCustomer, message: JsonObject) -> None:
    """Fill in the number of a customer who shares it on request; one who had none has one from then on."""
    cards = message.get("contacts")
    if not isinstance(cards, list):
        return
    for card in cards:
        if isinstance(card, dict) and card.get("origin") == "contact_request" and not card.get("phones"):
            if customer.wa_id is None:
                customer.wa_id = "1555" + str(zlib.crc32(customer.user_id.encode()) % 10_000_000).zfill(7)
            card["name"] = {"formatted_name": customer.profile_name, "first_name": customer.profile_name}
            card["phones"] = [{"phone": f"+{customer.wa_id}", "wa_id": customer.wa_id, "type": "CELL"}]


def repeat(cloud: Cloud, number: Number, customer: EmulatedCustomer, message: JsonObject) -> ChatMessage:
    """The same message once more: the webhook is posted again, the chat does not change."""
    kept = cloud.state.messages[message["id"]]
    if kept.chat != (number.id, customer.key):
        raise BadMessageError("This id belongs to a message of another chat.")
    post(cloud, number, customer, kept)
    return kept


def prefer(cloud: Cloud, number: Number, customer: EmulatedCustomer, value: str) -> None:
    """The customer stops or resumes marketing messages with WhatsApp's own switch.

    Source: webhooks/reference/user_preferences: `stop` or `resume`, an integer time.
    """
    customer.marketing = value == "resume"
    item = {
        "wa_id": customer.wa_id,
        "user_id": customer.user_id,
        "detail": f"User requested to {value} marketing messages",
        "category": "marketing_messages",
        "value": value,
        "timestamp": int(cloud.clock.now()),
    }
    kind = "user_preferences"
    cloud.webhooks.push(number, WebhookUpdate(item, kind, kind, contact=customer.contact()))


def click(cloud: Cloud, number: Number, component: str, *, page_seen: bool) -> str:
    """A customer clicks a link of a marketing message, and may see its page; return the click's id.

    Meta tells neither who it was nor on which message. Source: marketing-messages/track-click-events, 30 Jun 2026.
    """
    click_id = secrets.token_hex(12)
    data = {"click_id": click_id, "tracking_token": secrets.token_urlsafe(16)}
    told = [("marketing_messages_link_click", {"click_component": component, **data})]
    if page_seen:
        told.append(("landing_page_view", data))
    for action, of_click in told:
        at = str(int(cloud.clock.now()))
        item = {"action_type": action, "timestamp": at, "marketing_messages_link_click_data": of_click}
        cloud.webhooks.push(number, WebhookUpdate(item, "user_actions"))
    return click_id


async def fetch_link(cloud: Cloud, number: Number, message: JsonObject) -> None:
    """Download a file that is given by `link`, as the customer's phone would have it.

    Raises:
        BadMessageError: There is no file of at most 16 MB at the address.
    """
    kind = message.get("type")
    content = message.get(kind) if isinstance(kind, str) and kind in FILE_TYPES else None
    if not isinstance(content, dict) or "link" not in content:
        return
    mime_type, data = await _downloaded(cloud, str(content.pop("link")))
    media = cloud.media.receive(number.id, mime_type, data, cloud.clock.now())
    content |= {"id": media.id, "mime_type": mime_type}


async def _downloaded(cloud: Cloud, link: str) -> tuple[str, bytes]:
    try:
        return await fetch(cloud.webhooks.poster.session, link, MAX_LINKED_BYTES)
    except NotFetchedError as error:
        raise BadMessageError(str(error)) from error


def _filled(cloud: Cloud, number: Number, customer: EmulatedCustomer, message: JsonObject) -> JsonObject:
    kind = message.get("type") or next((key for key in ("text", *FILE_TYPES) if key in message), None)
    if not isinstance(kind, str):
        raise BadMessageError("The message needs a type.")
    if kind not in (*NO_WINDOW, "system") and kind not in message:
        raise BadMessageError(f"A message of type {kind} needs an object {kind}.")
    filled = {
        **sender_of(number, customer, message),
        "id": message_id(customer.key, inbound=True),
        "timestamp": cloud.clock.timestamp(),
        **message,
        "type": kind,
    }
    filled["timestamp"] = str(filled["timestamp"])
    return filled


def _seconds(timestamp: Any) -> float:
    try:
        return float(timestamp)
    except ValueError as error:
        raise BadMessageError("timestamp must be seconds since the epoch.") from error


def _keep_file(cloud: Cloud, number: Number, message: JsonObject) -> None:
    """Turn `data_base64` into a file with an id, and fill in what webhooks say of a known file."""
    content = message.get(message["type"])
    if message["type"] not in FILE_TYPES or not isinstance(content, dict):
        return
    data = content.pop("data_base64", None)
    mime_type = str(content.get("mime_type") or "application/octet-stream")
    if data is not None:
        media = cloud.media.receive(number.id, mime_type, _decoded(data), cloud.clock.now())
        content["id"] = media.id
    known = cloud.media.get(str(content.get("id")))
    if known is not None:
        content.setdefault("mime_type", known.mime_type)
        content.setdefault("sha256", known.sha256_base64)


def _decoded(data: Any) -> bytes:
    try:
        return b64decode(str(data), validate=True)
    except (Base64Error, ValueError) as error:
        raise BadMessageError("data_base64 is not base64.") from error


def _note(cloud: Cloud, customer: EmulatedCustomer, message: ChatMessage) -> None:
    kind = message.content["type"]
    if kind not in NO_WINDOW:
        customer.last_message_at = max(customer.last_message_at or 0.0, message.at)
    if "referral" in message.content:
        customer.referred_at = message.at
    if kind == "reaction":
        _apply_reaction(cloud, message.content["reaction"])


def _apply_reaction(cloud: Cloud, reaction: JsonObject) -> None:
    target = cloud.state.messages.get(str(reaction.get("message_id")))
    if target is not None:
        target.reaction = reaction.get("emoji") or None
        cloud.show(target)


def post(cloud: Cloud, number: Number, customer: EmulatedCustomer, message: ChatMessage) -> None:
    """Post a customer's message to the business, again and again until it is taken."""
    contact = None if message.content["type"] == "system" else contact_of(number, customer, message)

    def delivered() -> None:
        if message.status == "sent":
            message.status = "delivered"
            cloud.show(message)

    field = STANDBY if message.standby else "messages"
    update = WebhookUpdate(message.content, "messages", field, contact=contact, on_delivered=delivered)
    cloud.webhooks.push(number, update)
    cloud.show(message)
