"""Sweeps that rest: each of what ends a rest ends it alone, and without ears for news there is no rest."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from redis.asyncio import Redis
from redis.asyncio.client import PubSub

from inbox.foundation.clock import Clock
from inbox.foundation.ending_tasks import end_tasks
from inbox.storage.database import Database
from inbox.storage.wakeups import Wakeups
from inbox.stream.event_stream import PULSE, REDIS_AWAY
from inbox.stream.events import EventType
from tests.integration.events.events_world import OwnRedis, eventually, relaying, write_numbers
from workers.news import Ear, News
from workers.relay.relay_pulse import kinds_after
from workers.sweep import Sweep, Sweeps

SOON_SECONDS = 20.0
NEVER_SECONDS = 1e6


class Look:
    """Work that finds nothing unless it is told to, and says when it looks and when it is about to rest."""

    def __init__(self, news: News, pulse: str) -> None:
        self.news = news
        self.pulse = pulse
        self.looks: asyncio.Queue[None] = asyncio.Queue()
        self.outlooks: asyncio.Queue[None] = asyncio.Queue()
        self.found = False
        self.due_at: datetime | None = None

    async def look(self) -> bool:
        self.looks.put_nowait(None)
        return self.found

    async def next_due(self) -> datetime | None:
        self.outlooks.put_nowait(None)
        return self.due_at

    async def rests(self) -> None:
        """Wait until it is about to rest; forget how often it looked."""
        await _soon(self.outlooks)
        while not self.looks.empty():
            self.looks.get_nowait()

    async def looks_again(self) -> None:
        await _soon(self.looks)


Sweeping = Callable[..., AbstractAsyncContextManager[Look]]


@pytest.fixture
def sweeping(redis: Redis) -> Sweeping:
    @asynccontextmanager
    async def begin(
        *,
        clock: Clock | None = None,
        safety_seconds: float = NEVER_SECONDS,
        of: Redis = redis,
        pulse: str | None = "1-0",
        heedless: frozenset[str] = frozenset(),
    ) -> AsyncIterator[Look]:
        time = clock or Clock()
        news = News(of, time)
        made = Look(news, pulse or "")
        sweeps = Sweeps(news, time, safety_seconds=safety_seconds)
        row = Sweep("test", made.look, 0.001, made.next_due, heedless=heedless)
        tasks = [asyncio.ensure_future(sweeps.run(row)), asyncio.ensure_future(news.listen())]
        if pulse is not None:
            tasks.append(asyncio.ensure_future(_beat(of, made)))
        try:
            yield made
        finally:
            await end_tasks(tasks)

    return begin


async def test_it_rests_while_the_pulse_stays_the_same_and_looks_when_it_moves(
    sweeping: Sweeping, redis: Redis
) -> None:
    async with sweeping() as look:
        await look.rests()
        for _ in range(5):
            await redis.publish(PULSE, "1-0")
        assert look.looks.empty()
        await redis.publish(PULSE, "1-1")
        await look.looks_again()


async def test_it_looks_for_events_that_may_concern_it_and_for_no_others(sweeping: Sweeping, redis: Redis) -> None:
    async with sweeping(heedless=frozenset({"a", "b"})) as look:
        await look.rests()
        everybody, alike = look.news.ear(), look.news.ear(frozenset({"a", "b"}))
        look.pulse = "1-1 1-0 a"
        await eventually(lambda: _is_moved(everybody, 1))
        look.pulse = "1-2 1-1 a,b"
        await eventually(lambda: _is_moved(everybody, 2))
        assert (alike.count, look.looks.empty()) == (0, True)
        look.pulse = "1-3 1-2 b,c"
        await look.looks_again()


@pytest.mark.parametrize("pulse", ["1-2 1-1 a", "1-1 - a", "1-1 1-0 a,*", "1-1"])
async def test_it_looks_where_a_pulse_was_lost_or_does_not_say_what_happened(
    sweeping: Sweeping, redis: Redis, pulse: str
) -> None:
    async with sweeping(heedless=frozenset({"a"})) as look:
        await look.rests()
        look.pulse = pulse
        await look.looks_again()


async def test_it_rests_on_when_a_job_is_told_whose_work_comes_with_events(sweeping: Sweeping, redis: Redis) -> None:
    wakeups = Wakeups(redis)
    async with sweeping() as look, asyncio.timeout(SOON_SECONDS):
        ear = look.news.ear()
        await look.rests()
        moved = ear.count
        wakeups.deliver("c1")
        await look.news.bell(NEVER_SECONDS)
        assert (ear.count, look.looks.empty()) == (moved, True)
        await wakeups.close()


async def test_it_looks_when_the_bell_rings(sweeping: Sweeping, redis: Redis) -> None:
    wakeups = Wakeups(redis)
    async with sweeping() as look:
        await look.rests()
        wakeups.stir()
        await look.looks_again()
        await look.rests()
        wakeups.route_all("w1")
        await look.looks_again()
        await wakeups.close()
    assert await redis.zcard("gateway:wakeups") == 1  # a stir is no job


async def test_it_looks_when_something_is_due(sweeping: Sweeping) -> None:
    clock = Clock()
    async with sweeping(clock=clock) as look:
        look.due_at = clock.now() + timedelta(seconds=0.4)
        await look.rests()
        await look.looks_again()
        assert clock.now() >= look.due_at


async def test_it_looks_when_the_clock_is_moved(sweeping: Sweeping, tmp_path: Path) -> None:
    clock = Clock(tmp_path / "offset")
    async with sweeping(clock=clock) as look:
        look.due_at = clock.now() + timedelta(hours=1)
        await look.rests()
        (tmp_path / "offset").write_text("3600")
        await look.looks_again()


async def test_it_looks_now_and_then_to_be_safe(sweeping: Sweeping) -> None:
    async with sweeping(safety_seconds=0.2) as look:
        await look.rests()
        await look.looks_again()


async def test_what_finds_something_does_not_rest(sweeping: Sweeping) -> None:
    async with sweeping() as look:
        await look.rests()
        look.found = True
        look.news.move()
        for _ in range(20):
            await look.looks_again()
        assert look.outlooks.empty()
        look.found = False
        await look.rests()


async def test_without_a_pulse_it_does_not_rest(sweeping: Sweeping) -> None:
    async with sweeping(pulse=None) as look:
        for _ in range(20):
            await look.looks_again()
        assert look.outlooks.empty()


async def test_it_goes_on_without_rest_when_redis_dies_and_rests_when_it_is_back(
    sweeping: Sweeping, own_redis: OwnRedis, own_client: Redis
) -> None:
    async with sweeping(of=own_client) as look:
        await look.rests()
        await own_redis.kill()
        for _ in range(20):
            await look.looks_again()
        await own_redis.start()
        while not look.outlooks.empty():
            look.outlooks.get_nowait()
        await look.rests()


async def test_the_bell_is_heard_at_once_also_by_who_comes_a_moment_later(sweeping: Sweeping, redis: Redis) -> None:
    wakeups = Wakeups(redis)
    async with sweeping() as look, asyncio.timeout(SOON_SECONDS):
        await look.rests()
        waiting = asyncio.ensure_future(look.news.bell(NEVER_SECONDS))
        wakeups.deliver("c1")
        await waiting
        ear = look.news.ear()
        wakeups.deliver("c2")
        wakeups.stir()
        await eventually(lambda: _is_moved(ear, 1))
        await look.news.bell(NEVER_SECONDS)
        await wakeups.close()


async def test_a_relay_moves_the_pulse_with_each_change_and_beats_on_without(database: Database, redis: Redis) -> None:
    news = News(redis, Clock())
    listening = asyncio.ensure_future(news.listen())
    async with relaying(database, redis), redis.pubsub(ignore_subscribe_messages=True) as heard:
        await heard.subscribe(PULSE)
        await eventually(lambda: _is_heard(news))
        before = await _pulse(heard)
        await write_numbers(database, "w1", range(3))
        while (moved := await _pulse(heard)) == before:
            continue
        assert await _pulse(heard) == moved
        known, kinds = kinds_after(before.decode().split()[0], moved)
        assert known == moved.decode().split()[0]
        assert kinds is not None
        assert set(kinds) == {EventType.MESSAGE_CREATED.value}
    await end_tasks([listening])


async def _beat(redis: Redis, look: Look) -> None:
    """Say the same again and again, as a relay does that has nothing to tell."""
    while True:
        with suppress(*REDIS_AWAY):
            await redis.publish(PULSE, look.pulse)
        await asyncio.sleep(0.05)


async def _soon(queue: asyncio.Queue[None]) -> None:
    async with asyncio.timeout(SOON_SECONDS):
        await queue.get()


async def _is_moved(ear: Ear, count: int) -> bool:
    return ear.count >= count


async def _is_heard(news: News) -> bool:
    return not news.is_deaf


async def _pulse(heard: PubSub) -> bytes:
    async with asyncio.timeout(SOON_SECONDS):
        while (message := await heard.get_message(timeout=1.0)) is None:
            continue
    return bytes(message["data"])
