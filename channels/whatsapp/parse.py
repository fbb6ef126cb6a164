"""Reads Meta's webhooks: bytes in, values out, no I/O. The hot path of everything inbound.

Each level is read strictly first. What the strict reader refuses is repaired and read again; what
stays unreadable becomes `Undeciphered` by itself and hurts nothing beside it. The `raw` of an item is as it
came, except where the body as a whole had to be repaired (half an emoji, a NUL): there it is the repaired form.

An item that was kept as a dead letter is read again by itself (`parse_again`), without the envelope that it came in.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

import msgspec
from msgspec import Raw

from channels.contract import WebhookRejectedError
from channels.json_repair import JSON_FAULTS, decode_or_repair, repaired
from channels.whatsapp.customers import Contacts, ItemScope
from channels.whatsapp.parse_messages import read_echo, read_message
from channels.whatsapp.parse_routing import HANDOVERS, STANDBY, in_standby, read_handover, standby_value
from channels.whatsapp.parse_statuses import read_error, read_preference, read_status, read_user_action
from channels.whatsapp.webhook_shapes import (
    ChangeShape,
    ContactShape,
    EnvelopeShape,
    LooseEntryShape,
    LooseEnvelopeShape,
    LooseValueShape,
    MetadataShape,
    SubjectShape,
    ValueShape,
    time_of,
)
from inbox.arriving.inbound import InboundEvent, ProviderNotice, Undeciphered

MAX_UPDATES = 1000
"""Most updates in one webhook call. Source: webhooks/overview, 29 Apr 2026."""
OBJECT = "whatsapp_business_account"
MESSAGE_FIELDS = frozenset({"messages", "smb_message_echoes", "message_echoes", "user_preferences"})
"""Fields whose value holds items of messages; any other field is a notice of its own."""

ITEM_LISTS: dict[str, Callable[[Raw, ItemScope], InboundEvent]] = {
    "messages": read_message,
    "statuses": read_status,
    "message_echoes": read_echo,
    "user_preferences": read_preference,
    "user_actions": read_user_action,
    "errors": read_error,
}
"""The lists that a value of these fields may carry, and who reads their items."""

_LISTS_WITH: Mapping[str, tuple[str, ...]] = {
    "status": ("statuses",),
    "to": ("message_echoes", "messages"),
    "from": ("messages",),
    "from_user_id": ("messages",),
    "detail": ("user_preferences",),
    "action_type": ("user_actions",),
}
"""A field that an item has, and the lists in which such an item may have stood."""

_NUL = re.compile(rb"\\u0000")
"""Valid JSON that the strict reader takes, but not what the database should keep."""

_envelope = msgspec.json.Decoder(EnvelopeShape)
_loose_envelope = msgspec.json.Decoder(LooseEnvelopeShape)
_loose_entry = msgspec.json.Decoder(LooseEntryShape)
_change = msgspec.json.Decoder(ChangeShape)
_value = msgspec.json.Decoder(ValueShape)
_loose_value = msgspec.json.Decoder(LooseValueShape)
_metadata = msgspec.json.Decoder(MetadataShape | None)
_contact_list = msgspec.json.Decoder(list[ContactShape] | None)
_contact = msgspec.json.Decoder(ContactShape)
_subject = msgspec.json.Decoder(SubjectShape)
_raw_list = msgspec.json.Decoder(list[Raw] | None)
_by_name = msgspec.json.Decoder(dict[str, Raw])


class _Events(list[InboundEvent]):
    """The values so far, never more than a webhook may carry."""

    def add(self, event: InboundEvent) -> None:
        self.make_room(1)
        self.append(event)

    def make_room(self, updates: int) -> None:
        """Refuse before the work is done."""
        if len(self) + updates > MAX_UPDATES:
            raise WebhookRejectedError(413, f"More than {MAX_UPDATES} updates in one webhook call.")


class _Entry(NamedTuple):
    """What an entry says of all its changes."""

    waba_id: str | int | None
    time: datetime | None


def parse_webhook(body: bytes) -> Sequence[InboundEvent]:
    """Turn a webhook's body into values, in its order.

    Args:
        body: Raw bytes, whose signature has been checked.

    Returns:
        One value an update; empty for an envelope without changes.

    Raises:
        WebhookRejectedError: 400 when it is not JSON or not Meta's envelope, 413 above 1,000 updates.

    Source: webhooks/create-webhook-endpoint, 21 Apr 2026.
    """
    events = _Events()
    try:
        if _NUL.search(body):
            body = repaired(body)
        envelope = _envelope.decode(body)
    except JSON_FAULTS:
        _read_loosely(body, events)
        return events
    _require_object(envelope.object)
    for entry in envelope.entry:
        for change in entry.changes:
            _read_change(change, _Entry(entry.id, time_of(entry.time)), events)
    return events


def _require_object(name: str) -> None:
    if name != OBJECT:
        raise WebhookRejectedError(400, f"Not a WhatsApp webhook: `object` is not {OBJECT}.")


def _read_loosely(body: bytes, events: _Events) -> None:
    """Read a body of which some part is broken."""
    try:
        envelope = _loose_envelope.decode(repaired(body))
    except JSON_FAULTS:
        raise WebhookRejectedError(400, "Not Meta's envelope: expected JSON with `object` and `entry`.") from None
    _require_object(envelope.object)
    for raw in envelope.entry:
        _read_loose_entry(raw, events)


def _read_loose_entry(raw: Raw, events: _Events) -> None:
    try:
        entry = _loose_entry.decode(raw)
    except JSON_FAULTS:
        events.add(Undeciphered(raw=bytes(raw), reason="an entry has no list of changes"))
        return
    of = _Entry(entry.id if isinstance(entry.id, str | int) else None, time_of(entry.time))
    for item in entry.changes:
        try:
            change = _change.decode(item)
        except JSON_FAULTS:
            events.add(Undeciphered(raw=bytes(item), reason="a change has no field or no value"))
        else:
            _read_change(change, of, events)


def _read_change(change: ChangeShape, of: _Entry, events: _Events) -> None:
    """Read one change: message items one by one, any other field as one notice."""
    if change.field not in MESSAGE_FIELDS:
        if not _read_routing(change, events):
            events.add(_notice(change, of))
        return
    before = len(events)
    try:
        value = _value.decode(change.value)
    except JSON_FAULTS:
        _read_loose_value(change.value, events)
    else:
        _read_value(value, events)
    if len(events) == before:
        events.add(_notice(change, of))


def _read_routing(change: ChangeShape, events: _Events) -> bool:
    """Read what is told of a chat with several agents; False where it is something else, or can't be read."""
    if change.field == HANDOVERS:
        handover = read_handover(change.value)
        if handover is not None:
            events.add(handover)
        return handover is not None
    value = standby_value(change.value) if change.field == STANDBY else None
    if value is None:
        return False
    before = len(events)
    _read_value(value, events)
    events[before:] = [in_standby(event) for event in events[before:]]
    return len(events) > before


def _read_value(value: ValueShape, events: _Events) -> None:
    """Read all items of a value, whichever of its lists are filled."""
    metadata = value.metadata
    number = metadata.phone_number_id if metadata is not None else None
    scope = ItemScope(str(number) if number else None, Contacts(value.contacts or ()))
    for name, read in ITEM_LISTS.items():
        items = getattr(value, name)
        if items:
            events.make_room(len(items))
            for raw in items:
                events.append(_read_alone(read, raw, scope))


def _read_alone(read: Callable[[Raw, ItemScope], InboundEvent], raw: Raw, scope: ItemScope) -> InboundEvent:
    """Read an item; one that its reader was not made for hurts no other."""
    try:
        return read(raw, scope)
    except Exception as error:
        reason = f"its reader failed: {type(error).__name__}"
        return Undeciphered(account_key=scope.account_key, raw=bytes(raw), reason=reason)


def _read_loose_value(raw: Raw, events: _Events) -> None:
    """Read a value of which some part is broken: the other parts count."""
    parts = decode_or_repair(raw, _loose_value)
    if parts is None:
        events.add(Undeciphered(raw=bytes(raw), reason="the value of a change is no object"))
        return
    value = ValueShape(
        metadata=decode_or_repair(parts.metadata, _metadata),
        contacts=decode_or_repair(parts.contacts, _contact_list) or _contacts_one_by_one(parts.contacts),
    )
    for name in ITEM_LISTS:
        part: Raw = getattr(parts, name)
        items = decode_or_repair(part, _raw_list)
        if items is None and bytes(part) != b"null":
            events.add(Undeciphered(raw=bytes(part), reason=f"`{name}` is no list"))
        setattr(value, name, items)
    _read_value(value, events)


def _contacts_one_by_one(raw: Raw) -> list[ContactShape]:
    """Save the contacts beside a broken one, so that the messages keep their senders' names."""
    contacts = (decode_or_repair(item, _contact) for item in decode_or_repair(raw, _raw_list) or ())
    return [contact for contact in contacts if contact is not None]


def _account_key(value: Raw) -> str | None:
    """Find the number that a notice is about, where it names one."""
    subject = decode_or_repair(value, _subject)
    metadata = subject.metadata if subject is not None else None
    return str(metadata.phone_number_id) if metadata is not None and metadata.phone_number_id else None


def _notice(change: ChangeShape, of: _Entry) -> ProviderNotice:
    """Keep a change that is about no message, for those who follow its topic."""
    return ProviderNotice(
        topic=change.field,
        scope_key=str(of.waba_id) if of.waba_id else None,
        account_key=_account_key(change.value),
        raw=bytes(change.value),
        told_at=of.time,
    )


def parse_item_again(raw: bytes, account_key: str | None) -> Sequence[InboundEvent]:
    """Read an entry, a change or an item of a change; return `Undeciphered` where it is still not understood."""
    for body in _envelopes(raw, account_key):
        try:
            events = parse_webhook(body)
        except WebhookRejectedError:
            continue
        if events and not any(isinstance(event, Undeciphered) for event in events):
            return events
    return [Undeciphered(account_key=account_key, raw=raw, reason="still not understood")]


def _envelopes(raw: bytes, account_key: str | None) -> Iterator[bytes]:
    """Return the envelopes in which the item makes sense, the likeliest first."""
    names = _names(raw)
    if "changes" in names:
        yield _in_envelope(raw)
    if {"field", "value"} <= names:
        yield _in_envelope(b'{"changes":[' + raw + b"]}")
    metadata = msgspec.json.encode({"phone_number_id": account_key})
    for name, lists in _LISTS_WITH.items():
        if name in names:
            for items in lists:
                value = b'{"metadata":' + metadata + b',"' + items.encode() + b'":[' + raw + b"]}"
                yield _in_envelope(b'{"changes":[{"field":"messages","value":' + value + b"}]}")


def _names(raw: bytes) -> frozenset[str]:
    try:
        return frozenset(_by_name.decode(repaired(raw)))
    except JSON_FAULTS:
        return frozenset()


def _in_envelope(entry: bytes) -> bytes:
    return b'{"object":"' + OBJECT.encode() + b'","entry":[' + entry + b"]}"
