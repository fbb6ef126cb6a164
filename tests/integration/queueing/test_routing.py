"""Queues under many hands at once, on the real database."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import timedelta
from typing import Any

import msgspec
import pytest

from inbox.conversation.conversation_reading import read_conversations
from inbox.foundation.problems import ProblemError
from inbox.stream.events import decode_items
from queueing.routing.route_queue import Routing
from queueing.transfers.priorities import set_priority
from tests.integration.queueing.queue_world import OWNER, QueueWorld, W, operator


async def events(world: QueueWorld) -> list[tuple[str, dict[str, Any]]]:
    """Return what was told of conversations, in order."""
    documents = await world.database.events.find({}).sort("_id", 1).to_list(None)
    bodies = [msgspec.json.decode(item.body) for document in documents for item in decode_items(document["items"])]
    return [(body["type"], body["data"]) for body in bodies if body["type"].startswith("conversation.")]


async def test_two_hundred_at_once_leave_ten(world: QueueWorld) -> None:
    queue = await world.add_queue(limit=10)
    ids = await world.arrive(queue, 200)
    await asyncio.gather(*(Routing(world.database, world.clock).route(W, queue) for _ in range(3)))
    assert await world.states() == {"queued": 10, "closed": 190}
    assert await world.line(queue) == ids[:10]
    assert (await world.queue(queue))["waiting"] == 10
    assert set(await world.database.conversations.distinct("close_reason", {"open": False})) == {"queue_full"}
    await world.check_counters()


@pytest.mark.parametrize("steps", [1, 5, 17, 40])
async def test_also_when_a_router_dies_in_the_middle(world: QueueWorld, steps: int) -> None:
    queue = await world.add_queue(limit=10)
    ids = await world.arrive(queue, 200)
    dying = asyncio.create_task(world.routing.route(W, queue))
    for _ in range(steps * 10):
        await asyncio.sleep(0)
    dying.cancel()
    await asyncio.gather(dying, return_exceptions=True)
    await Routing(world.database, world.clock).route(W, queue)
    assert await world.states() == {"queued": 10, "closed": 190}
    assert await world.line(queue) == ids[:10]
    await world.check_counters()


async def test_what_finds_no_room_tries_the_next_queue(world: QueueWorld) -> None:
    last = await world.add_queue(name="Last", limit=3)
    first = await world.add_queue(name="First", limit=2, on_overflow="transfer", next_queue_id=last)
    ids = await world.arrive(first, 8)
    routed = await world.routing.route(W, first)
    assert routed.overflowed_to == last
    await world.routing.route(W, last)
    assert (await world.line(first), await world.line(last)) == (ids[:2], ids[2:5])
    assert [(await world.conversation(i))["close_reason"] for i in ids[5:]] == ["queue_full"] * 3
    log = (await world.conversation(ids[2]))["routing_log"]
    assert [(n["answer"], n["queue_id"]) for n in log] == [("overflowed", first), ("queued", last)]


async def test_four_routers_never_exceed_a_capacity(world: QueueWorld) -> None:
    for number in range(6):
        await world.add_operator(f"op{number}", status="ready", capacity=number % 3 + 1)
    queue = await world.add_queue(operator_ids=tuple(f"op{n}" for n in range(6)), strategy="least_busy")
    ids = await world.arrive(queue, 30)
    await asyncio.gather(*(Routing(world.database, world.clock).route(W, queue) for _ in range(4)))
    assert [len(await world.held(f"op{n}")) for n in range(6)] == [1, 2, 3, 1, 2, 3]
    taken = {i for n in range(6) for i in await world.held(f"op{n}")}
    assert taken == set(ids[:12])
    assert await world.line(queue) == ids[12:]
    await world.check_counters()


async def test_an_operator_of_two_queues_is_filled_once(world: QueueWorld) -> None:
    await world.add_operator("ann", status="ready", capacity=3)
    queues = [await world.add_queue(name=name, operator_ids=("ann",)) for name in ("A", "B")]
    for queue in queues:
        await world.arrive(queue, 5)
    await asyncio.gather(*(world.routing.route(W, queue) for queue in queues for _ in range(2)))
    assert len(await world.held("ann")) == 3
    await world.check_counters()


async def test_two_who_grab_the_same_conversation(world: QueueWorld) -> None:
    queue = await world.add_queue()
    await world.add_operator("ann", status="online")
    await world.add_operator("ben", status="online")
    callers = [operator(name, queues=[queue]) for name in ("ann", "ben")]
    for _ in range(5):
        (conversation,) = await world.arrive(queue)
        await world.routing.route(W, queue)
        outcomes = await asyncio.gather(
            *(world.transfers.assign(c, conversation, c.id) for c in callers), return_exceptions=True
        )
        faults = [o.code for o in outcomes if isinstance(o, ProblemError)]
        assert faults == ["not_found"], "the loser does not see it any more"
        await world.close(conversation)
    await world.check_counters()


async def test_a_transferred_one_goes_to_the_end_without_priority(world: QueueWorld) -> None:
    queue = await world.add_queue(operator_ids=("boss",))
    await world.set_status("boss", "online")
    (first,) = await world.arrive(queue, priority=9)
    second, third = await world.arrive(queue, 2)
    await world.routing.route(W, queue)
    assert await world.line(queue) == [first, second, third]
    await world.transfers.to_queue(OWNER, first, queue)
    assert await world.line(queue) == [second, third, first]
    assert (await world.conversation(first))["priority"] == 0
    await world.transfers.assign(OWNER, second, "boss")
    await world.transfers.to_queue(OWNER, second, queue)
    assert await world.line(queue) == [third, first, second]
    await world.check_counters()


async def test_nobody_overtakes(world: QueueWorld) -> None:
    await world.add_operator("ann", capacity=2)
    queue = await world.add_queue(operator_ids=("ann",))
    low = await world.arrive(queue, 3)
    high = await world.arrive(queue, 2, priority=5)
    await world.routing.route(W, queue)
    order = [*high, *low]
    await world.set_status("ann", "ready")
    while order:
        await world.routing.route(W, queue)
        assert set(await world.held("ann")) == set(order[:2])
        await world.close(order.pop(0))
    await world.check_counters()


async def test_a_queue_edited_while_full(world: QueueWorld) -> None:
    queue = await world.add_queue(limit=3)
    first = await world.arrive(queue, 3)
    await world.routing.route(W, queue)
    await world.queues.patch(W, queue, {"limit": 1})
    assert await world.line(queue) == first, "a lower limit sends nobody away"
    (late,) = await world.arrive(queue)
    await world.routing.route(W, queue)
    assert (await world.conversation(late))["close_reason"] == "queue_full"
    more = await world.arrive(queue, 4)
    await asyncio.gather(world.queues.patch(W, queue, {"limit": 5}), world.routing.route(W, queue))
    assert (await world.line(queue)) in ([*first, *more[:2]], first)
    await world.check_counters()


async def test_who_waited_too_long_is_closed_or_goes_on(world: QueueWorld) -> None:
    other = await world.add_queue(name="Other", limit=1)
    queue = await world.add_queue(max_wait_seconds=60, on_max_wait="transfer", next_queue_id=other)
    ids = await world.arrive(queue, 2)
    await world.routing.route(W, queue)
    world.clock.advance(timedelta(seconds=59))
    assert await world.longest_wait.expire(W, queue) == 0
    world.clock.advance(timedelta(seconds=1))
    assert await world.longest_wait.expire(W, queue) == 2
    assert await world.line(other) == ids[:1]
    assert (await world.conversation(ids[1]))["close_reason"] == "queue_timeout"
    await world.check_counters()


async def test_a_queue_deleted_while_people_wait_and_come(world: QueueWorld) -> None:
    target = await world.add_queue(name="Target", limit=2)
    queue = await world.add_queue(operator_ids=("boss",))
    ids = await world.arrive(queue, 150)
    await world.routing.route(W, queue)
    await world.arrive(queue, 5)
    await asyncio.gather(
        world.removal.delete(W, queue, move_to=target),
        world.transfers.assign(OWNER, ids[3], "boss"),
    )
    assert await world.queue(queue) is None
    assert [i for i in ids if i != ids[3]] == await world.line(target)
    assert (await world.conversation(ids[3]))["queue_id"] == target
    await world.check_counters()


async def test_drift_is_found_and_repaired(world: QueueWorld) -> None:
    queue = await world.add_queue()
    await world.arrive(queue, 3)
    await world.routing.route(W, queue)
    await world.database.queues.update_one({"_id": queue}, {"$set": {"waiting": 7}})
    await world.database.operators.update_one({"_id": "boss"}, {"$set": {"load": 2}})
    drifts = await world.recount.recount()
    assert Counter((d.collection, d.counted, d.stored) for d in drifts) == {("queues", 3, 7): 1, ("operators", 0, 2): 1}
    assert (await world.queue(queue))["waiting"] == 3
    await world.check_counters()


async def test_who_finds_somebody_free_does_not_count_as_waiting(world: QueueWorld) -> None:
    """The limit is for those who wait: three are taken at once, two wait, one is too many."""
    await world.add_operator("ann", status="ready", capacity=3)
    queue = await world.add_queue(limit=2, operator_ids=("ann",))
    ids = await world.arrive(queue, 6)
    await world.routing.route(W, queue)
    assert await world.held("ann") == sorted(ids[:3])
    assert await world.line(queue) == ids[3:5]
    assert (await world.conversation(ids[5]))["close_reason"] == "queue_full"
    await world.check_counters()


async def test_who_is_handed_out_at_once_was_queued_before(world: QueueWorld) -> None:
    """One transaction, and yet the same steps: two events with places and versions, and the log of both rules."""
    await world.add_operator("ann", status="ready", capacity=2)
    queue = await world.add_queue(operator_ids=("ann",))
    ids = await world.arrive(queue, 3)
    await world.routing.route(W, queue)
    told = await events(world)
    assert [(type_, ids.index(c["id"]), c["version"], c["queue_position"]) for type_, c in told] == [
        ("conversation.queued", 0, 2, 1),
        ("conversation.queued", 1, 2, 2),
        ("conversation.queued", 2, 2, 1),
        ("conversation.assigned", 0, 3, None),
        ("conversation.assigned", 1, 3, None),
    ]
    assert [(c["state"], c["operator_id"]) for _, c in told] == [("queued", None)] * 3 + [("assigned", "ann")] * 2
    first = await world.conversation(ids[0])
    assert (first["version"], [note["rule"] for note in first["routing_log"]]) == (3, ["admission", "distribution"])
    assert (await world.conversation(ids[2]))["version"] == 2


@pytest.mark.parametrize("count", [3, 20])
async def test_what_is_told_is_what_is_stored(world: QueueWorld, count: int) -> None:
    """Events show the values that the statements stored, with few and with many conversations at once."""
    for number in range(count):
        await world.add_operator(f"op{number}", status="ready", capacity=1)
    queue = await world.add_queue(operator_ids=tuple(f"op{n}" for n in range(count)))
    ids = await world.arrive(queue, count + 5)
    await world.routing.route(W, queue)
    stored = await read_conversations(world.database, W, ids, now=world.clock.now())
    told = {conversation["id"]: conversation for _, conversation in await events(world)}
    assert {id_: msgspec.json.decode(msgspec.json.encode(view)) for id_, view in stored.items()} == told


async def test_a_changed_priority_changes_the_line_and_who_is_next(world: QueueWorld) -> None:
    await world.add_operator("ann", capacity=2)
    queue = await world.add_queue(operator_ids=("ann",))
    first, second, third = await world.arrive(queue, 3)
    await world.routing.route(W, queue)
    await set_priority(world.database, OWNER, third, 5, now=world.clock.now())
    assert await world.line(queue) == [third, first, second]
    await set_priority(world.database, OWNER, second, 5, now=world.clock.now())
    assert await world.line(queue) == [second, third, first]  # of equal priority who has waited longest
    await world.set_status("ann", "ready")
    await world.routing.route(W, queue)
    assert sorted(await world.held("ann")) == sorted([second, third])
    await world.check_counters()


async def test_places_with_priority(world: QueueWorld) -> None:
    queue = await world.add_queue()
    await world.arrive(queue, 2, priority=5)
    await world.arrive(queue, 3)
    await world.routing.route(W, queue)
    high = await world.arrive(queue, 1, priority=5)
    low = await world.arrive(queue, 1)
    await world.routing.route(W, queue)
    places = {conversation["id"]: conversation["queue_position"] for _, conversation in await events(world)}
    assert (places[high[0]], places[low[0]]) == (3, 7)


async def test_who_plans_another_status_is_nobody_for_new_ones(world: QueueWorld) -> None:
    await world.add_operator("ann", status="ready", next_status="offline", load=1)
    queue = await world.add_queue(operator_ids=("ann",), hold_when_nobody=False)
    (late,) = await world.arrive(queue)
    await world.routing.route(W, queue)
    closed = await world.conversation(late)
    assert closed["close_reason"] == "no_operators"
    assert [(note["rule"], note["answer"]) for note in closed["routing_log"]] == [("admission", "no_operators")]
