"""Web chat: what open sockets take, how fast a message reaches all of them, and a visitor's message an operator."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator

from bench.cpu import rss_mb
from bench.load import percentile_ms
from bench.operator_socket import operator_socket
from bench.options import Options
from bench.result import Result, at_most
from bench.system import System, running_system
from bench.visitor_sockets import VisitorSockets, visitor_sockets
from inbox.foundation.ids import new_id
from inbox.model.content import TextContent
from inbox.sending.automatic_messages import automatic_message, store_automatic
from inbox.storage.sequence import SequenceClock

SOCKETS = 2_000
MOST_MB = 150.0
BROADCAST_SECONDS = 1.0
RATE = 200
P99_MS = 50.0
MOST_SECONDS = 20.0
WRITERS = 400
SETTLE_SECONDS = 20.0
IN_ONE_TRANSACTION = 250
TEXT = "to-all"
PREFIX = "webchat"


async def run(options: Options) -> AsyncIterator[Result]:
    """Measure one server process with all sockets, then the way of a message."""
    async with running_system(servers=1) as system:
        if system.seed.webchat is None:
            raise AssertionError("the seed has a web chat")
        url = system.seed.webchat.socket_url
        await _without_queue(system)
        async with visitor_sockets(url) as visitors:
            yield await _memory(system, visitors)
            yield await _broadcast(system, visitors)
    async with running_system(servers=1) as system:
        if system.seed.webchat is None:
            raise AssertionError("the seed has a web chat")
        await _without_queue(system)
        async with visitor_sockets(system.seed.webchat.socket_url) as visitors:
            yield await _latency(options, system, visitors)


async def _without_queue(system: System) -> None:
    """Let conversations wait for anybody: this is about the sockets, not about queues and their texts."""
    await system.runtime.database.channels.update_many({"kind": "webchat"}, {"$set": {"queue_id": None}})


async def _memory(system: System, visitors: VisitorSockets) -> Result:
    (server,) = system.pids["serve"]
    await visitors.ask("open 20")
    idle = rss_mb(server)
    await visitors.ask(f"open {SOCKETS}")
    await asyncio.sleep(2)
    more = rss_mb(server) - idle
    result = Result(name=f"{SOCKETS:,} open web-chat sockets in one process", unit="MB more", measured=more)
    result.goals = [at_most("memory", "MB", MOST_MB, more)]
    result.notes.append(f"{more * 1024 / SOCKETS:.0f} KB a socket; {idle:.0f} MB before")
    return result


async def _broadcast(system: System, visitors: VisitorSockets) -> Result:
    (server,) = system.pids["serve"]
    count = await visitors.ask("write hello")
    database, clock = system.runtime.database, system.runtime.clock
    conversations = await database.conversations.find({"channel_kind": "webchat", "open": True}).to_list(None)
    sequence = SequenceClock(clock.server_seconds)
    meter = system.meter(socket=visitors.pid)
    began = time.monotonic()
    for start in range(0, len(conversations), IN_ONE_TRANSACTION):
        some, at = conversations[start : start + IN_ONE_TRANSACTION], clock.now()
        messages = [
            automatic_message(c, TextContent(text=TEXT), cue_id=new_id(), seq=sequence.next(), at=at) for c in some
        ]
        await database.transaction(
            lambda session, m=messages, at=at: store_automatic(database, m, at=at, session=session)
        )
    stored = time.monotonic() - began
    seen = await _until_seen(visitors, count)
    took = seen["last"] - began
    result = Result(name=f"one message to each of {count:,} visitors", unit="s", measured=took)
    result.goals = [at_most("all have it", "s", BROADCAST_SECONDS, took)]
    meter.read().into(result, count)
    if seen["count"] != count or len(conversations) != count:
        result.wrong.append(f"{seen['count']} got it, of {count} visitors in {len(conversations)} conversations")
    result.notes.append(f"storing them took {stored:.2f} s of it; the server then has {rss_mb(server):.0f} MB")
    return result


async def _until_seen(visitors: VisitorSockets, count: int) -> dict[str, float]:
    limit = time.monotonic() + SETTLE_SECONDS
    while True:
        seen: dict[str, float] = await visitors.ask(f"seen {TEXT}")
        if seen["count"] >= count or time.monotonic() > limit:
            return seen
        await asyncio.sleep(0.1)


async def _latency(options: Options, system: System, visitors: VisitorSockets) -> Result:
    await visitors.ask(f"open {WRITERS}")
    await visitors.ask("write warm")
    count = int(RATE * min(options.seconds, MOST_SECONDS))
    async with operator_socket(system, prefix=f"{PREFIX} ") as socket:
        meter = system.meter(socket=socket.pid, visitors=visitors.pid)
        began = await visitors.ask(f"pace {RATE} {count} {PREFIX}")
        seen = await socket.until("message.created", count, seconds=SETTLE_SECONDS)
        took = [at - began[number] for number, at in seen.arrived.items()]
        result = Result(name=f"web chat to operator's socket at {RATE}/s", unit="ms p99")
        result.measured = result.p99_ms = percentile_ms(took, 0.99)
        result.p50_ms = percentile_ms(took, 0.50)
        result.goals = [at_most("p99", "ms", P99_MS, result.p99_ms)]
        meter.read().into(result, count)
        if len(took) != count:
            result.wrong.append(f"{len(took)} of {count} reached the operator")
    return result
