"""What becomes of an accepted message: sent, delivered, read, or failed.

Source: webhooks/reference/messages/status; pricing, 30 Sep 2026 (`conversation` is left out
from v24 on except for free entry points); business-scoped user ids, 7 May 2026 (failed
statuses carry no `contacts`); reactions get no status beyond `sent`.
"""

from __future__ import annotations

import asyncio
import hashlib
from datetime import UTC, datetime

from channels.sandbox.graph.cloud import Cloud
from channels.sandbox.graph.envelope import WebhookUpdate
from channels.sandbox.graph.errors import status_error
from channels.sandbox.graph.groups import receiver_of
from channels.sandbox.graph.ids import is_group
from channels.sandbox.graph.state import (
    FREE_ENTRY_SECONDS,
    STATUS_ORDER,
    WINDOW_SECONDS,
    ChatMessage,
    EmulatedCustomer,
    JsonObject,
    Number,
)

BEFORE_RESPONSE_SECONDS = 5.0
"""How long an answer waits for its statuses with the fault `status_before_response`."""


def failure_of(customer: EmulatedCustomer, category: str | None, now: float) -> int | None:
    """Error code with which the delivery will fail, or None.

    Args:
        category: The template's category; None for everything that is no template.
    """
    if not customer.reachable:
        return 131026
    if category == "MARKETING" and not customer.marketing:
        return 131050
    if category is None and not customer.window_open(now):
        return 131047
    return None


def settle_price(
    number: Number, customer: EmulatedCustomer, message: ChatMessage, category: str | None, now: float
) -> None:
    """Note what the message costs, and open the free entry point where it answers an ad."""
    if customer.referred_at is not None and now - customer.referred_at < WINDOW_SECONDS:
        customer.free_entry_until = now + FREE_ENTRY_SECONDS
        customer.referred_at = None
    kind = _price_type(number, customer, message, category, now)
    is_free_entry = kind == "free_entry_point"
    if is_free_entry:
        message.conversation = _free_conversation(message, customer)
    message.pricing = {
        "billable": kind == "regular",
        "pricing_model": "PMP",
        "type": kind,
        "category": "referral_conversion" if is_free_entry else _price_category(message, category),
    }


def _price_category(message: ChatMessage, category: str | None) -> str:
    of_group = "group_" if is_group(message.chat[1]) else ""
    return "marketing_lite" if message.is_marketing_endpoint else of_group + (category or "service").lower()


def _price_type(
    number: Number, customer: EmulatedCustomer, message: ChatMessage, category: str | None, now: float
) -> str:
    """Return how a message is charged: templates always, replies beyond what is free in a month; reactions never."""
    if customer.free_entry_until is not None and now < customer.free_entry_until:
        return "free_entry_point"
    if category is not None:
        return "regular"
    if message.content.get("type") == "reaction":
        return "free_customer_service"
    month = datetime.fromtimestamp(now, tz=UTC).strftime("%Y-%m")
    number.replies_by_month[month] += 1
    is_free = number.replies_by_month[month] <= number.config.free_replies_a_month
    of_group = "group_" if is_group(customer.key) else ""
    return f"free_{of_group}customer_service" if is_free else "regular"


def _free_conversation(message: ChatMessage, customer: EmulatedCustomer) -> JsonObject:
    expires = str(int(customer.free_entry_until or 0))
    origin = {"type": "referral_conversion"}
    name = hashlib.sha256("/".join((*message.chat, expires)).encode()).hexdigest()[:32]
    return {"id": name, "expiration_timestamp": expires, "origin": origin}


def schedule(cloud: Cloud, message: ChatMessage, failure: int | None) -> None:
    """Let the statuses happen after the configured delays."""
    if failure is not None:
        cloud.later(cloud.delays.sent, lambda: fail(cloud, message, failure))
        return
    cloud.later(cloud.delays.sent, lambda: advance(cloud, message, "sent"))
    if message.content.get("type") != "reaction":
        cloud.later(cloud.delays.delivered, lambda: arrive(cloud, message))


async def happen_now(cloud: Cloud, message: ChatMessage, failure: int | None) -> None:
    """Let the statuses happen, and wait until the webhook has answered them."""
    done = asyncio.Event()
    if failure is not None:
        fail(cloud, message, failure, done)
    else:
        advance(cloud, message, "sent")
        arrive(cloud, message, done)
    number = cloud.state.numbers[message.chat[0]]
    if number.config.webhook_url is None:
        return
    try:
        async with asyncio.timeout(BEFORE_RESPONSE_SECONDS):
            await done.wait()
    except TimeoutError:
        pass


def arrive(cloud: Cloud, message: ChatMessage, done: asyncio.Event | None = None) -> None:
    """The message reaches the phone, and is read at once where its chat is open on a page."""
    advance(cloud, message, "delivered", done)
    if cloud.live.is_open(message.chat):
        advance(cloud, message, "read")


def advance(cloud: Cloud, message: ChatMessage, status: str, done: asyncio.Event | None = None) -> None:
    """Move a message's status forward and tell the business; backward moves do nothing."""
    if STATUS_ORDER.get(message.status, 9) >= STATUS_ORDER[status]:
        return
    message.status = status
    _announce(cloud, message, status, done=done)


def fail(cloud: Cloud, message: ChatMessage, code: int, done: asyncio.Event | None = None) -> None:
    """The message could not be delivered."""
    message.status = "failed"
    message.error = status_error(code)
    _announce(cloud, message, "failed", done=done)


def read_chat(cloud: Cloud, customer: EmulatedCustomer) -> int:
    """The customer opens the chat: all delivered messages become read.

    Returns:
        How many became read.
    """
    unread = [
        message
        for message in customer.messages.values()
        if message.direction == "in"
        and message.status in ("sent", "delivered")
        and message.content.get("type") != "reaction"
    ]
    for message in unread:
        advance(cloud, message, "read")
    return len(unread)


def _announce(cloud: Cloud, message: ChatMessage, status: str, done: asyncio.Event | None) -> None:
    sides = cloud.state.owner(message)
    if sides is None:
        return
    number, customer = sides
    number.statuses[status] += 1
    contact = None if status == "failed" or is_group(customer.key) else customer.contact()
    item = _status_item(cloud, message, customer, status)
    cloud.webhooks.push(
        number, WebhookUpdate(item, "statuses", contact=contact, on_delivered=done.set if done else None)
    )
    cloud.show(message)


def _status_item(cloud: Cloud, message: ChatMessage, customer: EmulatedCustomer, status: str) -> JsonObject:
    item: JsonObject = {"id": message.id, "status": status, "timestamp": cloud.clock.timestamp()}
    item |= receiver_of(customer, status)
    if status == "failed":
        item["errors"] = [message.error]
    else:
        if message.conversation is not None:
            item["conversation"] = message.conversation
        item["pricing"] = message.pricing
        if message.template_id is not None:
            item["template_id"] = message.template_id
    if message.tracker is not None:
        item["biz_opaque_callback_data"] = message.tracker
    return item
