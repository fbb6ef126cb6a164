"""Reads a single item of a webhook that was kept as a dead letter, without the envelope that it came in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import msgspec

from channels.contract import WebhookRejectedError
from channels.json_repair import JSON_FAULTS, repaired
from channels.whatsapp.parse import OBJECT, parse_webhook
from inbox.arriving.inbound import InboundEvent, Undeciphered

_ITEM_LISTS: Mapping[str, tuple[str, ...]] = {
    "status": ("statuses",),
    "to": ("message_echoes", "messages"),
    "from": ("messages",),
    "from_user_id": ("messages",),
    "detail": ("user_preferences",),
}
"""A field that an item has, and the lists in which such an item may have stood."""

_any_object = msgspec.json.Decoder(dict[str, msgspec.Raw])


def parse_item_again(raw: bytes, account_key: str | None) -> Sequence[InboundEvent]:
    """Read an entry, a change or an item of a change; give `Undeciphered` where it is still not understood."""
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
        yield _envelope(raw)
    if {"field", "value"} <= names:
        yield _envelope(b'{"changes":[' + raw + b"]}")
    metadata = msgspec.json.encode({"phone_number_id": account_key})
    for name, lists in _ITEM_LISTS.items():
        if name in names:
            for items in lists:
                value = b'{"metadata":' + metadata + b',"' + items.encode() + b'":[' + raw + b"]}"
                yield _envelope(b'{"changes":[{"field":"messages","value":' + value + b"}]}")


def _names(raw: bytes) -> frozenset[str]:
    try:
        return frozenset(_any_object.decode(repaired(raw)))
    except JSON_FAULTS:
        return frozenset()


def _envelope(entry: bytes) -> bytes:
    return b'{"object":"' + OBJECT.encode() + b'","entry":[' + entry + b"]}"
