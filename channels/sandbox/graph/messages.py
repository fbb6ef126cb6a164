"""`POST /{phone_number_id}/messages`: sends, read receipts and the typing indicator.

Source: messages/send-messages, 23 Apr 2026; about-the-platform, 5 Dec 2025 (pair limit).
"""

from __future__ import annotations

import time

from channels.sandbox.graph.checks import text
from channels.sandbox.graph.cloud import Cloud
from channels.sandbox.graph.direct_send import category_of, generate
from channels.sandbox.graph.errors import GraphError
from channels.sandbox.graph.exchange import SUCCESS, Exchange
from channels.sandbox.graph.groups import check_kind
from channels.sandbox.graph.ids import is_group, message_id
from channels.sandbox.graph.messaging_limit import spend_messaging_limit
from channels.sandbox.graph.routing import check_sender
from channels.sandbox.graph.state import ChatMessage, EmulatedCustomer, JsonObject, Number
from channels.sandbox.graph.statuses import failure_of, settle_price
from channels.sandbox.graph.template_send import render
from channels.sandbox.graph.templates import EmulatedTemplate
from channels.sandbox.graph.validation import check_header_files, check_message, recipient_of

PAIR_SECONDS = 6.0
PAIR_BURST = 45
TYPING_SECONDS = 25.0
WITHOUT_MAX_PRICE = ("7", "98")
"""Countries of the emulator without highest prices; Meta's list changes."""


def post_messages(exchange: Exchange, number: Number) -> JsonObject:
    """Accept what the business posts, or refuse it.

    Raises:
        GraphError: As Meta refuses it.
    """
    message = exchange.json()
    if message.get("status") is not None:
        return _receipt(exchange.cloud, number, message)
    try:
        return _send(exchange, number, message)
    except GraphError:
        number.refused += 1
        raise


def post_marketing(exchange: Exchange, number: Number) -> JsonObject:
    """Accept a marketing message, and nothing else.

    Raises:
        GraphError: As Meta refuses it.
    """
    message = exchange.json()
    try:
        if message.get("type") != "template":
            raise GraphError(100, "Message must be a template message.")
        return _send(exchange, number, message, is_marketing=True)
    except GraphError:
        number.refused += 1
        raise


def _check_endpoint(number: Number, template: EmulatedTemplate | None, *, is_marketing: bool, is_strict: bool) -> None:
    if is_marketing and template is not None and template.category != "MARKETING":
        raise GraphError(134100)
    if is_marketing and is_strict and number.config.marketing_onboarding != "ONBOARDED":
        raise GraphError(100, "The business has not signed the terms of marketing messages.")
    is_refused = template is not None and template.category == "MARKETING" and not number.config.marketing_on_messages
    if is_refused and not is_marketing:
        raise GraphError(131063)
    if template is not None and template.has_max_price and not is_marketing:
        raise GraphError(131061)


def _check_price(template: EmulatedTemplate | None, customer: EmulatedCustomer, given: str) -> None:
    """Refuse a highest price where there is none: to a user id, and in countries without."""
    if template is None or not template.has_max_price:
        return
    if given == customer.user_id:
        raise GraphError(131062)
    if given.lstrip("+").startswith(WITHOUT_MAX_PRICE):
        raise GraphError(131065)


def _send(exchange: Exchange, number: Number, message: JsonObject, *, is_marketing: bool = False) -> JsonObject:
    cloud = exchange.cloud
    kind = check_message(message, cloud.media)
    key, given = recipient_of(message)
    check_kind(key, message, kind)
    if key == number.config.display_phone_number.lstrip("+"):
        raise GraphError(131021)
    template = _template_of(cloud, number, message) if kind == "template" else None
    direct = None if template else category_of(number, message)
    is_strict = message.get("product_policy") == "STRICT"
    _check_endpoint(number, template, is_marketing=is_marketing, is_strict=is_strict)
    rendered = render(template.components, _sent_components(message)) if template else None
    check_header_files(rendered or {}, cloud.media)
    _spend_rate(number, key)
    customer = number.customer(key)
    _check_price(template, customer, given)
    check_sender(cloud, number, customer, is_reply=template is None and direct is None)
    if not customer.window_open(cloud.clock.now()):
        spend_messaging_limit(cloud, number, customer)
    accepted = _accept(cloud, number, customer, message)
    accepted.rendered = rendered
    accepted.is_marketing_endpoint = is_marketing and number.config.marketing_onboarding == "ONBOARDED"
    _settle(exchange, number, customer, accepted, template.category if template else direct)
    if direct is not None:
        accepted.template_id, name_taken = generate(cloud, number, message)
        exchange.failure = exchange.failure or name_taken
    exchange.held = template is not None and template.hold(accepted.id)
    status = "held_for_quality_assessment" if exchange.held else "accepted"
    return _answer(accepted, customer, given, status=status if template else None)


def _template_of(cloud: Cloud, number: Number, message: JsonObject) -> EmulatedTemplate:
    sent = message["template"]
    return cloud.templates.sendable(number.config.waba_id, sent["name"], sent["language"]["code"])


def _sent_components(message: JsonObject) -> list[JsonObject]:
    components = message["template"].get("components") or []
    if not isinstance(components, list) or not all(isinstance(one, dict) for one in components):
        raise GraphError(100, "Param template['components'] must be an array of JSON objects.")
    return components


def _accept(cloud: Cloud, number: Number, customer: EmulatedCustomer, message: JsonObject) -> ChatMessage:
    tracker = message.get("biz_opaque_callback_data")
    accepted = ChatMessage(
        id=message_id(customer.key, inbound=False),
        chat=(number.id, customer.key),
        direction="in",
        content=message,
        status="accepted",
        at=cloud.clock.now(),
        tracker=tracker,
    )
    cloud.state.keep(customer, accepted)
    number.accepted += 1
    number.by_recipient[customer.key] += 1
    if tracker is not None:
        cloud.state.track(number, tracker, accepted.id)
    return accepted


def _settle(
    exchange: Exchange,
    number: Number,
    customer: EmulatedCustomer,
    message: ChatMessage,
    category: str | None,
) -> None:
    now = message.at
    exchange.accepted = message
    exchange.failure = failure_of(customer, category, now)
    customer.typing_until = 0.0
    if exchange.failure is None:
        settle_price(number, customer, message, category, now)
        _apply_reaction(exchange.cloud, message)


def _apply_reaction(cloud: Cloud, message: ChatMessage) -> None:
    if message.content.get("type") != "reaction":
        return
    reaction = message.content["reaction"]
    target = cloud.state.messages.get(reaction["message_id"])
    if target is not None:
        target.reaction = reaction.get("emoji") or None
        cloud.show(target)


def _answer(message: ChatMessage, customer: EmulatedCustomer, given: str, *, status: str | None) -> JsonObject:
    contact = {"input": given, "wa_id": customer.wa_id} if customer.wa_id else {"input": given}
    contact["wa_id" if is_group(customer.key) else "user_id"] = customer.user_id
    entry = {"id": message.id}
    if status is not None:
        entry["message_status"] = status
    return {"messaging_product": "whatsapp", "contacts": [contact], "messages": [entry]}


def _spend_rate(number: Number, key: str) -> None:
    now = time.monotonic()
    if number.config.pair_limit:
        _spend_pair(number, key, now)
    rate = number.config.max_messages_per_second
    if rate is None:
        return
    due = max(number.next_send_at, now)
    if due - now > 1.0:
        raise GraphError(130429)
    number.next_send_at = due + 1.0 / rate


def _spend_pair(number: Number, key: str, now: float) -> None:
    due = max(number.pair_next_at.get(key, 0.0), now)
    if due - now > PAIR_SECONDS * (PAIR_BURST - 1):
        raise GraphError(131056)
    number.pair_next_at[key] = due + PAIR_SECONDS


def _receipt(cloud: Cloud, number: Number, message: JsonObject) -> JsonObject:
    if message["status"] != "read":
        raise GraphError(100, "Param status must be one of {read}.")
    read_id = text(message, "message_id", "message_id", 512)
    found = cloud.state.messages.get(read_id)
    if found is None or found.chat[0] != number.id or found.direction != "out":
        raise GraphError(131009, f"Param message_id: message {read_id} was not found.")
    customer = number.customers[found.chat[1]]
    _mark_read(cloud, customer, read_id)
    if message.get("typing_indicator") is not None:
        _show_typing(cloud, found, customer)
    return SUCCESS


def _mark_read(cloud: Cloud, customer: EmulatedCustomer, up_to: str) -> None:
    """The customer's ticks turn blue, up to and with one message."""
    for message in customer.messages.values():
        if message.direction == "out" and message.status != "read":
            message.status = "read"
            cloud.show(message)
        if message.id == up_to:
            return


def _show_typing(cloud: Cloud, message: ChatMessage, customer: EmulatedCustomer) -> None:
    customer.typing_until = cloud.clock.now() + TYPING_SECONDS
    cloud.tell(message.chat, {"type": "typing", "seconds": TYPING_SECONDS})
