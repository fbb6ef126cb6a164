"""What a worker closes gives its place to the next one at once, not with a later sweep."""

from __future__ import annotations

from datetime import timedelta

import pytest

from inbox.storage.runtime import Runtime
from tests.integration.queueing.queue_world import QueueWorld, W
from workers.deadlines.fire_deadlines import DeadlineKeeper
from workers.routing.route import Router


def _silent() -> None:
    """Nobody speaks."""


@pytest.fixture
def router(runtime: Runtime) -> Router:
    return Router(runtime, _silent)


async def _channel(world: QueueWorld, queue: str, **rule: int) -> None:
    channel = {"_id": "c1", "workspace_id": W, "name": "Shop", "queue_id": queue, "auto_close": rule}
    await world.database.channels.insert_one(channel)


async def test_an_auto_close_drains_the_queue(world: QueueWorld, runtime: Runtime, router: Router) -> None:
    await world.add_operator("ann", status="ready", capacity=1)
    queue = await world.add_queue(operator_ids=("ann",))
    await _channel(world, queue, assigned_seconds=600)
    first, second = await world.arrive(queue, 2)
    await world.routing.route(W, queue)
    assert await world.held("ann") == [first]
    world.clock.advance(timedelta(seconds=600))
    await DeadlineKeeper(runtime, _silent, router.wake_all).fire_all()
    await router.drain()
    assert await world.held("ann") == [second]
    await world.check_counters()


async def test_the_gone_ones_conversations_find_somebody(world: QueueWorld, router: Router) -> None:
    await world.set_workspace(return_after_seconds=0)
    await world.add_operator("ann", status="ready", capacity=1)
    await world.add_operator("ben", capacity=1)
    queue = await world.add_queue(operator_ids=("ann", "ben"))
    (conversation,) = await world.arrive(queue)
    await world.routing.route(W, queue)
    await world.set_status("ben", "ready")
    await world.database.operators.update_one(
        {"_id": "ann"}, {"$set": {"status": "offline", "away_since": world.clock.now()}}
    )
    await router.tend()
    await router.drain()
    assert await world.held("ben") == [conversation]


async def test_who_waited_too_long_is_handed_on_at_once(world: QueueWorld, router: Router) -> None:
    await world.add_operator("ann", status="ready", capacity=1)
    last = await world.add_queue(name="Last", operator_ids=("ann",))
    first = await world.add_queue(max_wait_seconds=60, on_max_wait="transfer", next_queue_id=last)
    (conversation,) = await world.arrive(first)
    await world.routing.route(W, first)
    world.clock.advance(timedelta(seconds=61))
    await router.tend()
    await router.drain()
    assert await world.held("ann") == [conversation]
