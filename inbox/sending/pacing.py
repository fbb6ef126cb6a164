"""When the next message of a channel may go out: even spacing for the channel, its campaigns and each recipient.

Time is passed in as seconds of a monotonic clock; nothing here waits. The spacing is the generic cell
rate algorithm: a time by which everything sent so far is paid for, moved on by one interval a message.

Source: ITU-T I.371, annex A (the algorithm); WhatsApp throughput, 21 May 2026 (both directions count).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from inbox.sending.outbound import RATE_LIMITED, Holds, SendFailedError, SendReceipt
from inbox.sending.outgoing import Lane
from inbox.sending.rates import Rate, Rates

BURST_SECONDS: Final = 0.02
"""After a hiccup this much of the rate may be made up at once: below the 50 ms that a burst may have."""
JITTER_SECONDS: Final = 0.02
"""Requests travel unevenly: so much closer may a second's last one come to its first, and the limit still holds."""
CAMPAIGN_SHARE: Final = 0.8
"""A fifth is kept for replies, so that one that is written during a campaign goes out at once."""
LEAST_SHARE: Final = 0.1
"""However much customers write, so much of the rate is left to us: the provider says 130429 if it is too much."""
AHEAD_SECONDS: Final = 0.05
"""Attempts are recorded for messages whose turn comes within this time: a killed process leaves few in doubt."""
CAMPAIGN_AHEAD_SECONDS: Final = 0.15
"""The same for campaigns, whose attempts are recorded some at a time: at 80 messages a second a dozen are in doubt."""
SLOWER: Final = 0.7
"""What is left of the rate when the provider says that it is too fast."""
SLOWEST: Final = 0.05
REFUSALS_TOGETHER_SECONDS: Final = 1.0
"""Refusals of requests that were on the wire together count once."""
RECOVERY_PER_SECOND: Final = 0.02
"""Part of the full rate that comes back each second: after one refusal it takes 15 seconds."""
CHANNEL_PAUSE_SECONDS: Final = 1.0
"""Where the provider does not say how long to wait."""
LONGEST_HOLD_SECONDS: Final = 300.0
"""Unless the provider asks for longer."""
PRUNED_ABOVE: Final = 2_000
"""Recipients that are remembered before those are forgotten who owe nothing any more."""


class Spacing:
    """Even spacing of one stream of messages."""

    __slots__ = ("interval", "paid_until", "tolerance")

    def __init__(self, interval: float, tolerance: float, paid_until: float) -> None:
        self.interval = interval
        self.tolerance = tolerance
        self.paid_until = paid_until

    def wait(self, now: float) -> float:
        """Return the seconds until the next one may go, 0 for at once."""
        return max(0.0, self.paid_until - self.tolerance - now)

    def take(self, now: float) -> None:
        """Count one that goes now."""
        self.paid_until = max(self.paid_until, now) + self.interval

    def room(self, until: float, now: float) -> int:
        """Count how many may go between now and a later time."""
        spare = until + self.tolerance - max(self.paid_until, now)
        return int(spare / self.interval) + 1 if spare >= 0 else 0


class _Recipient:
    """What one recipient has got lately."""

    __slots__ = ("held_until", "spacings", "strikes")

    def __init__(self, rates: Iterable[Rate], began: float) -> None:
        """Start empty where nothing may be borrowed; elsewhere as if nothing had been sent."""
        self.spacings = [
            Spacing(r.seconds, r.seconds * (r.burst - 1), began + (r.seconds if r.burst == 1 else 0.0)) for r in rates
        ]
        self.held_until = 0.0
        self.strikes = 0

    def wait(self, now: float) -> float:
        return max([self.held_until - now, 0.0, *(spacing.wait(now) for spacing in self.spacings)])

    def is_free(self, now: float) -> bool:
        return self.held_until <= now and all(spacing.paid_until <= now for spacing in self.spacings)

    def hold(self, now: float, asked_seconds: float | None, strike_factor: float) -> None:
        shortest = max([asked_seconds or 0.0, *(spacing.interval for spacing in self.spacings), 1.0])
        growing = min(shortest * strike_factor**self.strikes, LONGEST_HOLD_SECONDS)
        self.held_until = now + max(growing, asked_seconds or 0.0)
        self.strikes += 1
        for spacing in self.spacings:
            spacing.paid_until = max(spacing.paid_until, now + spacing.tolerance)


class Pacer:
    """The pace of one channel, kept by the only process that sends for it.

    It starts empty: as if a message had gone out at this moment, and everything that may be borrowed had
    been. So whatever the process before it sent until now, both together keep to the limit.
    """

    def __init__(self, rates: Rates, now: float) -> None:
        self._rates = rates
        self._began = now
        self._inbound = 0.0
        self._factor = 1.0
        self._slowed_at = float("-inf")
        self._held_until = float("-inf")
        self._recipients: dict[str, _Recipient] = {}
        self._prune_at = PRUNED_ABOVE
        self._pending = dict.fromkeys(Lane, 0)
        self._channel = self._empty(1.0, now)
        self._campaigns = self._empty(CAMPAIGN_SHARE, now)

    @property
    def is_limited(self) -> bool:
        """Whether messages may have to wait for the channel's pace at all."""
        return self._channel is not None

    def change(self, rates: Rates, now: float) -> None:
        """Keep to other limits from now on."""
        if rates.per_second != self._rates.per_second:
            self._channel = self._empty(1.0, now, rates)
            self._campaigns = self._empty(CAMPAIGN_SHARE, now, rates)
        self._rates = rates

    def room(self, lane: Lane, now: float) -> int | None:
        """Say for how many messages of a lane an attempt may be recorded now; None for any number."""
        if self._held_until > now:
            return 0
        if self._channel is None:
            return None
        self._refresh(now)
        until = now + (CAMPAIGN_AHEAD_SECONDS if lane is Lane.CAMPAIGN else AHEAD_SECONDS)
        before_it = sum(pending for other, pending in self._pending.items() if other <= lane)
        room = self._channel.room(until, now) - before_it
        if lane is not Lane.CAMPAIGN or self._campaigns is None:
            return max(room, 0)
        return max(min(room, self._campaigns.room(until, now) - self._pending[lane]), 0)

    def gathers(self, lane: Lane, now: float) -> bool:
        """Tell whether to wait until more messages of a campaign may begin together: half of those ahead."""
        if lane is not Lane.CAMPAIGN or self._campaigns is None:
            return False
        most = int((CAMPAIGN_AHEAD_SECONDS + BURST_SECONDS) / self._campaigns.interval) + 1
        return (self.room(lane, now) or 0) * 2 < most

    def recipient_wait(self, to: str, now: float) -> float:
        """Return the seconds until a recipient may get the next message."""
        known = self._recipients.get(self._rates.shared_by(to))
        return 0.0 if known is None else known.wait(now)

    def claim(self, lane: Lane, to: str, now: float) -> None:
        """Note that an attempt is about to be recorded."""
        self._pending[lane] += 1
        limits = self._rates.recipient(to)
        if limits:
            for spacing in self._recipient(to, now, limits).spacings:
                spacing.take(now)

    def release(self, lane: Lane) -> None:
        """Note that a claimed message goes out now, or not at all."""
        self._pending[lane] -= 1

    def wait(self, lane: Lane, now: float) -> float:
        """Return the seconds until a claimed message may go on the wire; 0 means now, and `take` it then."""
        self._refresh(now)
        spacings = [self._channel, self._campaigns if lane is Lane.CAMPAIGN else None]
        return max((spacing.wait(now) for spacing in spacings if spacing is not None), default=0.0)

    def take(self, lane: Lane, now: float) -> None:
        """Count a message that goes on the wire now."""
        if self._channel is not None:
            self._channel.take(now)
        if lane is Lane.CAMPAIGN and self._campaigns is not None:
            self._campaigns.take(now)

    def held_for(self, now: float) -> float:
        """Return the seconds for which the whole channel waits."""
        return max(0.0, self._held_until - now)

    def hear_inbound(self, per_second: float) -> None:
        """Learn how much customers write."""
        self._inbound = per_second if self._rates.counts_inbound else 0.0

    def slow_down(self, now: float, asked_seconds: float | None) -> None:
        """Obey a provider that has enough of the whole channel."""
        pause = CHANNEL_PAUSE_SECONDS if asked_seconds is None else asked_seconds
        self._held_until = max(self._held_until, now + pause)
        if now - self._slowed_at >= REFUSALS_TOGETHER_SECONDS:
            self._factor = max(SLOWEST, self._current_factor(now) * SLOWER)
            self._slowed_at = now

    def hold_recipient(self, to: str, now: float, asked_seconds: float | None) -> None:
        """Obey a provider that has enough of messages to one recipient."""
        self._recipient(to, now, self._rates.recipient(to)).hold(now, asked_seconds, self._rates.strike_factor)

    def obey(self, result: SendReceipt | SendFailedError, to: str, now: float) -> None:
        """Learn from a provider's answer: who has to wait, or that all is well again."""
        if isinstance(result, SendReceipt):
            known = self._recipients.get(self._rates.shared_by(to))
            if known is not None:
                known.strikes = 0
        elif result.retry_after_seconds is not None or result.error.code == RATE_LIMITED:
            if result.holds is Holds.CHANNEL:
                self.slow_down(now, result.retry_after_seconds)
            else:
                self.hold_recipient(to, now, result.retry_after_seconds)

    def _empty(self, share: float, now: float, rates: Rates | None = None) -> Spacing | None:
        per_second = (rates or self._rates).per_second
        if per_second is None:
            return None
        interval = _interval(per_second * share)
        return Spacing(interval, BURST_SECONDS, now + BURST_SECONDS + interval)

    def _refresh(self, now: float) -> None:
        """Set the intervals by what customers write and how the provider took the last seconds."""
        per_second = self._rates.per_second
        if self._channel is None or self._campaigns is None or per_second is None:
            return
        left = max(per_second * LEAST_SHARE, per_second * self._current_factor(now) - self._inbound)
        self._channel.interval = _interval(left)
        reserved = per_second * (1 - CAMPAIGN_SHARE) * self._current_factor(now)
        self._campaigns.interval = _interval(max(left / 2, left - reserved))

    def _current_factor(self, now: float) -> float:
        return min(1.0, self._factor + max(0.0, now - self._slowed_at) * RECOVERY_PER_SECOND)

    def _recipient(self, to: str, now: float, limits: tuple[Rate, ...]) -> _Recipient:
        shared_by = self._rates.shared_by(to)
        known = self._recipients.get(shared_by)
        if known is None:
            if len(self._recipients) >= self._prune_at:
                self._recipients = {one: r for one, r in self._recipients.items() if not r.is_free(now)}
                self._prune_at = max(PRUNED_ABOVE, 2 * len(self._recipients))
            known = self._recipients[shared_by] = _Recipient(limits, self._began)
        return known


def _interval(per_second: float) -> float:
    """Space so widely that a burst and uneven travel together stay within the limit in any second."""
    return (1.0 + BURST_SECONDS + JITTER_SECONDS) / per_second
