"""Routing without the queue's lease: whoever meets, dies or loses an answer, limits, capacities and the order hold."""

from __future__ import annotations

import asyncio
from random import Random

import pytest

from inbox.foundation.clock import FixedClock
from inbox.foundation.ending_tasks import end_tasks
from inbox.storage.database import Database, is_transient, is_unavailable
from inbox.storage.runtime import Runtime
from queueing.routing.route_queue import Routing
from tests.integration.inbox.cutting_proxy import CuttingProxy, Where
from tests.integration.queueing.queue_world import QueueWorld, W
from workers.routing.route import Router

BOUNDARIES = range(16)
"""A round has some ten statements."""
LIMIT = 3


def _silent() -> None:
    return None


@pytest.mark.parametrize("where", Where)
async def test_a_connection_that_breaks_between_any_two_statements(
    world: QueueWorld, database_url: str, clock: FixedClock, where: Where
) -> None:
    for after in BOUNDARIES:
        person = f"op{after:02}"
        await world.add_operator(person, status="ready", capacity=1)
        last = await world.add_queue(operator_ids=(person,))
        queue = await world.add_queue(operator_ids=(person,), limit=LIMIT, on_overflow="transfer", next_queue_id=last)
        proxy = CuttingProxy()
        with proxy.before(database_url) as through:
            database = Database(through)
            routing = Routing(database, clock)
            await routing.route_few(W, last)
            ids = await world.arrive(queue, 6)
            proxy.cut(where, after)
            try:
                await routing.route_few(W, queue)
            except Exception as error:
                if not (is_unavailable(error) or is_transient(error)):
                    raise
            database.close()
        waiting = await world.line(queue)
        assert len(waiting) in {0, LIMIT}, f"cut after {after}: all or nothing"
        await world.database.end_abandoned_transactions(resting_seconds=0)
        await world.routing.route(W, queue)
        await world.routing.route(W, last)
        assert await world.held(person) == ids[:1], f"cut after {after}"
        assert (await world.line(queue), await world.line(last)) == (ids[1:4], ids[4:]), f"cut after {after}"
        await world.check_counters()


@pytest.mark.parametrize("seed", range(6))
async def test_many_processes_that_try_at_once(world: QueueWorld, runtime: Runtime, seed: int) -> None:
    """Wake-ups come to whichever process; who finds the lease taken for long leaves the rest to the sweep."""
    random = Random(seed)
    routers = [Router(runtime, _silent) for _ in range(4)]
    people = [f"op{number}" for number in range(3)]
    for person in people:
        await world.add_operator(person, status="ready", capacity=2)
    queue = await world.add_queue(operator_ids=tuple(people), limit=LIMIT, on_overflow="close")
    ids: list[str] = []
    most = 0

    async def watch() -> None:
        nonlocal most
        while True:
            most = max(most, len(await world.line(queue)))
            await asyncio.sleep(0)

    watching = asyncio.ensure_future(watch())
    for _ in range(12):
        ids += await world.arrive(queue, random.randint(1, 3))
        for router in random.sample(routers, random.randint(1, 4)):
            router.wake(queue)
        await asyncio.sleep(0.002 * random.randint(0, 5))
        held = [one for person in people for one in await world.held(person)]
        if held and random.random() < 0.5:
            await world.close(random.choice(held))
            random.choice(routers).wake(queue)
    for router in routers:
        await router.drain()
    await routers[0].sweep()
    await routers[0].drain()
    await end_tasks([watching])
    assert most <= LIMIT
    assert "new" not in await world.states()
    line = await world.line(queue)
    held = [one for person in people for one in await world.held(person)]
    assert len(held) == 6 or not line, "somebody waits though an operator is free"
    assert [person for person in people if len(await world.held(person)) > 2] == []
    assert line == sorted(line, key=ids.index)
    if line and held:
        assert max(map(ids.index, held)) < min(map(ids.index, line)), "a newer one overtook an older one"
    await world.check_counters()


async def test_a_router_that_is_stopped_anywhere_leaves_a_round_wholly_there_or_not_at_all(
    world: QueueWorld, runtime: Runtime
) -> None:
    for turn in range(30):
        person = f"op{turn:02}"
        await world.add_operator(person, status="ready", capacity=1)
        queue = await world.add_queue(operator_ids=(person,), limit=LIMIT, on_overflow="close")
        ids = await world.arrive(queue, 6)
        routing = asyncio.ensure_future(Routing(world.database, world.clock).route_few(W, queue))
        for _ in range(turn):
            await asyncio.sleep(0)
        await end_tasks([routing])
        assert len(await world.line(queue)) in {0, LIMIT}, turn
        await Routing(world.database, world.clock).route(W, queue)
        assert (await world.held(person), await world.line(queue)) == (ids[:1], ids[1:4]), turn
        of_queue = {"queue_id": queue, "open": True}
        assert await world.database.conversations.count_documents(of_queue) == 4, turn
    await world.check_counters()
