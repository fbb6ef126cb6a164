"""MongoDB stands still: webhooks are refused in time, memory does not fill, and it passes by itself."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

from tests.chaos.counting import count
from tests.chaos.meta import text_message
from tests.chaos.picture import read_picture
from tests.chaos.world import World
from tests.waiting import eventually

REFUSED_WITHIN_SECONDS = 2.3
"""Two seconds, and what a busy machine adds on both sides."""
REFUSED = 5_000
AT_ONCE = 500
GROWTH_BYTES = 40 * 1024 * 1024
"""What the allocator may keep of 500 requests that wait at the same moment."""


async def test_webhooks_are_refused_within_two_seconds_and_repeats_are_stored(world: World, seed: int) -> None:
    bodies = [world.meta.envelope([text_message(f"4915{seed:06d}{n}", f"wamid.{seed}.{n}", "x")]) for n in range(8)]
    with world.stopped("mongod"):
        for _ in range(2):  # the first meets connections that seem to live, the second a server that is known as away
            answers = await asyncio.gather(*(_timed(world, body) for body in bodies))
            assert [status for status, _ in answers] == [503] * len(bodies)
            assert max(seconds for _, seconds in answers) < REFUSED_WITHIN_SECONDS
        assert (await world.api.once("GET", "/readyz")).status == 503
        assert (await world.api.once("GET", "/healthz")).status == 200
    await asyncio.gather(*(world.meta.deliver(body) for body in bodies))
    await world.recovered()
    picture = await read_picture(world.api, [f"4915{seed:06d}{n}" for n in range(8)])
    assert sorted(m["provider_id"] for m in picture.messages.values()) == [f"wamid.{seed}.{n}" for n in range(8)]


async def test_refused_requests_leave_no_memory_behind(world: World, seed: int) -> None:
    pid = world.demo.pids("serve")[0]
    bodies = iter(
        world.meta.envelope([text_message(f"4914{seed:06d}", f"wamid.{seed}.{n}", "x")])
        for n in range(REFUSED + AT_ONCE)
    )
    with world.stopped("mongod"):
        await _refuse(world, [next(bodies) for _ in range(AT_ONCE)])
        before = resident_bytes(pid)
        slots = asyncio.Semaphore(AT_ONCE)

        async def one(body: bytes) -> None:
            async with slots:
                await _refuse(world, [body])

        await asyncio.gather(*map(one, bodies))
        growth = resident_bytes(pid) - before
    await world.recovered()
    assert growth < GROWTH_BYTES, f"{growth / 2**20:.0f} MiB after {REFUSED} refused requests"


async def test_a_load_survives_that_the_database_stands_still(world: World, seed: int) -> None:
    load = world.load(seed)
    async with load.running():
        await load.grown(60)
        with world.stopped("mongod"):

            async def away() -> bool:
                return (await world.api.once("GET", "/readyz")).status == 503

            await eventually(away, "it is known that the database is away", 10)
        await load.grown(60)
    await world.recovered()
    await count(world.api, world.emulator, load.ledger, load.customers)


async def _timed(world: World, body: bytes) -> tuple[int, float]:
    began = time.monotonic()
    answer = await world.meta.post(body)
    return answer.status, time.monotonic() - began


async def _refuse(world: World, bodies: list[bytes]) -> None:
    answers = await asyncio.gather(*map(world.meta.post, bodies))
    assert {answer.status for answer in answers} == {503}


def resident_bytes(pid: int) -> int:
    """Memory that a process holds."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * 4096
