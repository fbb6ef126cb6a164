"""Half hours: what is counted together. In them fit the days of nearly every time zone. Pure."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Final

SLOT: Final = timedelta(minutes=30)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


class Group(StrEnum):
    """By what counts are kept apart. `ALL`: not at all."""

    ALL = "all"
    QUEUE = "queue"
    CHANNEL = "channel"
    OPERATOR = "operator"
    TAG = "tag"
    TOPIC = "topic"


def slot_of(at: datetime) -> datetime:
    """Return the beginning of the half hour in which a time lies."""
    return _EPOCH + (at - _EPOCH) // SLOT * SLOT


def slot_from(at: datetime) -> datetime:
    """Return the first half hour that begins at a time or later."""
    begun = slot_of(at)
    return begun if begun == at else begun + SLOT
