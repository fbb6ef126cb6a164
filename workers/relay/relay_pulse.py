"""The pulse: how workers are told that something happened, how far the relay is, and of which kinds the events were.

A pulse names the place that it is about, the place of the pulse before, and the kinds of the events between them.
Whoever missed the pulse before, or can't read this one, has to take it for news of every kind.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import Final, NamedTuple

import msgspec

from inbox.stream.events import StoredEvent
from workers.relay.relay_source import AWAIT_MS, EventDocument, Place

PULSE_EVERY_SECONDS: Final = 0.25
"""How often workers are told of changes, at most: sweeps look two or three times a second."""
ANY_KIND: Final = "*"
"""Stands for every kind, where a document can't be read."""


class Told(NamedTuple):
    """What a pulse says.

    Attributes:
        place: How far the relay is.
        since: The place of the pulse before; empty where there was none.
        kinds: Of the events between the two.
    """

    place: str
    since: str
    kinds: frozenset[str]

    def written(self) -> str:
        """Return it as it is published."""
        return " ".join((self.place, self.since or "-", ",".join(sorted(self.kinds))))


def kinds_after(known: str | None, pulse: bytes) -> tuple[str, frozenset[str] | None]:
    """Return the place that a pulse tells, and the kinds of what happened after a known place.

    No kinds mean that nothing has happened, None that it may be of any kind.
    """
    place, _, rest = pulse.decode().partition(" ")
    since, _, kinds = rest.partition(" ")
    if place == known:
        return place, frozenset()
    told = frozenset(kinds.split(",")) if kinds else frozenset({ANY_KIND})
    return place, None if since != known or ANY_KIND in told else told


class Pulse:
    """Decides when workers are told how far the relay is: at once after a rest, and at least each second."""

    def __init__(self) -> None:
        self._told = Told("", "", frozenset())
        self._told_at = float("-inf")
        self._kinds: set[str] = set()

    def note(self, documents: Iterable[EventDocument]) -> None:
        """Note what was read since the last pulse."""
        for document in documents:
            self._kinds |= _kinds_of(document)

    def due(self, place: Place) -> str:
        """Return what to tell; nothing where something was told a moment ago."""
        now = time.monotonic()
        if now - self._told_at < PULSE_EVERY_SECONDS:
            return ""
        self._told_at = now
        if place.redis_id != self._told.place:
            self._told = Told(place.redis_id, self._told.place, frozenset(self._kinds))
            self._kinds.clear()
        return self._told.written()

    def await_ms(self, place: Place) -> int:
        """Return how long the next read may wait: shorter where the last move was not told yet."""
        return AWAIT_MS if self._told.place == place.redis_id else int(PULSE_EVERY_SECONDS * 1000)


class _Typed(msgspec.Struct):
    type: str


_documents: Final = msgspec.json.Decoder(list[StoredEvent])
_bodies: Final = msgspec.json.Decoder(_Typed)


def _kinds_of(document: EventDocument) -> set[str]:
    try:
        return {_bodies.decode(event.body).type for event in _documents.decode(document.items)}
    except (msgspec.DecodeError, TypeError):
        return {ANY_KIND}
