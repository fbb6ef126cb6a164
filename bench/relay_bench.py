"""What the relay costs and how late it is.

    .venv/bin/python -m bench.relay_bench            # starts servers of its own
    .venv/bin/python -m bench.relay_bench MONGO_URL REDIS_URL

Prints events a second relayed and CPU per event in the relay's process, with 1 and 50 events a document
(written beforehand, so that the relay is the only one that works), then the latency from the insert's start
to the frame on a WebSocket at 300 documents a second.
"""

from __future__ import annotations

import asyncio
import json
import resource
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import aiohttp
import msgspec
import uvloop
from aiohttp import web
from redis.asyncio import Redis

from gateway.embedded.servers import EmbeddedServers
from gateway.events.event_hub import EventHub
from gateway.events.event_routes import PATH, EventRoutes
from gateway.events.event_socket import Services
from gateway.http.sockets import OpenSockets
from inbox.foundation.clock import Clock
from inbox.foundation.ending_tasks import end_tasks
from inbox.foundation.ids import new_id
from inbox.foundation.logs import configure_logging
from inbox.people.access import Caller, CallerKind, Role
from inbox.storage.database import Database
from inbox.storage.indexes import create_indexes
from inbox.storage.redis_clients import connect_redis
from inbox.stream.event_stream import EPOCH_KEY, EventReader
from inbox.stream.events import Event, EventAudience, EventType, event_documents
from workers.relay.relay import Relay
from workers.relay.relay_log import Keep

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
            audience=EventAudience(conversation_id=f"c{n % 40}"),
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


@asynccontextmanager
async def relay_process(mongo_url: str, redis_url: str) -> AsyncIterator[None]:
    redis = connect_redis(redis_url)
    await redis.delete(EPOCH_KEY)
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bench.relay_bench", "relay", mongo_url, redis_url, cwd=Path(__file__).parents[1]
    )
    try:
        while not await redis.exists(EPOCH_KEY):  # noqa: ASYNC110
            await asyncio.sleep(0.02)
        yield
    finally:
        process.terminate()
        await process.wait()
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


async def latency(mongo_url: str, redis_url: str, *, rate: int, seconds: int) -> None:
    """Insert single-event documents evenly and see when they arrive on a socket; the relay is another process."""
    database, redis = Database(mongo_url), connect_redis(redis_url)
    began: dict[int, float] = {}
    took: dict[int, float] = {}
    acknowledged: dict[int, float] = {}
    async with (
        relay_process(mongo_url, redis_url),
        serving(redis) as url,
        aiohttp.ClientSession() as session,
        session.ws_connect(url, headers={"Authorization": "Bearer owner"}) as socket,
    ):
        await socket.receive()
        receiving = asyncio.ensure_future(_receive(socket, began, took, rate * seconds))
        inserts = []
        start = time.perf_counter()
        for n in range(rate * seconds):
            await asyncio.sleep(max(0.0, start + n / rate - time.perf_counter()))
            inserts.append(asyncio.ensure_future(_insert(database, n, began, acknowledged)))
        await asyncio.gather(receiving, *inserts)
    await redis.aclose()
    database.close()
    print(f"insert acknowledged at {rate}/s:   {_percentiles(list(acknowledged.values()))}")
    print(f"insert -> socket at {rate}/s:      {_percentiles(list(took.values()))}")
    print(f"acknowledged -> socket at {rate}/s: {_percentiles([took[n] - acknowledged[n] for n in took])}")


def _percentiles(seconds: list[float]) -> str:
    seconds.sort()
    p50, p99 = (seconds[int(len(seconds) * q)] * 1000 for q in (0.5, 0.99))
    return f"p50 {p50:.1f} ms, p99 {p99:.1f} ms, max {seconds[-1] * 1000:.1f} ms"


async def _insert(database: Database, n: int, began: dict[int, float], acknowledged: dict[int, float]) -> None:
    event = make_events("w0", 1)[0]
    event = msgspec.structs.replace(event, data={"n": n, "text": "x" * 350})
    documents = event_documents([event], event.at)
    began[n] = time.perf_counter()
    await database.events.insert_many(documents)
    acknowledged[n] = time.perf_counter() - began[n]


async def _receive(
    socket: aiohttp.ClientWebSocketResponse, began: dict[int, float], took: dict[int, float], count: int
) -> None:
    while len(took) < count:
        frame = json.loads((await socket.receive()).data)
        if "data" in frame:
            n = frame["data"].get("n")
            if n in began:  # a new epoch repeats up to 100 ms of an earlier run
                took[n] = time.perf_counter() - began[n]


@asynccontextmanager
async def serving(redis: Redis) -> AsyncIterator[str]:
    """A server with nothing but the event stream, in this process."""

    async def authenticate(_: str) -> Caller:
        return Caller(workspace_id="w0", kind=CallerKind.API_KEY, id="k", role=Role.ADMINISTRATOR)

    hub = EventHub(redis)
    routes = EventRoutes(Services(hub, EventReader(redis), authenticate), OpenSockets(), origins=())
    app = web.Application()
    app.router.add_get(PATH, routes.handle)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.5)
    await runner.setup()
    hub.start()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}{PATH}"
    finally:
        await hub.close()
        await runner.cleanup()


async def fan_out(database: Database, redis_url: str, *, sockets: int, events: int) -> None:
    """How much CPU an event costs per socket, clients included (they are in this process too)."""
    redis = connect_redis(redis_url)
    async with relaying(database, redis_url), serving(redis) as url, aiohttp.ClientSession() as session:
        headers = {"Authorization": "Bearer owner"}
        open_sockets = [await session.ws_connect(url, headers=headers) for _ in range(sockets)]
        for socket in open_sockets:
            await socket.receive()
        cpu, start = cpu_seconds(), time.perf_counter()
        receivers = [asyncio.ensure_future(_count(socket, events)) for socket in open_sockets]
        await database.events.insert_many(event_documents(make_events("w0", events), datetime.now(UTC)))
        await asyncio.gather(*receivers)
        frames = sockets * events
        used, wall = cpu_seconds() - cpu, time.perf_counter() - start
        rate, cost = frames / wall, used / frames * 1e6
        print(f"fan-out to {sockets} sockets: {rate:,.0f} frames/s, {cost:.1f} us CPU/frame, both ends")
        await asyncio.gather(*(socket.close() for socket in open_sockets))
    await redis.aclose()


async def _count(socket: aiohttp.ClientWebSocketResponse, count: int) -> None:
    seen = 0
    while seen < count:
        seen += '"data"' in (await socket.receive()).data


async def main(mongo_url: str, redis_url: str) -> None:
    database = Database(mongo_url)
    await create_indexes(database)
    await database.conversations.delete_many({})
    await database.conversations.insert_many(
        [{"_id": f"c{n}", "workspace_id": "w0", "queue_id": "q", "operator_id": None} for n in range(40)]
    )
    await backlog(database, redis_url, per_document=1, documents=20_000)
    await backlog(database, redis_url, per_document=50, documents=4_000)
    await latency(mongo_url, redis_url, rate=300, seconds=10)
    await fan_out(database, redis_url, sockets=100, events=500)
    database.close()


async def with_own_servers() -> None:
    with tempfile.TemporaryDirectory() as directory:
        servers = EmbeddedServers(Path(directory))
        state = await servers.start()
        try:
            await main(state.mongo_url, state.redis_url)
        finally:
            await servers.stop()


async def only_relay(mongo_url: str, redis_url: str) -> None:
    await Relay(Database(mongo_url), connect_redis(redis_url), Clock(), keep=KEEP).run()


if __name__ == "__main__":
    configure_logging("WARNING", process="bench")
    if sys.argv[1:2] == ["relay"]:
        uvloop.run(only_relay(*sys.argv[2:4]))
    uvloop.run(main(*sys.argv[1:3]) if len(sys.argv) > 2 else with_own_servers())
