"""The only file that knows the MongoDB driver: connecting, transactions, and what its errors mean.

Every write is acknowledged by a majority and journaled before it counts.
"""

from __future__ import annotations

import asyncio
import random
import re
import time
from collections.abc import Awaitable, Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC
from functools import cached_property
from typing import Any, Final, TypeVar

import bson
from bson.codec_options import CodecOptions
from bson.errors import BSONError
from bson.raw_bson import RawBSONDocument
from motor.motor_asyncio import AsyncIOMotorClient
from pymongo import ASCENDING, DESCENDING, IndexModel, InsertOne, UpdateMany, UpdateOne
from pymongo.errors import (
    AutoReconnect,
    BulkWriteError,
    ConnectionFailure,
    DuplicateKeyError,
    ExecutionTimeout,
    NetworkTimeout,
    OperationFailure,
    PyMongoError,
    ServerSelectionTimeoutError,
    WriteConcernError,
)
from pymongo.read_concern import ReadConcern
from pymongo.write_concern import WriteConcern

from inbox.storage.hops import Collection, Collections, HopCollections, finish_at_once
from inbox.storage.lines import Lines

__all__ = [
    "ASCENDING",
    "DESCENDING",
    "BlockingDatabase",
    "BulkWriteError",
    "Collections",
    "Database",
    "DatabaseUnavailableError",
    "Document",
    "DocumentUnstorableError",
    "DuplicateKeyError",
    "IndexModel",
    "InsertOne",
    "OperationFailure",
    "OutcomeUnknownError",
    "Session",
    "UpdateMany",
    "UpdateOne",
    "WriteConflictError",
    "encode_document",
    "initiate_replica_set",
    "is_duplicate",
    "is_too_slow",
    "is_transient",
    "is_unavailable",
]

Document = Any
"""A document, or a part of a query, whose fields nobody has written down; see `inbox.storage.documents`."""
Session = Any
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
LONGEST_PAUSE_SECONDS: Final = 0.1
"""Between two tries: some ten transactions long, so that a hundred who wait are through in a second or two."""
COMMIT_PAUSE_SECONDS: Final = 0.05
"""Between two questions whether a commit took effect; the driver itself waits for a primary."""
ABANDONED_SECONDS: Final = 3.0
"""A transaction takes milliseconds; one that rests this long belongs to a process that was killed or stands still."""
_APPLICATION: Final = "messaging-gateway"
_CODE_WRITE_CONFLICT: Final = 112
_CODE_NO_SUCH_TRANSACTION: Final = 251
_CODE_ALREADY_INITIALIZED: Final = 23
_CODE_NOT_YET_INITIALIZED: Final = 94
_CODE_DUPLICATE_KEY: Final = 11000
_CODES_NOT_ALLOWED: Final = frozenset({13, 59, 115, 8000})
"""Unauthorized, unknown or unsupported command, and what managed services say instead."""
_CODES_AWAY: Final = frozenset({13, 18, 64, 91, 100, 189, 262, 11600, 11602, 14031})
"""Refusals that concern everything that is asked of the server, not a document: no rights, a wait that took too long,
too few members, a shutdown, a step-down, a full disk. Source: MongoDB 6.0, src/mongo/base/error_codes.yml."""
_INDEX: Final = re.compile(r"\bindex: (\S+) dup key")
"""How MongoDB names the index that refused a document."""
MAX_DOCUMENT_BYTES: Final = 15 * 1024 * 1024
"""MongoDB takes 16 MiB; the rest is for the command around a document, and for what is added to it later."""


_SNAPSHOT: Final = ReadConcern("snapshot")
_DURABLE: Final = WriteConcern(w="majority", j=True)
BATCH_THREADS: Final = 12
"""One for each group commit of a process, some for the outbox; in a worker four for routing and one for texts."""


class DocumentUnstorableError(Exception):
    """A document that BSON can't hold (a 20-digit integer, a lone surrogate, a NUL in a key)."""


class WriteConflictError(Exception):
    """Something that a batch was made for has changed meanwhile: make it anew."""


class OutcomeUnknownError(Exception):
    """A commit was sent and its answer never came: the change may be there or not."""


class DatabaseUnavailableError(Exception):
    """MongoDB can't be reached or is no replica set; the message says what to check."""


class BlockingDatabase:
    """Collections by attribute, with operations that block: only inside of `Database.in_one_hop`."""

    def __init__(self, client: Any, database: Any, patience_seconds: float) -> None:
        self._client = client
        self._database = database
        self._patience_seconds = patience_seconds

    def __getattr__(self, collection: str) -> Collection:
        found = self._database[collection]
        setattr(self, collection, found)
        return found

    @cached_property
    def promised_conversations(self) -> Collection:
        """The conversations, for writes that a durable one follows at once.

        The journal and the oplog keep order: where the later write is durable this one is too, so it need
        not wait for the disk by itself.
        """
        return self._database["conversations"].with_options(write_concern=WriteConcern(w=1))

    def transaction(self, work: Callable[[Session], T]) -> T:
        """Run `work` in one transaction, once: a conflict with another writer is raised.

        Raises:
            OutcomeUnknownError: if nobody says whether the commit took effect.
        """
        with self._client.start_session() as session:
            with session.start_transaction(read_concern=_SNAPSHOT, write_concern=_DURABLE):
                result = work(session)
                _commit(session, time.monotonic() + self._patience_seconds)
            return result


class Database(Collections):
    """Collections of the gateway, by attribute: `database.messages`, `database.conversations`, …"""

    def __init__(self, url: str, *, patience_seconds: float = PATIENCE_SECONDS) -> None:
        """Connect to nothing yet.

        Args:
            url: Where MongoDB is, with the database's name.
            patience_seconds: How long a transaction is repeated that meets others, and a commit asked for.
        """
        self._patience_seconds = patience_seconds
        self._client: Any = AsyncIOMotorClient(
            url,
            serverSelectionTimeoutMS=SERVER_SELECTION_MS,
            connectTimeoutMS=CONNECT_MS,
            socketTimeoutMS=SOCKET_MS,
            retryWrites=True,
            appname=_APPLICATION,
        )
        self._database: Any = self._client.get_default_database("gateway").with_options(
            codec_options=CodecOptions(tz_aware=True, tzinfo=UTC),
            write_concern=_DURABLE,
        )

        self._blocking = BlockingDatabase(self._client.delegate, self._database.delegate, patience_seconds)
        self._threads = ThreadPoolExecutor(BATCH_THREADS, thread_name_prefix="batch")
        self._lines = Lines()

    def __getattr__(self, collection: str) -> Collection:
        found = self._database[collection]
        setattr(self, collection, found)
        return found

    async def in_one_hop(self, work: Callable[[BlockingDatabase], T]) -> T:
        """Run a batch of blocking operations in one thread.

        motor hands every single operation to a thread and back; a hop costs some 0.1–0.2 ms of
        processor time, which is more than a message of a batch of sixteen costs by itself.
        """
        return await asyncio.get_running_loop().run_in_executor(self._threads, work, self._blocking)

    @cached_property
    def blob_files(self) -> Collection:
        """GridFS's documents of complete blobs."""
        return self._database["blobs.files"]

    @cached_property
    def blob_chunks(self) -> Collection:
        """GridFS's chunks, for writes that a durable one in `blob_files` follows."""
        return self._database["blobs.chunks"].with_options(write_concern=WriteConcern(w=1))

    @property
    def name(self) -> str:
        """The database's name."""
        return str(self._database.name)

    async def command(self, name: str, **arguments: Any) -> Document:
        """Run a database command."""
        result: Document = await self._database.command(name, **arguments)
        return result

    async def drop(self) -> None:
        """Delete the whole database (tests)."""
        await self._client.drop_database(self._database.name)

    def close(self) -> None:
        """Close all connections."""
        self._threads.shutdown(wait=False)
        self._client.close()

    async def check(self) -> float:
        """Check that a replica set answers; give the offset of its clock to ours in seconds.

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
            return await _until_alone(lambda: self._try_transaction(work), lambda _: time.monotonic() < ends_at)

    async def batch_transaction(
        self, work: Callable[[BlockingDatabase, Session], T], *, attempts: int = BATCH_ATTEMPTS
    ) -> T:
        """As `transaction`, with blocking work in one thread; a batch gives up sooner."""

        def once(blocking: BlockingDatabase) -> T:
            return blocking.transaction(lambda session: work(blocking, session))

        return await _until_alone(lambda: self.in_one_hop(once), lambda attempt: attempt < attempts)

    async def hop_transaction(
        self, work: Callable[[Collections, Session], Coroutine[Any, Any, T]], *, attempts: int = BATCH_ATTEMPTS
    ) -> T:
        """As `batch_transaction`, with work that awaits nothing but operations on the collections that it is given.

        For transactions of many statements: see `inbox.storage.hops`.
        """
        return await self.batch_transaction(
            lambda blocking, session: finish_at_once(work(HopCollections(blocking), session)), attempts=attempts
        )

    async def _try_transaction(self, work: Callable[[Session], Awaitable[T]]) -> T:
        async with await self._client.start_session() as session:
            async with session.start_transaction(read_concern=_SNAPSHOT, write_concern=_DURABLE):
                result = await work(session)
                await _commit_in_loop(session, time.monotonic() + self._patience_seconds)
            return result

    async def end_abandoned_transactions(self, *, resting_seconds: float = ABANDONED_SECONDS) -> int:
        """End transactions of ours in which nothing has happened for a while; give how many.

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

    def watch(self, collection: str, pipeline: list[Document], **options: Any) -> Any:
        """Open a change stream on one collection."""
        return self._database[collection].watch(pipeline, **options)


def _commit(session: Session, ends_at: float) -> None:
    """Commit, and ask again until the outcome is known: MongoDB takes the same commit any number of times.

    Source: MongoDB's specification of transactions for drivers, "UnknownTransactionCommitResult" (read 2025-12).
    """
    while True:
        try:
            session.commit_transaction()
            return
        except PyMongoError as error:
            _check_open(error, ends_at)
        time.sleep(COMMIT_PAUSE_SECONDS)


async def _commit_in_loop(session: Session, ends_at: float) -> None:
    """As `_commit`, with a session to await."""
    while True:
        try:
            await session.commit_transaction()
            return
        except PyMongoError as error:
            _check_open(error, ends_at)
        await asyncio.sleep(COMMIT_PAUSE_SECONDS)


def _check_open(error: PyMongoError, ends_at: float) -> None:
    """Raise the error of a commit whose outcome is known, or after which there is no more time to ask."""
    if not error.has_error_label("UnknownTransactionCommitResult"):
        raise error
    if time.monotonic() >= ends_at:
        raise OutcomeUnknownError from error


async def _until_alone(attempt_once: Callable[[], Awaitable[T]], is_patient: Callable[[int], bool]) -> T:
    """Repeat a transaction while it meets other writers, and as long as the patience for so many attempts lasts."""
    attempt = 0
    while True:
        try:
            return await attempt_once()
        except PyMongoError as error:
            attempt += 1
            if not is_transient(error) or not is_patient(attempt):
                raise
        await asyncio.sleep(_pause(attempt))


def _pause(attempt: int) -> float:
    """Spread those who contend for the same document."""
    return random.uniform(0, min(LONGEST_PAUSE_SECONDS, 0.004 * 2 ** min(attempt, 10)))  # noqa: S311


def encode_document(document: Document) -> RawBSONDocument:
    """Encode a document ahead of its insert, so that a bad one is found alone and costs no other.

    Raises:
        DocumentUnstorableError: if MongoDB's format can't hold it.
    """
    try:
        encoded = bson.encode(document)
    except (BSONError, OverflowError, UnicodeError, TypeError, ValueError, RecursionError) as error:
        raise DocumentUnstorableError(type(error).__name__) from None
    if len(encoded) > MAX_DOCUMENT_BYTES:
        raise DocumentUnstorableError("DocumentTooLarge")
    return RawBSONDocument(encoded)


def is_duplicate(error: BaseException, *indexes: str) -> bool:
    """Tell whether a unique index refused a document: one of `indexes`, or any where none is named.

    Of a bulk write each refusal counts: with `indexes`, all refusals have to be theirs.
    """
    refused = _refusing_indexes(error)
    return bool(refused) and (not indexes or refused <= set(indexes))


def _refusing_indexes(error: BaseException) -> set[str]:
    """Name the unique indexes that refused documents."""
    if isinstance(error, BulkWriteError):
        found = [item for item in error.details.get("writeErrors", []) if item.get("code") == _CODE_DUPLICATE_KEY]
    else:
        found = [error.details or {}] if isinstance(error, DuplicateKeyError) else []
    named = (_INDEX.search(str(item.get("errmsg", ""))) for item in found)
    return {match[1] if match else "" for match in named}


def is_transient(error: BaseException) -> bool:
    """Tell whether the same operation may succeed if repeated at once (conflict, failover)."""
    if isinstance(error, WriteConflictError):
        return True
    if isinstance(error, BulkWriteError):
        return any(item.get("code") == _CODE_WRITE_CONFLICT for item in error.details.get("writeErrors", []))
    if not isinstance(error, PyMongoError):
        return False
    if error.has_error_label("TransientTransactionError"):
        return True
    return isinstance(error, OperationFailure) and error.code in {
        _CODE_WRITE_CONFLICT,
        _CODE_NO_SUCH_TRANSACTION,
    }


def is_unavailable(error: BaseException) -> bool:
    """Tell whether the database is away, too slow or full, so that the caller should come back later.

    That includes a write that is done but not yet durable: whoever repeats it finds it.
    """
    if isinstance(error, BulkWriteError):
        faults = error.details.get("writeErrors", [])
        undurable = not faults and error.details.get("writeConcernErrors")
        return bool(undurable) or any(item.get("code") in _CODES_AWAY for item in faults)
    if isinstance(error, OperationFailure) and error.code in _CODES_AWAY:
        return True
    return isinstance(
        error,
        AutoReconnect
        | ConnectionFailure
        | ServerSelectionTimeoutError
        | NetworkTimeout
        | ExecutionTimeout
        | WriteConcernError
        | OutcomeUnknownError
        | TimeoutError,
    )


def is_too_slow(error: BaseException) -> bool:
    """Tell whether MongoDB ended an operation because its own time limit (`maxTimeMS`) was over."""
    return isinstance(error, ExecutionTimeout)


async def initiate_replica_set(
    host: str, port: int, *, system_password: str, user: str, password: str, name: str = "rs0"
) -> None:
    """Make a fresh mongod a replica set of one, or move that set to a new address; return when it takes our login.

    Safe to repeat. It is meant for a mongod of our own: a set with more members is left as it is.

    Args:
        host: Where it listens.
        port: Likewise.
        system_password: The content of its key file: the login of its own system user, which is there without
            any data, so that neither a fresh directory nor one from before there were logins is a special case.
        user: Whom to let in.
        password: With what.
        name: The replica set's.
    """
    client: Any = AsyncIOMotorClient(
        host,
        port,
        directConnection=True,
        serverSelectionTimeoutMS=CONNECT_MS,
        username="__system",
        password=system_password,
        authSource="local",
        authMechanism="SCRAM-SHA-256",
    )
    try:
        while not (await client.admin.command("hello")).get("isWritablePrimary"):
            await _set_only_member(client, f"{host}:{port}", name)
            await asyncio.sleep(0.01)
        known = (await client.admin.command("usersInfo", user))["users"]
        await client.admin.command("updateUser" if known else "createUser", user, pwd=password, roles=["root"])
    finally:
        client.close()


async def _set_only_member(client: Any, address: str, name: str) -> None:
    """Take one step; what is stored decides, because a mongod that still reads it calls itself fresh."""
    stored = await client.local["system.replset"].find_one()
    try:
        if stored is None:
            await client.admin.command("replSetInitiate", {"_id": name, "members": [{"_id": 0, "host": address}]})
        elif len(stored["members"]) == 1 and stored["members"][0]["host"] != address:
            stored["members"][0]["host"] = address
            stored["version"] += 1
            await client.admin.command("replSetReconfig", stored, force=True)
    except OperationFailure as error:
        if error.code not in {_CODE_ALREADY_INITIALIZED, _CODE_NOT_YET_INITIALIZED}:
            raise
