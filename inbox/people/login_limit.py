"""Slows down guessing of passwords: few failures for an e-mail from one address.

Counted in Redis for all processes; where Redis is away, each process counts for itself.
The attempt is counted before the password is tried, so that a hundred at once are no hundred tries.
"""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Final

from redis.asyncio import Redis
from redis.exceptions import RedisError

from inbox.foundation.problems import Problem
from inbox.people.accounts import fold_email

MAX_FAILURES: Final = 10
WINDOW_SECONDS: Final = 15 * 60
REDIS_SECONDS: Final = 0.2
MAX_COUNTED: Final = 10_000


class LoginLimit:
    """Counts failed sign-ins by e-mail and address."""

    def __init__(self, redis: Redis, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._redis = redis
        self._monotonic = monotonic
        self._counts: OrderedDict[str, tuple[int, float]] = OrderedDict()

    async def attempt(self, email: str, address: str) -> None:
        """Count an attempt.

        Raises:
            Problem: `too_many_requests` with `retry_after_seconds`.
        """
        key = _key(email, address)
        count, ends_in = self._count_here(key)
        try:
            async with asyncio.timeout(REDIS_SECONDS):
                count, ends_in = await self._count_in_redis(key)
        except (RedisError, OSError, TimeoutError):
            pass
        if count > MAX_FAILURES:
            raise Problem(
                "too_many_requests",
                f"Too many failed sign-ins. Try again in {max(1, ends_in // 60)} minutes.",
                extra={"retry_after_seconds": max(1, ends_in)},
            )

    async def succeeded(self, email: str, address: str) -> None:
        """Forget the failures."""
        key = _key(email, address)
        self._counts.pop(key, None)
        try:
            async with asyncio.timeout(REDIS_SECONDS):
                await self._redis.delete(key)
        except (RedisError, OSError, TimeoutError):
            pass

    async def _count_in_redis(self, key: str) -> tuple[int, int]:
        async with self._redis.pipeline(transaction=True) as pipeline:
            pipeline.set(key, 0, ex=WINDOW_SECONDS, nx=True)
            pipeline.incr(key)
            pipeline.ttl(key)
            _, count, ends_in = await pipeline.execute()
        return int(count), int(ends_in)

    def _count_here(self, key: str) -> tuple[int, int]:
        now = self._monotonic()
        count, ends_at = self._counts.pop(key, (0, now + WINDOW_SECONDS))
        if ends_at <= now:
            count, ends_at = 0, now + WINDOW_SECONDS
        self._counts[key] = (count + 1, ends_at)
        if len(self._counts) > MAX_COUNTED:
            self._counts.popitem(last=False)
        return count + 1, int(ends_at - now)


def _key(email: str, address: str) -> str:
    return "login:" + hashlib.sha256(f"{fold_email(email)}\n{address}".encode()).hexdigest()
