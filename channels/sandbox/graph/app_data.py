"""What the phone app hands over when a number is used with it too.

Source: embedded-signup/onboarding-business-app-users; webhooks/reference/history, smb_app_state_sync.
"""

from __future__ import annotations

import secrets

from channels.sandbox.graph.envelope import WebhookUpdate
from channels.sandbox.graph.errors import GraphError
from channels.sandbox.graph.exchange import Exchange
from channels.sandbox.graph.state import EmulatedCustomer, JsonObject, Number

KINDS = ("smb_app_state_sync", "history")
DECLINED = 2593109


def sync(exchange: Exchange, number: Number) -> JsonObject:
    """`POST /{phone_number_id}/smb_app_data`: each kind once."""
    kind = str(exchange.json().get("sync_type"))
    if kind not in KINDS or not number.config.is_on_biz_app:
        raise GraphError(100, "The number is not used with the WhatsApp Business app, or sync_type is unknown.")
    if kind in number.synced:
        raise GraphError(100, f"{kind} was requested already.")
    number.synced.add(kind)
    for value in _contacts(number) if kind == KINDS[0] else _history(number):
        exchange.cloud.webhooks.push(number, WebhookUpdate(value, webhook_field=kind))
    return {"messaging_product": "whatsapp", "request_id": secrets.token_hex(16)}


def _metadata(number: Number) -> JsonObject:
    return {"display_phone_number": number.config.display_phone_number, "phone_number_id": number.id}


def _contacts(number: Number) -> list[JsonObject]:
    states = [
        {
            "type": "contact",
            "contact": {"full_name": one.profile_name, "first_name": one.profile_name, "phone_number": one.wa_id},
            "action": "add",
            "metadata": {"timestamp": "0"},
        }
        for one in number.customers.values()
        if one.wa_id
    ]
    return [{"messaging_product": "whatsapp", "metadata": _metadata(number), "state_sync": states}]


def _history(number: Number) -> list[JsonObject]:
    """One chunk a phase, the newest conversations in the first."""
    if not number.config.shares_history:
        return [_chunk(number, {"errors": [{"code": DECLINED, "title": "History sharing is turned off"}]})]
    threads = [_thread(number, one) for one in number.customers.values() if one.messages and one.wa_id]
    parts = [threads[::3], threads[1::3], threads[2::3]]
    return [
        _chunk(number, {"metadata": {"phase": phase, "chunk_order": 1, "progress": 100}, "threads": part})
        for phase, part in enumerate(parts)
    ]


def _chunk(number: Number, chunk: JsonObject) -> JsonObject:
    return {"messaging_product": "whatsapp", "metadata": _metadata(number), "history": [chunk]}


def _thread(number: Number, customer: EmulatedCustomer) -> JsonObject:
    own, theirs = number.config.display_phone_number, customer.wa_id
    messages = [
        {
            **{name: value for name, value in one.content.items() if name not in ("to", "recipient_type")},
            "id": one.id,
            "from": theirs if one.direction == "out" else own,
            **({} if one.direction == "out" else {"to": theirs}),
            "timestamp": str(int(one.at)),
            "history_context": {"status": "READ" if one.direction == "out" else one.status.upper()},
        }
        for one in customer.messages.values()
    ]
    return {"id": theirs, "messages": messages}
