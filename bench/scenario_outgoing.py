"""Messages to customers: accepted by the API, sent by a worker to an emulator that takes 150 ms an answer.

Three rows. *Accepted*: half of the messages through the API, while the benchmark holds the channel's
sending lease, so that acceptance is measured alone. *Sent*: those and as many more that were put into the
outbox directly; the clock runs from the moment the lease is given back until the last is sent. *Accepted and
sent at once*: all of it together on the same processors. The emulator reports `sent` and `delivered` by
webhook meanwhile; that is in the servers' and MongoDB's figures.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp
import msgspec

from bench.existing import messages_wait, open_conversations
from bench.load import Load, run_load
from bench.options import Options
from bench.result import Result, at_least, at_most, of_load
from bench.system import HOST, System, running_system
from bench.whatsapp_bodies import customer
from inbox.foundation.ids import new_id
from inbox.people.api_keys import ApiKeyRequest, create_api_key
from inbox.storage.leases import Leases
from inbox.storage.wakeups import Wakeups

CONVERSATIONS = 600
"""So many that none gets more than the 45 messages that WhatsApp lets through at once."""
WANTED = 500.0
WORKER_MS = 1.0
LATENCY_MS = 150
CONNECTIONS = 32
SENT = ["sent", "delivered", "read"]
MOST_SECONDS = 120.0
SETTLE_SECONDS = 1.0
POLL_SECONDS = 0.05


@dataclass(frozen=True)
class Outgoing:
    """What the rows have in common."""

    system: System
    token: str
    conversations: Sequence[dict[str, Any]]
    emulator: aiohttp.ClientSession


async def run(options: Options) -> AsyncIterator[Result]:
    """Run the three rows in one system."""
    count = int(WANTED * options.seconds / 4) * 2
    async with running_system() as system, aiohttp.ClientSession(system.sandbox_url) as emulator:
        conversations = await _customers_wrote(system, emulator)
        outgoing = Outgoing(system, await _api_key(system), conversations, emulator)
        await _put_faults(emulator)
        await _warm(outgoing)
        async with _nobody_sends(system):
            yield await _accepted(outgoing, count // 2)
            await messages_wait(system, outgoing.conversations, [f"waiting {n}" for n in range(count // 2)])
        yield await _sent(outgoing, count)
        yield await _at_once(outgoing, count // 2)


async def _accepted(outgoing: Outgoing, count: int) -> Result:
    meter = outgoing.system.meter()
    load = await _accept(outgoing, count)
    result = of_load(f"outgoing, accepted by the API, {CONNECTIONS} connections", load, unit="messages/s")
    meter.read().into(result, load.good)
    return result


async def _sent(outgoing: Outgoing, count: int) -> Result:
    after = await _last_request(outgoing.emulator)
    meter = outgoing.system.meter()
    seconds = await _until_sent(outgoing.system)
    result = Result(name=f"outgoing, sent at {LATENCY_MS} ms a request", unit="messages/s", measured=count / seconds)
    meter.read().into(result, count)
    worker_ms = result.cpu_us["work"] / 1000
    result.goals = [at_least("rate", "/s", WANTED, count / seconds), at_most("worker", "ms", WORKER_MS, worker_ms)]
    await _check(result, outgoing, after, count)
    return result


async def _at_once(outgoing: Outgoing, count: int) -> Result:
    after = await _last_request(outgoing.emulator)
    meter = outgoing.system.meter()
    began = time.perf_counter()
    load = await _accept(outgoing, count)
    await _until_sent(outgoing.system)
    seconds = time.perf_counter() - began
    result = Result(name="outgoing, accepted and sent at once", unit="messages/s", measured=count / seconds)
    result.p50_ms, result.p99_ms = load.percentile_ms(0.5), load.percentile_ms(0.99)
    meter.read().into(result, count)
    result.notes.append(f"the last was accepted after {load.seconds:.1f} s, sent after {seconds:.1f} s")
    await _check(result, outgoing, after, count)
    return result


async def _warm(outgoing: Outgoing) -> None:
    """Let the worker load what sends, and open its connections."""
    await _accept(outgoing, CONVERSATIONS)
    await _until_sent(outgoing.system)


async def _accept(outgoing: Outgoing, count: int) -> Load:
    requests = _requests(outgoing, count)
    return await run_load(HOST, outgoing.system.port, requests, connections=CONNECTIONS, seconds=MOST_SECONDS)


def _requests(outgoing: Outgoing, count: int) -> Iterator[bytes]:
    for number in range(count):
        conversation = outgoing.conversations[number % CONVERSATIONS]
        body = msgspec.json.encode({"content": {"type": "text", "text": f"message {number} of the benchmark"}})
        head = (
            f"POST /api/v1/conversations/{conversation['_id']}/messages HTTP/1.1\r\nHost: {HOST}\r\n"
            f"Authorization: Bearer {outgoing.token}\r\nIdempotency-Key: {new_id()}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        yield head.encode() + body


async def _customers_wrote(system: System, emulator: aiohttp.ClientSession) -> list[dict[str, Any]]:
    """Let the customers write at the emulator, which refuses free texts otherwise; return their conversations."""
    number = system.seed.whatsapp.phone_number_id
    for n in range(CONVERSATIONS):
        path = f"/control/whatsapp/{number}/customers/{customer(n)}/messages"
        async with emulator.post(path, json={"type": "text", "text": {"body": "Hello"}}) as response:
            response.raise_for_status()
    async with asyncio.timeout(60):
        while len(found := await open_conversations(system)) < CONVERSATIONS:  # noqa: ASYNC110
            await asyncio.sleep(0.1)
    return found


async def _api_key(system: System) -> str:
    database, now = system.runtime.database, system.runtime.clock.now()
    made = await create_api_key(database, system.seed.first.id, ApiKeyRequest(name="bench"), now=now)
    return made.token


@asynccontextmanager
async def _nobody_sends(system: System) -> AsyncIterator[None]:
    """Hold the channel's lease as a sender in another worker would; wake the worker when it is free."""
    leases = Leases(system.runtime.database, "bench")
    name = f"deliver:{system.seed.whatsapp.id}"
    async with asyncio.timeout(60):
        while (lease := await leases.acquire(name)) is None:  # noqa: ASYNC110
            await asyncio.sleep(0.5)
    released = asyncio.Event()
    holding = asyncio.create_task(leases.holding(lease, _wait(released)))
    try:
        yield
    finally:
        released.set()
        await holding
        await leases.release(lease)
        wakeups = Wakeups(system.runtime.redis)
        wakeups.deliver(system.seed.whatsapp.id)
        await wakeups.close()


async def _wait(event: asyncio.Event) -> None:
    await event.wait()


async def _until_sent(system: System) -> float:
    """Wait until nothing is due any more; return the seconds."""
    began = time.perf_counter()
    waiting = {"channel_id": system.seed.whatsapp.id}
    while await system.runtime.database.outbox.find_one(waiting, {"_id": 1}) is not None:
        if time.perf_counter() - began > MOST_SECONDS:
            raise TimeoutError(f"messages still wait after {MOST_SECONDS:g} s")
        await asyncio.sleep(POLL_SECONDS)
    return time.perf_counter() - began


async def _put_faults(emulator: aiohttp.ClientSession) -> None:
    async with emulator.put("/control/faults", json={"latency_ms": LATENCY_MS}) as response:
        response.raise_for_status()


async def _last_request(emulator: aiohttp.ClientSession) -> int:
    async with emulator.get("/control/stats", params={"recipients": "false"}) as response:
        return int((await response.json())["requests"])


async def _check(result: Result, outgoing: Outgoing, after: int, count: int) -> None:
    """Look for what was lost, doubled, out of order or refused."""
    await asyncio.sleep(SETTLE_SECONDS)
    sends = [request for request in await _log(outgoing.emulator, after) if request["method"] == "POST"]
    ids = [_tracker(request) for request in sorted(sends, key=lambda request: (request["time"], request["seq"]))]
    doubled = sum(times > 1 for times in Counter(ids).values())
    if len(ids) != count or doubled:
        result.wrong.append(f"{count:,} messages, but {len(ids):,} requests, {doubled} of them doubles")
    unsent = await _unsent(outgoing.system)
    if unsent:
        result.wrong.append(
            "not sent: " + ", ".join(f"{n:,} × {status} ({code})" for (status, code), n in unsent.items())
        )
    disorder = await _disorder(outgoing.system, ids)
    if disorder:
        result.wrong.append(f"{disorder:,} messages came before an earlier one of their conversation")
    else:
        result.notes.append("the emulator's log: each once, every conversation in order")


async def _unsent(system: System) -> Counter[tuple[str, str | None]]:
    """Count messages that did not get out, by status and error."""
    unsent = {"workspace_id": system.seed.first.id, "direction": "out", "status": {"$nin": SENT}}
    found = system.runtime.database.messages.find(unsent, {"status": 1, "error.code": 1})
    return Counter([(d["status"], (d.get("error") or {}).get("code")) async for d in found])


async def _log(emulator: aiohttp.ClientSession, after: int) -> list[dict[str, Any]]:
    entries: list[dict[str, Any]] = []
    while True:
        async with emulator.get("/control/requests", params={"after": str(after)}) as response:
            page = await response.json()
        if not page["requests"]:
            return entries
        entries += page["requests"]
        after = page["next_after"]


def _tracker(request: dict[str, Any]) -> str:
    body = request["body"]
    sent = msgspec.json.decode(body) if isinstance(body, str) else body
    return str(sent["biz_opaque_callback_data"])


async def _disorder(system: System, ids: Sequence[str]) -> int:
    """Count messages that reached the emulator before one with a smaller `seq` of the same conversation."""
    fields = {"conversation_id": 1, "seq": 1}
    places = {d["_id"]: d async for d in system.runtime.database.messages.find({"_id": {"$in": list(ids)}}, fields)}
    newest: dict[str, int] = {}
    late = 0
    for document in (places[one] for one in ids if one in places):
        late += document["seq"] < newest.get(document["conversation_id"], 0)
        newest[document["conversation_id"]] = max(document["seq"], newest.get(document["conversation_id"], 0))
    return late
