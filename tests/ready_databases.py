"""Databases that have all indexes, each lent to one test at a time: making one costs 0.3 s, emptying one some ms."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any, Final

from pymongo import MongoClient, WriteConcern

from inbox.storage.database import Database
from inbox.storage.indexes import INDEXES, create_indexes

_NEEDED: Final = {name for name, indexes in INDEXES.items() if indexes}
_FOLLOWED: Final = WriteConcern(w=1)
"""Of all deletions but the last: what is written later is durable later."""


class ReadyDatabases:
    """The databases of one test process."""

    def __init__(self, mongo_url: str) -> None:
        self._url = mongo_url
        self._client: MongoClient[Any] = MongoClient(mongo_url)
        self._free: list[str] = []

    @asynccontextmanager
    async def lent(self) -> AsyncIterator[str]:
        """Have the URL of an empty database during the block."""
        name = self._free.pop() if self._free else f"test_{uuid.uuid4().hex[:12]}"
        url = self._url.replace("/gateway?", f"/{name}?")
        if not self.empty(name):
            await self._make(name, url)
        yield url
        self._free.append(name)

    def empty(self, name: str) -> bool:
        """Delete all documents; tell whether the database has all it needs."""
        database = self._client[name]
        present = sorted(database.list_collection_names())
        *used, last = [*_used(database, present), "messages"]
        for collection in used:
            database[collection].with_options(write_concern=_FOLLOWED).delete_many({})
        database[last].delete_many({})
        return _NEEDED.issubset(present)

    async def _make(self, name: str, url: str) -> None:
        self._client.drop_database(name)
        database = Database(url)
        await create_indexes(database)
        database.close()

    def close(self) -> None:
        """Close the connections."""
        self._client.close()


def _used(database: Any, collections: Sequence[str]) -> list[str]:
    """Tell which collections hold something, in one question: most tests write into few."""
    if not collections:
        return []
    first, *others = collections
    unions = [{"$unionWith": {"coll": name, "pipeline": _one(name)}} for name in others]
    return [found["name"] for found in database[first].aggregate([*_one(first), *unions])]


def _one(name: str) -> list[dict[str, Any]]:
    return [{"$limit": 1}, {"$project": {"_id": 0, "name": {"$literal": name}}}]
