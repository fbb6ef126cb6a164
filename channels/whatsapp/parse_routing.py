"""Reads what Meta tells where several agents answer in one chat: their talk (`standby`), and who answers now.

Source: webhooks/reference/standby, 4 Aug 2026; webhooks/reference/messaging-handovers, 22 Sep 2026.
"""

from __future__ import annotations

from typing import Final

import msgspec
from msgspec import Raw

from channels.json_repair import clean_text, decode_or_repair
from channels.whatsapp.customers import customer_of
from channels.whatsapp.webhook_shapes import HandoverValueShape, StandbyValueShape, ValueShape, time_of
from inbox.arriving.inbound import ControlChanged, InboundEvent, MessageEchoed, MessageReceived

STANDBY: Final = "standby"
HANDOVERS: Final = "messaging_handovers"
OURS: Final = {"control_passed": True, "control_taken": False}
"""Who is told: of a chat that is passed on its new owner, of one that is taken its previous one."""
MAX_SUMMARY_CHARS: Final = 4_096

_standby = msgspec.json.Decoder(StandbyValueShape)
_handover = msgspec.json.Decoder(HandoverValueShape)


def standby_value(raw: Raw) -> ValueShape | None:
    """Read a value of `standby` as one of messages; None where it is none."""
    value = decode_or_repair(raw, _standby)
    if value is None:
        return None
    inner = value.standby
    return msgspec.structs.replace(
        inner, metadata=inner.metadata or value.metadata, contacts=inner.contacts or value.contacts
    )


def in_standby(event: InboundEvent) -> InboundEvent:
    """Mark a message as one that another agent answers, or has written."""
    if isinstance(event, MessageReceived | MessageEchoed):
        return msgspec.structs.replace(event, standby=True)
    return event


def read_handover(raw: Raw) -> ControlChanged | None:
    """Read who answers now; None where no customer, or nothing known, is named."""
    value = decode_or_repair(raw, _handover)
    ours = OURS.get(value.type) if value is not None else None
    if value is None or ours is None or value.sender is None:
        return None
    sender = value.sender
    phone = sender.phone_number or sender.wa_id
    digits = str(phone).removeprefix("+") if phone else None
    customer = customer_of(digits, sender.user_id, parent_id=sender.parent_user_id)
    if customer is None:
        return None
    told = (value.control_passed if ours else value.control_taken) or None
    context = told.conversation_context if told is not None else None
    summary = context.summary.text if context is not None and context.summary is not None else None
    number = value.recipient or value.metadata
    return ControlChanged(
        account_key=str(number.phone_number_id) if number is not None and number.phone_number_id else None,
        raw=bytes(raw),
        customer=customer,
        provider_id=f"handover:{value.type}:{customer.external_id}:{value.timestamp}",
        ours=ours,
        before=told.previous_owner_role if told is not None else None,
        after=told.new_owner_role if told is not None else None,
        summary=clean_text(summary or (told.metadata if told is not None else None) or "")[:MAX_SUMMARY_CHARS] or None,
        provider_at=time_of(value.timestamp),
    )
