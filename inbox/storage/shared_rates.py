"""Rate limits that all processes share, in Redis.

Where Redis is away each process counts for itself: nobody is refused for that, and an abuser gets the limit once for
each process. Even spacing (GCRA): what is left is kept as the time at which everything would be used up.

Source: https://en.wikipedia.org/wiki/Generic_cell_rate_algorithm (read 2026-11).
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Final

import msgspec
from cachetools import LRUCache
from redis.asyncio import Redis
from redis.exceptions import RedisError

REDIS_SECONDS: Final = 0.2
"""A count never delays a request for longer."""
MAX_COUNTED: Final = 20_000
"""Holders that one process remembers; those seen least lately are forgotten."""
_TAKE: Final = """
local time = redis.call('TIME')
local now = time[1] + time[2] / 1000000
local full = math.max(tonumber(redis.call('GET', KEYS[1]) or '0'), now) + ARGV[1]
local wait = full - now - ARGV[2]
if wait > 0 then return tostring(wait) end
redis.call('SET', KEYS[1], string.format('%.6f', full), 'PX', math.ceil((full - now) * 1000))
return '0'
"""


class Allowance(msgspec.Struct, frozen=True, kw_only=True):
    """So much at once, and so much again within `again_seconds`, evenly."""

    at_once: float
    again_seconds: float

    def seconds(self, amount: float) -> float:
        """Return in which time an amount comes back."""
        return amount * self.again_seconds / self.at_once


def use(full_at: float, now: float, allowance: Allowance, amount: float) -> tuple[float, float]:
    """Use an amount of an allowance.

    Args:
        full_at: When everything used so far will have come back.
        now: The time, of the same clock.
        allowance: How much there is.
        amount: How much of it is wanted; more than `at_once` there never is.

    Returns:
        The new `full_at`, and 0; or the old one, and the seconds to wait.
    """
    after = max(full_at, now) + allowance.seconds(amount)
    wait = after - now - allowance.again_seconds
    return (full_at, wait) if wait > 0 else (after, 0.0)


class SharedRate:
    """One allowance for each holder of a kind: an address, a channel."""

    def __init__(
        self, redis: Redis, kind: str, allowance: Allowance, *, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._kind = kind
        self._allowance = allowance
        self._monotonic = monotonic
        self._full_at: LRUCache[str, float] = LRUCache(MAX_COUNTED)
        self._take = redis.register_script(_TAKE)

    async def take(self, holder: str, amount: float = 1.0) -> float:
        """Use an amount; return 0, or the seconds to wait where it was not used."""
        here = self._take_here(holder, amount)
        try:
            async with asyncio.timeout(REDIS_SECONDS):
                arguments = (self._allowance.seconds(amount), self._allowance.again_seconds)
                return float(await self._take(keys=[f"rate:{self._kind}:{holder}"], args=arguments))
        except (RedisError, OSError, TimeoutError):
            return here

    def _take_here(self, holder: str, amount: float) -> float:
        full_at, wait = use(self._full_at.get(holder, 0.0), self._monotonic(), self._allowance, amount)
        self._full_at[holder] = full_at
        return wait
