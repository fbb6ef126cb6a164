"""How often somebody may do something: a bucket of tokens that fills evenly. Pure: the time is passed in."""

from __future__ import annotations

import msgspec


class Rate(msgspec.Struct, frozen=True):
    """So many a second on average, `burst` at once."""

    per_second: float
    burst: int


class Bucket:
    """What is left for one visitor, address or channel."""

    __slots__ = ("_at", "_left", "_rate")

    def __init__(self, rate: Rate, now: float) -> None:
        self._rate = rate
        self._left = float(rate.burst)
        self._at = now

    def take(self, now: float) -> float:
        """Take one; give 0, or the seconds to wait until there is one."""
        rate = self._rate
        self._left = min(rate.burst, self._left + max(0.0, now - self._at) * rate.per_second)
        self._at = now
        if self._left < 1.0:
            return (1.0 - self._left) / rate.per_second
        self._left -= 1.0
        return 0.0

    @property
    def full_in_seconds(self) -> float:
        """When it will be as if it had never been used."""
        return (self._rate.burst - self._left) / self._rate.per_second
