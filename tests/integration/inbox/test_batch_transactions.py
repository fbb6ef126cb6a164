"""Transactions of many statements in a thread."""

from __future__ import annotations

import asyncio

import pytest

from inbox.storage.database import Collections, Database, Session


async def test_all_or_nothing(database: Database) -> None:
    async def work(collections: Collections, session: Session) -> list[int]:
        await collections.leases.insert_many([{"_id": n} for n in range(3)], session=session)
        found = collections.leases.find({}, {"_id": 1}, session=session).sort("_id", -1).limit(2)
        pairs = [one["_id"] async for one in collections.leases.aggregate([{"$match": {"_id": 0}}], session=session)]
        return [*pairs, *(one["_id"] for one in await found.to_list(None))]

    async def failing(collections: Collections, session: Session) -> None:
        await collections.leases.insert_one({"_id": 9}, session=session)
        raise LookupError

    assert await database.batch_transaction(work) == [0, 2, 1]
    with pytest.raises(LookupError):
        await database.batch_transaction(failing)
    assert await database.leases.count_documents({}) == 3


async def test_who_meets_another_writer_starts_again(database: Database) -> None:
    await database.leases.insert_one({"_id": "n", "count": 0})

    async def count(collections: Collections, session: Session) -> None:
        read = await collections.leases.find_one({"_id": "n"}, session=session)
        await collections.leases.update_one({"_id": "n"}, {"$set": {"count": read["count"] + 1}}, session=session)

    await asyncio.gather(*(database.batch_transaction(count) for _ in range(8)))
    assert (await database.leases.find_one({"_id": "n"}))["count"] == 8


async def test_waiting_for_anything_else_is_a_fault(database: Database) -> None:
    """A thread has no loop that would wake it: better an error than a transaction that hangs."""

    async def work(collections: Collections, session: Session) -> None:
        await collections.leases.insert_one({"_id": 1}, session=session)
        await asyncio.sleep(0)

    with pytest.raises(RuntimeError, match="operations on its collections only"):
        await database.batch_transaction(work)
    assert await database.leases.count_documents({}) == 0
