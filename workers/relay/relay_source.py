"""The relay's source: a change stream of inserted event documents, read a whole batch per round trip.

It uses the commands `aggregate` and `getMore` themselves. The driver's own change stream hands over one
document per hop to a thread (70-85 µs each); here one hop fetches a batch. It also resumes silently, which
the relay must not: its recovery after any fault is the one that it has after a crash.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any, Final

import msgspec

from inbox.storage.database import Database, Document, Session

AWAIT_MS: Final = 1_000
"""How long the server waits for something new; also how soon an idle relay notices an emptied Redis."""
BATCH_DOCUMENTS: Final = 256
_HISTORY_LOST_CODES: Final = frozenset({286, 280, 260, 50811})
"""ChangeStreamHistoryLost, ChangeStreamFatalError, InvalidResumeToken, and a token that can't be decoded."""
_PIPELINE: Final[list[Document]] = [
    {"$match": {"operationType": "insert"}},
    {
        "$project": {
            "clusterTime": 1,
            "workspace_id": "$fullDocument.workspace_id",
            "count": "$fullDocument.count",
            "items": "$fullDocument.items",
        }
    },
]


class HistoryLostError(Exception):
    """The oplog no longer reaches back to the token, or the collection was dropped."""


class Place(msgspec.Struct, frozen=True, order=True, array_like=True):
    """Where a document stands in commit order.

    Attributes:
        seconds, increment: Cluster time of its commit.
        index: Its number among the documents of the same cluster time (a transaction's).
    """

    seconds: int = 0
    increment: int = 0
    index: int = 0

    def next(self, seconds: int, increment: int) -> Place:
        """Return the place of the document that follows and was committed at a cluster time."""
        same = (seconds, increment) == (self.seconds, self.increment)
        return Place(seconds, increment, self.index + 1 if same else 0)

    @property
    def redis_id(self) -> str:
        """Return the stream id: all 64 bits of the cluster time, and the index (0-0 is not a valid id)."""
        return f"{(self.seconds << 32) | self.increment}-{self.index}"


class EventDocument(msgspec.Struct, frozen=True):
    """A document of events at its place, as it was found: checked by `Placements.stamp`."""

    place: Place
    workspace_id: Any
    count: Any
    items: Any


class Source:
    """An open change stream.

    Attributes:
        token: Where to resume after the last batch that was given.
        place: The last document's place.
    """

    def __init__(self, database: Database, session: Session, place: Place) -> None:
        self._database = database
        self._session = session
        self._cursor_id = 0
        self.token: Document = {}
        self.place = place

    async def open(self, token: Document | None) -> None:
        """Start after `token`, or now. No document comes with the first answer: `token` is the very start."""
        options = {"resumeAfter": token} if token else {}
        answer = await self._command(
            "aggregate",
            aggregate="events",
            pipeline=[{"$changeStream": options}, *_PIPELINE],
            cursor={"batchSize": 0},
            readConcern={"level": "majority"},
        )
        self._take(answer["cursor"], "firstBatch")

    async def next_batch(self, *, await_ms: int = AWAIT_MS) -> list[EventDocument]:
        """Wait for the next documents, in commit order; none after `await_ms` without any.

        Raises:
            HistoryLostError: if the stream can't go on.
        """
        if not self._cursor_id:
            raise HistoryLostError("the change stream was closed: the collection was dropped or renamed")
        answer = await self._command(
            "getMore",
            getMore=self._cursor_id,
            collection="events",
            batchSize=BATCH_DOCUMENTS,
            maxTimeMS=await_ms,
        )
        return [self._document(change) for change in self._take(answer["cursor"], "nextBatch")]

    async def close(self) -> None:
        """Free the server's cursor."""
        if self._cursor_id:
            await self._database.command("killCursors", killCursors="events", cursors=[self._cursor_id])

    def _take(self, cursor: Document, batch: str) -> list[Document]:
        self._cursor_id = cursor["id"]
        changes: list[Document] = cursor[batch]
        self.token = cursor.get("postBatchResumeToken", self.token)
        return changes

    def _document(self, change: Document) -> EventDocument:
        time = change["clusterTime"]
        self.place = self.place.next(time.time, time.inc)
        return EventDocument(self.place, change.get("workspace_id"), change.get("count"), change.get("items"))

    async def _command(self, name: str, **arguments: Any) -> Document:
        value = arguments.pop(name)
        try:
            return await self._database.command(name, value=value, session=self._session, **arguments)
        except Exception as error:
            if getattr(error, "code", None) in _HISTORY_LOST_CODES:
                raise HistoryLostError(str(error)) from error
            raise


@asynccontextmanager
async def open_source(database: Database, token: Document | None, place: Place) -> AsyncIterator[Source]:
    """Open a change stream after a token, or from now on.

    Raises:
        HistoryLostError: if the oplog no longer reaches back to the token.
    """
    async with await database.open_session() as session:
        source = Source(database, session, place)
        try:
            await source.open(token)
            yield source
        finally:
            with suppress(Exception):
                async with asyncio.timeout(1):
                    await source.close()
