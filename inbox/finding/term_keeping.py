"""Writes the terms of new messages, a few seconds behind them, in batches and outside of their transactions.

Ids grow with time, but a message whose id is older may be committed later. So there are two marks: `fresh`, up to
which messages were read two seconds after their time, and `settled`, up to which they were looked at once more when
no open transaction can be left. Both only grow, whoever moves them: two processes that do it at once do the same.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from typing import Final

from inbox.finding.message_terms import READ_FOR_TERMS, message_terms
from inbox.foundation.clock import Clock
from inbox.foundation.ids import lowest_id, made_at
from inbox.storage.database import Database, UpdateOne, is_duplicate
from inbox.storage.documents import Fields, GatewayDocument, MessageDocument, MessageTermsDocument

MARKS: Final = "message_terms"
FRESH: Final = "fresh"
SETTLED: Final = "settled"
BEHIND_SECONDS: Final = 2.0
"""A batch of arrivals is committed within a fraction of it; what takes longer is found when it is settled."""
SETTLED_SECONDS: Final = 300.0
"""MongoDB ends a transaction after 60 s; the rest is for clocks of other machines."""
BATCH: Final = 500
"""Some 40 ms of MongoDB's work, so that writing terms holds up nobody."""
ROUNDS: Final = 100
"""Of one run: 50,000 messages, within the claim. A history from before is read in as many runs as it takes."""
SETTLED_AT_ONCE: Final = 5_000
CLAIM: Final = timedelta(seconds=30)
_READ: Final[Fields] = {**READ_FOR_TERMS, "void": 1}


class TermKeeper:
    """Keeps `message_terms` up with `messages`; one process at a time does.

    Args:
        database: Where messages are.
        clock: Tells when a claim ends.
        seconds: The time that ids are made of.
    """

    def __init__(self, database: Database, clock: Clock, *, seconds: Callable[[], float] = time.time) -> None:
        self._database = database
        self._clock = clock
        self._seconds = seconds
        self._reached: dict[str, str] = {}

    async def keep_up(self) -> int:
        """Write the terms of messages that have none yet, up to a moment ago; return how many there were."""
        return await self._work(FRESH, BEHIND_SECONDS, self._read_fresh)

    async def settle(self) -> int:
        """Look once more at what is old enough, and write the terms of what was committed late."""
        return await self._work(SETTLED, SETTLED_SECONDS, self._settle)

    async def next_due(self) -> datetime | None:
        """Return when the newest message is old enough; None where its terms are written."""
        newest = await self._database.messages.find_one({}, {"_id": 1}, sort=[("_id", -1)])
        if newest is None or newest["_id"] <= self._reached.get(FRESH, ""):
            return None
        old_enough = made_at(newest["_id"]) + BEHIND_SECONDS
        return self._clock.now() + timedelta(seconds=max(0.0, old_enough - self._seconds()))

    async def _work(self, mark: str, behind: float, write: Callable[[str, str], Awaitable[int]]) -> int:
        """Move a mark up to what is old enough; where nothing came since then this is one look into an index."""
        end = lowest_id(self._seconds() - behind)
        newest = await self._database.messages.find_one({"_id": {"$lt": end}}, {"_id": 1}, sort=[("_id", -1)])
        if newest is None or newest["_id"] <= self._reached.get(mark, ""):
            return 0
        marks = await self._claim(f"{MARKS}:{mark}")
        if marks is None:
            return 0
        try:
            return await write(marks.get("mark", ""), end)
        finally:
            await self._give_back(f"{MARKS}:{mark}")

    async def _claim(self, name: str) -> GatewayDocument | None:
        """Take a mark; None while another process works on it."""
        now = self._clock.now()
        free = {"_id": name, "$or": [{"claimed_until": None}, {"claimed_until": {"$lte": now}}]}
        try:
            return await self._database.gateway.find_one_and_update(
                free, {"$set": {"claimed_until": now + CLAIM}}, upsert=True, return_document=True
            )
        except Exception as error:
            if is_duplicate(error):
                return None
            raise

    async def _give_back(self, name: str) -> None:
        await self._database.gateway.update_one({"_id": name}, {"$set": {"claimed_until": None}})

    async def _read_fresh(self, fresh: str, end: str) -> int:
        written = 0
        for _ in range(ROUNDS):
            between = {"_id": {"$gt": fresh, "$lt": end}}
            found = self._database.messages.find(between, _READ).sort("_id", 1).limit(BATCH)
            messages = await found.to_list(None)
            if not messages:
                break
            written += await self._write(messages)
            fresh = messages[-1]["_id"]
            await self._move(FRESH, fresh)
        return written

    async def _settle(self, settled: str, end: str) -> int:
        written = 0
        for _ in range(ROUNDS):
            between = {"_id": {"$gt": settled, "$lt": end}}
            found = self._database.messages.find(between, {"_id": 1}).sort("_id", 1).limit(SETTLED_AT_ONCE)
            ids = [message["_id"] for message in await found.to_list(None)]
            if not ids:
                break
            until = {"_id": {"$gt": settled, "$lte": ids[-1]}}
            known = await self._database.message_terms.find(until, {"_id": 1}).to_list(None)
            written += await self._write_late(sorted(set(ids) - {one["_id"] for one in known}))
            settled = ids[-1]
            await self._move(SETTLED, settled)
        return written

    async def _write_late(self, ids: Sequence[str]) -> int:
        written = 0
        for start in range(0, len(ids), BATCH):
            late = {"_id": {"$in": list(ids[start : start + BATCH])}}
            found = self._database.messages.find(late, _READ)
            written += await self._write(await found.to_list(None))
        return written

    async def _write(self, messages: Sequence[MessageDocument]) -> int:
        """Store the terms of messages; those that have some already keep them. Tombstones have none."""
        made = [message_terms(message) for message in messages if not message.get("void")]
        terms = [one for one in made if one["terms"]]
        if terms:
            await self._insert(terms)
        return len(terms)

    async def _insert(self, terms: Sequence[MessageTermsDocument]) -> None:
        try:
            await self._database.message_terms.insert_many(terms, ordered=False)
        except Exception as error:
            if not is_duplicate(error):
                raise
            absent = [UpdateOne(_own(one), {"$setOnInsert": _rest(one)}, upsert=True) for one in terms]
            await self._database.message_terms.bulk_write(absent, ordered=False)

    async def _move(self, mark: str, to: str) -> None:
        await self._database.gateway.update_one({"_id": f"{MARKS}:{mark}"}, {"$max": {"mark": to}})
        self._reached[mark] = to


def _own(terms: MessageTermsDocument) -> dict[str, str]:
    return {"_id": terms["_id"], "workspace_id": terms["workspace_id"]}


def _rest(terms: MessageTermsDocument) -> dict[str, object]:
    return {name: value for name, value in terms.items() if name not in {"_id", "workspace_id"}}
