"""The pace of a channel: never above its limit in any second, replies first, providers obeyed."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inbox.model.provider_error import ProviderError
from inbox.sending.outbound import Holds, SendFailedError, SendReceipt
from inbox.sending.outgoing import Lane
from inbox.sending.pacing import CAMPAIGN_SHARE, Pacer
from inbox.sending.rates import Rate, Rates

PAIR = Rate(seconds=6.0, burst=45)
TOO_FAST = ProviderError(code="rate_limited", explanation="Too fast.", retryable=True)


def send_all(pacer: Pacer, lane: Lane, start: float, end: float, pauses: list[float] | None = None) -> list[float]:
    """Send as fast as the pacer allows; `pauses` are hiccups of the sender between messages."""
    hiccups = iter(pauses or [])
    now, sent = start, []
    while True:
        now += pacer.wait(lane, now) + next(hiccups, 0.0)
        if now >= end:
            return sent
        if pacer.wait(lane, now) == 0:
            pacer.take(lane, now)
            sent.append(now)


def most_in_a_second(times: list[float]) -> int:
    times = sorted(times)
    return max((sum(1 for t in times[i : i + 2000] if t < at + 1.0) for i, at in enumerate(times)), default=0)


@given(
    limit=st.sampled_from([1.0, 5.0, 20.0, 30.0, 80.0]),
    pauses=st.lists(st.floats(0, 0.3), max_size=60),
    handover=st.floats(0.2, 2.5),
)
@settings(max_examples=60, deadline=None)
def test_no_second_has_more_than_the_limit_also_across_a_take_over(
    limit: float, pauses: list[float], handover: float
) -> None:
    first = send_all(Pacer(Rates(per_second=limit), 0.0), Lane.REPLY, 0.0, handover, pauses)
    second = send_all(Pacer(Rates(per_second=limit), handover), Lane.REPLY, handover, 4.0)
    assert most_in_a_second(first + second) <= limit


@pytest.mark.parametrize("limit", [30.0, 80.0, 1000.0])
def test_steady_flow_comes_near_the_limit(limit: float) -> None:
    sent = send_all(Pacer(Rates(per_second=limit), 0.0), Lane.REPLY, 0.0, 10.0)
    assert 0.95 * limit * 10 <= len(sent) <= limit * 10


def test_a_fifth_is_kept_from_campaigns() -> None:
    sent = send_all(Pacer(Rates(per_second=80.0), 0.0), Lane.CAMPAIGN, 0.0, 10.0)
    assert 0.95 * 640 <= len(sent) <= 80 * 10 * CAMPAIGN_SHARE


def test_reply_goes_at_once_amid_a_campaign() -> None:
    pacer = Pacer(Rates(per_second=80.0), 0.0)
    sent = send_all(pacer, Lane.CAMPAIGN, 0.0, 5.0)
    assert sent
    assert pacer.wait(Lane.REPLY, 5.0) <= 1 / 80
    assert pacer.room(Lane.REPLY, 5.0)


def test_what_customers_write_is_subtracted() -> None:
    pacer = Pacer(Rates(per_second=80.0, counts_inbound=True), 0.0)
    pacer.hear_inbound(40.0)
    assert len(send_all(pacer, Lane.REPLY, 0.0, 10.0)) <= 400
    flooded = Pacer(Rates(per_second=80.0, counts_inbound=True), 0.0)
    flooded.hear_inbound(500.0)
    assert len(send_all(flooded, Lane.REPLY, 0.0, 10.0)) >= 70


def test_only_what_goes_soon_is_begun() -> None:
    pacer = Pacer(Rates(per_second=80.0), 0.0)
    begun = 0
    while pacer.room(Lane.REPLY, 10.0):
        pacer.claim(Lane.REPLY, f"{begun}", 10.0)
        begun += 1
    assert begun in range(4, 8)
    pacer.release(Lane.REPLY)
    pacer.take(Lane.REPLY, 10.0)
    assert pacer.room(Lane.REPLY, 10.0) == 0, "what is claimed and what went both count"


def test_no_limit_asks_nobody_to_wait() -> None:
    pacer = Pacer(Rates(), 0.0)
    assert pacer.room(Lane.CAMPAIGN, 0.0) is None
    assert pacer.wait(Lane.CAMPAIGN, 0.0) == 0


def test_pair_limit_lends_45_and_then_gives_one_in_six_seconds() -> None:
    pacer = Pacer(Rates(recipient=lambda _: (PAIR,)), 0.0)
    for _ in range(45):
        assert pacer.recipient_wait("ann", 1.0) == 0
        pacer.claim(Lane.REPLY, "ann", 1.0)
    assert pacer.recipient_wait("ann", 1.0) == pytest.approx(6.0)
    assert pacer.recipient_wait("bob", 1.0) == 0


def test_all_limits_of_a_recipient_hold() -> None:
    group = (Rate(seconds=1.0), Rate(seconds=3.0, burst=20))
    pacer = Pacer(Rates(recipient=lambda to: group if to == "group" else ()), 0.0)
    sent, now = 0, 2.0
    while now < 62.0:
        now += pacer.recipient_wait("group", now)
        pacer.claim(Lane.REPLY, "group", now)
        sent += 1
    assert sent <= 20 + 20


def test_refused_pair_waits_longer_each_time() -> None:
    pacer = Pacer(Rates(recipient=lambda _: (PAIR,), strike_factor=4.0), 0.0)
    refused = SendFailedError(TOO_FAST, retry_after_seconds=4.0, holds=Holds.RECIPIENT)
    waits = []
    for now in (10.0, 100.0, 300.0):
        pacer.obey(refused, "ann", now)
        waits.append(pacer.recipient_wait("ann", now))
    assert waits == pytest.approx([6.0, 24.0, 96.0])
    assert (pacer.held_for(300.0), pacer.recipient_wait("bob", 300.0)) == (0, 0)
    pacer.obey(SendReceipt(provider_id="p"), "ann", 1000.0)
    pacer.obey(refused, "ann", 1000.0)
    assert pacer.recipient_wait("ann", 1000.0) == pytest.approx(6.0)


def test_refused_channel_stands_still_then_goes_slower_and_recovers() -> None:
    pacer = Pacer(Rates(per_second=100.0), 0.0)
    for _ in range(5):
        pacer.obey(SendFailedError(TOO_FAST, retry_after_seconds=3.0, holds=Holds.CHANNEL), "ann", 10.0)
    assert (pacer.room(Lane.REPLY, 12.9), pacer.held_for(12.0)) == (0, pytest.approx(1.0))
    after = len(send_all(pacer, Lane.REPLY, 13.0, 14.0))
    assert 60 <= after <= 80
    assert len(send_all(pacer, Lane.REPLY, 40.0, 41.0)) >= 95


def test_other_failures_slow_nothing_down() -> None:
    pacer = Pacer(Rates(per_second=100.0), 0.0)
    refused = SendFailedError(ProviderError(code="undeliverable", explanation="No such user."))
    pacer.obey(refused, "ann", 10.0)
    assert (pacer.held_for(10.0), pacer.recipient_wait("ann", 10.0)) == (0, 0)


def test_thousands_of_recipients_are_forgotten_when_they_owe_nothing() -> None:
    pacer = Pacer(Rates(recipient=lambda _: (Rate(seconds=1.0),)), 0.0)
    for n in range(20_000):
        pacer.claim(Lane.CAMPAIGN, f"{n}", n / 100)
    assert len(pacer._recipients) < 5_000


def test_what_shares_a_limit_is_counted_together() -> None:
    rates = Rates(recipient=lambda _: (Rate(seconds=6.0),), shared_by=lambda to: to.partition(":")[0])
    pacer = Pacer(rates, 0.0)
    pacer.claim(Lane.REPLY, "-1:4711", 100.0)
    assert pacer.recipient_wait("-1:4712", 100.0) == pacer.recipient_wait("-1", 100.0) > 5
    assert pacer.recipient_wait("-2", 100.0) == 0
    pacer.hold_recipient("-2:1", 100.0, 30.0)
    assert pacer.recipient_wait("-2", 100.0) == 30


def test_attempts_of_a_campaign_begin_some_at_a_time() -> None:
    pacer, now = Pacer(Rates(per_second=80.0), 0.0), 10.0
    assert not pacer.gathers(Lane.CAMPAIGN, now)
    ahead = pacer.room(Lane.CAMPAIGN, now)
    assert ahead
    assert ahead >= 8
    for number in range(ahead):
        pacer.claim(Lane.CAMPAIGN, f"4915{number:09}", now)
    assert pacer.gathers(Lane.CAMPAIGN, now)
    assert not pacer.gathers(Lane.REPLY, now)


def test_a_reply_does_not_wait_for_attempts_of_a_campaign_that_are_recorded_but_not_out() -> None:
    pacer, now = Pacer(Rates(per_second=80.0), 0.0), 10.0
    free = pacer.room(Lane.REPLY, now)
    for number in range(pacer.room(Lane.CAMPAIGN, now) or 0):
        pacer.claim(Lane.CAMPAIGN, f"4915{number:09}", now)
    assert pacer.room(Lane.REPLY, now) == free
