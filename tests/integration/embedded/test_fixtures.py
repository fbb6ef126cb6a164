"""The shared fixtures give each test an empty world."""

from __future__ import annotations

import pytest
from redis.asyncio import Redis

from inbox.storage.database import Database
from inbox.storage.indexes import missing_indexes
from inbox.storage.runtime import Runtime


@pytest.mark.parametrize("run", [1, 2])
async def test_each_test_has_its_own_database(database: Database, redis: Redis, run: int) -> None:
    assert await database.messages.count_documents({}) == 0
    assert await redis.get("seen") is None
    await database.messages.insert_one({"_id": "m1"})
    await redis.set("seen", run)


async def test_the_database_has_all_indexes(database: Database) -> None:
    assert await missing_indexes(database) == []


async def test_the_runtime_stands_on_the_same_database(runtime: Runtime, database: Database) -> None:
    await database.messages.insert_one({"_id": "m1"})
    assert await runtime.database.messages.count_documents({}) == 1
