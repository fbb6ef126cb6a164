"""Targets on the real database: what is shown, told and decided, whenever and however often somebody looks."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta
from typing import Any

import pytest

from inbox.foundation.ids import new_id
from inbox.model.deadlines import NEVER
from inbox.stream.events import decode_items
from queueing.deadlines.deadline_sweep import DeadlineSweep
from queueing.settings.team_models import BusinessHoursFields
from queueing.settings.team_settings import BUSINESS_HOURS, SettingStore
from queueing.targets.target_marks import KNOWN_AFTER
from queueing.targets.target_sweep import TargetSweep
from queueing.transfers.reopening import Reopening
from tests.integration.queueing.queue_world import OWNER, QueueWorld, W, operator
from workers.deadlines.keep_targets import TargetMarker
from workers.relay.relay_source import EventDocument, Place

ANN = operator("ann")


class Waits:
    """Customers who wait for answers, with time in our hands."""

    def __init__(self, world: QueueWorld) -> None:
        self.world = world
        self.database = world.database
        self.sweep = TargetSweep(world.database, world.clock)
        self.marker = TargetMarker(world.database, world.clock)
        self._seq = 0

    async def say(self, conversation_id: str, who: str) -> None:
        self._seq += 1
        kind = {"kind": "contact", "id": "k"} if who == "customer" else {"kind": "operator", "id": who}
        message = {
            "_id": new_id(),
            "workspace_id": W,
            "conversation_id": conversation_id,
            "seq": self._seq,
            "direction": "in" if who == "customer" else "out",
            "author": kind,
            "content": {"type": "text", "text": "?"},
            "created_at": self.world.clock.now(),
        }
        await self.database.messages.insert_one(message)
        await self.tell("message.created", conversation_id)

    async def tell(self, type_: str, conversation_id: str, *, times: int = 1) -> None:
        """Have the relay tell, as it does after each commit, and after a kill once more."""
        item = [{"conversation_id": conversation_id}, {"type": type_}]
        document = EventDocument(Place(), W, 1, json.dumps([item]).encode())
        for _ in range(times):
            await self.marker.write([document])

    async def pass_(self, seconds: float) -> None:
        self.world.clock.advance(timedelta(seconds=seconds))
        await self.look()

    async def look(self) -> None:
        while await self.sweep.look_due():
            continue

    async def target(self, conversation_id: str) -> Any:
        target = (await self.world.conversation(conversation_id)).get("target")
        return target and (target["kind"], (target["due_at"] - target["since"]).seconds, target["breached"])

    async def told(self) -> list[str]:
        documents = await self.database.events.find({}).sort("_id", 1).to_list(None)
        types = [json.loads(bytes(item.body))["type"] for events in documents for item in decode_items(events["items"])]
        return [type_ for type_ in types if type_.startswith("sla.")]

    async def decided(self) -> list[tuple[str, bool]]:
        found = await self.database.answer_waits.find({}).sort("at", 1).to_list(None)
        return [(wait["kind"], wait["breached"]) for wait in found]


@pytest.fixture
def waits(world: QueueWorld) -> Waits:
    return Waits(world)


async def assigned_to_ann(waits: Waits, **queue: Any) -> tuple[str, str]:
    """Return a queue with targets, and a conversation of it that an operator has."""
    world = waits.world
    await world.add_operator("ann", status="ready")
    queue_id = await world.add_queue(
        operator_ids=("ann",), **{"first_answer_target_seconds": 60, "next_answer_target_seconds": 100} | queue
    )
    (conversation_id,) = await world.arrive(queue_id)
    await world.routing.route(W, queue_id)
    await waits.say(conversation_id, "customer")
    await waits.look()
    return queue_id, conversation_id


async def test_first_and_next_answers(waits: Waits) -> None:
    _, one = await assigned_to_ann(waits)
    assert await waits.target(one) == ("first_answer", 60, False)
    await waits.pass_(50)
    assert await waits.told() == ["sla.due"]
    await waits.say(one, "ann")
    await waits.pass_(0)
    assert await waits.target(one) is None
    await waits.say(one, "customer")
    await waits.pass_(99)
    assert await waits.target(one) == ("next_answer", 100, False)
    await waits.pass_(2)
    assert await waits.target(one) == ("next_answer", 100, True)
    assert await waits.told() == ["sla.due", "sla.due", "sla.breached"]
    await waits.say(one, "ann")
    await waits.pass_(1000)
    assert await waits.decided() == [("first_answer", False), ("next_answer", True)]
    assert await waits.sweep.next_due() is None


async def test_several_look_at_once_and_everything_is_told_once(waits: Waits) -> None:
    _, one = await assigned_to_ann(waits)
    waits.world.clock.advance(timedelta(seconds=61))
    sweeps = [TargetSweep(waits.database, waits.world.clock) for _ in range(4)]
    for _ in range(3):
        await asyncio.gather(*(sweep.look_due() for sweep in sweeps), waits.tell("message.created", one, times=2))
    assert await waits.told() == ["sla.breached"]
    assert await waits.decided() == [("first_answer", True)]


async def test_a_late_sweep_decides_by_the_time_of_the_answers(waits: Waits) -> None:
    _, one = await assigned_to_ann(waits)
    clock = waits.world.clock
    clock.advance(timedelta(seconds=59))
    await waits.say(one, "ann")
    await waits.say(one, "customer")
    clock.advance(timedelta(seconds=101))
    await waits.say(one, "ann")
    clock.advance(timedelta(hours=1))
    await waits.look()
    assert await waits.decided() == [("first_answer", False), ("next_answer", True)]
    assert await waits.told() == []  # nobody waits any more


async def test_a_transfer_takes_the_wait_along(waits: Waits) -> None:
    _, one = await assigned_to_ann(waits)
    other = await waits.world.add_queue(operator_ids=("ann",), first_answer_target_seconds=300)
    plain = await waits.world.add_queue(operator_ids=("ann",))
    await waits.pass_(50)
    await waits.world.transfers.to_queue(ANN, one, other)
    await waits.tell("conversation.transferred", one)
    await waits.pass_(0)
    assert await waits.target(one) == ("first_answer", 300, False)
    await waits.world.transfers.to_queue(OWNER, one, plain)
    await waits.tell("conversation.transferred", one)
    await waits.pass_(1000)
    assert await waits.target(one) is None
    assert await waits.told() == ["sla.due"]


async def test_a_close_and_its_undoing(waits: Waits) -> None:
    _, one = await assigned_to_ann(waits)
    await waits.pass_(61)
    await waits.world.close(one)
    await waits.tell("conversation.closed", one)
    await waits.pass_(1)
    assert (await waits.world.conversation(one)).get("target") is None
    await waits.database.conversations.update_one({"_id": one}, {"$set": {"closed_by": "operator:boss"}})
    await Reopening(waits.database, waits.world.clock, waits.world.transfers).reopen(OWNER, one)
    await waits.tell("conversation.assigned", one)
    await waits.pass_(1)
    assert await waits.target(one) == ("first_answer", 60, True)
    assert await waits.told() == ["sla.breached"]  # of this wait it was told before


@pytest.mark.parametrize(("seconds", "due_after"), [(300, 300), (20, 30), (None, None)])
async def test_a_changed_target_counts_for_those_who_wait(
    waits: Waits, seconds: int | None, due_after: int | None
) -> None:
    """Never into the past: what would have been due is due with the change."""
    queue, one = await assigned_to_ann(waits)
    await waits.pass_(30)
    await waits.world.queues.patch(W, queue, {"first_answer_target_seconds": seconds})
    await DeadlineSweep(waits.database, waits.world.clock).check_due()
    await waits.pass_(KNOWN_AFTER.total_seconds())
    target = await waits.target(one)
    assert target == (due_after and ("first_answer", due_after, due_after == 30))


async def test_opening_hours_stop_the_clock(waits: Waits) -> None:
    """The test's clock stands at some moment of a day: hours are set around it."""
    world = waits.world
    hours = SettingStore(world.database, world.clock, BUSINESS_HOURS)
    closed = BusinessHoursFields(name="Never", time_zone="UTC")
    made = await world.database.transaction(lambda session: hours.create(W, closed, session=session))
    _, one = await assigned_to_ann(waits, business_hours_id=made.id)
    await waits.pass_(3600)
    assert await waits.target(one) is None
    always = {day: [{"from": "00:00", "to": "24:00"}] for day in ("monday", "tuesday", "wednesday", "thursday")}
    await hours.patch(W, made.id, {"week": always | dict.fromkeys(("friday", "saturday", "sunday"), always["monday"])})
    await DeadlineSweep(waits.database, world.clock).check_due()
    await waits.pass_(KNOWN_AFTER.total_seconds())
    assert await waits.target(one) == ("first_answer", 3600, True)  # due with the change of the hours


async def test_what_is_over_is_forgotten(waits: Waits) -> None:
    _, one = await assigned_to_ann(waits)
    await waits.world.close(one)
    await waits.tell("conversation.closed", one)
    await waits.pass_(1)
    look = await waits.database.target_looks.find_one({"_id": one})
    assert look is not None
    assert (look["look_at"], look["gone_at"]) == (NEVER, waits.world.clock.now())


async def test_nobody_pays_who_has_no_targets(waits: Waits) -> None:
    queue = await waits.world.add_queue()
    (one,) = await waits.world.arrive(queue)
    await waits.say(one, "customer")
    assert await waits.database.target_looks.count_documents({}) == 0


async def test_lost_events_are_made_up_for(waits: Waits) -> None:
    """The relay begins anew behind events that it never read: all conversations under targets are looked at."""
    queue = await waits.world.add_queue(first_answer_target_seconds=60)
    (one,) = await waits.world.arrive(queue)
    await waits.world.routing.route(W, queue)
    message = {"_id": new_id(), "workspace_id": W, "conversation_id": one, "seq": 1, "direction": "in"}
    said = {"author": {"kind": "contact", "id": "k"}, "created_at": waits.world.clock.now()}
    await waits.database.messages.insert_one({**message, **said, "content": {"type": "text", "text": "?"}})
    await waits.marker.look_everywhere()
    await DeadlineSweep(waits.database, waits.world.clock).check_due()
    await waits.pass_(KNOWN_AFTER.total_seconds())
    assert await waits.target(one) == ("first_answer", 60, False)
