"""Reads the Graph API's answers: what was sent, what was refused, and what nobody knows."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import msgspec

from channels.json_repair import JSON_FAULTS, clean_text
from channels.whatsapp.customers import customer_of
from channels.whatsapp.errors import CHANNEL_LIMITS, PAIR_LIMIT, PAIR_LIMIT_RETRY_AFTER_SECONDS, provider_error
from channels.whatsapp.failures import lost_answer, turned_away
from channels.whatsapp.webhook_shapes import ContactShape
from inbox.arriving.inbound import Customer, CustomerNamed
from inbox.sending.outbound import Holds, SendFailedError, SendReceipt

if TYPE_CHECKING:
    from channels.whatsapp.transport import Answer

FIRST_ERROR_STATUS = 400
REFUSALS = frozenset(range(400, 500)) - {408}
"""A 4xx means that the request was not carried out, also where a proxy says it; 408 may come too late for that."""
_decoder = msgspec.json.Decoder()


def read_answer(answer: Answer) -> dict[str, Any]:
    """Read the JSON object of a success.

    Raises:
        SendFailedError: NOT_SENT with Meta's own error, whatever the status, or with a 4xx of some other server;
            UNKNOWN where the answer says nothing.
    """
    try:
        body = _decoder.decode(answer.content)
    except JSON_FAULTS:
        body = None
    error = body.get("error") if isinstance(body, dict) else None
    if isinstance(error, dict) and isinstance(error.get("code"), int | str):
        raise _refusal(error, answer.headers.get("Retry-After"))
    if answer.status in REFUSALS:
        raise turned_away(answer.status, seconds_of(answer.headers.get("Retry-After")))
    if not isinstance(body, dict) or answer.status >= FIRST_ERROR_STATUS:
        raise lost_answer(answer.status)
    return body


def receipt_of(body: dict[str, Any], to: str) -> SendReceipt:
    """Read the id that Meta gave to the message, and the ids of whom it is for.

    Args:
        body: Meta's answer.
        to: The customer's id to which the message went.

    Raises:
        SendFailedError: UNKNOWN where there is no id.
    """
    try:
        provider_id = body["messages"][0]["id"]
    except (KeyError, IndexError, TypeError):
        provider_id = None
    if not isinstance(provider_id, str) or not provider_id:
        raise lost_answer()
    return SendReceipt(provider_id=clean_text(provider_id), news=_named(body, to))


def _named(body: dict[str, Any], to: str) -> tuple[CustomerNamed, ...]:
    """Read what else the customer is called; nothing where the answer says nothing new, or nothing readable.

    Source: business-scoped-user-ids, 29 Jun 2026 (`contacts[].wa_id`, `user_id`).
    """
    try:
        (contact,) = msgspec.convert(body.get("contacts"), list[ContactShape])
    except (msgspec.ValidationError, ValueError):
        return ()
    customer = customer_of(contact.wa_id, contact.user_id, parent_id=contact.parent_user_id)
    if customer is None or {customer.external_id, *customer.aliases} == {to}:
        return ()
    aliases = dict.fromkeys(one for one in (customer.external_id, *customer.aliases) if one != to)
    return (CustomerNamed(customer=Customer(external_id=to, aliases=tuple(aliases))),)


def _refusal(error: dict[str, Any], retry_after: str | None) -> SendFailedError:
    code = error["code"]
    seconds = seconds_of(retry_after)
    if seconds is None and str(code) == PAIR_LIMIT:
        seconds = PAIR_LIMIT_RETRY_AFTER_SECONDS
    holds = Holds.CHANNEL if str(code) in CHANNEL_LIMITS else Holds.RECIPIENT
    return SendFailedError(provider_error(code, _message(error)), retry_after_seconds=seconds, holds=holds)


def _message(error: dict[str, Any]) -> str | None:
    """Choose the most telling of Meta's texts."""
    data = error.get("error_data")
    details = data.get("details") if isinstance(data, dict) else data
    for text in (details, error.get("error_user_msg"), error.get("message")):
        if isinstance(text, str) and text:
            return clean_text(text)
    return None


def seconds_of(retry_after: str | None) -> float | None:
    """Read `Retry-After` in seconds; a date, which Meta does not send, is ignored."""
    try:
        seconds = float(retry_after or "")
    except ValueError:
        return None
    return seconds if math.isfinite(seconds) and seconds >= 0 else None
