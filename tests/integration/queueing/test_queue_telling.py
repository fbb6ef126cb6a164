"""`queue.updated` when the number of those who wait has changed: once, and not more often than each second."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import msgspec
import pytest

from inbox.stream.events import decode_items
from queueing.queues.queue_telling import QueueTelling
from tests.integration.queueing.queue_world import QueueWorld, W
from tests.overtaken import overtaken, told_from_here


async def told(world: QueueWorld, queue_id: str) -> list[int]:
    """The numbers of the queue's events, in order."""
    bodies = [
        msgspec.json.decode(item.body)
        async for document in world.database.events.find({}).sort("_id", 1)
        for item in decode_items(document["items"])
    ]
    return [b["data"]["waiting"] for b in bodies if b["type"] == "queue.updated" and b["data"]["id"] == queue_id]


async def tell(world: QueueWorld) -> int:
    """Let three workers tell at once."""
    tellings = [QueueTelling(world.database, world.clock) for _ in range(3)]
    return sum(await asyncio.gather(*(telling.tell_changed() for telling in tellings)))


async def test_a_change_is_told_once(world: QueueWorld) -> None:
    queue = await world.add_queue()
    await world.add_queue(name="Quiet")
    assert await tell(world) == 0
    ids = await world.arrive(queue, 3)
    await world.routing.route(W, queue)
    assert await tell(world) == 1
    assert await tell(world) == 0
    for conversation in ids:
        await world.close(conversation)
    assert await tell(world) == 0, "not before a second has passed"
    world.clock.advance(timedelta(seconds=1))
    assert await tell(world) == 1
    assert await told(world, queue) == [0, 3, 0]


async def test_a_queue_that_is_gone_is_forgotten(world: QueueWorld) -> None:
    queue = await world.add_queue()
    await world.arrive(queue, 1)
    await world.routing.route(W, queue)
    await tell(world)
    await world.database.queues.delete_one({"_id": queue})
    assert await tell(world) == 0
    assert await world.database.told_queues.count_documents({}) == 0


@pytest.mark.parametrize("is_first", [True, False])
async def test_a_queue_that_is_deleted_at_the_same_moment_stays_deleted(world: QueueWorld, is_first: bool) -> None:
    queue = await world.add_queue()
    if not is_first:
        (conversation,) = await world.arrive(queue, 1)
        await world.routing.route(W, queue)
        await tell(world)
        await world.close(conversation)
        world.clock.advance(timedelta(seconds=1))
    else:
        await world.database.told_queues.delete_many({})
        (conversation,) = await world.arrive(queue, 1)
        await world.routing.route(W, queue)

    async def delete() -> None:
        if is_first:
            await world.close(conversation)
        await world.removal.delete(W, queue, move_to=None)

    async with told_from_here(world.database, "queue.updated") as told:
        await QueueTelling(overtaken(world.database, delete), world.clock).tell_changed()
        assert (await told())[-1]["deleted"]
    assert await tell(world) == 0
    assert await world.database.told_queues.count_documents({}) == 0


async def test_a_queue_that_is_renamed_at_the_same_moment_has_its_new_name(world: QueueWorld) -> None:
    queue = await world.add_queue()
    await world.arrive(queue, 1)
    await world.routing.route(W, queue)
    database = overtaken(world.database, lambda: world.queues.patch(W, queue, {"name": "New"}))
    async with told_from_here(world.database, "queue.updated") as told:
        await QueueTelling(database, world.clock).tell_changed()
        last = (await told())[-1]
    assert (last["name"], last["waiting"]) == ("New", 1)
