"""A document that nobody can deal with stands first in every sweep, of one workspace: the other one is served."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any, NamedTuple

import pytest

from inbox.channel.channel_directory import ChannelDirectory
from inbox.conversation.window_watch import WindowWatch
from inbox.files.gridfs_store import GridFsStore
from inbox.messages.waiting import held_row
from inbox.sending.held import HeldReplies
from inbox.storage.runtime import Runtime
from inbox.storage.sequence import SequenceClock
from queueing.deadlines.deadline_sweep import DeadlineSweep
from queueing.queues.queue_telling import QueueTelling
from queueing.routing.deleted_queues import DeletedQueues
from tests.integration.queueing.queue_world import QueueWorld, W
from tests.waiting import eventually
from workers.fetch_files import FileFetcher
from workers.routing.route import Router

OTHER = "w0"
LONG_AGO = timedelta(days=2)


class Case(NamedTuple):
    """What spoils a sweep and what it has to do all the same: `serve` tells whether it was done."""

    poison: Callable[[QueueWorld], Awaitable[None]]
    serve: Callable[[QueueWorld, Runtime], Awaitable[bool]]


def put(collection: str, **fields: Any) -> Callable[[QueueWorld], Awaitable[None]]:
    """Store a document of the other workspace that lacks nearly everything; callables are given the present."""

    async def poison(world: QueueWorld) -> None:
        now = world.clock.now()
        values = {name: value(now) if callable(value) else value for name, value in fields.items()}
        await getattr(world.database, collection).insert_one({"_id": "0-poison", "workspace_id": OTHER, **values})

    return poison


async def endless_absence(world: QueueWorld) -> None:
    """The other workspace returns conversations after a time that no calendar has; and one of ours lacks its place."""
    settings = {"settings": {"return_after_seconds": 1e300}}
    await world.database.workspaces.insert_one({"_id": OTHER, **settings})


async def broken_queues(world: QueueWorld) -> None:
    """Of the other workspace's queues one is waited in, and one has lost its counter."""
    await world.database.queues.insert_many(
        [{"_id": "0-poison", "workspace_id": OTHER, "waiting": 1}, {"_id": "1-poison", "workspace_id": OTHER}]
    )


async def absence(world: QueueWorld, _: Runtime) -> bool:
    await world.add_operator("ann", status="online", presence_until=world.clock.now() - LONG_AGO)
    await world.presence.end_absences()
    return bool((await world.operator("ann"))["status"] == "offline")


async def returning(world: QueueWorld, _: Runtime) -> bool:
    await world.set_workspace(return_after_seconds=60)
    await world.add_operator("ann", load=2)
    gone = world.clock.now() - LONG_AGO
    await world.database.operators.update_one({"_id": "ann"}, {"$set": {"away_since": gone}})
    held = {"state": "assigned", "operator_id": "ann", "assigned_at": gone}
    poisoned, good = await world.arrive(None, 2, **held)
    await world.database.conversations.update_one({"_id": poisoned}, {"$unset": {"queue_id": ""}})
    await world.returning.return_conversations()
    return bool((await world.conversation(good))["state"] == "queued")


async def planned_status(world: QueueWorld, _: Runtime) -> bool:
    await world.add_operator("ann", status="online", next_status="ready", load=0)
    await world.statuses.take_planned()
    return bool((await world.operator("ann"))["status"] == "ready")


async def telling(world: QueueWorld, _: Runtime) -> bool:
    queue = await world.add_queue()
    await world.database.queues.update_one({"_id": queue}, {"$set": {"waiting": 3}})
    await QueueTelling(world.database, world.clock).tell_changed()
    return await world.database.told_queues.find_one({"_id": queue}) is not None


async def recount(world: QueueWorld, _: Runtime) -> bool:
    queue = await world.add_queue()
    await world.database.queues.update_one({"_id": queue}, {"$set": {"waiting": 3}})
    await world.recount.recount()
    return bool((await world.queue(queue))["waiting"] == 0)


async def longest_wait(world: QueueWorld, runtime: Runtime) -> bool:
    queue = await world.add_queue(max_wait_seconds=60)
    (one,) = await world.arrive(queue)
    await world.routing.route(W, queue)
    world.clock.advance(timedelta(seconds=120))
    router = Router(runtime, lambda: None)
    await router.tend()
    await router.stop()
    return bool((await world.conversation(one))["close_reason"] == "queue_timeout")


async def handing_out(world: QueueWorld, runtime: Runtime) -> bool:
    await world.add_operator("ann", capacity=1)
    queue = await world.add_queue(operator_ids=("ann",))
    (one,) = await world.arrive(queue)
    await world.routing.route(W, queue)
    await world.set_status("ann", "ready")
    router = Router(runtime, lambda: None)
    await router.sweep()
    await router.drain()
    return await world.held("ann") == [one]


async def orphan(world: QueueWorld, _: Runtime) -> bool:
    (one,) = await world.arrive("gone")
    await DeletedQueues(world.database, world.clock).adopt("gone")
    return (await world.conversation(one))["queue_id"] is None


async def window(world: QueueWorld, _: Runtime) -> bool:
    (one,) = await world.arrive(None, window_expires_at=world.clock.now() + timedelta(minutes=5))
    await WindowWatch(world.database, world.clock, timedelta(hours=1)).tell_closing()
    return "window_told" in await world.conversation(one)


async def recheck(world: QueueWorld, _: Runtime) -> bool:
    asked = {"workspace_id": W, "field": "queue_id", "value": "q", "revision": "1"}
    await world.database.rechecks.insert_one({"_id": "queue_id:q", **asked})
    await DeadlineSweep(world.database, world.clock).check_due()
    return await world.database.rechecks.find_one({"_id": "queue_id:q"}) is None


async def held_reply(world: QueueWorld, runtime: Runtime) -> bool:
    now = world.clock.now()
    (one,) = await world.arrive(None, window_expires_at=now + timedelta(hours=20))
    conversation = await world.conversation(one)
    common = {
        "workspace_id": W,
        "channel_id": "c1",
        "conversation_id": one,
        "to": "1",
        "author": {"kind": "system", "id": "x"},
    }
    content = {"content": {"type": "text", "text": "x"}, "direction": "out", "created_at": now, "attempts": []}
    common["author"] = {"kind": "operator", "id": "boss"}
    held = {**common, **content, "status": "held", "reply_to": None}
    await world.database.messages.insert_many(
        [
            {**held, "_id": "m1", "seq": 1, "held_until": now + timedelta(hours=2)},
            {**held, "_id": "m2", "seq": 2, "held_until": now - timedelta(hours=2)},
        ]
    )
    await world.database.held_replies.insert_many(
        [held_row(m) async for m in world.database.messages.find({"status": "held"})]
    )
    assert conversation["open"]
    replies = HeldReplies(world.database, world.clock, SequenceClock(runtime.clock.server_seconds))
    await replies.release_answered()
    await replies.end_expired()
    found = {m["_id"]: m["status"] async for m in world.database.messages.find({"workspace_id": W})}
    return found == {"m1": "queued", "m2": "failed"}


async def fetching(world: QueueWorld, runtime: Runtime) -> bool:
    """The good file's channel is gone, so that fetching it ends at once."""
    waits = {"state": "pending", "next_attempt_at": world.clock.now(), "reference": "x", "attempts": 0, "blob_id": None}
    await world.database.files.insert_one(
        {"_id": "f1", "workspace_id": W, "channel_id": "gone", "message_id": "m", **waits}
    )
    directory = ChannelDirectory(runtime.database, runtime.secret_box, clock=runtime.clock)
    fetcher = FileFetcher(runtime, directory, {}, GridFsStore(runtime.database))
    await fetcher.fetch_due()
    ended = await eventually(lambda: world.database.files.find_one({"_id": "f1", "state": {"$ne": "pending"}}))
    await fetcher.stop()
    return bool(ended["state"] == "failed")


CASES = {
    "fetch_files": Case(
        put("files", state="pending", channel_id="0", next_attempt_at=lambda now: now - LONG_AGO), fetching
    ),
    "absences": Case(put("operators", active=True, presence_until=lambda now: now - LONG_AGO), absence),
    "returning": Case(endless_absence, returning),
    "planned_statuses": Case(put("operators", next_status="ready"), planned_status),
    "tell_queues": Case(put("queues", waiting=1), telling),
    "recount": Case(put("queues", waiting=1, workspace_id=None), recount),
    "longest_waits": Case(put("queues", waiting=1, max_wait_seconds=60), longest_wait),
    "lines": Case(broken_queues, handing_out),
    "orphans": Case(put("conversations", queue_id="gone", state="new", open=True), orphan),
    "windows": Case(
        put("conversations", open=True, window_expires_at=lambda now: now + timedelta(minutes=1), workspace_id=None),
        window,
    ),
    "rechecks": Case(put("rechecks", revision="0"), recheck),
    "held_answered": Case(put("held_replies", held_until=lambda now: now + timedelta(hours=1)), held_reply),
    "held_expired": Case(put("held_replies", held_until=lambda now: now - timedelta(hours=3)), held_reply),
}


@pytest.mark.parametrize("name", list(CASES))
async def test_others_are_served(world: QueueWorld, runtime: Runtime, name: str) -> None:
    case = CASES[name]
    await case.poison(world)
    assert await case.serve(world, runtime)
