"""How often somebody may do something: a bucket of tokens that fills evenly. Pure: the time is passed in."""

from __future__ import annotations

from inbox.sending.rates import Rate


class Bucket:
    """What is left for one visitor, address or channel."""

    __slots__ = ("_at", "_left", "_rate")

    def __init__(self, rate: Rate, now: float) -> None:
        self._rate = rate
        self._left = float(rate.burst)
        self._at = now

    def take(self, now: float) -> float:
        """Take one; return 0, or the seconds to wait until there is one."""
        rate = self._rate
        self._left = min(rate.burst, self._left + max(0.0, now - self._at) / rate.seconds)
        self._at = now
        if self._left < 1.0:
            return (1.0 - self._left) * rate.seconds
        self._left -= 1.0
        return 0.0
