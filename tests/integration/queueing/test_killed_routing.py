"""A worker is killed (SIGKILL) while it routes: what it had not finished never was, and another one does it."""

from __future__ import annotations

import asyncio
import sys
from asyncio.subprocess import PIPE
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from inbox.storage.database import Document
from queueing.routing.route_queue import Routing
from tests.integration.queueing.queue_world import QueueWorld, W

ROOT = Path(__file__).parents[3]
PATIENCE_SECONDS = 60


async def kill_when(world: QueueWorld, url: str, queue: str, reached: Callable[[], Awaitable[bool]]) -> None:
    """Start a process that routes; kill it as soon as it has got so far."""
    command = (sys.executable, "-m", "tests.integration.queueing.routing_process", url, W, queue)
    process = await asyncio.create_subprocess_exec(*command, cwd=ROOT, stdout=PIPE)
    assert process.stdout is not None
    async with asyncio.timeout(PATIENCE_SECONDS):
        assert await process.stdout.readline() == b"routing\n"
        while process.returncode is None:
            if await reached():
                break
    if process.returncode is None:
        process.kill()
    await process.wait()
    await world.database.end_abandoned_transactions(resting_seconds=0)


async def count(world: QueueWorld, condition: Document) -> int:
    return int(await world.database.conversations.count_documents(condition))


@pytest.mark.parametrize(
    "sign", [{}, {"state": "queued"}, {"open": False}], ids=["at once", "after the admission", "between closes"]
)
async def test_two_hundred_into_ten(world: QueueWorld, database_url: str, sign: Document) -> None:
    queue = await world.add_queue(limit=10)
    ids = await world.arrive(queue, 200)

    async def reached() -> bool:
        return await count(world, sign) > 0

    await kill_when(world, database_url, queue, reached)
    assert await count(world, {"state": "queued"}) in {0, 10}, "all ten or none"
    await asyncio.gather(*(Routing(world.database, world.clock).route(W, queue) for _ in range(2)))
    assert await world.states() == {"queued": 10, "closed": 190}
    assert await world.line(queue) == ids[:10]
    await world.check_counters()


async def test_while_it_hands_out(world: QueueWorld, database_url: str) -> None:
    people = [f"op{number:02}" for number in range(60)]
    for person in people:
        await world.add_operator(person, capacity=10)
    queue = await world.add_queue(operator_ids=tuple(people))
    ids = await world.arrive(queue, 700)
    await world.routing.route(W, queue)
    await world.database.operators.update_many({"_id": {"$in": people}}, {"$set": {"status": "ready"}})

    async def reached() -> bool:
        return await count(world, {"state": "assigned"}) > 0

    await kill_when(world, database_url, queue, reached)
    taken = await world.database.conversations.distinct("_id", {"state": "assigned"})
    assert sorted(taken) == sorted(ids[: len(taken)]), "those at the head of the line"
    await asyncio.gather(*(Routing(world.database, world.clock).route(W, queue) for _ in range(2)))
    assert [len(await world.held(person)) for person in people] == [10] * 60
    assert await world.line(queue) == ids[600:]
    await world.check_counters()
