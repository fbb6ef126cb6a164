"""Rules of outgoing webhooks: which events an address gets, what an answer means, when a delivery is tried again."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from http import HTTPStatus
from typing import Final

import msgspec

ALL_EVENTS: Final = "*"

RETRY_SECONDS: Final = (5, 30, 120, 600, 1_800, 3_600, 7_200, 14_400, 28_800)
"""Between one failure and the next try; the last one repeats. Short at first, for a receiver that is being restarted;
then so that a whole weekend costs few requests. Source: Standard Webhooks 1.0, "Deliverability and reliability"."""
GIVE_UP_AFTER: Final = timedelta(days=3)
"""Counted from the event: a Friday's fault can be mended on Monday."""
MAX_RETRY_AFTER_SECONDS: Final = 3_600
"""A receiver that asks for more is asked again after an hour: its clock may be wrong."""

DELIVERED_KEPT: Final = timedelta(days=7)
FAILED_KEPT: Final = timedelta(days=30)
"""Time to notice them and to replay them."""

MAX_WIDTH: Final = 50
"""Requests to one address at once: 500 a second at 0.1 s each, more than a campaign at 80 messages a second makes."""
FIRST_WIDTH: Final = 4
PROBE_WIDTH: Final = 2
"""After a round that failed: two events, so that one that the receiver can't digest does not make it look absent."""
QUICK_SECONDS: Final = 1.0
"""A receiver that answers within it gets more at once; a slower one gets fewer, so that it holds few connections."""

ATTEMPTS_KEPT: Final = 20
"""In three days there are about 17."""


class DeliveryState(StrEnum):
    """What became of a delivery: it waits or is being tried; was taken; or was given up."""

    PENDING = "pending"
    DELIVERED = "delivered"
    FAILED = "failed"


class Verdict(StrEnum):
    """What an attempt means.

    `REFUSED` is about this event (the receiver is there and does not want it); `AWAY` is about the receiver:
    everything for it waits. `GONE` asks never to be called again.
    """

    TAKEN = "taken"
    REFUSED = "refused"
    AWAY = "away"
    GONE = "gone"


_AWAY_STATUS: Final = frozenset({HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY, HTTPStatus.TOO_MANY_REQUESTS})


def verdict_of(status: int | None) -> Verdict:
    """Return what an answer means; `None` stands for no answer at all.

    Redirects are refusals: whoever moved says so in the settings, and nobody leads us elsewhere.
    """
    if status is None or status >= HTTPStatus.INTERNAL_SERVER_ERROR or status in _AWAY_STATUS:
        return Verdict.AWAY
    if HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
        return Verdict.TAKEN
    return Verdict.GONE if status == HTTPStatus.GONE else Verdict.REFUSED


def wants(patterns: Collection[str], event_type: str) -> bool:
    """Tell whether a subscription to `patterns` gets events of a type: `*`, `message.*` and whole names fit."""
    return ALL_EVENTS in patterns or event_type in patterns or f"{event_type.partition('.')[0]}.*" in patterns


def retry_wait(tries: int, *, asked_seconds: float | None = None, jitter: float = 0.0) -> timedelta:
    """Return how long to wait after a number of tries.

    Args:
        tries: Failed tries so far, 1 or more.
        asked_seconds: The receiver's `Retry-After`; never makes the wait shorter.
        jitter: Between 0 and 1: up to a tenth more, so that receivers of one host are not called in step.
    """
    seconds = RETRY_SECONDS[min(tries, len(RETRY_SECONDS)) - 1] * (1 + jitter / 10)
    return timedelta(seconds=max(seconds, min(asked_seconds or 0.0, MAX_RETRY_AFTER_SECONDS)))


def is_over(event_at: datetime, next_try_at: datetime) -> bool:
    """Tell whether a next try would come too late."""
    return next_try_at - event_at > GIVE_UP_AFTER


def next_width(width: int, *, slowest_seconds: float, failed: bool) -> int:
    """Return how many requests go to an address at once after a round of `width`."""
    if failed:
        return PROBE_WIDTH
    if slowest_seconds > QUICK_SECONDS:
        return max(1, width // 2)
    return min(MAX_WIDTH, width * 2)


class Health(msgspec.Struct, frozen=True):
    """How an address has been answering: its failures in a row that were about itself."""

    failing_since: datetime | None = None
    failures: int = 0
    resume_at: datetime | None = None
    disable: str | None = None


GONE_REASON: Final = "The address answered 410: it asks not to be called again."
FAILED_REASON: Final = "Nothing was taken for three days. Mend the receiver, then enable the webhook again."


def health_after(
    health: Health, verdicts: Mapping[Verdict, int], *, now: datetime, wait_seconds: float | None, jitter: float
) -> Health:
    """Return an address's health after a round of attempts; one that answered anything sensible is there.

    Args:
        verdicts: How many of the round's attempts had each verdict.
        wait_seconds: The longest `Retry-After` of the round.
    """
    if verdicts.get(Verdict.GONE):
        return Health(failing_since=health.failing_since or now, failures=health.failures, disable=GONE_REASON)
    if not verdicts.get(Verdict.AWAY) or verdicts.get(Verdict.TAKEN) or verdicts.get(Verdict.REFUSED):
        return Health()
    since, failures = health.failing_since or now, health.failures + 1
    if now - since >= GIVE_UP_AFTER:
        return Health(since, failures, disable=FAILED_REASON)
    return Health(since, failures, now + retry_wait(failures, asked_seconds=wait_seconds, jitter=jitter))
