"""Rules of outgoing webhooks."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from inbox.subscriptions.delivery_rules import (
    FAILED_REASON,
    FIRST_WIDTH,
    GIVE_UP_AFTER,
    GONE_REASON,
    MAX_WIDTH,
    PROBE_WIDTH,
    RETRY_SECONDS,
    Health,
    Verdict,
    health_after,
    is_over,
    next_width,
    retry_wait,
    verdict_of,
    wants,
)

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("patterns", "event_type", "wanted"),
    [
        (("*",), "message.created", True),
        (("message.created",), "message.created", True),
        (("message.created",), "message.updated", False),
        (("message.*",), "message.updated", True),
        (("message.*",), "conversation.created", False),
        (("conversation.closed", "message.*"), "conversation.closed", True),
        ((), "message.created", False),
    ],
)
def test_which_events_an_address_gets(patterns: tuple[str, ...], event_type: str, wanted: bool) -> None:
    assert wants(patterns, event_type) is wanted


@pytest.mark.parametrize(
    ("status", "verdict"),
    [
        (200, Verdict.TAKEN),
        (204, Verdict.TAKEN),
        (301, Verdict.REFUSED),  # nobody leads us elsewhere
        (400, Verdict.REFUSED),
        (404, Verdict.REFUSED),
        (408, Verdict.AWAY),
        (410, Verdict.GONE),
        (425, Verdict.AWAY),
        (429, Verdict.AWAY),
        (500, Verdict.AWAY),
        (503, Verdict.AWAY),
        (None, Verdict.AWAY),
    ],
)
def test_what_an_answer_means(status: int | None, verdict: Verdict) -> None:
    assert verdict_of(status) is verdict


def test_tries_get_rarer_and_fill_three_days() -> None:
    waits = [retry_wait(tries) for tries in range(1, 30)]
    assert waits == sorted(waits)
    assert waits[0] == timedelta(seconds=RETRY_SECONDS[0])
    tried_at, tries = NOW, 1
    while not is_over(NOW, tried_at + retry_wait(tries)):
        tried_at, tries = tried_at + retry_wait(tries), tries + 1
    assert timedelta(days=2, hours=12) < tried_at - NOW <= GIVE_UP_AFTER
    assert 15 <= tries <= 20


@pytest.mark.parametrize(
    ("asked", "jitter", "seconds"),
    [
        (None, 0.0, 5),
        (None, 1.0, 5.5),
        (60.0, 0.0, 60),
        (1.0, 0.0, 5),  # never shorter
        (1e9, 0.0, 3600),  # never longer than an hour for that
    ],
)
def test_a_receiver_may_ask_for_time(asked: float | None, jitter: float, seconds: float) -> None:
    assert retry_wait(1, asked_seconds=asked, jitter=jitter) == timedelta(seconds=seconds)


def health(before: Health, **verdicts: int) -> Health:
    counted = {Verdict(name): count for name, count in verdicts.items()}
    return health_after(before, counted, now=NOW, wait_seconds=None, jitter=0.0)


def test_an_address_that_is_away_is_left_alone_for_longer_and_longer() -> None:
    once = health(Health(), away=2)
    assert once == Health(NOW, 1, NOW + timedelta(seconds=5))
    assert health(once, away=2) == Health(NOW, 2, NOW + timedelta(seconds=30))


def test_an_address_that_takes_or_refuses_anything_is_there() -> None:
    failing = Health(NOW - timedelta(hours=1), 5, NOW)
    assert health(failing, taken=1) == Health()
    assert health(failing, taken=1, away=1) == Health()
    assert health(failing, refused=1, away=1) == Health()


def test_after_three_days_without_success_it_is_disabled() -> None:
    almost = Health(NOW - GIVE_UP_AFTER + timedelta(seconds=1), 9, NOW)
    assert health(almost, away=1).disable is None
    assert health(Health(NOW - GIVE_UP_AFTER, 9, NOW), away=1).disable == FAILED_REASON


def test_one_that_is_gone_is_disabled_at_once() -> None:
    assert health(Health(), taken=3, gone=1).disable == GONE_REASON


def test_a_quick_receiver_gets_more_at_once_and_a_slow_one_less() -> None:
    width = FIRST_WIDTH
    for _ in range(10):
        width = next_width(width, slowest_seconds=0.1, failed=False)
    assert width == MAX_WIDTH
    for _ in range(10):
        width = next_width(width, slowest_seconds=14.0, failed=False)
    assert width == 1
    assert next_width(MAX_WIDTH, slowest_seconds=0.1, failed=True) == PROBE_WIDTH
