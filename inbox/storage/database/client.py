"""The only file that knows motor: connecting, and handing work to the loop or to a thread.

Every write is acknowledged by a majority and journaled before it counts.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC
from functools import cache, partial
from typing import TYPE_CHECKING, Any, Final, TypeVar

from bson.codec_options import CodecOptions
from motor.motor_asyncio import AsyncIOMotorClient
from pymongo.errors import OperationFailure, PyMongoError
from pymongo.write_concern import WriteConcern

from inbox.storage.database.borrowing import Loans, LoopWire, Wire
from inbox.storage.database.dialect import Collection, Collections, Document, Session
from inbox.storage.database.errors import DatabaseUnavailableError
from inbox.storage.database.pipeline import Driver, Pipeline, Proven
from inbox.storage.database.reading import ReadCollection, Reads
from inbox.storage.database.threads import ThreadCollections, finish_at_once
from inbox.storage.database.transactions import DURABLE, Opened, repeat_until_alone, run_once
from inbox.storage.lines import Lines

T = TypeVar("T")

SERVER_SELECTION_MS: Final = 1_500
"""How long an operation looks for a primary: below the 2 s in which a webhook must be answered 503."""
CONNECT_MS: Final = 1_500
SOCKET_MS: Final = 20_000
"""Longest silence of one operation, above any sweep's query; requests have their own shorter limit."""
PATIENCE_SECONDS: Final = 10.0
"""How long a request waits for other writers, or for the answer to a commit: clients wait 30 s and more, a change of
the primary takes some 12 s."""
BATCH_ATTEMPTS: Final = 8
"""A batch that meets others so often is divided by its writer, so that one document does not hold up all."""
ABANDONED_SECONDS: Final = 3.0
"""A transaction takes milliseconds; one that rests this long belongs to a process that was killed or stands still."""
BATCH_THREADS: Final = 12
"""One for each group commit of a process, some for the outbox; in a worker four for routing and one for texts."""
BATCH_WIRES: Final = 16
"""Connections of batches, of the hundred that the driver's pool has; who comes later runs in a thread."""
READING_WIRES: Final = 8
"""Connections for single questions; while all are busy, the driver asks."""
_APPLICATION: Final = "messaging-gateway"
_CODES_NOT_ALLOWED: Final = frozenset({13, 59, 115, 8000})
"""Unauthorized, unknown or unsupported command, and what managed services say instead."""
_FOLLOWED: Final = WriteConcern(w=1)
"""Of a write that a durable one follows at once: the journal and the oplog keep order, so that where the later write
is durable this one is too, and need not wait for the disk by itself."""
_SPECIAL: Final[Mapping[str, tuple[str, WriteConcern]]] = {
    "promised_conversations": ("conversations", _FOLLOWED),
    "blob_files": ("blobs.files", DURABLE),
    "blob_chunks": ("blobs.chunks", _FOLLOWED),
}
"""Collections whose attribute is not their name: promises to conversations before the messages' transaction; GridFS's
documents of complete blobs, and its chunks before them."""


class Database(Collections):
    """The collections of the gateway on the loop; hands work to threads."""

    def __init__(
        self,
        url: str,
        *,
        patience_seconds: float = PATIENCE_SECONDS,
        silence_ms: int = SOCKET_MS,
        is_pipelining: bool = True,
    ) -> None:
        """Connect to nothing yet.

        Args:
            url: Where MongoDB is, with the database's name.
            patience_seconds: How long a transaction is repeated that meets others, and a commit asked for.
            silence_ms: The longest silence of one operation.
            is_pipelining: Whether statements of a batch are written back to back (`inbox.storage.database.pipeline`);
                otherwise the driver writes each and waits for its answer.
        """
        self._patience_seconds = patience_seconds
        self._client = new_client(url, socketTimeoutMS=silence_ms, retryWrites=True, appname=_APPLICATION)
        self._database: Any = self._client.get_default_database("gateway").with_options(
            codec_options=CodecOptions(tz_aware=True, tzinfo=UTC),
            write_concern=DURABLE,
        )
        named = cache(partial(_collection, self._database.delegate))  # to make one takes the driver some 20 µs
        self._in_threads = ThreadCollections(self._client.delegate, named, patience_seconds)
        self._loans = Loans(self._client.delegate, silence_ms / 1000, most=BATCH_WIRES) if is_pipelining else None
        self._reading = Loans(self._client.delegate, silence_ms / 1000, most=READING_WIRES, only_on_loop=True)
        self._driver = Driver(self._client.delegate, self._database.delegate, named, Proven(), patience_seconds)
        # While the database is away each read that looks for it rests in a thread: none takes one from the batches.
        self._threads = ThreadPoolExecutor(BATCH_THREADS + READING_WIRES, thread_name_prefix="batch")
        take = partial(self._reading.take, self._threads)
        self._reads = Reads(self._reading, take, self._pipeline_on) if is_pipelining else None
        self._lines = Lines()

    if not TYPE_CHECKING:  # see `Collections`

        def __getattr__(self, collection: str) -> Collection:
            drivers = _collection(self._database, collection)
            found = drivers if self._reads is None else ReadCollection(collection, drivers, self._reads)
            setattr(self, collection, found)
            return found

    @property
    def name(self) -> str:
        """The database's name."""
        return str(self._database.name)

    async def in_thread(self, work: Callable[[Collections], Coroutine[Any, Any, T]]) -> T:
        """Run `work` from beginning to end in a thread: for batches, and for transactions of many statements.

        It must await nothing but operations on the collections that it is given (`inbox.storage.database.threads`).
        """

        def run() -> T:
            return finish_at_once(work(self._in_threads))

        return await asyncio.get_running_loop().run_in_executor(self._threads, run)

    async def batch(self, work: Callable[[Collections], Coroutine[Any, Any, T]]) -> T:
        """Run `work` on a connection of its own, where statements that belong together are written together.

        It must await nothing but operations on the collections that it is given. Where the connection is plain it runs
        on the loop, otherwise in a thread; without pipelining as `in_thread`.
        """
        wire = None if self._loans is None else await self._loans.take(self._threads)
        if wire is None or self._loans is None:
            return await self.in_thread(work)
        loop = asyncio.get_running_loop()
        if isinstance(wire, LoopWire):
            try:
                return await wire.waits.only(work(self._pipeline_on(wire)))
            finally:
                self._loans.put_back(wire)
        # Who is cut off leaves the thread to end its batch, and the connection to it.
        return await asyncio.shield(loop.run_in_executor(self._threads, self._in_this_thread, wire, work, loop))

    def _pipeline_on(self, wire: LoopWire) -> Pipeline:
        return Pipeline(wire, self._driver, partial(self._known_wait, wire))

    def _known_wait(self, wire: LoopWire, call: Callable[[], Any]) -> Awaitable[Any]:
        return wire.waits.known(asyncio.get_running_loop().run_in_executor(self._threads, call))

    def _in_this_thread(
        self, wire: Wire, work: Callable[[Collections], Coroutine[Any, Any, T]], loop: asyncio.AbstractEventLoop
    ) -> T:
        async def blocking(call: Callable[[], Any]) -> Any:
            return call()

        try:
            return finish_at_once(work(Pipeline(wire, self._driver, blocking)))
        finally:
            if self._loans is not None:
                loop.call_soon_threadsafe(self._loans.put_back, wire)

    async def transact_once(self, work: Callable[[Session], Awaitable[T]]) -> T:
        """Run `work` in one transaction, once."""
        async with await self._client.start_session() as session:
            opened = Opened(session, session.commit_transaction, session.abort_transaction, asyncio.sleep)
            return await run_once(opened, work, patience_seconds=self._patience_seconds)

    async def transaction(self, work: Callable[[Session], Awaitable[T]], *, line: str | None = None) -> T:
        """Run `work` in one transaction; repeat it as a whole on conflicts with other writers.

        `work` must have no effect outside of the session, and await nothing but the database: a transaction that
        rests is ended. What it raises passes through.

        Args:
            work: Reads and writes in the session.
            line: Names the document that many would write at once: they go one after the other.

        Raises:
            OutcomeUnknownError: if nobody says whether the commit took effect.
        """
        ends_at = time.monotonic() + self._patience_seconds
        async with self._lines.turn(line):
            return await repeat_until_alone(lambda: self.transact_once(work), lambda _: time.monotonic() < ends_at)

    async def batch_transaction(
        self, work: Callable[[Collections, Session], Awaitable[T]], *, attempts: int = BATCH_ATTEMPTS
    ) -> T:
        """As `transaction`, with work that runs as a batch (`batch`); gives up after so many attempts."""

        async def once(collections: Collections) -> T:
            return await collections.transact_once(partial(work, collections))

        return await repeat_until_alone(lambda: self.batch(once), lambda attempt: attempt < attempts)

    async def open_session(self) -> Session:
        """Open a session outside of transactions, for a cursor that lives long; close it with `async with`."""
        return await self._client.start_session()

    async def command(self, name: str, **arguments: Any) -> Document:
        """Run a database command."""
        result: Document = await self._database.command(name, **arguments)
        return result

    def watch(self, collection: str, pipeline: list[Document], **options: Any) -> Any:
        """Open a change stream on one collection."""
        return self._database[collection].watch(pipeline, **options)

    async def check(self) -> float:
        """Check that a replica set answers; return the offset of its clock to ours in seconds.

        Raises:
            DatabaseUnavailableError: with what to check.
        """
        try:
            hello, offset = await self._hello()
        except PyMongoError as error:
            raise DatabaseUnavailableError(
                f"MongoDB does not answer ({type(error).__name__}): check GATEWAY_MONGO_URL and that mongod runs"
            ) from error
        if "setName" not in hello:
            raise DatabaseUnavailableError(
                "MongoDB is not a replica set, which transactions and change streams need: "
                "start mongod with --replSet rs0 and run rs.initiate() once"
            )
        return offset

    async def _hello(self) -> tuple[Document, float]:
        before = time.time()
        hello: Document = await self._client.admin.command("hello")
        middle = (before + time.time()) / 2
        return hello, hello["localTime"].replace(tzinfo=UTC).timestamp() - middle

    async def end_abandoned_transactions(self, *, resting_seconds: float = ABANDONED_SECONDS) -> int:
        """End transactions of ours in which nothing has happened for a while; return how many.

        MongoDB does not end a transaction when its client dies: for a minute or more nobody could write what it
        touched. A process that only stood still finds its transaction gone and does it again. Where MongoDB does
        not let us look, its own limit has to do (`transactionLifetimeLimitSeconds`).
        """
        abandoned = [
            {"$currentOp": {"idleSessions": True}},
            {
                "$match": {
                    "appName": _APPLICATION,
                    "type": "idleSession",
                    "transaction.timeInactiveMicros": {"$gt": int(resting_seconds * 1e6)},
                }
            },
            {"$project": {"lsid.id": 1}},
        ]
        try:
            sessions = [found["lsid"] async for found in self._client.admin.aggregate(abandoned)]
            if sessions:
                await self._client.admin.command("killSessions", sessions)
        except OperationFailure as error:
            if error.code not in _CODES_NOT_ALLOWED:
                raise
            return 0
        return len(sessions)

    async def drop(self) -> None:
        """Delete the whole database (tests)."""
        await self._client.drop_database(self._database.name)

    def close(self) -> None:
        """Close all connections."""
        if self._loans is not None:
            self._loans.close()
        self._reading.close()
        self._threads.shutdown(wait=False)
        self._client.close()


def new_client(*address: Any, **options: Any) -> Any:
    """Make a client that gives up on a server that is away as soon as webhooks must be answered."""
    return AsyncIOMotorClient(
        *address, serverSelectionTimeoutMS=SERVER_SELECTION_MS, connectTimeoutMS=CONNECT_MS, **options
    )


def _collection(database: Any, attribute: str) -> Any:
    """Return the driver's collection that an attribute names, of the database on the loop or of the blocking one."""
    name, write_concern = _SPECIAL.get(attribute, (attribute, None))
    found = database[name]
    return found if write_concern is None else found.with_options(write_concern=write_concern)
