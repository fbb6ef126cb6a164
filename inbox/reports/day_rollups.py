"""Sums of whole days, so that a report over months reads a document a day instead of forty-eight.

A day is summed once, when all of its half hours were counted for the second time and change no more. Days are those
of UTC; reports by day, hour or weekday read half hours, which fit every time zone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Final

from inbox.foundation.structs import from_document
from inbox.reports.rollup_documents import rollup_document
from inbox.reports.slots import Group
from inbox.reports.tallies import Tally, together
from inbox.storage.database import Database, UpdateOne
from inbox.storage.documents import RollupMarkDocument

DAY: Final = timedelta(days=1)
DAYS_AT_ONCE: Final = 50
"""Of one workspace in one look; a history of years takes a few looks."""


def of_days(group: Group) -> str:
    """Name the sums of days of a group."""
    return f"{group.value}/day"


def day_of(at: datetime) -> datetime:
    """Return the beginning of the day in which a time lies, in UTC."""
    return at.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)


def day_from(at: datetime) -> datetime:
    """Return the first day that begins at a time or later."""
    begun = day_of(at)
    return begun if begun == at else begun + DAY


async def sum_days(database: Database, workspace_id: str, mark: RollupMarkDocument) -> None:
    """Sum the days that are over and were counted twice, and move the mark behind each."""
    counted = mark.get("again_until")
    first = mark.get("days_until") or await _first_day(database, workspace_id)
    if counted is None or first is None:
        return
    for day in _days(first, day_of(counted)):
        await _sum(database, workspace_id, day)
        own = {"_id": workspace_id, "workspace_id": workspace_id}
        await database.rollup_marks.update_one(own, {"$max": {"days_until": day + DAY}})


def _days(first: datetime, end: datetime) -> Iterator[datetime]:
    days = max(0, (end - first) // DAY)
    yield from (first + number * DAY for number in range(min(days, DAYS_AT_ONCE)))


async def _first_day(database: Database, workspace_id: str) -> datetime | None:
    of_workspace = {"workspace_id": workspace_id, "group": Group.ALL.value}
    first = await database.rollups.find_one(of_workspace, {"slot": 1}, sort=[("slot", 1)])
    return None if first is None else day_of(first["slot"])


async def _sum(database: Database, workspace_id: str, day: datetime) -> None:
    """Replace the sums of a day."""
    for group in Group:
        halves = {"workspace_id": workspace_id, "group": group.value, "slot": {"$gte": day, "$lt": day + DAY}}
        tallies: dict[str, list[Tally]] = defaultdict(list)
        async for document in database.rollups.find(halves, {"counts": 1}):
            for one in document["counts"]:
                tallies[one["key"]].append(from_document(one, Tally))
        if tallies:
            summed = {key: together(some) for key, some in tallies.items()}
            await database.rollups.bulk_write([_write(workspace_id, of_days(group), day, summed)])


def _write(workspace_id: str, group: str, day: datetime, summed: dict[str, Tally]) -> UpdateOne:
    document = rollup_document(workspace_id, group, day, summed)
    fields = {"group": group, "slot": day, "counts": document["counts"]}
    return UpdateOne({"_id": document["_id"], "workspace_id": workspace_id}, {"$set": fields}, upsert=True)
