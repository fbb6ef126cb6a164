"""Steps for what was told of a person: events in MongoDB and Redis, deliveries of webhooks, answers to requests.

Events that were written before the person was erased may still be on their way. So the contact's last event,
`contact.erased`, is written first; what comes before it in the stream is relayed when it is.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from typing import Final

from redis.exceptions import RedisError

from inbox.erasing.erasing_tools import Came, Tools, after, ids_of
from inbox.erasing.erasure_models import ErasedNotice
from inbox.erasing.person import ids_in
from inbox.erasing.stream_rewriting import StreamRewriting
from inbox.erasing.told_events import without_person
from inbox.foundation.ids import lowest_id
from inbox.storage.database import Database, Session
from inbox.storage.documents import Condition, ErasureDocument, RelayStateDocument
from inbox.storage.indexes import DAY_SECONDS
from inbox.stream.events import Event, EventAudience, EventType, write_events

KEPT_SECONDS: Final = DAY_SECONDS + 3_600
"""Events and answers are kept for a day; MongoDB takes them away within a minute, a busy one later."""
SLICE_SECONDS: Final = 3_600
"""An hour is read at once, by ids or by time: of one workspace a few thousand documents."""
DELIVERIES_AT_ONCE: Final = 2_000
TOLD_AGAIN_AFTER: Final = timedelta(seconds=60)
"""If the event is not in Redis by then, its stream was lost in between: it is written again."""


async def tell_erased(tools: Tools, erasure: ErasureDocument) -> Came:
    """Tell that the contact is erased: the last that is said of it."""
    await tools.database.transaction(partial(_tell, tools.database, erasure, tools.clock.now()))
    return Came()


async def _tell(database: Database, erasure: ErasureDocument, now: datetime, session: Session) -> None:
    contact_id = erasure["contact_id"]
    told = Event(
        workspace_id=erasure["workspace_id"],
        type=EventType.CONTACT_ERASED,
        at=now,
        data=ErasedNotice(id=contact_id, erasure_id=erasure["_id"]),
        audience=EventAudience(contact_id=contact_id),
    )
    own = {"_id": erasure["_id"], "workspace_id": erasure["workspace_id"]}
    await database.erasures.update_one(own, {"$set": {"told_at": now}}, session=session)
    await write_events(database, [told], at=now, session=session)


async def erase_events(tools: Tools, erasure: ErasureDocument) -> Came:
    """Take the person out of the stream's source, a slice of time after the other."""
    start = float(erasure["mark"] or tools.seconds() - KEPT_SECONDS)
    if start > tools.seconds():
        return Came()
    ids, count = await ids_of(tools, erasure), 0
    between: Condition = {"$gte": lowest_id(start), "$lt": lowest_id(start + SLICE_SECONDS)}
    theirs: Condition = {"_id": between, "workspace_id": erasure["workspace_id"]}
    async for found in tools.database.events.find(theirs, {"items": 1}):
        items = without_person(bytes(found["items"]), ids, erasure["contact_id"])
        if items is not None:
            own = {"_id": found["_id"], "workspace_id": erasure["workspace_id"]}
            await tools.database.events.update_one(own, {"$set": {"items": items}})
            count += 1
    return Came(mark=repr(start + SLICE_SECONDS), counts={"events": count})


async def erase_stream(tools: Tools, erasure: ErasureDocument) -> Came:
    """Take the person out of the stream in Redis, once all that was written before has been relayed and saved."""
    rewriting = StreamRewriting(tools.redis, erasure["workspace_id"], erasure["_id"])
    ids = await ids_of(tools, erasure)
    try:
        look = await rewriting.look(ids)
        if look.told_place is None or not await is_saved(tools, look.told_place):
            await _tell_again(tools, erasure)
            return Came(mark=erasure["mark"], must_wait=True)
        if look.names_person:
            await rewriting.rewrite(partial(without_person, ids=ids, contact_id=erasure["contact_id"]))
    except (RedisError, OSError, TimeoutError):
        return Came(mark=erasure["mark"], must_wait=True)
    return Came(counts={"redis": int(look.names_person)})


async def is_saved(tools: Tools, place: tuple[int, int]) -> bool:
    """Tell whether the relay has saved that it passed a place: its deliveries are written, and it repeats nothing."""
    state: RelayStateDocument | None = await tools.database.relay_state.find_one({}, {"place": 1})
    if state is None or "place" not in state:
        return False
    seconds, increment, index = state["place"]
    return (seconds << 32 | increment, index) >= place


async def _tell_again(tools: Tools, erasure: ErasureDocument) -> None:
    now, told_at = tools.clock.now(), erasure.get("told_at")
    if told_at is not None and now - told_at > TOLD_AGAIN_AFTER:
        await tools.database.transaction(partial(_tell, tools.database, erasure, now))


async def erase_deliveries(tools: Tools, erasure: ErasureDocument) -> Came:
    """Take away what webhooks were told, and were still to be told, of the person: all but that they are erased."""
    database, mark = tools.database, erasure["mark"]
    own: Condition = {"workspace_id": erasure["workspace_id"]}
    webhook = mark.partition(":")[0] if mark is not None else ""
    first = await database.webhooks.find_one({**own, "_id": {"$gte": webhook}}, {"_id": 1}, sort=[("_id", 1)])
    if first is None:
        return Came()
    start = mark if first["_id"] == webhook else None
    of_webhook: Condition = {**own, "_id": after(first["_id"], start)}
    found = database.webhook_deliveries.find(of_webhook, {"order_key": 1, "type": 1})
    page = await found.sort("_id", 1).limit(DELIVERIES_AT_ONCE).to_list(None)
    if not page:
        return Came(mark=f"{first['_id']}~")
    ids = await ids_of(tools, erasure)
    told = [one for one in page if one["order_key"] in ids and one["type"] != EventType.CONTACT_ERASED]
    gone = await database.webhook_deliveries.delete_many({**own, "_id": {"$in": [one["_id"] for one in told]}})
    return Came(mark=page[-1]["_id"], counts={"webhook_deliveries": gone.deleted_count})


async def erase_answers(tools: Tools, erasure: ErasureDocument) -> Came:
    """Take the answers of requests that were about the person, a slice of time after the other.

    The note of the request stays, so that the same key does nothing a second time.
    """
    now, database = tools.clock.now(), tools.database
    since = datetime.fromisoformat(erasure["mark"]) if erasure["mark"] else now - timedelta(seconds=KEPT_SECONDS)
    if since > now:
        return Came()
    until = since + timedelta(seconds=SLICE_SECONDS)
    theirs: Condition = {
        "at": {"$gte": since, "$lt": until},
        "workspace_id": {"$in": [erasure["workspace_id"], None]},
        "response": {"$ne": None},
    }
    ids, about = await ids_of(tools, erasure), []
    async for note in database.idempotency.find(theirs, {"response": 1}):
        if not ids.isdisjoint(ids_in(bytes(note["response"] or b""))):
            about.append(note["_id"])
    erased = {"$set": {"response": None, "body_hash": "", "erased": True}}
    changed = await database.idempotency.update_many({"_id": {"$in": about}}, erased)
    return Came(mark=until.isoformat(), counts={"idempotency": changed.modified_count})
