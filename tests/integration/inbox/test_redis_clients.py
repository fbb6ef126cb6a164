"""Connections to Redis come back whatever is cancelled when."""

from __future__ import annotations

import asyncio

from redis.asyncio import Redis

from inbox.storage.wakeups import job_client

STEPS = 60
"""More turns of the loop than any of these takes."""


async def watch_and_write(redis: Redis) -> None:
    async with redis.pipeline(transaction=True) as pipeline:
        await pipeline.watch("watched")
        pipeline.multi()
        pipeline.set("watched", "1")
        await pipeline.execute()
        await pipeline.watch("watched")


async def cancelled_after(redis: Redis, turns: int) -> None:
    task = asyncio.create_task(watch_and_write(redis))
    for _ in range(turns):
        await asyncio.sleep(0)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_a_pipeline_cancelled_anywhere_gives_its_connection_back(redis: Redis) -> None:
    await redis.ping()
    for client in (redis, job_client(redis)):
        for turns in range(STEPS):
            await cancelled_after(client, turns)
            assert not client.connection_pool._in_use_connections
            assert await client.ping()
