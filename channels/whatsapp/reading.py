"""What the readers of all items share: the scope they stand in, strict-then-repaired decoding, times."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache
from typing import TypeVar

import msgspec
from msgspec import Raw

from channels.json_repair import JSON_FAULTS, repaired
from channels.whatsapp.customers import Contacts

_EARLIEST_SECONDS = 1_230_768_000
"""1 January 2009, the year WhatsApp began: what is earlier is nonsense."""
_LATEST_SECONDS = 4_102_444_800
"""1 January 2100: what is later is nonsense, or milliseconds."""

_MAX_TIMESTAMP_CHARS = 24
"""Longer than any number that is a time; bounds what the cache keeps."""

Shape = TypeVar("Shape")


class Scope(msgspec.Struct, gc=False):
    """Where an item stands.

    Attributes:
        account_key: The business's phone number id, None where the webhook names none.
        contacts: The contacts of the same webhook value.
    """

    account_key: str | None
    contacts: Contacts


def read_item(raw: Raw, decoder: msgspec.json.Decoder[Shape]) -> Shape | None:
    """Decode one item strictly, then repaired; None where it does not have the shape."""
    try:
        return decoder.decode(raw)
    except JSON_FAULTS:
        pass
    try:
        return decoder.decode(repaired(bytes(raw)))
    except JSON_FAULTS:
        return None


def time_of(timestamp: object) -> datetime | None:
    """Read Meta's time: seconds since 1970 as text or number. Nonsense is None."""
    if type(timestamp) is not str:
        timestamp = str(timestamp)
    return _cached_time(timestamp) if len(timestamp) <= _MAX_TIMESTAMP_CHARS else None


@lru_cache(maxsize=1024)
def _cached_time(timestamp: str) -> datetime | None:
    """Remember recent seconds: messages of the same second come together, and this is a fifth of the parsing."""
    try:
        seconds = int(float(timestamp))
    except (ValueError, OverflowError):
        return None
    if _EARLIEST_SECONDS <= seconds < _LATEST_SECONDS:
        return datetime.fromtimestamp(seconds, UTC)
    return None
