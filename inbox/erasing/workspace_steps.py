"""The steps of a workspace's erasure, in their order, and how one goes on from where it is.

Everything goes at once, and once more after a minute: what processes wrote that did not know yet. Then the last event
of the workspace is written; when the relay has passed it, nothing of the workspace is on its way into the stream.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from functools import partial
from typing import Final

from redis.exceptions import RedisError

from inbox.erasing.erasing_tools import Came, Tools
from inbox.erasing.erasure_models import ErasedNotice, ErasureState
from inbox.erasing.steps import ASK_AGAIN, LATE
from inbox.erasing.stream_rewriting import StreamRewriting
from inbox.erasing.told_places import TOLD_AGAIN_AFTER, is_saved
from inbox.erasing.workspace_places import ORDER, take_some
from inbox.erasing.workspace_redis import clear_redis
from inbox.files.blob_store import StoreUnavailableError
from inbox.storage.database import Session
from inbox.storage.documents import Condition, Fields, WorkspaceErasureDocument
from inbox.stream.events import Event, EventAudience, EventType, write_events

FILES_AT_ONCE: Final = 50
WorkspaceStep = Callable[[Tools, WorkspaceErasureDocument], Awaitable[Came]]


async def erase_collections(tools: Tools, erasure: WorkspaceErasureDocument) -> Came:
    """Take some documents out of one collection after the other."""
    name, _, behind = (erasure["mark"] or f"{ORDER[0]}:").partition(":")
    taken = await take_some(tools.database, name, _workspace(erasure), behind or None)
    counts = {name: taken.count}
    if taken.mark is not None:
        return Came(mark=f"{name}:{taken.mark}", counts=counts)
    at = ORDER.index(name) + 1
    return Came(mark=f"{ORDER[at]}:" if at < len(ORDER) else None, counts=counts)


async def erase_files(tools: Tools, erasure: WorkspaceErasureDocument) -> Came:
    """Take away some files: the bytes first, so that they are found again after a kill."""
    own: Condition = {"workspace_id": _workspace(erasure)}
    found = tools.database.files.find(own, {"blob_id": 1}).sort("_id", 1).limit(FILES_AT_ONCE)
    files = await found.to_list(None)
    try:
        for file in files:
            if file.get("blob_id") is not None:
                await tools.store.delete(str(file["blob_id"]))
    except StoreUnavailableError:
        return Came(must_wait=True)
    gone = await tools.database.files.delete_many({**own, "_id": {"$in": [file["_id"] for file in files]}})
    return Came(mark="again" if files else None, counts={"files": gone.deleted_count})


async def let_it_settle(tools: Tools, erasure: WorkspaceErasureDocument) -> Came:
    """Wait until no process can write for the workspace any more."""
    return Came(must_wait=tools.clock.now() - erasure["requested_at"] < LATE)


async def tell_last(tools: Tools, erasure: WorkspaceErasureDocument) -> Came:
    """Write the last event of the workspace. Nobody is left to hear it: it shows how far the relay is."""
    await tools.database.transaction(partial(_tell, tools, erasure, tools.clock.now()))
    return Came()


async def _tell(tools: Tools, erasure: WorkspaceErasureDocument, now: datetime, session: Session) -> None:
    workspace_id = _workspace(erasure)
    last = Event(
        workspace_id=workspace_id,
        type=EventType.CONTACT_ERASED,
        at=now,
        data=ErasedNotice(id=workspace_id, erasure_id=erasure.get("told_id")),
        audience=EventAudience(contact_id=workspace_id),
    )
    own: Condition = {"_id": erasure["_id"], "workspace_id": workspace_id}
    await tools.database.workspace_erasures.update_one(own, {"$set": {"told_at": now}}, session=session)
    await write_events(tools.database, [last], at=now, session=session)


async def erase_redis(tools: Tools, erasure: WorkspaceErasureDocument) -> Came:
    """Take the workspace out of Redis, once the relay has passed its last event."""
    workspace_id = _workspace(erasure)
    try:
        look = await StreamRewriting(tools.redis, workspace_id, erasure.get("told_id", "")).look(frozenset())
        if look.told_place is None or not await is_saved(tools, look.told_place):
            await _tell_again(tools, erasure)
            return Came(must_wait=True)
        count = await clear_redis(tools.redis, workspace_id, erasure.get("marks", []))
    except (RedisError, OSError, TimeoutError):
        return Came(must_wait=True)
    return Came(counts={"redis": count})


async def _tell_again(tools: Tools, erasure: WorkspaceErasureDocument) -> None:
    now, told_at = tools.clock.now(), erasure.get("told_at")
    if told_at is not None and now - told_at > TOLD_AGAIN_AFTER:
        await tools.database.transaction(partial(_tell, tools, erasure, now))


async def erase_leases(tools: Tools, erasure: WorkspaceErasureDocument) -> Came:
    """Take away leases that are named after the workspace or its channels: they are held by nobody any more."""
    marks = erasure.get("marks", [])
    found = await tools.database.leases.find({}, {"_id": 1}).to_list(None)
    theirs = [lease["_id"] for lease in found if any(mark in lease["_id"] for mark in marks)]
    gone = await tools.database.leases.delete_many({"_id": {"$in": theirs}})
    return Came(counts={"leases": gone.deleted_count})


STEPS: Final[Mapping[str, WorkspaceStep]] = {
    "collections": erase_collections,
    "files": erase_files,
    "settle": let_it_settle,
    "files_again": erase_files,
    "collections_again": erase_collections,
    "tell": tell_last,
    "redis": erase_redis,
    "leases": erase_leases,
    "last": erase_collections,
}
FIRST_STEP: Final = next(iter(STEPS))


async def go_on(tools: Tools, erasure: WorkspaceErasureDocument) -> WorkspaceErasureDocument | None:
    """Do a bounded part of an erasure and write down how far it came.

    Returns:
        The erasure as it is then; None where it is over, or has to wait.
    """
    came = await STEPS[erasure.get("step", FIRST_STEP)](tools, erasure)
    changed = _changed(erasure.get("step", FIRST_STEP), came, tools.clock.now())
    update: dict[str, Fields] = {"$set": changed}
    if counted := {f"counts.{name}": count for name, count in came.counts.items() if count}:
        update["$inc"] = counted
    if changed.get("state") == ErasureState.DONE:
        gone = ("workspace_id", "told_id", "marks", "step", "due_at", "told_at")
        update["$unset"] = dict.fromkeys(gone, "")
    own: Condition = {"_id": erasure["_id"], "workspace_id": _workspace(erasure)}
    after = await tools.database.workspace_erasures.find_one_and_update(own, update, return_document=True)
    is_over = after is None or after["state"] == ErasureState.DONE.value
    return None if is_over or came.must_wait else after


def _changed(step: str, came: Came, now: datetime) -> Fields:
    """Return what a step's outcome changes of its erasure."""
    if came.must_wait:
        return {"mark": came.mark, "due_at": now + ASK_AGAIN}
    if came.mark is not None:
        return {"mark": came.mark}
    names = list(STEPS)
    if step == names[-1]:
        return {"mark": None, "state": ErasureState.DONE.value, "finished_at": now}
    return {"mark": None, "step": names[names.index(step) + 1]}


def _workspace(erasure: WorkspaceErasureDocument) -> str:
    """Return whose erasure it is, as long as it is under way."""
    return erasure.get("workspace_id", "")
