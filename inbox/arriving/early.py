"""Stores early events: statuses and changes of messages that have not arrived yet.

Statuses, edits, deletions and reactions may overtake the message that they are about. What is kept is a notice:
it opens nothing and is shown nowhere. A teller keeps first and then looks for the message once more; whoever stores a
message stores first and then looks for what was kept: one of the two finds the other.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

import msgspec

from inbox.arriving.addressed import Alteration, StatusReport
from inbox.arriving.inbound import MessageEdited, MessageRevoked, ReactionChanged, StatusChanged
from inbox.foundation.structs import from_document, to_document
from inbox.messages.message_lookup import MessageKey
from inbox.model.channel_ref import ChannelRef
from inbox.storage.database import Collections, Cursor, Database, UpdateOne
from inbox.storage.documents import EarlyEventDocument

Told = StatusReport | Alteration

_KINDS: Final[Mapping[str, type[Any]]] = {
    "status": StatusChanged,
    "edit": MessageEdited,
    "deletion": MessageRevoked,
    "reaction": ReactionChanged,
}
_KIND_OF: Final = {type_: kind for kind, type_ in _KINDS.items()}


async def keep_early(database: Database, told: Sequence[Told], *, at: datetime) -> None:
    """Store early events, each once."""
    documents = [_document(one, at) for one in told]
    await database.early_events.bulk_write(
        [
            UpdateOne({"_id": d["_id"], "workspace_id": d["workspace_id"]}, {"$setOnInsert": d}, upsert=True)
            for d in documents
        ],
        ordered=False,
    )


async def drop_early(database: Database, told: Iterable[Told]) -> None:
    """Delete early events that were applied."""
    applied = {early_id(one): one.channel.workspace_id for one in told}
    if applied:
        condition = {"_id": {"$in": list(applied)}, "workspace_id": {"$in": list(set(applied.values()))}}
        await database.early_events.delete_many(condition)


def kept_for(keys: Iterable[MessageKey], database: Collections) -> Cursor | None:
    """Ask for the early events of messages that have arrived; None where there are no messages."""
    ids: dict[tuple[str, str], list[str]] = defaultdict(list)
    for workspace_id, channel_id, provider_id in keys:
        ids[workspace_id, channel_id].append(provider_id)
    if not ids:
        return None
    wanted = [{"workspace_id": w, "channel_id": c, "provider_id": {"$in": p}} for (w, c), p in ids.items()]
    return database.early_events.find(wanted[0] if len(wanted) == 1 else {"$or": wanted})


def early_events(channels: Mapping[str, ChannelRef], found: Iterable[EarlyEventDocument]) -> list[Told]:
    """Return the early events that were found, oldest first.

    Args:
        channels: The channels of the messages, by id.
        found: Their documents.
    """
    return [_kept(channels[document["channel_id"]], document) for document in sorted(found, key=lambda d: d["at"])]


def early_id(told: Told) -> str:
    """Name what was told: the same when it is repeated."""
    if isinstance(told, StatusReport):
        return f"{told.channel.id}:{told.event.provider_id}:{told.event.status}"
    return f"{told.channel.id}:{told.event.target}:{told.event.provider_id}"


def _document(told: Told, at: datetime) -> EarlyEventDocument:
    """A status is kept without its raw bytes: its meaning is in its fields, and there are many of them."""
    is_status = isinstance(told, StatusReport)
    event = msgspec.structs.replace(told.event, raw=b"") if is_status else told.event
    return {
        "_id": early_id(told),
        "workspace_id": told.channel.workspace_id,
        "channel_id": told.channel.id,
        "provider_id": told.event.provider_id if isinstance(told, StatusReport) else told.event.target,
        "kind": _KIND_OF[type(told.event)],
        "at": at,
        "event": to_document(event),
    }


def _kept(channel: ChannelRef, document: EarlyEventDocument) -> Told:
    event = from_document(document["event"], _KINDS[document["kind"]])
    if isinstance(event, StatusChanged):
        return StatusReport(channel=channel, event=event)
    return Alteration(channel=channel, event=event)
