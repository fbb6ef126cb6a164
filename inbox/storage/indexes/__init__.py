"""Every index, with the question that it answers: one table for each theme. Each begins with `workspace_id` unless a
sweep reads across all.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from typing import Final

import structlog

from inbox.storage.database import Database, OperationFailure, is_silent
from inbox.storage.indexes.arriving import ARRIVING, IDEMPOTENCY_KEEP_SECONDS
from inbox.storage.indexes.bots import BOTS
from inbox.storage.indexes.campaigns import CAMPAIGNS
from inbox.storage.indexes.channels import CHANNELS
from inbox.storage.indexes.conversations import CONVERSATIONS
from inbox.storage.indexes.desk import DESK
from inbox.storage.indexes.erasing import ERASING
from inbox.storage.indexes.exporting import EXPORTING
from inbox.storage.indexes.finding import FINDING
from inbox.storage.indexes.helpers import HELPERS
from inbox.storage.indexes.index import DAY_SECONDS, Index, Table
from inbox.storage.indexes.labels import LABELS
from inbox.storage.indexes.mails import MAILS
from inbox.storage.indexes.messages import MESSAGES
from inbox.storage.indexes.money import MONEY
from inbox.storage.indexes.openid import OPENID
from inbox.storage.indexes.people import PEOPLE
from inbox.storage.indexes.push import PUSH
from inbox.storage.indexes.subscriptions import SUBSCRIPTIONS

__all__ = [
    "DAY_SECONDS",
    "IDEMPOTENCY_KEEP_SECONDS",
    "INDEXES",
    "OLD_ACCOUNT_INDEX",
    "OLD_INDEXES",
    "Index",
    "build_indexes",
    "create_indexes",
    "drop_indexes",
    "missing_indexes",
]

INDEXES: Final[Table] = {
    **PEOPLE,
    **MAILS,
    **OPENID,
    **CHANNELS,
    **CONVERSATIONS,
    **LABELS,
    **MESSAGES,
    **ARRIVING,
    **SUBSCRIPTIONS,
    **PUSH,
    **BOTS,
    **CAMPAIGNS,
    **DESK,
    **FINDING,
    **HELPERS,
    **MONEY,
    **ERASING,
    **EXPORTING,
}

_log = structlog.get_logger(__name__)

OLD_ACCOUNT_INDEX: Final = "account_once"
"""Of versions in which whoever named an account first had it, whether or not it was theirs."""
OLD_INDEXES: Final[dict[str, tuple[str, ...]]] = {
    "notices": ("newest",),
    "cues": ("by_conversation",),
    "conversations": ("unrouted", "lists"),
    "dead_letters": ("expiry",),
}
"""Indexes of earlier versions that no query reads any more: each costs at every write."""


async def create_indexes(database: Database) -> None:
    """Create what is missing and drop what nothing reads; safe to run from many processes at once."""
    for collection, indexes in INDEXES.items():
        if indexes:
            await build_indexes(database, collection, indexes)
    if OLD_ACCOUNT_INDEX in await database.channels.index_information():
        await _replace_old_claims(database)
    for collection, names in OLD_INDEXES.items():
        await drop_indexes(database, collection, names)


async def build_indexes(database: Database, collection: str, indexes: Sequence[Index]) -> None:
    """Build what is missing on a collection, however long it takes.

    On millions of documents that is minutes. The driver gives up long before; MongoDB goes on, and who asks again
    waits for the same build.
    """
    while True:
        try:
            await getattr(database, collection).create_indexes([index.model for index in indexes])
        except Exception as error:
            if not is_silent(error):
                raise
            _log.warning("indexes are being built; the start waits for them", collection=collection)
        else:
            return


async def drop_indexes(database: Database, collection: str, names: Iterable[str]) -> None:
    """Drop those indexes of a collection that are still there."""
    for name in {*names} & {*await getattr(database, collection).index_information()}:
        with suppress(OperationFailure):  # another process was faster
            await getattr(database, collection).drop_index(name)


async def _replace_old_claims(database: Database) -> None:
    """Let channels that work keep the accounts that they have had; the others get theirs with the next check."""
    working = {"deleted_at": None, "account_key": {"$type": "string"}, "health.status": "ok", "confirmed": None}
    await database.channels.update_many(working, {"$set": {"confirmed": True}})
    await drop_indexes(database, "channels", (OLD_ACCOUNT_INDEX,))


async def missing_indexes(database: Database) -> list[str]:
    """Name the indexes that are not there, as `collection.index`."""
    missing = []
    for collection, indexes in INDEXES.items():
        present = await getattr(database, collection).index_information()
        missing += [f"{collection}.{index.name}" for index in indexes if index.name not in present]
    return missing
