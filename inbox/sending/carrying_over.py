"""Takes what versions before had in fields of messages into the collections where it is now looked for.

It runs at every start and does something only where those versions' indexes are still there: what fails half way, or
is done by several processes at once, is simply done again. Processes of such a version must be stopped before: they
know neither the rows of the outbox nor the counts, and what they write meanwhile waits for the next start.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from typing import Any, Final

import structlog

from inbox.messages.once import once_for_cue, once_for_recipient, once_for_retry
from inbox.messages.tallying import bucket_of, failure_of
from inbox.messages.waiting import held_row, outbox_row
from inbox.model.statuses import MessageStatus
from inbox.storage.database import Database, UpdateOne
from inbox.storage.indexes import create_indexes, drop_indexes

AT_ONCE: Final = 1_000
"""Rows of one write: some 20 ms."""
_STRING: Final = {"$gt": ""}
"""Every string: so MongoDB may read an index that holds only those."""
_WAITS: Final = {"due": True, "channel_id": _STRING}
_ONCE: Final = {"cue_id": once_for_cue, "retry_of": once_for_retry, "recipient": once_for_recipient}
OLD_INDEXES: Final = ("outbox_lanes", "held_replies", "retry_once", "cue_once", "recipient_once", "tally")
_CARRIED: Final = "carried"

Old = Mapping[str, Any]
"""A message with the fields that it had: no type names them any more."""

_log = structlog.get_logger()


async def prepare_database(database: Database) -> None:
    """Make what is missing, and bring what versions before have left into its present form."""
    await create_indexes(database)
    present = {*await database.messages.index_information()}
    if present.isdisjoint(OLD_INDEXES):
        return
    _log.warning("taking over the outbox of an earlier version", index=sorted(present & {*OLD_INDEXES}))
    for carry in (_carry_outbox, _carry_held, _carry_once, _carry_counts):
        await carry(database)
    await drop_indexes(database, "messages", OLD_INDEXES)


async def _carry_outbox(database: Database) -> None:
    """Add a row to the outbox for what waits. Of what was sent meanwhile too: the sender sees that, and deletes it."""
    async for some in _batches(database, _WAITS):
        await database.outbox.bulk_write([_inserted(_outbox_row(old)) for old in some], ordered=False)


def _outbox_row(old: Old) -> Old:
    row = outbox_row(old, lane=old["lane"], at=old.get("next_attempt_at") or old["created_at"])  # type: ignore[arg-type]
    fields = ("set_aside_until", "uploading")
    kept = {name: old[name] for name in fields if name in old}
    begun = {"sender": old.get("sender", _CARRIED)} if old["status"] == MessageStatus.SENDING.value else {}
    return {**row, **kept, **begun}


async def _carry_held(database: Database) -> None:
    async for some in _batches(database, {"status": MessageStatus.HELD.value, "conversation_id": _STRING}):
        await database.held_replies.bulk_write([_inserted(held_row(old)) for old in some], ordered=False)  # type: ignore[arg-type]


async def _carry_once(database: Database) -> None:
    """Note with messages the names of what may lead to one message only."""
    for field in _ONCE:
        async for some in _batches(database, {field: _STRING, "workspace_id": _STRING, "once": {"$exists": False}}):
            await database.messages.bulk_write([_named(old) for old in some], ordered=False)


def _named(old: Old) -> UpdateOne:
    once = [name(old[field]) for field, name in _ONCE.items() if old.get(field)]
    return UpdateOne({"_id": old["_id"], "once": {"$exists": False}}, {"$set": {"once": once}})


async def _carry_counts(database: Database) -> None:
    """Count campaigns' messages once; whoever changes one keeps count from then on."""
    counted: dict[tuple[str, str], dict[str, int]] = {}
    async for some in _batches(database, {"tally": _STRING, "workspace_id": _STRING}):
        for old in some:
            bucket = bucket_of(old)  # type: ignore[arg-type]
            of_campaign = counted.setdefault((old["workspace_id"], old["tally"]), {})
            of_campaign[str(bucket)] = of_campaign.get(str(bucket), 0) + 1
        failed = [_failure(old) for old in some if str(bucket_of(old)) == MessageStatus.FAILED.value]  # type: ignore[arg-type]
        if failed:
            await database.campaign_failures.bulk_write(failed, ordered=False)
    rows = [
        {"_id": f"{campaign}:{_CARRIED}", "workspace_id": workspace, "campaign_id": campaign, "counts": counts}
        for (workspace, campaign), counts in counted.items()
    ]
    if rows:
        await database.campaign_counts.bulk_write([_inserted(row) for row in rows], ordered=False)


def _failure(old: Old) -> UpdateOne:
    row: dict[str, Any] = {**failure_of(old)}  # type: ignore[arg-type]
    marks = {name: True for name in ("tries_used_up", "opt_out_noted") if old.get(name)}
    return _inserted(row | marks)


def _inserted(row: Old) -> UpdateOne:
    """Insert a row unless it is there."""
    fields = {name: value for name, value in row.items() if name != "_id"}
    return UpdateOne({"_id": row["_id"]}, {"$setOnInsert": fields}, upsert=True)


async def _batches(database: Database, condition: Mapping[str, Any]) -> AsyncIterator[list[Old]]:
    """Read messages of all workspaces, some at a time."""
    some: list[Old] = []
    async for message in database.messages.find(condition, {"raw": 0, "content": 0}):
        some.append(message)
        if len(some) == AT_ONCE:
            yield some
            some = []
    if some:
        yield some
