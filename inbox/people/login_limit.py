"""Slows down guessing of passwords: few failures for an e-mail from one address, and not many from one address at all.

Somebody else's failures at another address never keep a person out.

Counted in Redis for all processes; where Redis is away, each process counts for itself.
The attempt is counted before the password is tried, so that a hundred at once are no hundred tries.
"""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Final

from cachetools import LRUCache
from redis.asyncio import Redis
from redis.asyncio.client import Pipeline
from redis.exceptions import RedisError

from inbox.foundation.problems import ProblemError
from inbox.people.accounts import fold_email

MAX_FAILURES: Final = 10
MAX_FAILURES_OF_ADDRESS: Final = 50
"""With one e-mail after the other: a large office behind one address mistypes less in a quarter of an hour."""
WINDOW_SECONDS: Final = 15 * 60
REDIS_SECONDS: Final = 0.2
LEFT_ALONE_SECONDS: Final = 1.0
"""After it did not answer: those who stand in line behind each other must not each wait for it."""
MAX_COUNTED: Final = 10_000


class LoginLimit:
    """Counts failed sign-ins by e-mail and address, and by address."""

    def __init__(self, redis: Redis, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._redis = redis
        self._monotonic = monotonic
        self._counts: LRUCache[str, tuple[int, float]] = LRUCache(MAX_COUNTED)
        self._turn = asyncio.Lock()
        self._ask_again_at = float("-inf")

    async def attempt(self, email: str, address: str) -> None:
        """Count an attempt. One beyond the e-mail's own limit does not count for the address, which others may share.

        Attempts of a process are counted one after the other: of many at once the first ones are tried, whether it is
        Redis that counted each of them or the process itself.

        Raises:
            ProblemError: `too_many_requests` with `retry_after_seconds`.
        """
        async with self._turn:
            for key, most in _limits(email, address).items():
                count, ends_in = await self._count(key)
                if count > most:
                    raise _too_many(max(1, ends_in))

    async def succeeded(self, email: str, address: str) -> None:
        """Forget the failures of this e-mail from this address, and that the attempt counted for the address."""
        of_both, of_address = _limits(email, address)
        self._counts.pop(of_both, None)
        self._give_back_here(of_address)
        with suppress(RedisError, OSError, TimeoutError):
            async with asyncio.timeout(REDIS_SECONDS), self._redis.pipeline(transaction=True) as pipeline:
                pipeline.delete(of_both)
                _give_back(pipeline, of_address)
                await pipeline.execute()

    async def not_tried(self, email: str, address: str) -> None:
        """Undo the count of an attempt whose password was never checked."""
        keys = list(_limits(email, address))
        for key in keys:
            self._give_back_here(key)
        with suppress(RedisError, OSError, TimeoutError):
            async with asyncio.timeout(REDIS_SECONDS), self._redis.pipeline(transaction=True) as pipeline:
                for key in keys:
                    _give_back(pipeline, key)
                await pipeline.execute()

    async def _count(self, key: str) -> tuple[int, int]:
        """Count once more; return the count and in how many seconds it begins anew."""
        here = self._count_here(key)
        if self._monotonic() < self._ask_again_at:
            return here
        try:
            async with asyncio.timeout(REDIS_SECONDS):
                return await self._count_in_redis(key)
        except (RedisError, OSError, TimeoutError):
            self._ask_again_at = self._monotonic() + LEFT_ALONE_SECONDS
            return here

    async def _count_in_redis(self, key: str) -> tuple[int, int]:
        async with self._redis.pipeline(transaction=True) as pipeline:
            pipeline.set(key, 0, ex=WINDOW_SECONDS, nx=True)
            pipeline.incr(key)
            pipeline.ttl(key)
            _, count, ends_in = await pipeline.execute()
        return int(count), int(ends_in)

    def _give_back_here(self, key: str) -> None:
        count, ends_at = self._counts.get(key, (0, 0.0))
        if count > 0:
            self._counts[key] = (count - 1, ends_at)

    def _count_here(self, key: str) -> tuple[int, int]:
        now = self._monotonic()
        count, ends_at = self._counts.get(key, (0, now + WINDOW_SECONDS))
        if ends_at <= now:
            count, ends_at = 0, now + WINDOW_SECONDS
        self._counts[key] = (count + 1, ends_at)
        return count + 1, int(ends_at - now)


def _too_many(wait: int) -> ProblemError:
    return ProblemError(
        "too_many_requests",
        f"Too many failed sign-ins. Try again in {-(-wait // 60)} minutes.",
        extra={"retry_after_seconds": wait},
    )


def _give_back(pipeline: Pipeline, key: str) -> None:
    """Undo one count; where it ended meanwhile a new window begins with none."""
    pipeline.set(key, 1, ex=WINDOW_SECONDS, nx=True)
    pipeline.decr(key)


def _limits(email: str, address: str) -> Mapping[str, int]:
    """Return the counters of an attempt: key and limit."""
    return {
        _key("login", fold_email(email), address): MAX_FAILURES,
        _key("login-from", address): MAX_FAILURES_OF_ADDRESS,
    }


def _key(kind: str, *parts: str) -> str:
    return f"{kind}:" + hashlib.sha256("\n".join(parts).encode()).hexdigest()
