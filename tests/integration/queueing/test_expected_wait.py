"""The expected wait as part of a conversation: of everybody who waits, in the API and in events."""

from __future__ import annotations

from datetime import timedelta

from inbox.conversation.conversation_reading import read_conversations
from tests.integration.queueing.queue_world import OWNER, QueueWorld, W


async def waits(world: QueueWorld, ids: list[str]) -> list[int | None]:
    views = await read_conversations(world.database, W, ids, now=world.clock.now())
    return [views[id_].expected_wait_seconds for id_ in ids]


async def test_twenty_assignments_make_a_number(world: QueueWorld) -> None:
    await world.add_operator("ann", status="ready", capacity=1)
    queue = await world.add_queue(operator_ids=("ann",))
    ids = await world.arrive(queue, 23)
    await world.routing.route(W, queue)
    assert await waits(world, ids[1:3]) == [None, None], "one assignment is no pace"
    for done in ids[:19]:
        world.clock.advance(timedelta(seconds=60))
        await world.close(done)
        await world.routing.route(W, queue)
    assert await waits(world, ids[19:]) == [None, 60, 120, 180], "one a minute"
    world.clock.advance(timedelta(minutes=31))
    assert await waits(world, ids[20:]) == [None, None, None], "a pace of long ago is none"


async def test_who_can_be_taken_at_once_waits_for_nothing(world: QueueWorld) -> None:
    await world.add_operator("ann", capacity=2)
    queue = await world.add_queue(operator_ids=("ann",))
    ids = await world.arrive(queue, 3)
    await world.routing.route(W, queue)
    await world.set_status("ann", "ready")
    assert await waits(world, ids) == [0, 0, None]
    await world.database.operators.update_one({"_id": "ann"}, {"$set": {"next_status": "offline"}})
    assert await waits(world, ids) == [None, None, None], "who plans another status takes nobody"


async def test_assignments_by_hand_are_a_pace_too(world: QueueWorld) -> None:
    await world.set_workspace(manual_over_capacity=True)
    queue = await world.add_queue()
    ids = await world.arrive(queue, 21)
    await world.routing.route(W, queue)
    await world.add_operator("ann", status="ready", capacity=1, load=1)
    for taken in ids[:20]:
        world.clock.advance(timedelta(seconds=30))
        await world.transfers.assign(OWNER, taken, "boss")
    assert await waits(world, ids[20:]) == [None], "nobody is there"
    await world.database.queues.update_one({"_id": queue}, {"$set": {"operator_ids": ["ann"]}})
    assert await waits(world, ids[20:]) == [30]
