"""Can it enter? One function of values answers for new conversations and for transfers alike."""

from __future__ import annotations

from enum import StrEnum

import msgspec


class Entrant(StrEnum):
    """How a conversation comes to a queue."""

    NEW = "new"
    TRANSFER = "transfer"


class Answer(StrEnum):
    """What a queue answers."""

    QUEUED = "queued"
    OVERFLOWED = "overflowed"
    NO_OPERATORS = "no_operators"
    OUT_OF_HOURS = "out_of_hours"


class QueueFacts(msgspec.Struct, frozen=True, kw_only=True):
    """What the answer depends on.

    Attributes:
        waiting: Conversations that wait now.
        limit: Most that may wait; None is no limit.
        ready: Members who are `ready`.
        reachable: Members who are `ready` or `online`.
        holds: The queue holds new conversations even though nobody is ready.
        open_now: Within business hours, or none are set.
        closes_out_of_hours: Out of hours new conversations are closed, not held.
    """

    waiting: int
    limit: int | None
    ready: int
    reachable: int
    holds: bool = True
    open_now: bool = True
    closes_out_of_hours: bool = False


def may_enter(facts: QueueFacts, entrant: Entrant) -> Answer:
    """Say what a queue answers to one more conversation.

    A new conversation needs a ready member, or a queue that holds; a transfer needs a member who is
    ready or online, whatever the hour. Both need room.
    """
    if entrant is Entrant.NEW and not facts.open_now and facts.closes_out_of_hours:
        return Answer.OUT_OF_HOURS
    if not _has_operators(facts, entrant):
        return Answer.NO_OPERATORS
    if facts.limit is not None and facts.waiting >= facts.limit:
        return Answer.OVERFLOWED
    return Answer.QUEUED


def room(facts: QueueFacts, entrants: int) -> int:
    """Say how many of so many new conversations may enter together."""
    if may_enter(facts, Entrant.NEW) is not Answer.QUEUED:
        return 0
    return entrants if facts.limit is None else min(entrants, facts.limit - facts.waiting)


def _has_operators(facts: QueueFacts, entrant: Entrant) -> bool:
    if entrant is Entrant.TRANSFER:
        return facts.reachable > 0
    return facts.holds or facts.ready > 0
