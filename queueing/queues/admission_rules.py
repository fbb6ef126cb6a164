"""Whether a conversation may enter a queue: one rule for new conversations and for transfers. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Final

import msgspec

from inbox.model.close_reasons import CloseReason
from inbox.model.occasions import Occasion
from inbox.storage.documents import QueueDocument
from queueing.queues.queue_models import CloseOrTransfer


class Entrant(StrEnum):
    """How a conversation comes to a queue."""

    NEW = "new"
    TRANSFER = "transfer"


class EntryAnswer(StrEnum):
    """What a queue answers."""

    QUEUED = "queued"
    OVERFLOWED = "overflowed"
    NO_OPERATORS = "no_operators"
    OUT_OF_HOURS = "out_of_hours"


CLOSE_REASONS: Final[Mapping[EntryAnswer, CloseReason]] = {
    EntryAnswer.OVERFLOWED: CloseReason.QUEUE_FULL,
    EntryAnswer.NO_OPERATORS: CloseReason.NO_OPERATORS,
    EntryAnswer.OUT_OF_HOURS: CloseReason.OUT_OF_HOURS,
}
"""Why a new conversation is closed that goes to no further queue; what its customer is told is in `CLOSES`."""


class QueueFacts(msgspec.Struct, frozen=True, kw_only=True):
    """What the answer depends on.

    Attributes:
        waiting: Conversations that wait now.
        limit: Most that may wait; None is no limit.
        ready: Members who are `ready` and plan no other status.
        reachable: Members who are `ready` or `online`.
        holds: The queue holds new conversations even though nobody is ready.
        open_now: Within business hours, or none are set.
        closes_out_of_hours: Out of hours new conversations are closed, not held.
        taken_at_once: How many ready members take in the same moment, so that they do not wait.
    """

    waiting: int
    limit: int | None
    ready: int
    reachable: int
    holds: bool = True
    open_now: bool = True
    closes_out_of_hours: bool = False
    taken_at_once: int = 0

    @property
    def room(self) -> int | None:
        """How many more may come now, so that no more wait than the limit says; None is no limit."""
        return None if self.limit is None else self.limit + self.taken_at_once - self.waiting


def may_enter(facts: QueueFacts, entrant: Entrant) -> EntryAnswer:
    """Say what a queue answers to one more conversation.

    A new conversation needs a ready member, or a queue that holds; a transfer needs a member who is
    ready or online, whatever the hour. Both need room.
    """
    if entrant is Entrant.NEW and not facts.open_now and facts.closes_out_of_hours:
        return EntryAnswer.OUT_OF_HOURS
    if not _has_operators(facts, entrant):
        return EntryAnswer.NO_OPERATORS
    if facts.room is not None and facts.room <= 0:
        return EntryAnswer.OVERFLOWED
    return EntryAnswer.QUEUED


def room(facts: QueueFacts, entrants: int) -> int:
    """Say how many of so many new conversations may enter together."""
    if may_enter(facts, Entrant.NEW) is not EntryAnswer.QUEUED:
        return 0
    return entrants if facts.room is None else min(entrants, facts.room)


def _has_operators(facts: QueueFacts, entrant: Entrant) -> bool:
    if entrant is Entrant.TRANSFER:
        return facts.reachable > 0
    return facts.holds or facts.ready > 0


def entry_occasions(facts: QueueFacts) -> list[Occasion]:
    """What a customer is told on entering: the greeting, and why it will take longer if it will."""
    occasions = [Occasion.GREETING]
    if not facts.open_now:
        occasions.append(Occasion.OUT_OF_HOURS)
    elif not facts.ready:
        occasions.append(Occasion.NOBODY_AVAILABLE)
    return occasions


def has_words(queue: QueueDocument, occasion: Occasion) -> bool:
    """Tell whether a queue says anything on an occasion: without a text a thousand conversations need no cues."""
    texts = queue["texts"]
    returning = occasion is Occasion.GREETING and texts.get(Occasion.RETURNING.value)
    return bool(texts.get(occasion.value) or returning)


def leads_on(queue: QueueDocument, tried: Sequence[str]) -> bool:
    """Tell whether an overflowing queue has a next one that was not tried yet."""
    to_next = queue["on_overflow"] == CloseOrTransfer.TRANSFER.value
    return to_next and queue["next_queue_id"] is not None and queue["next_queue_id"] not in tried
