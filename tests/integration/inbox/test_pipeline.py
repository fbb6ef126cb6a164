"""Statements written back to back: what MongoDB makes of one that fails, and what becomes of the commit behind it."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import pytest
import pytest_asyncio
from pymongo import MongoClient

from inbox.storage.database import (
    BulkWriteError,
    Collections,
    Database,
    InsertOne,
    OperationFailure,
    Session,
    UpdateMany,
    UpdateOne,
    is_transient,
    post,
)
from tests.integration.inbox.command_order import watched
from tests.integration.inbox.cutting_proxy import CuttingProxy, Where, own_certificate

Work = Callable[[Collections, Session], Awaitable[Any]]


async def begin(collections: Collections, session: Session) -> None:
    """Begin the transaction in a round of its own, so that the commit may go out with what follows."""
    await collections.leases.find_one({"_id": 0}, session=session)


async def prove(database: Database, name: str = "proof") -> None:
    """Have each shape of statement go well once, so that the commit goes out with them from now on."""

    async def work(collections: Collections, session: Session) -> None:
        await post(collections.leases.insert_one({"_id": name}, session=session))
        await post(collections.leases.update_many({"_id": name}, {"$set": {"n": 0}}, session=session))
        await post(collections.queues.insert_many([{"_id": name}], session=session))
        await post(collections.queues.update_many({"_id": name}, {"$set": {"n": 0}}, session=session))

    await database.batch_transaction(work)


@pytest_asyncio.fixture
async def proven(database: Database) -> AsyncIterator[Database]:
    await prove(database)
    yield database


async def test_a_transaction_is_three_rounds_and_the_commit_goes_with_its_writes(database_url: str) -> None:
    with watched(database_url) as (database, order):
        await prove(database)
        order.listening = True

        async def work(collections: Collections, session: Session) -> list[Any]:
            found = await collections.together(
                collections.leases.find({}, session=session), collections.queues.find({}, session=session)
            )
            await post(collections.leases.insert_many([{"_id": n} for n in range(3)], session=session))
            await post(collections.leases.update_many({"_id": 1}, {"$set": {"n": 1}}, session=session))
            assert order.commands == [("find", True), ("find", True)], "what is posted waits for what follows"
            return found

        leases, queues = await database.batch_transaction(work)
        assert (leases, queues) == ([{"_id": "proof", "n": 0}], [{"_id": "proof", "n": 0}])
        names = [name for name, _ in order.commands]
        assert names == ["find", "find", "insert", "update", "commitTransaction"]
        assert await database.leases.count_documents({}) == 4


class Fault:
    """A statement in the middle of a round that MongoDB refuses."""

    def __init__(self, name: str, refused: Work, *, transient: bool, error: type[Exception]) -> None:
        self.name, self.refused, self.transient, self.error = name, refused, transient, error


async def _duplicate(collections: Collections, session: Session) -> None:
    await post(collections.leases.insert_one({"_id": "proof"}, session=session))


async def _closed(collections: Collections, session: Session) -> None:
    """An upsert that finds its document in another state."""
    other = UpdateOne({"_id": "proof", "open": True}, {"$set": {"n": 1}}, upsert=True)
    await post(collections.leases.bulk_write([other], session=session))


async def _conflict(collections: Collections, session: Session) -> None:
    await post(collections.leases.update_many({"_id": "taken"}, {"$inc": {"n": 1}}, session=session))


async def _no_number(collections: Collections, session: Session) -> None:
    await post(collections.leases.update_many({"_id": "proof"}, {"$inc": {"_id.x": 1}}, session=session))


FAULTS = [
    Fault("a duplicate key", _duplicate, transient=False, error=BulkWriteError),
    Fault("an upsert against what is closed", _closed, transient=False, error=BulkWriteError),
    Fault("a write conflict", _conflict, transient=True, error=OperationFailure),
    Fault("an update that can't be", _no_number, transient=False, error=BulkWriteError),
]


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
async def test_a_refused_statement_ends_the_commit_behind_it(database_url: str, fault: Fault) -> None:
    with watched(database_url) as (database, order):
        await prove(database)
        await database.leases.insert_one({"_id": "taken", "n": 0})

        async def work(collections: Collections, session: Session) -> None:
            await begin(collections, session)
            await collections.leases.update_one({"_id": "taken"}, {"$inc": {"n": 1}})  # outside of it
            await post(collections.queues.insert_many([{"_id": "before"}], session=session))
            await fault.refused(collections, session)
            await post(collections.queues.insert_many([{"_id": "after"}], session=session))
            order.listening = True

        async def other(collections: Collections) -> Any:
            return await collections.transact_once(lambda session: work(collections, session))

        with pytest.raises(fault.error) as refused:
            await database.batch(other)
        sent = [name for name, _ in order.commands]
        assert sent[:4] == ["insert", sent[1], "insert", "commitTransaction"], "the commit went out with them"
        assert await database.queues.count_documents({"_id": {"$in": ["before", "after"]}}) == 0
        assert is_transient(refused.value) is fault.transient


class Counting:
    """Changes three documents of its own, so that half a transaction, or one that came twice, can be told."""

    def __init__(self, name: str, *, begins_before: bool) -> None:
        self.name = name
        self.begins_before = begins_before

    async def work(self, collections: Collections, session: Session) -> None:
        if self.begins_before:
            await begin(collections, session)
        ours = {"_id": self.name}
        await post(collections.leases.update_many(ours, {"$inc": {"n": 1}}, session=session))
        await post(collections.queues.update_many(ours, {"$inc": {"n": 1}}, session=session))
        await post(collections.queues.insert_many([{"made_by": self.name}], session=session))

    async def counted(self, database: Database) -> tuple[int, int, int]:
        lease, queue = (
            await database.leases.find_one({"_id": self.name}),
            await database.queues.find_one({"_id": self.name}),
        )
        return lease["n"], queue["n"], await database.queues.count_documents({"made_by": self.name})


async def cut_off(direct: Database, url: str, where: Where, after: int, *, begins_before: bool) -> None:
    """Run a transaction whose connection breaks after so many messages; everything is there once."""
    counting = Counting(f"{where} {after} {begins_before}", begins_before=begins_before)
    for collection in (direct.leases, direct.queues):
        await collection.insert_one({"_id": counting.name, "n": 0})
    proxy = CuttingProxy()
    with proxy.before(url) as through:
        database = Database(through)
        await prove(database, f"proof of {counting.name}")
        proxy.cut(where, after)
        await database.batch_transaction(counting.work)
        assert proxy.cuts == 1, counting.name
        database.close()
    assert await counting.counted(direct) == (1, 1, 1), counting.name


@pytest.mark.parametrize("begins_before", [True, False], ids=["begun before", "in one round"])
async def test_a_connection_that_breaks_anywhere_loses_and_doubles_nothing(
    database: Database, database_url: str, begins_before: bool
) -> None:
    """At each boundary between two statements, of those that MongoDB gets and of those whose answer we get."""
    boundaries = range(5 if begins_before else 4)
    await asyncio.gather(
        *(cut_off(database, database_url, where, n, begins_before=begins_before) for where in Where for n in boundaries)
    )


async def test_a_statement_that_is_refused_unread_takes_nothing_with_it(database: Database, database_url: str) -> None:
    """MongoDB refuses it before it looks at the transaction, so the commit behind it would not be refused.

    Nothing of this shape went well before: the commit waits for the answer.
    """
    limited = _user_without_queues(database_url)

    async def work(collections: Collections, session: Session) -> None:
        await begin(collections, session)
        await post(collections.leases.insert_one({"_id": "ours"}, session=session))
        await post(collections.queues.insert_many([{"_id": "theirs"}], session=session))

    with pytest.raises(OperationFailure, match="not authorized"):
        await limited.batch_transaction(work)
    limited.close()
    assert await database.leases.count_documents({}) == 0


def _user_without_queues(url: str) -> Database:
    """Log in as one who may write leases and nothing else."""
    name = f"limited_{uuid.uuid4().hex[:8]}"
    with MongoClient(url) as client:
        users = client.get_default_database()
        leases = {"resource": {"db": users.name, "collection": "leases"}, "actions": ["find", "insert"]}
        users.command("createRole", name, privileges=[leases], roles=[])
        users.command("createUser", name, pwd="secret", roles=[name])
    parts = urlsplit(url)
    own = parts._replace(netloc=f"{name}:secret@{parts.hostname}:{parts.port}")
    return Database(urlunsplit(own).replace("authSource=admin", f"authSource={users.name}"))


async def test_over_tls_it_holds_too(database: Database, database_url: str, tmp_path: Path) -> None:
    """In a thread, through the driver's own socket; also where the connection breaks."""
    counting = Counting("tls", begins_before=True)
    for collection in (database.leases, database.queues):
        await collection.insert_one({"_id": counting.name, "n": 0})
    proxy = CuttingProxy()
    with proxy.before(database_url, own_certificate(tmp_path)) as through:
        encrypted = Database(f"{through}&tls=true&tlsInsecure=true")
        await prove(encrypted)
        await encrypted.batch_transaction(counting.work)
        proxy.cut(Where.ASKED, 3)
        await encrypted.batch_transaction(counting.work)
        assert proxy.cuts == 1
        encrypted.close()
    assert await counting.counted(database) == (2, 2, 2)


async def test_a_batch_that_is_cut_off_leaves_nothing_open(proven: Database) -> None:
    """Its transaction is ended at once, and its connection is used by nobody else."""
    reached: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    async def work(collections: Collections, session: Session) -> None:
        await collections.leases.update_one({"_id": "proof"}, {"$inc": {"n": 1}}, session=session)
        reached.set_result(None)
        while True:
            await collections.leases.find_one({"_id": "proof"}, session=session)

    task = asyncio.create_task(proven.batch_transaction(work))
    await reached
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await proven.leases.update_one({"_id": "proof"}, {"$inc": {"n": 10}})
    counting = Counting("proof", begins_before=True)
    await proven.batch_transaction(counting.work)
    assert (await counting.counted(proven))[0] == 11


@pytest.mark.parametrize("is_pipelining", [True, False])
async def test_results_are_those_of_the_driver(database_url: str, is_pipelining: bool) -> None:
    database = Database(database_url, is_pipelining=is_pipelining)

    async def work(collections: Collections, session: Session) -> list[Any]:
        leases = collections.leases
        inserted = await leases.insert_many([{"_id": n, "n": n} for n in range(5)], session=session)
        one = await leases.insert_one({"_id": 5, "n": 5}, session=session)
        posted = await post(leases.update_many({"n": {"$lt": 3}}, {"$inc": {"n": 100}}, session=session))
        single = await leases.update_one({"_id": 9}, {"$set": {"n": 9}}, upsert=True, session=session)
        bulk = await leases.bulk_write(
            [UpdateOne({"_id": 3}, {"$set": {"n": 3}}), UpdateMany({"_id": 8}, {"$set": {"n": 8}}, upsert=True)],
            session=session,
        )
        mixed = await leases.bulk_write(
            [InsertOne({"_id": 7}), UpdateOne({"_id": 7}, {"$set": {"n": 7}})], session=session
        )
        deleted = await leases.delete_many({"_id": {"$in": [0, 1]}}, session=session)
        changed = await leases.find_one_and_update(
            {"_id": 2}, {"$set": {"n": 2}}, session=session, return_document=True
        )
        counted = [d async for d in leases.aggregate([{"$count": "all"}], session=session)]
        listed = await leases.find({}, {"_id": 1}, session=session).sort("n", -1).limit(2).to_list(None)
        cursor = leases.find({}, session=session, sort=[("_id", 1)], batch_size=2, hint="_id_")
        walked = [d["_id"] async for d in cursor]
        many = (await posted).matched_count, (await posted).modified_count
        return [
            (inserted.inserted_ids, one.inserted_id, many, single.matched_count, single.upserted_id),
            (bulk.matched_count, bulk.modified_count, bulk.upserted_ids, mixed.inserted_count, mixed.matched_count),
            (
                deleted.deleted_count,
                changed,
                counted,
                listed,
                walked,
                await leases.find_one({"_id": 77}, session=session),
            ),
        ]

    assert await database.batch_transaction(work) == [
        ([0, 1, 2, 3, 4], 5, (3, 3), 0, 9),
        (1, 0, {1: 8}, 1, 1),
        (2, {"_id": 2, "n": 2}, [{"all": 7}], [{"_id": 9}, {"_id": 8}], [2, 3, 4, 5, 7, 8, 9], None),
    ]
    database.close()


async def test_what_is_asked_with_the_commit_sees_what_is_committed(proven: Database) -> None:
    async def work(collections: Collections) -> tuple[None, list[list[Any]]]:
        async def write(session: Session) -> None:
            await post(collections.leases.insert_one({"_id": "new"}, session=session))

        return await collections.transact_and_read(write, collections.leases.find({"_id": "new"}))

    assert await proven.batch(work) == (None, [[{"_id": "new"}]])
