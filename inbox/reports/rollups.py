"""Keeps the counts of half hours: each is counted from the conversations and replaces what was there.

So a half hour may be counted twice, by two processes or after a kill, and nothing is added twice. It is counted three
minutes after its end, and once more a day later, when tags and topics that came afterwards are there as well.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Final

from inbox.foundation.clock import Clock
from inbox.foundation.ids import made_at
from inbox.foundation.spans import made_between
from inbox.reports.day_rollups import sum_days
from inbox.reports.facts import Counted, count_slot
from inbox.reports.rollup_documents import rollup_document
from inbox.reports.slots import SLOT, slot_of
from inbox.storage.database import Database, UpdateOne
from inbox.storage.documents import Condition, RollupDocument, RollupMarkDocument
from inbox.storage.isolation import Isolated

SETTLING: Final = timedelta(minutes=3)
"""MongoDB ends a transaction after a minute: nothing is committed later with a time in the half hour."""
AGAIN: Final = timedelta(hours=26)
"""Who sorts conversations does it within a working day."""
ROUNDS: Final = 500
"""Half hours counted for one workspace in one look; a history of years takes a few looks."""


_BEGINNING: Final = datetime(1970, 1, 1, tzinfo=UTC)


class RollupKeeper:
    """Counts what has not been counted yet, for all workspaces; any number may do it at once."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._counting = Isolated("rollups")

    async def keep_up(self) -> None:
        """Count the half hours that are over, and those of a day ago once more."""
        workspaces = await self._database.workspaces.find({}, {"_id": 1}).to_list(None)
        await self._counting.each([workspace["_id"] for workspace in workspaces], self._of_workspace, name=str)

    async def _of_workspace(self, workspace_id: str) -> None:
        now = self._clock.now()
        mark = await self._database.rollup_marks.find_one({"_id": workspace_id, "workspace_id": workspace_id})
        await self._count_on(workspace_id, mark, "until", slot_of(now - SETTLING))
        await self._count_on(workspace_id, mark, "again_until", slot_of(now - AGAIN))
        marked = await self._database.rollup_marks.find_one({"_id": workspace_id, "workspace_id": workspace_id})
        if marked is not None:
            await sum_days(self._database, workspace_id, marked)

    async def _count_on(self, workspace_id: str, mark: RollupMarkDocument | None, field: str, end: datetime) -> None:
        """Move one of the marks up to a time, past all that was opened or closed before it."""
        reached: datetime | None = None if mark is None else mark.get(field)  # type: ignore[assignment]
        for _ in range(ROUNDS):
            slot = await next_slot(self._database, workspace_id, reached)
            if slot is None or slot >= end:
                reached = max(reached or end, end)
                break
            await store_slot(self._database, workspace_id, slot, await count_slot(self._database, workspace_id, slot))
            reached = slot + SLOT
            await self._move(workspace_id, field, reached)
        if reached is not None and (mark is None or mark.get(field) != reached):
            await self._move(workspace_id, field, reached)

    async def _move(self, workspace_id: str, field: str, to: datetime) -> None:
        own = {"_id": workspace_id, "workspace_id": workspace_id}
        await self._database.rollup_marks.update_one(own, {"$max": {field: to}}, upsert=True)


async def next_slot(database: Database, workspace_id: str, since: datetime | None) -> datetime | None:
    """Return the next half hour in which something was opened, closed, decided or rated; None where there is none."""
    conversations = database.conversations
    opened = {"workspace_id": workspace_id, **(made_between(since, None) or {"_id": {"$gt": ""}})}
    first = [
        await conversations.find_one({**opened, "open": state}, {"_id": 1}, sort=[("_id", 1)])
        for state in (True, False)
    ]
    times = [datetime.fromtimestamp(made_at(one["_id"]), tz=UTC) for one in first if one is not None]
    after = {"$gte": since or _BEGINNING}
    closed = await conversations.find_one(
        {"workspace_id": workspace_id, "closed_at": after}, {"closed_at": 1}, sort=[("closed_at", 1)]
    )
    closed_at = None if closed is None else closed["closed_at"]
    times += [] if closed_at is None else [closed_at]
    decided = await database.answer_waits.find_one(
        {"workspace_id": workspace_id, "at": after}, {"at": 1}, sort=[("at", 1)]
    )
    times += [] if decided is None else [decided["at"]]
    times += await _rated_after(database, workspace_id, after)
    return slot_of(min(times)) if times else None


async def _rated_after(database: Database, workspace_id: str, after: Condition) -> list[datetime]:
    """Return when a customer was asked next, and when one answered next, as far as there are such times."""
    own = {"workspace_id": workspace_id}
    asked = await database.conversations.find_one(
        {**own, "rating.asked_at": after}, {"rating": 1}, sort=[("rating.asked_at", 1)]
    )
    answered = await database.conversations.find_one(
        {**own, "rating.answered_at": {"$type": "date", **after}}, {"rating": 1}, sort=[("rating.answered_at", 1)]
    )
    times = (
        None if asked is None else asked["rating"]["asked_at"],
        None if answered is None else answered["rating"]["answered_at"],
    )
    return [at for at in times if at is not None]


async def store_slot(database: Database, workspace_id: str, slot: datetime, counted: Counted) -> None:
    """Replace the counts of a half hour."""
    writes = [
        UpdateOne(
            {"_id": document["_id"], "workspace_id": workspace_id},
            {"$set": {"group": document["group"], "slot": slot, "counts": document["counts"]}},
            upsert=True,
        )
        for document in documents(workspace_id, slot, counted)
    ]
    await database.rollups.bulk_write(writes, ordered=False)


def documents(workspace_id: str, slot: datetime, counted: Counted) -> Iterator[RollupDocument]:
    """Return the documents of a half hour: one for each group."""
    for group, tallies in counted.items():
        yield rollup_document(workspace_id, group.value, slot, tallies)
