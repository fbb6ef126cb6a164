"""Transactions that are overtaken: they read things as they were before somebody else came and went.

That is the one way in which two writers may meet and neither notice: MongoDB makes the later one begin again only where
both write the same document.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import partial
from typing import Any, cast

import msgspec

from inbox.storage.database import Collections, Database, Session
from inbox.stream.events import decode_items
from workers.relay.relay_source import Place, open_source

JsonObject = dict[str, Any]
Told = Callable[[], Awaitable[list[JsonObject]]]


class _Overtaken:
    def __init__(self, database: Database, other: Callable[[], Awaitable[object]]) -> None:
        self._database = database
        self._others = [other]

    def __getattr__(self, name: str) -> Any:
        return getattr(self._database, name)

    async def transaction(self, work: Callable[[Session], Awaitable[Any]], **options: Any) -> Any:
        async def overtaken(session: Session) -> Any:
            # The first read of a transaction says what all the others see.
            assert await self._database.events.find_one({}, {"_id": 1}, session=session), "nothing was told yet"
            if self._others:
                await self._others.pop()()
            return await work(session)

        return await self._database.transaction(overtaken, **options)

    async def batch_transaction(
        self, work: Callable[[Collections, Session], Awaitable[Any]], *, attempts: int = 0
    ) -> Any:
        return await self.transaction(partial(work, self._database))


def overtaken(database: Database, other: Callable[[], Awaitable[object]]) -> Database:
    """Return a database whose next transaction is overtaken by `other`; if it has to begin again, by nobody."""
    return cast(Database, _Overtaken(database, other))


@asynccontextmanager
async def told_from_here(database: Database, type_: str) -> AsyncIterator[Told]:
    """Give a function that returns the data of the events of a type that were committed during the block, in order.

    By their ids they would be in the order in which they were made.
    """
    async with open_source(database, None, Place()) as source:

        async def told() -> list[JsonObject]:
            await database.events.insert_one({"_id": "end", "workspace_id": "end", "count": 0, "items": b"[]"})
            found: list[JsonObject] = []
            while True:
                for document in await source.next_batch():
                    if document.workspace_id == "end":
                        return found
                    bodies = [msgspec.json.decode(item.body) for item in decode_items(document.items)]
                    found += [body["data"] for body in bodies if body["type"] == type_]

        yield told
