"""Queues: many handed out at once, many admitted at once, and new conversations one by one to ready operators."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

from bench.bare_database import change_p99_ms, changing_seconds
from bench.existing import customers_wrote
from bench.load import percentile_ms, run_load, run_paced
from bench.options import Options
from bench.result import Result, at_most
from bench.system import HOST, System, running_system
from bench.whatsapp_bodies import Webhooks, customer
from inbox.channel.channel_directory import STALE_SECONDS
from inbox.storage.database import Document
from inbox.storage.wakeups import Wakeups
from queueing.queues.queue_models import QueueFields
from queueing.routing.distributing import HANDED_AT_ONCE
from queueing.settings.queue_store import QueueStore

WAITING = 5_000
OPERATORS = 200
CAPACITY = 5
HANDED_SECONDS = 2.0
ADMITTED = 1_000
ADMITTED_SECONDS = 2.0
RATE = 50
P99_MS = 150.0
MOST_SECONDS = 10.0
LIMIT_SECONDS = 60.0
POLL_SECONDS = 0.02
CONNECTIONS = 32
_LATER_CUSTOMERS = 79_500_000_000
_PACED_CUSTOMERS = 79_600_000_000


async def run(options: Options) -> AsyncIterator[Result]:
    """Two rows in one system: the admitted come when the handed out are with their operators. One in a fresh one."""
    async with running_system() as system:
        await customers_wrote(system, WAITING)
        operator_ids = await _add_operators(system)
        queue_id = await _add_queue(system, operator_ids)
        await system.at_rest()
        yield await _handed_out(system, queue_id, operator_ids)
        yield await _admitted(system, queue_id)
    async with running_system() as system:
        operator_ids = await _add_operators(system)
        queue_id = await _add_queue(system, operator_ids)
        await _make_ready(system, operator_ids)
        await _feed(system, queue_id)
        await system.at_rest()
        yield await _one_by_one(options, system)


async def _add_operators(system: System) -> list[str]:
    now = datetime.now(UTC)
    people = [_operator(system, number, now) for number in range(OPERATORS)]
    await system.runtime.database.operators.insert_many(people)
    return [person["_id"] for person in people]


def _operator(system: System, number: int, now: datetime) -> Document:
    return {
        "_id": f"bench-operator-{number:03}",
        "workspace_id": system.seed.first.id,
        "name": f"Operator {number}",
        "email": f"operator-{number}@bench.example",
        "role": "operator",
        "status": "online",
        "status_since": now,
        "next_status": None,
        "capacity": CAPACITY,
        "active": True,
        "group_ids": [],
        "skills": {},
        "password_hash": None,
        "created_at": now,
        "load": 0,
    }


async def _add_queue(system: System, operator_ids: Sequence[str]) -> str:
    database = system.runtime.database
    store = QueueStore(database, system.runtime.clock)
    fields = QueueFields(name="Bench", operator_ids=tuple(operator_ids))
    queue = await database.transaction(lambda session: store.create(system.seed.first.id, fields, session=session))
    return queue.id


async def _handed_out(system: System, queue_id: str, operator_ids: Sequence[str]) -> Result:
    """Put 5,000 into the queue while nobody is ready; make all ready; measure until they have what they can take."""
    database = system.runtime.database
    waits: Document = {"state": "queued", "queue_id": queue_id, "queued_at": "$opened_at", "waits_since": "$opened_at"}
    waiting = {"workspace_id": system.seed.first.id, "open": True}
    await database.conversations.update_many(waiting, [{"$set": waits}])
    count = await database.conversations.count_documents({**waiting, "queue_id": queue_id})
    await database.queues.update_one({"_id": queue_id}, {"$set": {"waiting": count}})
    line = {"queue_id": queue_id, "open": True}
    first = await database.conversations.find(line, {"_id": 1}).sort([("opened_at", 1), ("_id", 1)]).to_list(None)
    places = OPERATORS * CAPACITY
    meter = system.meter()
    began = time.perf_counter()
    await _make_ready(system, operator_ids)
    taken = {"queue_id": queue_id, "state": "assigned"}
    took = await _until(lambda: _reaches(system, taken, places), began)
    result = Result(name=f"{count:,} wait, {OPERATORS} operators of {CAPACITY} become ready", unit="s", measured=took)
    meter.read().into(result, places)
    result.goals = [at_most("time", "s", HANDED_SECONDS, took)]
    result.bare = await changing_seconds(database, places, at_once=HANDED_AT_ONCE)
    got = await database.conversations.find(taken, {"operator_id": 1}).to_list(None)
    _check_line(result, [one["_id"] for one in first[:places]], got)
    return result


def _check_line(result: Result, first: Sequence[str], got: Sequence[Document]) -> None:
    if {one["_id"] for one in got} != set(first):
        result.wrong.append("not those at the head of the line were handed out")
    most = max(Counter(one["operator_id"] for one in got).values())
    if most > CAPACITY:
        result.wrong.append(f"an operator has {most} conversations")


async def _make_ready(system: System, operator_ids: Sequence[str]) -> None:
    now = datetime.now(UTC)
    ready = {"status": "ready", "status_since": now, "idle_since": now, "presence_until": now + timedelta(hours=1)}
    await system.runtime.database.operators.update_many({"_id": {"$in": list(operator_ids)}}, {"$set": ready})
    wakeups = Wakeups(system.runtime.redis)
    wakeups.route_all(system.seed.first.id)
    await wakeups.close()


async def _admitted(system: System, queue_id: str) -> Result:
    """Let 1,000 new customers write at once; measure from the last webhook's answer until all wait in the queue."""
    database = system.runtime.database
    before = (await database.queues.find_one({"_id": queue_id}))["waiting"]
    await _feed(system, queue_id)
    requests = islice(_new_customers(system, _LATER_CUSTOMERS), ADMITTED)
    meter = system.meter()
    began = time.perf_counter()
    load = await run_load(HOST, system.port, requests, connections=CONNECTIONS, seconds=30)
    answered = time.perf_counter() - began
    took = await _until(lambda: _waits(system, queue_id, before + ADMITTED), began)
    result = Result(name=f"{ADMITTED:,} new conversations at once into one queue", unit="s", measured=took)
    meter.read().into(result, ADMITTED)
    result.goals = [at_most("time", "s", ADMITTED_SECONDS, took)]
    result.bare = await changing_seconds(database, 2 * ADMITTED, at_once=HANDED_AT_ONCE)
    result.notes.append(f"counted from the first webhook; the last one was answered after {answered:.1f} s")
    if load.bad:
        result.wrong.append(f"answers: {load.bad}")
    return result


async def _feed(system: System, queue_id: str) -> None:
    """Let the channel feed the queue, and wait until each server has read that."""
    channels = system.runtime.database.channels
    change = {"$set": {"queue_id": queue_id}, "$inc": {"version": 1}}
    await channels.update_one({"_id": system.seed.whatsapp.id}, change)
    await asyncio.sleep(STALE_SECONDS)


def _new_customers(system: System, base: int) -> Iterator[bytes]:
    webhooks = Webhooks(system.seed.whatsapp)
    number = 0
    while True:
        yield webhooks.messages([customer(number, base=base)])
        number += 1


async def _one_by_one(options: Options, system: System) -> Result:
    """Let new customers come evenly, for whom there is room; measure from each webhook until the assignment is stored.

    Whose conversation was assigned is looked up afterwards: the follower costs the database as little as can be.
    """
    count = int(RATE * min(options.seconds, MOST_SECONDS))
    began: dict[str, datetime] = {}
    follower = asyncio.create_task(_follow(system, count))
    meter = system.meter()
    await run_paced(HOST, system.port, _noted(system, count, began), rate=RATE, connections=CONNECTIONS)
    async with asyncio.timeout(LIMIT_SECONDS):
        assigned = await follower
    seen = await _by_customer(system, assigned)
    took = [(seen[who] - at).total_seconds() for who, at in began.items() if who in seen]
    result = Result(name=f"new conversation to a ready operator at {RATE}/s", unit="ms p99")
    result.p50_ms, result.p99_ms = percentile_ms(took, 0.50), percentile_ms(took, 0.99)
    result.measured = result.p99_ms
    meter.read().into(result, count)
    result.goals = [at_most("p99", "ms", P99_MS, result.p99_ms)]
    result.bare = await change_p99_ms(system.runtime.database, rate=2 * RATE, count=count)
    if len(took) != count:
        result.wrong.append(f"{len(took)} of {count} were assigned")
    result.notes.append(f"slowest {max(took, default=0.0) * 1000:.0f} ms, until the assignment is durable and seen")
    return result


def _noted(system: System, count: int, began: dict[str, datetime]) -> Iterator[bytes]:
    webhooks = Webhooks(system.seed.whatsapp)
    for number in range(count):
        who = customer(number, base=_PACED_CUSTOMERS)
        request = webhooks.messages([who])
        began[who] = datetime.now(UTC)
        yield request


async def _follow(system: System, count: int) -> dict[str, datetime]:
    """Follow the database's changes; note when the assignment of each conversation is seen."""
    seen: dict[str, datetime] = {}
    assigned = {"operationType": "update", "updateDescription.updatedFields.state": "assigned"}
    shown = {"documentKey": 1}
    stream: Any = system.runtime.database.watch("conversations", [{"$match": assigned}, {"$project": shown}])
    async with stream as changes:
        async for change in changes:
            seen.setdefault(change["documentKey"]["_id"], datetime.now(UTC))
            if len(seen) == count:
                return seen
    return seen


async def _by_customer(system: System, seen: Mapping[str, datetime]) -> dict[str, datetime]:
    wanted = {"_id": {"$in": list(seen)}}
    found = await system.runtime.database.conversations.find(wanted, {"identity.external_id": 1}).to_list(None)
    return {one["identity"]["external_id"]: seen[one["_id"]] for one in found}


async def _reaches(system: System, condition: Document, count: int) -> bool:
    return int(await system.runtime.database.conversations.count_documents(condition, hint="line")) >= count


async def _waits(system: System, queue_id: str, count: int) -> bool:
    queue: Document = await system.runtime.database.queues.find_one({"_id": queue_id}, {"waiting": 1})
    return bool(queue["waiting"] >= count)


async def _until(holds: Callable[[], Awaitable[bool]], began: float) -> float:
    async with asyncio.timeout(LIMIT_SECONDS):
        while not await holds():  # noqa: ASYNC110 - what is waited for is in other processes
            await asyncio.sleep(POLL_SECONDS)
    return time.perf_counter() - began
