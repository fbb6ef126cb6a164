"""How soon a channel's customers are usually answered, from the sums of the last days: nothing is counted for it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import accumulate
from typing import Final

from inbox.foundation.structs import from_document
from inbox.reports.day_rollups import day_of, of_days
from inbox.reports.slots import Group
from inbox.reports.tallies import LIMITS_SECONDS, Durations, Tally
from inbox.storage.database import Database
from inbox.storage.documents import Fields
from inbox.storage.time_limits import READ_MS

LOOKED_BACK: Final = timedelta(days=9)
"""A day is summed 26 hours after its end: these are seven whole days, or eight."""
LEAST: Final = 20
"""First answers below which a few slow ones would decide."""
USUAL_SHARE: Final = 0.7
"""Of those who were answered: in seven of ten cases the promise holds."""


async def usual_answer_seconds(database: Database, workspace_id: str, channel_id: str, *, now: datetime) -> int | None:
    """Return within which of `LIMITS_SECONDS` a channel's customers get their first answer; None where unknown."""
    days = {"workspace_id": workspace_id, "group": of_days(Group.CHANNEL), "slot": {"$gte": day_of(now - LOOKED_BACK)}}
    own: Fields = {"counts": {"$elemMatch": {"key": channel_id}}}
    found = await database.rollups.find(days, own, max_time_ms=READ_MS).to_list(None)
    tallies = [from_document(one, Tally) for document in found for one in document.get("counts", [])]
    return usual_limit(tally.first_answer for tally in tallies)


def usual_limit(answers: Iterable[Durations]) -> int | None:
    """Return the shortest limit that most first answers kept; None where there are few, or most took longer than all.

    Pure.
    """
    within = [sum(counts) for counts in zip(*(one.within for one in answers), strict=True)]
    count = sum(within)
    if count < LEAST:
        return None
    kept = zip(LIMITS_SECONDS, accumulate(within), strict=False)
    return next((limit for limit, up_to in kept if up_to >= USUAL_SHARE * count), None)
