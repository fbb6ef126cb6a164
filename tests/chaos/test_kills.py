"""Processes are killed under load; then everything that was promised is counted on both sides."""

from __future__ import annotations

import random
import signal
from collections.abc import Awaitable, Callable

import pytest

from tests.acceptance.demo_process import DemoProcess
from tests.chaos.counting import count
from tests.chaos.world import SecondServer, World

BETWEEN = 60
"""Messages and replies that are accepted between two kills: each kill meets a load."""
UNRELIABLE = {
    "latency_ms": 40,
    "lose_response_rate": 0.1,
    "duplicate_rate": 0.3,
    "reorder": True,
    "status_before_response": True,
}
"""Everything at once that Meta is known for."""


async def storm(world: World, seed: int, *strikes: Callable[[], Awaitable[None]]) -> None:
    """Strike one after another under load, then count."""
    load = world.load(seed)
    async with load.running():
        for strike in strikes:
            await load.grown(BETWEEN)
            await strike()
        await load.grown(BETWEEN)
    await world.recovered()
    await count(world.api, world.emulator, load.ledger, load.customers)


@pytest.mark.parametrize("part", ["serve", "work", "redis", "mongod"])
async def test_nothing_is_lost_or_doubled_when_a_process_is_killed(world: World, seed: int, part: str) -> None:
    await storm(world, seed, *[lambda: world.kill(part)] * 2)


async def test_nothing_is_lost_or_doubled_when_redis_is_emptied(world: World, seed: int) -> None:
    await storm(world, seed, *[world.flush_redis] * 4)


async def test_nothing_is_lost_or_doubled_when_everything_goes_wrong(world: World, seed: int) -> None:
    await world.emulator.faults(**UNRELIABLE)
    parts = ["serve", "work", "redis", "mongod"]
    random.Random(seed).shuffle(parts)
    await storm(world, seed, *[lambda part=part: world.kill(part) for part in parts], world.flush_redis)


async def test_one_of_two_servers_is_killed(world: World, demo: DemoProcess, seed: int) -> None:
    second = SecondServer(demo)

    async def kill_second() -> None:
        second.stop(signal.SIGKILL)
        second.start()
        await second.listening()

    with second.running():
        await second.listening()
        await storm(world, seed, kill_second, lambda: world.kill("serve"))
