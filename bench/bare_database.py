"""What the database alone needs for the fewest writes that a row could do: the measure beside its target.

Machines differ by more than twice, and so do these figures; what the gateway adds is what lies between.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any

from bench.load import percentile_ms
from inbox.foundation.ids import new_id
from inbox.storage.database import Collections, Database, Session

EVENT_BYTES = 1_000
"""About what an event of a conversation has."""
DOCUMENT_BYTES = 1_000
"""About what a conversation has."""


async def changing_seconds(database: Database, count: int, *, at_once: int) -> float:
    """Change so many documents in transactions, each with a counter and one document of events."""
    await _fill(database, count)
    began = time.perf_counter()
    for start in range(0, count, at_once):
        await database.batch_transaction(_change(start, at_once))
    return time.perf_counter() - began


async def change_p99_ms(database: Database, *, rate: int, count: int) -> float:
    """Change single documents at an even pace, each in a transaction of its own."""
    await _fill(database, count)
    took = []
    began = time.perf_counter()
    for number in range(count):
        await asyncio.sleep(max(0.0, began + number / rate - time.perf_counter()))
        due = time.perf_counter()
        await database.batch_transaction(_change(number, 1))
        took.append(time.perf_counter() - due)
    return percentile_ms(took, 0.99)


async def look_ms(database: Database, *, times: int) -> float:
    """Look for nothing in an index, once for each round trip."""
    began = time.perf_counter()
    for _ in range(times):
        await database.bare_documents.find_one({"_id": -1})
    return (time.perf_counter() - began) / times * 1000


async def _fill(database: Database, count: int) -> None:
    await database.bare_documents.drop()
    await database.bare_events.drop()
    documents: list[dict[str, Any]] = [
        {"_id": n, "state": "queued", "rest": "x" * DOCUMENT_BYTES} for n in range(count)
    ]
    await database.bare_documents.insert_many([*documents, {"_id": "counter", "waiting": 0}])
    await database.bare_events.insert_one({"_id": new_id()})


def _change(start: int, count: int) -> Callable[[Collections, Session], Awaitable[None]]:
    async def work(collections: Collections, session: Session) -> None:
        few = {"_id": {"$gte": start, "$lt": start + count}}
        await collections.bare_documents.update_many(few, {"$set": {"state": "assigned"}}, session=session)
        counted = {"$inc": {"waiting": -count}}
        await collections.bare_documents.update_one({"_id": "counter"}, counted, session=session)
        events = {"_id": new_id(), "items": b"x" * EVENT_BYTES * count}
        await collections.bare_events.insert_one(events, session=session)

    return work
