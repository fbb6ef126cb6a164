"""How much customers write on each channel: providers count both directions against a number's limit.

Kept in Redis for some seconds, since servers count it and a worker needs it. It may be lost: then a provider
says so (130429), and the pace slows down.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from contextlib import suppress
from typing import Final

from redis.asyncio import Redis
from redis.exceptions import RedisError

KEPT_SECONDS: Final = 10
WAIT_SECONDS: Final = 0.2
"""Longest wait for Redis: no request and no send depends on it."""
FLUSH_SECONDS: Final = 0.25


class InboundTraffic:
    """Counts messages in one process, and reads what all processes counted."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._counted: Counter[str] = Counter()
        self._flushing: asyncio.Task[None] | None = None

    def count(self, channel_id: str, messages: int) -> None:
        """Note that customers wrote; told to Redis a little later, with what follows."""
        if messages:
            self._counted[channel_id] += messages
            if self._flushing is None or self._flushing.done():
                self._flushing = asyncio.get_running_loop().create_task(self._flush())

    async def per_second(self, channel_id: str) -> float:
        """Return the messages a second of the last two whole seconds; 0 where nobody knows."""
        now = int(time.time())
        try:
            async with asyncio.timeout(WAIT_SECONDS):
                found = await self._redis.mget(_key(channel_id, now - 1), _key(channel_id, now - 2))
        except (RedisError, OSError, TimeoutError):
            return 0.0
        return sum(int(number or 0) for number in found) / 2

    async def close(self) -> None:
        """Wait for what is being told."""
        if self._flushing is not None:
            await asyncio.wait({self._flushing})

    async def _flush(self) -> None:
        await asyncio.sleep(FLUSH_SECONDS)
        counted, self._counted = self._counted, Counter()
        now = int(time.time())
        with suppress(RedisError, OSError, TimeoutError):
            async with asyncio.timeout(WAIT_SECONDS), self._redis.pipeline(transaction=False) as pipeline:
                for channel_id, messages in counted.items():
                    pipeline.incrby(_key(channel_id, now), messages)
                    pipeline.expire(_key(channel_id, now), KEPT_SECONDS)
                await pipeline.execute()


def _key(channel_id: str, second: int) -> str:
    return f"gateway:inbound:{channel_id}:{second}"
