"""Takes a workspace out of Redis: its streams, and every key that is named after it, its channels or its people."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from redis.asyncio import Redis

from inbox.stream.event_stream import EPOCH_KEY, stream_workspaces_key

SCANNED_AT_ONCE: Final = 1_000


async def clear_redis(redis: Redis, workspace_id: str, marks: Sequence[str]) -> int:
    """Delete what is there; return how many keys. It may be done again."""
    named = re.compile(b"|".join(re.escape(mark.encode()) for mark in marks))
    going = [key async for key in redis.scan_iter(count=SCANNED_AT_ONCE) if named.search(key)]
    for key in going:
        await redis.unlink(key)
    epoch = await _epoch(redis)
    if epoch is not None:
        async with redis.pipeline(transaction=False) as pipeline:
            pipeline.srem(stream_workspaces_key(epoch), workspace_id)
            await pipeline.execute()
    return len(going)


async def _epoch(redis: Redis) -> str | None:
    async with redis.pipeline(transaction=False) as pipeline:
        pipeline.hget(EPOCH_KEY, "id")
        found: bytes | None = (await pipeline.execute())[0]
    return None if found is None else found.decode()
