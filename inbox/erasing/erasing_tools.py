"""What the steps of an erasure work with, and what a step says of how far it came."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

import msgspec
from redis.asyncio import Redis

from inbox.files.blob_store import BlobStore
from inbox.foundation.clock import Clock
from inbox.storage.database import Database
from inbox.storage.documents import ConversationDocument, ErasedPersonDocument, ErasureDocument

NOBODY: ErasedPersonDocument = {"contact_ids": [], "accounts": [], "marks": [], "names": []}


@dataclass(frozen=True)
class Tools:
    """Where everything is that is erased.

    Attributes:
        store: The bytes of files.
        seconds: The time that ids are made of.
    """

    database: Database
    clock: Clock
    redis: Redis
    store: BlobStore
    seconds: Callable[[], float] = field(default=time.time)


class Came(msgspec.Struct, frozen=True, kw_only=True):
    """How far a step came.

    Attributes:
        mark: Where it goes on, in its own terms; None where it is finished.
        must_wait: It can't go on yet: what it waits for is not there.
        counts: What was taken away, by collection.
    """

    mark: str | None = None
    must_wait: bool = False
    counts: Mapping[str, int] = {}


Step = Callable[[Tools, ErasureDocument], Awaitable[Came]]
"""Does a bounded part of a step from the erasure's `mark` on. It may be done again after a kill: nothing is counted
on but what is in the database."""


def person_in(erasure: ErasureDocument) -> ErasedPersonDocument:
    """Return by what the person is found."""
    return erasure.get("person", NOBODY)


async def ids_of(tools: Tools, erasure: ErasureDocument) -> frozenset[str]:
    """Return the ids of a person's contacts and conversations; conversations are deleted last for this."""
    contact_ids = person_in(erasure)["contact_ids"]
    theirs = {"workspace_id": erasure["workspace_id"], "contact_id": {"$in": contact_ids}}
    found = await tools.database.conversations.find(theirs, {"_id": 1}).to_list(None)
    return frozenset([*contact_ids, *(one["_id"] for one in found)])


async def next_conversation(tools: Tools, erasure: ErasureDocument) -> ConversationDocument | None:
    """Return the person's first conversation after the mark."""
    theirs = {
        "workspace_id": erasure["workspace_id"],
        "contact_id": {"$in": person_in(erasure)["contact_ids"]},
        "_id": {"$gt": erasure["mark"] or ""},
    }
    return await tools.database.conversations.find_one(theirs, {"routing_log": 0}, sort=[("_id", 1)])


def after(prefix: str, mark: str | None = None) -> dict[str, str]:
    """Return the range of ids that begin with a prefix and a colon, after a mark."""
    return {"$gt": mark or f"{prefix}:", "$lt": f"{prefix};"}
