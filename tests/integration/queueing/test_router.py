"""The worker's routing: wake-ups, sweeps, what became of a queue that is gone."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from inbox.storage.runtime import Runtime
from tests.integration.queueing.queue_world import QueueWorld, W
from workers.routing.route import ROUTED_AT_ONCE, Router


class Spoken:
    """Counts how often texts were asked for."""

    def __init__(self) -> None:
        self.times = 0

    def __call__(self) -> None:
        self.times += 1


@pytest.fixture
def spoken() -> Spoken:
    return Spoken()


@pytest.fixture
def routers(runtime: Runtime, spoken: Spoken) -> list[Router]:
    """Two, as in two processes."""
    return [Router(runtime, spoken) for _ in range(2)]


async def drain(routers: list[Router]) -> None:
    for router in routers:
        await router.drain()


async def test_a_wake_up_routes_and_lets_speak(world: QueueWorld, routers: list[Router], spoken: Spoken) -> None:
    await world.add_operator("ann", status="ready", capacity=3)
    queue = await world.add_queue(operator_ids=("ann",))
    ids = await world.arrive(queue, 5)
    for router in routers * 3:
        router.wake(queue)
    await drain(routers)
    assert await world.held("ann") == sorted(ids[:3])
    assert await world.line(queue) == ids[3:]
    assert spoken.times > 0
    await world.check_counters()


async def test_no_wake_up_is_lost_at_the_end_of_a_run(world: QueueWorld, routers: list[Router]) -> None:
    """Each arrival wakes one router, in whatever moment of the run before: no sweep helps here."""
    queue = await world.add_queue()
    ids = []
    for number in range(40):
        ids += await world.arrive(queue)
        routers[0].wake(queue)
        await asyncio.sleep(0.001 * (number % 13))
    await routers[0].drain()
    assert await world.line(queue) == ids


async def test_the_sweep_finds_what_a_lost_wake_up_left(world: QueueWorld, routers: list[Router]) -> None:
    await world.add_operator("ann", capacity=1)
    queue = await world.add_queue(operator_ids=("ann",))
    ids = await world.arrive(queue, 2)
    await asyncio.gather(*(router.sweep() for router in routers))
    await drain(routers)
    assert await world.line(queue) == ids
    await world.set_status("ann", "ready")
    await routers[0].sweep()
    await drain(routers)
    assert await world.held("ann") == ids[:1]


async def test_one_overflow_wakes_the_next_queue(world: QueueWorld, routers: list[Router]) -> None:
    last = await world.add_queue(name="Last")
    first = await world.add_queue(limit=1, on_overflow="transfer", next_queue_id=last)
    ids = await world.arrive(first, 3)
    routers[0].wake(first)
    await drain(routers)
    assert (await world.line(first), await world.line(last)) == (ids[:1], ids[1:])


async def test_who_came_for_a_deleted_queue_gets_the_channels_queue(world: QueueWorld, routers: list[Router]) -> None:
    queue = await world.add_queue()
    await world.database.channels.insert_one({"_id": "c1", "workspace_id": W, "name": "Shop", "queue_id": queue})
    ids = await world.arrive("gone", 2)
    await routers[0].sweep()
    await drain(routers)
    assert await world.line(queue) == ids
    await world.database.channels.update_one({"_id": "c1"}, {"$set": {"queue_id": None}})
    (lost,) = await world.arrive("gone")
    await routers[0].sweep()
    await drain(routers)
    placed = await world.conversation(lost)
    assert (placed["state"], placed["queue_id"]) == ("queued", None)
    await world.check_counters()


async def test_what_time_brings(world: QueueWorld, routers: list[Router]) -> None:
    queue = await world.add_queue(max_wait_seconds=60, operator_ids=())
    (waiting,) = await world.arrive(queue)
    routers[0].wake(queue)
    await drain(routers)
    world.clock.advance(timedelta(seconds=61))
    await asyncio.gather(*(router.tend() for router in routers))
    assert (await world.conversation(waiting))["close_reason"] == "queue_timeout"
    await routers[0].recount()
    await world.check_counters()


async def test_a_router_that_stops_leaves_nothing_half_done(world: QueueWorld, routers: list[Router]) -> None:
    queue = await world.add_queue(limit=10)
    await world.arrive(queue, 100)
    routers[0].wake(queue)
    await asyncio.sleep(0)
    await routers[0].stop()
    await world.database.leases.delete_many({})
    routers[1].wake(queue)
    await drain(routers)
    assert await world.states() == {"queued": 10, "closed": 90}
    await world.check_counters()


async def test_queues_that_share_an_operator_are_served_as_one_line(world: QueueWorld, routers: list[Router]) -> None:
    """Whoever has waited longest comes first, in whichever queue."""
    await world.add_operator("ann", capacity=1)
    late = await world.add_queue(name="Late", operator_ids=("ann",))
    early = await world.add_queue(name="Early", operator_ids=("ann",))
    second = await world.add_queue(name="Second", operator_ids=("ann",))
    expected = []
    for queue in (early, second, early, late, late, second):
        (id_,) = await world.arrive(queue)
        await world.routing.route(W, queue)
        expected.append(id_)
        world.clock.advance(timedelta(seconds=60))
    await world.set_status("ann", "ready")
    served = []
    while len(served) < len(expected):
        await routers[0].wake_all(W)
        await drain(routers)
        (now_served,) = await world.held("ann")
        served.append(now_served)
        await world.close(now_served)
    assert served == expected


async def test_many_queues_at_once_have_their_turns(world: QueueWorld, routers: list[Router]) -> None:
    queues = [await world.add_queue(name=f"Queue {number}") for number in range(3 * ROUTED_AT_ONCE)]
    lines = {queue: await world.arrive(queue, 2) for queue in queues}
    for queue in queues:
        routers[0].wake(queue)
    await routers[0].drain()
    assert {queue: await world.line(queue) for queue in queues} == lines
