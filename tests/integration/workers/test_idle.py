"""What a worker asks of its databases while nothing happens, and while much does that concerns few of its sweeps.

Counted, so that polling can't come back unseen.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Final

from redis.asyncio import Redis
from redis.asyncio.client import PubSub

from bench.counts import COMMANDS, REDIS, Counters
from inbox.foundation.clock import Clock
from inbox.storage.runtime import Runtime
from inbox.stream.event_stream import PULSE
from tests.integration.events.events_world import write_numbers
from workers.process import work_until
from workers.sweep import SAFETY_SECONDS

BEATS: Final = int(SAFETY_SECONDS) + 1
"""The relay's pulse is a second long: so many hold one look of all sweeps, to be safe."""
MOVES: Final = 24
"""Four a second."""
MONGO_COMMANDS: Final = 26
"""A second. Sweeps that don't rest ask some hundred; those that do, with the relay, 10, on a busy machine 18."""
MESSAGE_COMMANDS: Final = 70
"""A second, while there are messages all the time; on a busy machine 58, and 81 where all sweeps are woken by each."""
REDIS_COMMANDS: Final = 10
"""A second: the relay's look with its pulse, arq's question. arq that polls asks 40."""


async def test_while_nothing_happens_hardly_anything_is_asked(
    runtime: Runtime, mongo_url: str, redis_url: str, redis: Redis
) -> None:
    counters = Counters(mongo_url, redis_url, {})
    async with _working(replace(runtime, clock=Clock())), redis.pubsub(ignore_subscribe_messages=True) as heard:
        await heard.subscribe(PULSE)
        await _beats(heard, 3)  # what a start does is done
        before = counters.read()
        await _beats(heard, BEATS)
        after = counters.read()
    counters.close()
    a_second = {name: (after[name] - before[name]) / BEATS for name in (COMMANDS, REDIS)}
    assert a_second[COMMANDS] < MONGO_COMMANDS, a_second
    assert a_second[REDIS] < REDIS_COMMANDS, a_second


async def test_messages_wake_only_the_sweeps_that_they_concern(
    runtime: Runtime, mongo_url: str, redis_url: str, redis: Redis
) -> None:
    counters = Counters(mongo_url, redis_url, {})
    async with _working(replace(runtime, clock=Clock())), redis.pubsub(ignore_subscribe_messages=True) as heard:
        await heard.subscribe(PULSE)
        await _beats(heard, 3)
        before, began = counters.read(), time.monotonic()
        for number in range(MOVES):
            await write_numbers(runtime.database, "w1", [number])
            await _beats(heard, 1)
        after, seconds = counters.read(), time.monotonic() - began
    counters.close()
    a_second = (after[COMMANDS] - before[COMMANDS]) / seconds
    assert a_second < MESSAGE_COMMANDS, a_second


@asynccontextmanager
async def _working(runtime: Runtime) -> AsyncIterator[None]:
    stop = asyncio.Event()
    working = asyncio.ensure_future(work_until(stop, runtime))
    try:
        yield
    finally:
        stop.set()
        await working


async def _beats(heard: PubSub, count: int) -> None:
    async with asyncio.timeout(60):
        while count:
            count -= await heard.get_message(timeout=1.0) is not None
