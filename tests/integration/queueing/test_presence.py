"""Statuses and presence: planned statuses, absences, and what becomes of the conversations of the gone."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest_asyncio

from queueing.deadlines.returning import GONE_AT_ONCE
from queueing.operators.operator_statuses import StatusRequest
from queueing.operators.operator_store import OperatorStore
from queueing.operators.presence import RENEW_SECONDS, Presence
from tests.integration.queueing.queue_world import OWNER, QueueWorld, W, operator
from tests.overtaken import overtaken, told_from_here

ANN = operator("ann")


@pytest_asyncio.fixture
async def queue(world: QueueWorld) -> str:
    await world.add_operator("ann", capacity=2)
    return await world.add_queue(operator_ids=("ann",), limit=2)


async def set_status(world: QueueWorld, status: str, next_: str | None = None) -> Any:
    return await world.statuses.set(ANN, "me", StatusRequest(status=status, next=next_))


async def log(world: QueueWorld) -> list[tuple[str, str]]:
    changes = await world.statuses.history(ANN, "me", limit=50, cursor=None)
    return [(change.reason.value, change.status) for change in reversed(changes.items)]


async def test_entering_gives_online_to_who_was_away(world: QueueWorld, queue: str) -> None:
    await world.presence.enter(ANN)
    assert (await world.operator("ann"))["status"] == "online"
    await set_status(world, "ready")
    await world.presence.enter(ANN)
    assert (await world.operator("ann"))["status"] == "ready"
    await set_status(world, "offline")
    await world.presence.enter(ANN)
    assert (await world.operator("ann"))["status"] == "offline", "who chose it while being there stays it"
    world.clock.advance(timedelta(seconds=61))
    await world.presence.enter(ANN)
    assert (await world.operator("ann"))["status"] == "online"
    assert await log(world) == [
        ("entered", "online"),
        ("chosen", "ready"),
        ("chosen", "offline"),
        ("entered", "online"),
    ]


async def test_presence_ends_after_the_grace_time(world: QueueWorld, queue: str) -> None:
    await world.presence.enter(ANN)
    await set_status(world, "ready")
    world.clock.advance(timedelta(seconds=59))
    assert await world.presence.end_absences() == 0
    await world.presence.enter(ANN)
    world.clock.advance(timedelta(seconds=59))
    assert await world.presence.end_absences() == 0
    world.clock.advance(timedelta(seconds=1))
    ended = await asyncio.gather(*(Presence(world.database, world.clock).end_absences() for _ in range(3)))
    assert sum(ended) == 1, "three workers end it once"
    assert (await world.operator("ann"))["status"] == "offline"
    assert (await log(world))[-1] == ("absent", "offline")
    assert await world.presence.end_absences() == 0


async def test_the_grace_time_is_a_setting(world: QueueWorld, queue: str) -> None:
    await world.set_workspace(presence_grace_seconds=600)
    await world.presence.enter(ANN)
    world.clock.advance(timedelta(seconds=599))
    assert await world.presence.end_absences() == 0
    world.clock.advance(timedelta(seconds=1))
    assert await world.presence.end_absences() == 1


async def test_signs_of_life_are_written_down_seldom(world: QueueWorld, queue: str) -> None:
    passed = [0.0]
    presence = Presence(world.database, world.clock, monotonic=lambda: passed[0])
    await presence.alive(ANN)
    lease = (await world.operator("ann"))["presence_until"]
    for step in (1.0, RENEW_SECONDS - 1.5, 1.0):
        passed[0] += step
        world.clock.advance(timedelta(seconds=step))
        presence.touch(ANN)
        await presence.close()
        renewed = (await world.operator("ann"))["presence_until"]
        assert (renewed > lease) is (passed[0] >= RENEW_SECONDS)


async def test_the_calls_of_a_page_before_its_socket_keep_nobody_out(world: QueueWorld, queue: str) -> None:
    world.presence.touch(ANN)
    await world.presence.close()
    assert (await world.operator("ann"))["status"] == "offline"
    await world.presence.alive(ANN)
    assert (await world.operator("ann"))["status"] == "online"


async def test_conversations_of_the_gone_return_to_their_old_place(world: QueueWorld, queue: str) -> None:
    await world.set_workspace(return_after_seconds=120)
    await set_status(world, "ready")
    first, second = await world.arrive(queue, 2, priority=3)
    await world.routing.route(W, queue)
    world.clock.advance(timedelta(seconds=1))
    later = await world.arrive(queue, 2, priority=3)
    await world.routing.route(W, queue)
    assert await world.held("ann") == sorted([first, second])
    world.clock.advance(timedelta(seconds=60))
    await world.presence.end_absences()
    assert await world.returning.return_conversations() == 0
    world.clock.advance(timedelta(seconds=119))
    assert await world.returning.return_conversations() == 0
    world.clock.advance(timedelta(seconds=1))
    assert await world.returning.return_conversations() == 2
    assert await world.line(queue) == [first, second, *later], "also above the limit"
    back = await world.conversation(first)
    assert (back["priority"], back["last_operator_id"], back["assigned_at"]) == (3, "ann", None)
    await world.check_counters()


async def test_who_comes_back_in_time_keeps_them(world: QueueWorld, queue: str) -> None:
    await world.set_workspace(return_after_seconds=120)
    await set_status(world, "ready")
    (held,) = await world.arrive(queue)
    await world.routing.route(W, queue)
    world.clock.advance(timedelta(seconds=61))
    await world.presence.end_absences()
    await world.presence.enter(ANN)
    world.clock.advance(timedelta(seconds=59))
    assert await world.returning.return_conversations() == 0
    assert await world.held("ann") == [held]


async def test_they_stay_unless_the_workspace_wants_it(world: QueueWorld, queue: str) -> None:
    await set_status(world, "ready")
    (held,) = await world.arrive(queue)
    await world.routing.route(W, queue)
    world.clock.advance(timedelta(days=2))
    await world.presence.end_absences()
    assert await world.returning.return_conversations() == 0
    assert await world.held("ann") == [held]


async def test_without_a_queue_they_wait_for_anybody(world: QueueWorld, queue: str) -> None:
    await world.set_workspace(return_after_seconds=0)
    (free,) = await world.arrive(None)
    await world.transfers.assign(OWNER, free, "ann")
    assert await world.returning.return_conversations() == 1
    back = await world.conversation(free)
    assert (back["state"], back["queue_id"], back["operator_id"]) == ("queued", None, None)
    await world.check_counters()


async def test_what_is_given_to_somebody_away_stays_a_while(world: QueueWorld, queue: str) -> None:
    await world.set_workspace(return_after_seconds=60)
    world.clock.advance(timedelta(days=1))
    (free,) = await world.arrive(None)
    await world.transfers.assign(OWNER, free, "ann")
    world.clock.advance(timedelta(seconds=59))
    assert await world.returning.return_conversations() == 0
    world.clock.advance(timedelta(seconds=1))
    assert await world.returning.return_conversations() == 1


async def test_the_gone_of_other_workspaces_hold_back_nobody(world: QueueWorld, queue: str) -> None:
    gone = {"status": "offline", "active": True, "load": 1, "away_since": world.clock.now() - timedelta(days=1)}
    others = [{"_id": f"other{n}", "workspace_id": "w0", "email": f"o{n}@x", **gone} for n in range(GONE_AT_ONCE)]
    await world.database.workspaces.insert_one({"_id": "w0", "settings": {"return_after_seconds": None}})
    await world.database.operators.insert_many(others)
    await world.set_workspace(return_after_seconds=0)
    (free,) = await world.arrive(None)
    await world.transfers.assign(OWNER, free, "ann")
    assert await world.returning.return_conversations() == 1
    assert await world.held("ann") == []


async def test_a_returned_one_has_its_longest_wait_anew(world: QueueWorld, queue: str) -> None:
    await world.queues.patch(W, queue, {"max_wait_seconds": 60})
    await world.set_workspace(return_after_seconds=0)
    await set_status(world, "ready")
    (held,) = await world.arrive(queue)
    await world.routing.route(W, queue)
    world.clock.advance(timedelta(seconds=600))
    await world.presence.end_absences()
    assert await world.returning.return_conversations() == 1
    assert await world.longest_wait.expire(W, queue) == 0
    world.clock.advance(timedelta(seconds=60))
    assert await world.longest_wait.expire(W, queue) == 1
    assert (await world.conversation(held))["close_reason"] == "queue_timeout"


async def test_a_planned_status_takes_nothing_new_and_comes_with_the_last_close(world: QueueWorld, queue: str) -> None:
    await set_status(world, "ready")
    (held,) = await world.arrive(queue)
    await world.routing.route(W, queue)
    planned = await set_status(world, "ready", "unavailable")
    assert (planned.status, planned.next_status) == ("ready", "unavailable")
    await world.arrive(queue)
    await world.routing.route(W, queue)
    assert await world.held("ann") == [held]
    assert await world.statuses.take_planned() == 0
    await world.close(held)
    assert await world.statuses.take_planned() == 1
    ann = await world.operator("ann")
    assert (ann["status"], ann["next_status"]) == ("unavailable", None)
    assert (await log(world))[-1] == ("planned", "unavailable")
    assert await world.statuses.take_planned() == 0


async def test_a_plan_can_be_dropped(world: QueueWorld, queue: str) -> None:
    await set_status(world, "ready")
    (held,) = await world.arrive(queue)
    await world.routing.route(W, queue)
    await set_status(world, "ready", "offline")
    await set_status(world, "ready")
    await world.close(held)
    assert await world.statuses.take_planned() == 0
    assert (await world.operator("ann"))["status"] == "ready"


async def test_saving_an_operator_unchanged_does_not_bring_back_an_earlier_status(
    world: QueueWorld, queue: str
) -> None:
    same = {"name": "Ann"}
    await OperatorStore(world.database, world.clock).patch(OWNER, "ann", same)
    late = overtaken(world.database, lambda: set_status(world, "ready"))
    async with told_from_here(world.database, "operator.status") as told:
        await OperatorStore(late, world.clock).patch(OWNER, "ann", same)
        assert (await told())[-1]["status"] == "ready"
