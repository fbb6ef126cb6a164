"""Conversations whose customers owe the answer rest: what counts, what never exceeds the capacity, who comes back."""

from __future__ import annotations

import asyncio
import random
from datetime import timedelta
from typing import Any

import pytest

from inbox.foundation.ids import new_id
from inbox.foundation.problems import ProblemError
from inbox.model.close_reasons import Close, CloseReason
from queueing.deadlines.deadline_sweep import DeadlineSweep
from queueing.operators.operator_removal import retire
from queueing.transfers.transfer_targets import transfer_targets
from tests.integration.queueing.queue_world import OWNER, QueueWorld, W, operator
from workers.deadlines.wake_resting import RestingMarker
from workers.relay.relay_source import EventDocument, Place

AFTER = 60
ANN = operator("ann")
CLOSING = Close(reason=CloseReason.OPERATOR, by="operator:boss")


class Desk:
    """An operator with a queue whose conversations rest."""

    def __init__(self, world: QueueWorld) -> None:
        self.world = world
        self.freed: list[str] = []
        self.sweep = DeadlineSweep(world.database, world.clock, on_freed=self.freed.append)
        self.marker = RestingMarker(world.database, world.clock)
        self.queue = ""
        self._seq = 0

    async def open(self, *, capacity: int, **operator_fields: Any) -> None:
        await self.world.add_operator("ann", status="ready", capacity=capacity, **operator_fields)
        self.queue = await self.world.add_queue(operator_ids=("ann",), resting_after_seconds=AFTER)

    async def say(self, conversation_id: str, *, by: str) -> None:
        """Write a message as a promise and its transaction do, and have the relay tell of it."""
        self._seq += 1
        is_ours = by != "customer"
        now = self.world.clock.now()
        message = {
            "_id": new_id(),
            "workspace_id": W,
            "conversation_id": conversation_id,
            "seq": self._seq,
            "direction": "out" if is_ours else "in",
            "author": {"kind": "operator" if is_ours else "contact", "id": by},
            "content": {"type": "text", "text": "?"},
            "created_at": now,
        }
        promised = {"$max": {"active_at": now}, "$inc": {"version": 1}}
        await self.world.database.conversations.update_one({"_id": conversation_id}, promised)
        await self.world.database.messages.insert_one(message)

    async def tell(self, conversation_id: str) -> None:
        item = b'[[{"conversation_id": "%s"}, {"type": "message.created"}]]' % conversation_id.encode()
        await self.marker.write([EventDocument(Place(), W, 1, item)])

    async def pass_(self, seconds: float) -> None:
        self.world.clock.advance(timedelta(seconds=seconds))
        while await self.sweep.check_due():
            continue

    async def counted(self, operator_id: str = "ann") -> tuple[int, int]:
        found = await self.world.operator(operator_id)
        return found.get("load", 0), found.get("resting", 0)

    async def taken(self, count: int) -> list[str]:
        """Let customers come, be answered, and say nothing more."""
        ids = await self.world.arrive(self.queue, count)
        await self.world.routing.route(W, self.queue)
        for id_ in ids:
            await self.say(id_, by="ann")
        return ids


@pytest.fixture
def desk(world: QueueWorld) -> Desk:
    return Desk(world)


async def test_who_owes_the_answer_for_long_enough_makes_room(desk: Desk) -> None:
    await desk.open(capacity=2)
    await desk.taken(2)
    await desk.pass_(AFTER - 1)
    assert await desk.counted() == (2, 0)
    await desk.pass_(1)
    assert await desk.counted() == (2, 2)
    assert desk.freed == [W]
    more = await desk.world.arrive(desk.queue, 3)
    await desk.world.routing.route(W, desk.queue)
    assert await desk.counted() == (4, 2)
    assert await desk.world.line(desk.queue) == more[2:]
    await desk.world.check_counters()


async def test_who_comes_back_counts_above_the_capacity_and_nothing_else_does(desk: Desk) -> None:
    await desk.open(capacity=1)
    (first,) = await desk.taken(1)
    await desk.pass_(AFTER)
    await desk.taken(1)
    await desk.say(first, by="customer")
    await desk.tell(first)
    await desk.pass_(0)
    assert await desk.counted() == (2, 0)
    await desk.pass_(AFTER)  # the second customer rests, the first waits for an answer
    assert await desk.counted() == (2, 1)
    third, fourth = await desk.world.arrive(desk.queue, 2)
    await desk.world.routing.route(W, desk.queue)
    assert await desk.world.line(desk.queue) == [third, fourth]


@pytest.mark.parametrize("way", ["routed", "transferred", "assigned"])
async def test_a_message_counts_from_its_own_moment_on(desk: Desk, way: str) -> None:
    """Between the message and the sweep nobody may take the place that is not there any more."""
    await desk.open(capacity=1)
    (first,) = await desk.taken(1)
    await desk.pass_(AFTER)
    await desk.say(first, by="customer")  # the relay has not told of it yet
    assert await desk.counted() == (1, 1)
    (other,) = await desk.world.arrive(desk.queue)
    await desk.world.routing.route(W, desk.queue)
    assert await desk.world.line(desk.queue) == [other]
    if way != "routed":
        give = desk.world.transfers.to_operator if way == "transferred" else desk.world.transfers.assign
        with pytest.raises(ProblemError) as refused:
            await give(OWNER, other, "ann")
        assert refused.value.code == "operator_full"


async def test_a_further_message_of_the_operator_ends_no_rest(desk: Desk) -> None:
    await desk.open(capacity=1)
    (one,) = await desk.taken(1)
    await desk.pass_(AFTER)
    await desk.say(one, by="ann")
    await desk.tell(one)
    await desk.pass_(1)
    assert await desk.counted() == (1, 1)


@pytest.mark.parametrize("off", ["setting", "transfer", "close", "give_back"])
async def test_every_end_of_a_rest_is_counted(desk: Desk, off: str) -> None:
    await desk.open(capacity=1)
    await desk.world.add_operator("ben", status="ready", capacity=1)
    (one,) = await desk.taken(1)
    await desk.pass_(AFTER)
    match off:
        case "setting":
            await desk.world.queues.patch(W, desk.queue, {"resting_after_seconds": None})
            await desk.pass_(5)
            assert await desk.counted() == (1, 0)
        case "transfer":
            await desk.world.transfers.to_operator(ANN, one, "ben")
            assert (await desk.counted(), await desk.counted("ben")) == ((0, 0), (1, 0))
        case "close":
            await desk.world.close(one)
            assert await desk.counted() == (0, 0)
        case "give_back":
            await desk.world.transfers.to_queue(ANN, one, desk.queue)
            assert await desk.counted() == (0, 0)
    assert (await desk.world.conversation(one))["rested_at"] is None
    await desk.world.check_counters()


async def test_a_planned_status_waits_for_those_who_rest_too(desk: Desk) -> None:
    """They are in hand: `load` has them, only the room does not."""
    await desk.open(capacity=1)
    await desk.taken(1)
    await desk.pass_(AFTER)
    (target,) = [
        t for t in (await transfer_targets(desk.world.database, OWNER, available_only=True)).items if t.id == "ann"
    ]
    assert target.available
    ann = await desk.world.operator("ann")
    with pytest.raises(ProblemError):
        await desk.world.database.transaction(
            lambda session: retire(desk.world.database, ann, at=desk.world.clock.now(), session=session)
        )


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_nothing_but_those_who_come_back_exceeds_a_capacity(desk: Desk, seed: int) -> None:
    """Routers, sweeps, customers, answers and closes at once: who never rested and came back fits at every moment."""
    rng, world, capacity = random.Random(seed), desk.world, 3
    await desk.open(capacity=capacity)
    came_back: set[str] = set()

    async def write(by: str) -> None:
        held = await world.held("ann")
        if not held:
            return
        one = rng.choice(held)
        if by == "customer" and (await world.conversation(one)).get("rested_at") is not None:
            came_back.add(one)
        await desk.say(one, by=by)
        if rng.random() < 0.7:  # otherwise the relay is late
            await desk.tell(one)

    async def close() -> None:
        if (held := await world.held("ann")) and rng.random() < 0.4:
            seen = await world.conversation(rng.choice(held))
            if seen["open"]:
                await world.conversations.close_as_seen(seen, CLOSING)

    async def look() -> None:
        held = {"operator_id": "ann", "open": True, "state": "assigned", "rested_at": None}
        counted = {c["_id"] async for c in world.database.conversations.find(held, {"_id": 1})}
        assert len(counted - came_back) <= capacity

    for _ in range(12):
        await world.arrive(desk.queue, rng.randrange(1, 3))
        steps = [world.routing.route(W, desk.queue), world.routing.route(W, desk.queue), desk.sweep.check_due()]
        steps += [desk.sweep.check_due(), write("customer"), write("ann"), write("ann"), close(), look()]
        rng.shuffle(steps)
        await asyncio.gather(*steps)
        await look()
        world.clock.advance(timedelta(seconds=rng.choice([5, 30, AFTER])))
    await world.check_counters()
