"""Conversations that close by themselves: what it costs to look when none is due, and 5,000 due at the same moment."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from statistics import median, quantiles
from typing import Any

from bench.bare_database import changing_seconds, look_ms
from bench.existing import count_of, customers_wrote
from bench.options import Options
from bench.result import Result, at_most
from bench.system import System, running_system
from inbox.foundation.clock import Clock
from inbox.foundation.ids import new_id
from inbox.storage.leases import LEASE_SECONDS, Lease, Leases
from queueing.deadlines.deadline_sweep import CLOSED_AT_ONCE, DeadlineSweep

OPEN = 100_000
INSERTED_AT_ONCE = 5_000
LOOKS = 100
LOOK_MS = 5.0
DUE = 5_000
DUE_SECONDS = 10.0
LIMIT_SECONDS = 120.0
POLL_SECONDS = 0.2
AUTO_CLOSE_SECONDS = 600
_QUEUE = "bench-queue"


async def run(_: Options) -> AsyncIterator[Result]:
    """Both rows in one system: the 100,000 are there when the 5,000 close."""
    async with running_system() as system:
        await customers_wrote(system, DUE)
        await _open_conversations(system, OPEN)
        yield await _none_due(system)
        yield await _all_due(system)


async def _open_conversations(system: System, count: int) -> None:
    """Store open conversations that are due in a day."""
    later = datetime.now(UTC) + timedelta(days=1)
    made = (_conversation(system, number, later) for number in range(count))
    for _ in range(0, count, INSERTED_AT_ONCE):
        some = [next(made) for _ in range(INSERTED_AT_ONCE)]
        await system.runtime.database.conversations.insert_many(some, ordered=False)


def _conversation(system: System, number: int, check_at: datetime) -> dict[str, Any]:
    now = datetime.now(UTC)
    identity = {"kind": "whatsapp", "external_id": f"4930{number:08}"}
    return {
        "_id": new_id(),
        "workspace_id": system.seed.first.id,
        "channel_id": system.seed.whatsapp.id,
        "channel_kind": "whatsapp",
        "identity": identity,
        "contact_id": f"bench-{number}",
        "open": True,
        "state": "queued",
        "queue_id": None,
        "operator_id": None,
        "priority": 0,
        "opened_at": now,
        "queued_at": now,
        "active_at": now + timedelta(days=1),
        "check_at": check_at,
        "read_seq": 0,
        "version": 1,
        "promised": {},
    }


async def _none_due(system: System) -> Result:
    """Look again and again beside the worker that does the same."""
    await _until(lambda: _is_quiet(system))
    keeper = DeadlineSweep(system.runtime.database, Clock())
    meter = system.meter()
    took = []
    for _ in range(LOOKS):
        began = time.perf_counter()
        await keeper.check_due()
        took.append((time.perf_counter() - began) * 1000)
        await asyncio.sleep(0.02)
    result = Result(name="sweep over 100,000 open conversations, none due", unit="ms", measured=median(took))
    result.p50_ms, result.p99_ms = median(took), quantiles(took, n=100)[-1]
    result.goals = [at_most("sweep", "ms", LOOK_MS, median(took))]
    meter.read().into(result, LOOKS)
    result.bare = await look_ms(system.runtime.database, times=LOOKS)
    return result


async def _all_due(system: System) -> Result:
    """Let 5,000 become due; measure until each is closed and its text stored; then let the texts be sent."""
    await _prepare_close(system)
    async with _sending_held(system):
        meter = system.meter()
        began = time.perf_counter()
        await system.runtime.database.conversations.update_many(
            {"queue_id": _QUEUE, "open": True}, {"$set": {"check_at": datetime.now(UTC)}}
        )
        closed = await _until(lambda: _closed(system), began)
        told = await _until(lambda: _told(system), began)
        used = meter.read()
    sent = await _until(lambda: _told(system, status={"$nin": ["queued", "sending"]}), began)
    result = Result(name="5,000 conversations due at once: closed, with text and event", unit="s", measured=told)
    result.goals = [at_most("time", "s", DUE_SECONDS, told)]
    result.bare = await changing_seconds(system.runtime.database, 2 * DUE, at_once=CLOSED_AT_ONCE)
    used.into(result, DUE)
    result.notes.append(
        f"all closed after {closed:.1f} s, all texts stored after {told:.1f} s, sent after {sent:.1f} s"
    )
    await _check(system, result)
    return result


@asynccontextmanager
async def _sending_held(system: System) -> AsyncIterator[None]:
    """Hold the channel's sending lease, so that the emulator and its callbacks take no part."""
    leases = Leases(system.runtime.database, "bench")
    lease = None
    async with asyncio.timeout(LIMIT_SECONDS):
        while lease is None:
            lease = await leases.acquire(f"deliver:{system.seed.whatsapp.id}")
            await asyncio.sleep(POLL_SECONDS)
    renewing = asyncio.create_task(_renew(leases, lease))
    try:
        yield
    finally:
        renewing.cancel()
        await leases.release(lease)


async def _renew(leases: Leases, lease: Lease) -> None:
    while True:
        await leases.renew(lease)
        await asyncio.sleep(LEASE_SECONDS / 3)


async def _prepare_close(system: System) -> None:
    database, workspace_id = system.runtime.database, system.seed.first.id
    queue = {
        "_id": _QUEUE,
        "workspace_id": workspace_id,
        "name": "Bench",
        "limit": None,
        "max_wait_seconds": None,
        "hold_when_nobody": True,
        "operator_ids": [],
        "group_ids": [],
        "skills": [],
        "capacity": None,
        "strategy": "longest_idle",
        "sticky": False,
        "business_hours_id": None,
        "on_out_of_hours": "hold",
        "on_overflow": "close",
        "on_max_wait": "close",
        "next_queue_id": None,
        "texts": {"closed": {"en": "Dear {{ contact.name or 'customer' }}, we close this chat for now."}},
        "repeat_wait_text_seconds": None,
        "no_answer_seconds": None,
        "waiting": DUE,
        "assigned_at": [],
        "created_at": datetime.now(UTC),
        "version": 1,
    }
    await database.queues.insert_one(queue)
    rule = {"unassigned_seconds": AUTO_CLOSE_SECONDS, "assigned_seconds": None, "warn_before_seconds": None}
    await database.channels.update_one({"_id": system.seed.whatsapp.id}, {"$set": {"auto_close": rule}})
    long_ago = datetime.now(UTC) - timedelta(seconds=AUTO_CLOSE_SECONDS + 1)
    waits = {"queue_id": _QUEUE, "state": "queued", "active_at": long_ago, "check_at": datetime.max.replace(tzinfo=UTC)}
    wrote = {"workspace_id": workspace_id, "open": True, "identity.external_id": {"$not": {"$regex": "^4930"}}}
    await database.conversations.update_many(wrote, {"$set": waits})


async def _closed(system: System) -> bool:
    left = {"workspace_id": system.seed.first.id, "queue_id": _QUEUE, "open": True}
    return await system.runtime.database.conversations.find_one(left, {"_id": 1}) is None


async def _told(system: System, **condition: Any) -> bool:
    return await count_of(system, **{"author.kind": "auto", **condition}) >= DUE


async def _is_quiet(system: System) -> bool:
    """Tell whether the looks that every new conversation gets are over."""
    due = {"open": True, "check_at": {"$lte": datetime.now(UTC) + timedelta(seconds=10)}}
    return await system.runtime.database.conversations.find_one(due, {"_id": 1}) is None


async def _check(system: System, result: Result) -> None:
    texts = await count_of(system, **{"author.kind": "auto"})
    conversations = await system.runtime.database.messages.distinct("conversation_id", {"author.kind": "auto"})
    closed = {"queue_id": _QUEUE, "open": False, "close_reason": "inactivity"}
    count = await system.runtime.database.conversations.count_documents(closed)
    if not texts == len(conversations) == count == DUE:
        result.wrong.append(f"{count:,} closed, {texts:,} texts in {len(conversations):,} conversations")
    queue = await system.runtime.database.queues.find_one({"_id": _QUEUE})
    if queue["waiting"]:
        result.wrong.append(f"{queue['waiting']} are counted as waiting")


async def _until(holds: Callable[[], Awaitable[bool]], began: float | None = None) -> float:
    """Wait; return the seconds since `began`."""
    start = time.perf_counter() if began is None else began
    async with asyncio.timeout(LIMIT_SECONDS):
        while not await holds():  # noqa: ASYNC110 - what is waited for is in other processes
            await asyncio.sleep(POLL_SECONDS)
    return time.perf_counter() - start
