"""Which waits of a customer a thread has, and when their answers are due: functions of values."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Final

import msgspec

from inbox.model.target_kind import TargetKind
from inbox.storage.documents import BusinessHoursDocument
from queueing.queues.business_hours import open_until

WARNED_OF: Final = 5
"""Without a setting of its own a queue is warned when a fifth of the time is left."""
GRACE: Final = timedelta(seconds=1)
"""An answer that was taken in time may still be on its way into the database."""


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """A message that begins or ends a wait: the customer's, or an answer.

    Attributes:
        seq: Its place in the thread.
        operator_id: Of an answer that an operator wrote.
    """

    seq: int
    at: datetime
    is_answer: bool
    operator_id: str | None = None


class Wait(msgspec.Struct, frozen=True, kw_only=True):
    """A customer who waits, or waited, for an answer.

    Attributes:
        answered_at: None while nobody has answered.
    """

    kind: TargetKind
    since: datetime
    answered_at: datetime | None = None
    operator_id: str | None = None


class Targets(msgspec.Struct, frozen=True, kw_only=True):
    """A queue's targets, in seconds of its opening hours.

    Attributes:
        set_at: When they were set or changed last: nothing is due before that.
    """

    seconds: dict[TargetKind, int]
    warn_seconds: int | None = None
    set_at: datetime
    hours: BusinessHoursDocument | None = None


class Due(msgspec.Struct, frozen=True):
    """When a wait's answer is due, and when its operator is warned of that."""

    warn_at: datetime
    due_at: datetime


def waits_of(said: Iterable[Said], *, answered: bool) -> Iterator[Wait]:
    """Return the waits of a thread in order; the last one may still run.

    Args:
        said: In the thread's order.
        answered: Whether somebody had answered before.
    """
    since: datetime | None = None
    for one in said:
        kind = TargetKind.NEXT_ANSWER if answered else TargetKind.FIRST_ANSWER
        if not one.is_answer:
            since = since or one.at
            continue
        if since is not None:
            yield Wait(kind=kind, since=since, answered_at=max(one.at, since), operator_id=one.operator_id)
        since, answered = None, True
    if since is not None:
        yield Wait(kind=TargetKind.NEXT_ANSWER if answered else TargetKind.FIRST_ANSWER, since=since)


def due_of(wait: Wait, targets: Targets) -> Due | None:
    """Return when an answer is due; None without a target for it, and for what was answered before there was one."""
    seconds = targets.seconds.get(wait.kind)
    if seconds is None or (wait.answered_at is not None and wait.answered_at < targets.set_at):
        return None
    due_at = open_until(targets.hours, wait.since, seconds)
    if due_at is None:
        return None
    ahead = seconds // WARNED_OF if targets.warn_seconds is None else targets.warn_seconds
    warn_at = open_until(targets.hours, wait.since, max(0, seconds - ahead)) or due_at
    return Due(warn_at=max(warn_at, targets.set_at), due_at=max(due_at, targets.set_at))


def is_breached(due_at: datetime, ended_at: datetime | None, now: datetime) -> bool:
    """Tell whether an answer came too late, or is too late by now."""
    return due_at < ended_at if ended_at is not None else due_at + GRACE <= now
