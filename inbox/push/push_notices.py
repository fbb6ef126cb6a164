"""What is still to be told to which browser: one row for each conversation in it, so that several become one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final

import msgspec

from inbox.push.push_rules import TELLS_FOR, PushKind
from inbox.storage.database import Database, UpdateOne
from inbox.storage.documents import Condition, Fields, PushNoticeDocument

QUERY_MS: Final = 2_000
AT_ONCE: Final = 20
"""Notices of one browser that are posted in one run; the rest follows."""
KEPT: Final = timedelta(hours=1)
"""After it was told a row stays for a while, so that the next notice keeps its distance."""


class NewNotice(msgspec.Struct, frozen=True, kw_only=True):
    """That a browser is to be told of something in a conversation.

    Attributes:
        place: Sorts as the event stream does; what is known from a later place is not told again.
    """

    workspace_id: str
    subscription_id: str
    operator_id: str
    kind: PushKind
    conversation_id: str | None
    place: str
    at: datetime


async def write_notices(database: Database, notices: Iterable[NewNotice], now: datetime) -> None:
    """Write what is to be told; what comes again after a crash of the relay changes nothing while its row is there."""
    writes = [write for notice in notices for write in _writes(notice, now)]
    if writes:
        await database.push_notices.bulk_write(writes, ordered=True)


def _writes(notice: NewNotice, now: datetime) -> Iterable[UpdateOne]:
    id_ = f"{notice.subscription_id}:{notice.conversation_id or notice.kind.value}"
    told: Fields = {
        "kind": notice.kind.value,
        "place": notice.place,
        "at": notice.at,
        "due_at": now,
        "tries": 0,
        "expires_at": notice.at + TELLS_FOR,
    }
    first: Fields = {
        "workspace_id": notice.workspace_id,
        "subscription_id": notice.subscription_id,
        "operator_id": notice.operator_id,
        "conversation_id": notice.conversation_id,
        **told,
    }
    yield UpdateOne({"_id": id_}, {"$setOnInsert": first}, upsert=True)
    yield UpdateOne({"_id": id_, "place": {"$lt": notice.place}}, {"$set": told})


async def subscriptions_with_due(database: Database, now: datetime) -> list[str]:
    """Return the ids of the subscriptions for which something is due."""
    return await database.push_notices.distinct("subscription_id", {"due_at": {"$lte": now, "$type": "date"}})


async def next_push_due(database: Database) -> datetime | None:
    """Return when a notice is due next; None where none waits."""
    waiting: Condition = {"due_at": {"$type": "date"}}
    first = await database.push_notices.find_one(waiting, {"due_at": 1}, sort=[("due_at", 1)])
    return None if first is None else first["due_at"]


async def due_notices(database: Database, subscription_id: str, now: datetime) -> list[PushNoticeDocument]:
    """Return what is due for a subscription, oldest first."""
    due: Condition = {"subscription_id": subscription_id, "due_at": {"$lte": now}}
    found = database.push_notices.find(due, max_time_ms=QUERY_MS).sort("due_at", 1)
    return await found.limit(AT_ONCE).to_list(None)


async def put_notices_off(database: Database, notices: Sequence[PushNoticeDocument], until: datetime) -> None:
    """Make notices due later, unless there is newer to be told by now."""
    for one in notices:
        changed: Fields = {"due_at": until, "tries": one["tries"]}
        await database.push_notices.update_one(_as_read(one), {"$set": changed})


async def note_told(database: Database, notice: PushNoticeDocument, now: datetime) -> None:
    """Note that something was told; what came meanwhile stays due."""
    told: Fields = {"due_at": None, "told_at": now, "expires_at": now + KEPT}
    changed = await database.push_notices.update_one(_as_read(notice), {"$set": told})
    if not changed.matched_count:
        own: Condition = {"_id": notice["_id"], "workspace_id": notice["workspace_id"]}
        await database.push_notices.update_one(own, {"$set": {"told_at": now}})


async def drop_notice(database: Database, notice: PushNoticeDocument) -> None:
    """Let a notice go that is no news any more; what came meanwhile stays."""
    await database.push_notices.delete_one(_as_read(notice))


async def drop_notices_of(database: Database, workspace_id: str, subscription_id: str) -> None:
    """Let all notices of a subscription go that is over."""
    await database.push_notices.delete_many({"subscription_id": subscription_id, "workspace_id": workspace_id})


def _as_read(notice: PushNoticeDocument) -> Condition:
    return {"_id": notice["_id"], "workspace_id": notice["workspace_id"], "place": notice["place"]}
