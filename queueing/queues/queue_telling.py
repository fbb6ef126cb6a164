"""Telling how many wait: `queue.updated` for queues whose number has changed, at most once a second a queue.

What was told last is kept apart from the queue: whoever lets in or hands out writes the queue's own document, and
would have to start again each time.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from inbox.foundation.clock import Clock
from inbox.storage.database import Database, Document, Session
from inbox.storage.isolation import Isolated
from queueing.queues.queue_views import tell_of_queue

SPACING: Final = timedelta(seconds=1)
"""A person reads a number that changes once a second; a thousand events a second would only fill the stream."""


class QueueTelling:
    """Compares what waits with what was told; safe to run in many processes at once."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._telling = Isolated("tell_queues")

    async def tell_changed(self) -> int:
        """Tell of every queue whose number is not the one that was told; return how many."""
        return sum(await self._telling.each(await self._changed(), self._tell, name=str))

    async def next_change(self) -> datetime | None:
        """Return when there is something to tell: now, or when something happens."""
        return self._clock.now() if await self._changed() else None

    async def _changed(self) -> list[str]:
        """Return the queues whose number is not the one that was told, by id."""
        waited_in = {"waiting": {"$gt": 0}}
        queues = await self._database.queues.find(waited_in, {"waiting": 1}).to_list(None)
        told = await self._database.told_queues.find(waited_in, {"waiting": 1}).to_list(None)
        now_waiting = {queue["_id"]: queue["waiting"] for queue in queues}
        were_waiting = {one["_id"]: one["waiting"] for one in told}
        ids = now_waiting.keys() | were_waiting.keys()
        return sorted(id_ for id_ in ids if now_waiting.get(id_, 0) != were_waiting.get(id_, 0))

    async def _tell(self, queue_id: str) -> bool:
        async def work(session: Session) -> bool:
            now = self._clock.now()
            queue = await self._database.queues.find_one({"_id": queue_id}, session=session)
            told = await self._database.told_queues.find_one({"_id": queue_id}, session=session)
            if queue is None:
                await self._database.told_queues.delete_one({"_id": queue_id}, session=session)
                return False
            if told is not None and (told["waiting"] == queue["waiting"] or now - told["at"] < SPACING):
                return False
            fields: Document = {"workspace_id": queue["workspace_id"], "waiting": queue["waiting"], "at": now}
            await self._database.told_queues.update_one(
                {"_id": queue_id}, {"$set": fields}, upsert=True, session=session
            )
            await tell_of_queue(self._database, queue, at=now, session=session)
            return True

        return await self._database.transaction(work)
