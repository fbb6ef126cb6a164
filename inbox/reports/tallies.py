"""What is counted, and how counts are put together. Pure.

A tally of a span is the sum of the tallies of its parts, in whatever order: so half hours make days in every time zone.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from datetime import datetime
from typing import Final

import msgspec

LIMITS_SECONDS: Final = (30, 60, 120, 300, 600, 1800, 3600, 14_400, 86_400)
"""Up to which durations are told apart: from a chat's half a minute to the next day."""


class Durations(msgspec.Struct, frozen=True, kw_only=True):
    """How long something took.

    Attributes:
        within: How many took up to each of `LIMITS_SECONDS`, and beyond: each counts once.
    """

    count: int = 0
    seconds: float = 0.0
    longest: float = 0.0
    within: tuple[int, ...] = (0,) * (len(LIMITS_SECONDS) + 1)

    @property
    def average(self) -> float | None:
        """The mean in seconds; None without any."""
        return self.seconds / self.count if self.count else None

    def __add__(self, other: Durations) -> Durations:
        """Put two together."""
        return Durations(
            count=self.count + other.count,
            seconds=self.seconds + other.seconds,
            longest=max(self.longest, other.longest),
            within=tuple(a + b for a, b in zip(self.within, other.within, strict=True)),
        )


def took(seconds: float | None) -> Durations:
    """Count one duration; None counts as none."""
    if seconds is None:
        return Durations()
    place = bisect_left(LIMITS_SECONDS, seconds)
    within = tuple(int(place == n) for n in range(len(LIMITS_SECONDS) + 1))
    return Durations(count=1, seconds=seconds, longest=seconds, within=within)


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

    def __add__(self, other: Tally) -> Tally:
        """Put two together."""
        names = self.reasons.keys() | other.reasons.keys()
        return Tally(
            opened=self.opened + other.opened,
            closed=self.closed + other.closed,
            never_assigned=self.never_assigned + other.never_assigned,
            transfers=self.transfers + other.transfers,
            waiting=self.waiting + other.waiting,
            first_answer=self.first_answer + other.first_answer,
            handling=self.handling + other.handling,
            reasons={name: self.reasons.get(name, 0) + other.reasons.get(name, 0) for name in sorted(names)},
        )


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
    """Put many together."""
    return sum(tallies, start=Tally())
