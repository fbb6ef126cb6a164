"""The JSON of webhooks, and its signature.

Source: webhooks/overview, 29 Apr 2026; webhooks/create-webhook-endpoint, 21 Apr 2026.
"""

from __future__ import annotations

import hashlib
import hmac
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import msgspec

from channels.sandbox.graph.state import JsonObject, Number

STANDBY = "standby"
"""What happens in a chat in which another agent answers. Source: webhooks/reference/standby, 4 Aug 2026."""


@dataclass(slots=True)
class WebhookUpdate:
    """One thing that the receiver is told.

    Attributes:
        key: List in the webhook's value that the item joins; empty where the item is the whole value.
        on_delivered: Called after the receiver answered 200.
    """

    item: JsonObject
    key: str = ""
    webhook_field: str = "messages"
    contact: JsonObject | None = None
    on_delivered: Callable[[], None] | None = None
    since: float = field(default_factory=time.monotonic)


def sign(body: bytes, app_secret: str) -> str:
    """The value of `X-Hub-Signature-256`."""
    return "sha256=" + hmac.digest(app_secret.encode(), body, hashlib.sha256).hex()


def envelope(number: Number, updates: list[WebhookUpdate], now: float) -> bytes:
    """Meta's JSON for one POST: neighbours of the same kind share a change."""
    changes: list[JsonObject] = []
    last: tuple[str, str] | None = None
    for update in updates:
        kind = (update.webhook_field, update.key)
        if not update.key or kind != last:
            changes.append({"value": _value(number, update), "field": update.webhook_field})
        if update.key:
            _join(changes[-1]["value"], update)
        last = kind
    entry = {"id": number.config.waba_id, "time": int(now), "changes": changes}
    return msgspec.json.encode({"object": "whatsapp_business_account", "entry": [entry]})


def _value(number: Number, update: WebhookUpdate) -> JsonObject:
    if not update.key:
        return update.item
    metadata = {
        "display_phone_number": number.config.display_phone_number,
        "phone_number_id": number.config.phone_number_id,
    }
    return {"messaging_product": "whatsapp", "metadata": metadata}


def _join(value: JsonObject, update: WebhookUpdate) -> None:
    if update.webhook_field == STANDBY:
        value = value.setdefault(STANDBY, {})
    contact = update.contact
    if contact is not None:
        contacts = value.setdefault("contacts", [])
        if contact not in contacts:
            contacts.append(contact)
    value.setdefault(update.key, []).append(update.item)
