"""What is counted, and how counts are put together. Pure.

A tally of a span is the sum of the tallies of its parts, in whatever order: so half hours make days in every time zone.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from operator import attrgetter
from typing import Any, Final, TypeVar

import msgspec

LIMITS_SECONDS: Final = (30, 60, 120, 300, 600, 1800, 3600, 14_400, 86_400)
"""Up to which durations are told apart: from a chat's half a minute to the next day."""


_NONE_WITHIN: Final = (0,) * (len(LIMITS_SECONDS) + 1)
S = TypeVar("S", bound=msgspec.Struct)
Sum = Callable[[Sequence[Any]], Any]


class Durations(msgspec.Struct, frozen=True, kw_only=True):
    """How long something took.

    Attributes:
        within: How many took up to each of `LIMITS_SECONDS`, and beyond: each counts once.
    """

    count: int = 0
    seconds: float = 0.0
    longest: float = 0.0
    within: tuple[int, ...] = _NONE_WITHIN

    @property
    def average(self) -> float | None:
        """The mean in seconds; None without any."""
        return self.seconds / self.count if self.count else None


def took(seconds: float | None) -> Durations:
    """Count one duration; None counts as none."""
    if seconds is None:
        return Durations()
    place = bisect_left(LIMITS_SECONDS, seconds)
    within = tuple(int(place == n) for n in range(len(LIMITS_SECONDS) + 1))
    return Durations(count=1, seconds=seconds, longest=seconds, within=within)


class Transferring(msgspec.Struct, frozen=True, kw_only=True):
    """What was handed on.

    Attributes:
        conversations: Closed ones that were transferred at least once.
        to_queues, to_operators: Transfers that the row made; where it is no queue and no operator, all.
        received: Transfers to the row.
    """

    conversations: int = 0
    to_queues: int = 0
    to_operators: int = 0
    received: int = 0


class Answering(msgspec.Struct, frozen=True, kw_only=True):
    """Waits under a target that were decided: answered in time, or late (answered late or not at all)."""

    first_in_time: int = 0
    first_late: int = 0
    next_in_time: int = 0
    next_late: int = 0


class Scoring(msgspec.Struct, frozen=True, kw_only=True):
    """How customers rated: questions when they were asked, answers by their score when they came."""

    asked: int = 0
    score_1: int = 0
    score_2: int = 0
    score_3: int = 0
    score_4: int = 0
    score_5: int = 0

    @property
    def scores(self) -> tuple[int, ...]:
        """How many gave each score, from 1 to 5."""
        return (self.score_1, self.score_2, self.score_3, self.score_4, self.score_5)


class Tally(msgspec.Struct, frozen=True, kw_only=True):
    """What is counted of some conversations.

    Attributes:
        never_assigned: Closed without anybody having had them.
        waiting: From the opening to the first operator.
        first_answer: From the opening to the first answer of an operator, a program or a bot.
        handling: From the first operator to the close.
        reasons: Closes by reason.
    """

    opened: int = 0
    closed: int = 0
    never_assigned: int = 0
    transfers: int = 0
    waiting: Durations = Durations()
    first_answer: Durations = Durations()
    handling: Durations = Durations()
    reasons: dict[str, int] = {}
    transferring: Transferring = Transferring()
    answering: Answering = Answering()
    scoring: Scoring = Scoring()


class Closed(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a conversation that was closed.

    Attributes:
        first_assigned_at: None where nobody had it.
        is_started: The business began it: nobody waited.
    """

    opened_at: datetime
    closed_at: datetime
    reason: str
    first_assigned_at: datetime | None = None
    first_answer_at: datetime | None = None
    is_started: bool = False
    transfers: int = 0


def tally_of(closed: Closed) -> Tally:
    """Count one closed conversation."""
    since = None if closed.is_started else closed.opened_at
    return Tally(
        closed=1,
        never_assigned=int(closed.first_assigned_at is None),
        transfers=closed.transfers,
        waiting=took(_between(since, closed.first_assigned_at)),
        first_answer=took(_between(since, closed.first_answer_at)),
        handling=took(_between(closed.first_assigned_at, closed.closed_at)),
        reasons={closed.reason: 1},
    )


def _between(since: datetime | None, until: datetime | None) -> float | None:
    return None if since is None or until is None else max(0.0, (until - since).total_seconds())


def together(tallies: Iterable[Tally]) -> Tally:
    """Put many together, column by column: a report over months has a hundred thousand."""
    return _tally(list(tallies))


def _summed(kind: type[S], sums: Mapping[Any, Sum]) -> Callable[[Sequence[Any]], S]:
    """Make the function that sums structs of a kind: numbers, and parts that have a sum of their own."""
    columns = [(field.name, sums.get(field.type, sum)) for field in msgspec.structs.fields(kind)]

    def summed(parts: Sequence[Any]) -> S:
        return kind(**{name: add(list(map(attrgetter(name), parts))) for name, add in columns})

    return summed


def _durations(parts: Sequence[Durations]) -> Durations:
    counted = [part for part in parts if part.count]
    return Durations(
        count=sum(part.count for part in counted),
        seconds=sum(part.seconds for part in counted),
        longest=max((part.longest for part in counted), default=0.0),
        within=tuple(map(sum, zip(*(part.within for part in counted), strict=True))) or _NONE_WITHIN,
    )


def _reasons(parts: Sequence[Mapping[str, int]]) -> dict[str, int]:
    sums: Counter[str] = Counter()
    for part in parts:
        sums.update(part)
    return dict(sorted(sums.items()))


_SUMS: Final[Mapping[Any, Sum]] = {
    Durations: _durations,
    dict[str, int]: _reasons,
    **{kind: _summed(kind, {}) for kind in (Transferring, Answering, Scoring)},
}
_tally: Final = _summed(Tally, _SUMS)
