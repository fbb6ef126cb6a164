"""What is there before a run: customers who wrote, and messages that were sent to them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import cycle, islice
from typing import Any

from bench.load import run_load
from bench.result import Result
from bench.system import HOST, System
from bench.whatsapp_bodies import Sent, Webhooks
from inbox.foundation.ids import new_id
from inbox.sending.outgoing import reply_row

INSERTED_AT_ONCE = 5_000
OUTGOING_TEXT = "Yes, it left this morning and should be with you tomorrow."


async def customers_wrote(system: System, count: int) -> list[dict[str, Any]]:
    """Let so many customers write once, through the webhook; return their open conversations."""
    requests = islice(Webhooks(system.seed.whatsapp).from_customers(count), count)
    load = await run_load(HOST, system.port, requests, connections=32, seconds=60)
    if load.good != count:
        raise AssertionError(f"customers could not write: {dict(load.statuses)}")
    return await open_conversations(system)


async def open_conversations(system: System) -> list[dict[str, Any]]:
    """Return the workspace's open conversations."""
    opened = {"workspace_id": system.seed.first.id, "open": True}
    found: list[dict[str, Any]] = await system.runtime.database.conversations.find(opened).to_list(None)
    return found


def outgoing(system: System, conversation: dict[str, Any], seq: int, text: str) -> dict[str, Any]:
    """Make a message as `inbox.sending.acceptance` stores it when it is accepted from an API key."""
    now = datetime.now(UTC)
    return {
        "_id": new_id(),
        "workspace_id": system.seed.first.id,
        "channel_id": system.seed.whatsapp.id,
        "conversation_id": conversation["_id"],
        "seq": seq,
        "direction": "out",
        "author": {"kind": "api", "id": "key_bench"},
        "content": {"type": "text", "text": text},
        "status": "queued",
        "to": conversation["identity"]["external_id"],
        "created_at": now,
        "attempts": [],
        "reply_to": None,
        "reply_to_provider_id": None,
    }


def sent(document: dict[str, Any]) -> dict[str, Any]:
    """Make it a message that the provider took a minute ago (see `inbox.sending.delivery`)."""
    began = datetime.now(UTC) - timedelta(minutes=1)
    ended = began + timedelta(milliseconds=150)
    attempts = {
        "attempts": [{"started_at": began}],
        "ends": [{"finished_at": ended, "outcome": "sent", "error": None}],
    }
    ending = {"status": "sent", "error": None, "provider_id": f"wamid.HB{document['_id']}{'0' * 30}"}
    return document | ending | attempts


async def messages_were_sent(system: System, conversations: Sequence[dict[str, Any]], count: int) -> list[Sent]:
    """Store messages that were sent; return what their statuses need."""
    first = _first_seq(system)
    made: list[Sent] = []
    for start in range(0, count, INSERTED_AT_ONCE):
        numbers = range(start, min(count, start + INSERTED_AT_ONCE))
        placed = zip(numbers, islice(cycle(conversations), len(numbers)), strict=True)
        documents = [sent(outgoing(system, c, first + n, OUTGOING_TEXT)) for n, c in placed]
        made += [Sent(d["_id"], d["provider_id"], d["to"]) for d in documents]
        await system.runtime.database.messages.insert_many(documents, ordered=False)
    return made


async def messages_wait(system: System, conversations: Sequence[dict[str, Any]], texts: Sequence[str]) -> None:
    """Store messages that wait to be sent, for the conversations in turn."""
    first = _first_seq(system)
    placed = enumerate(zip(texts, cycle(conversations), strict=False))
    documents = [outgoing(system, c, first + n, text) for n, (text, c) in placed]
    database = system.runtime.database
    for start in range(0, len(documents), INSERTED_AT_ONCE):
        some = documents[start : start + INSERTED_AT_ONCE]
        await database.messages.insert_many(some, ordered=False)
        await database.outbox.insert_many([reply_row(document) for document in some], ordered=False)


def _first_seq(system: System) -> int:
    """Return a place above all that is there (see `inbox.storage.sequence`)."""
    return int((system.runtime.clock.server_seconds() + 1) * 1000) << 11


async def count_of(system: System, **condition: Any) -> int:
    """Count messages of the workspace."""
    database = system.runtime.database
    return int(await database.messages.count_documents({"workspace_id": system.seed.first.id, **condition}))


async def disk_bytes(system: System) -> tuple[float, float]:
    """Return the bytes of all documents, unpacked, and of all indexes."""
    stats = await system.runtime.database.command("dbStats")
    return float(stats["dataSize"]), float(stats["indexSize"])


async def check_reported(result: Result, system: System, reported: Counter[str], seen: int) -> None:
    """Each message must have the furthest status that was reported of it."""
    wanted = reported["delivered"], reported["read"]
    furthest = await count_of(system, status="read")
    stored = await count_of(system, status="delivered") + furthest, furthest
    if stored != wanted and not result.wrong:
        result.wrong.append(f"reported delivered and read: {wanted}, but stored: {stored}")
    told = "" if seen == sum(wanted) else ", those of one message in one batch together"
    result.notes.append(f"{sum(wanted):,} reports, each a change; {seen:,} events{told}")
