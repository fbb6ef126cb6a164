"""Reads on connections of the loop: they answer as the driver does; one that breaks costs nobody an answer."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from inbox.storage.database import Database, OperationFailure
from inbox.storage.database.reading import MOST_AT_ONCE
from tests.integration.inbox.cutting_proxy import CuttingProxy, Where, own_certificate

SLOW = {"$expr": {"$function": {"body": "function() { sleep(2000); return true }", "args": [], "lang": "js"}}}


def leases_of(database: Database) -> Any:
    """Return a collection whose documents here have fields of their own."""
    return database.leases


async def fill(database: Database, count: int = 5) -> None:
    await leases_of(database).insert_many([{"_id": n, "n": n % 3, "text": "ü" * n} for n in range(count)])


async def asked_everything(database: Database) -> list[Any]:
    leases = leases_of(database)
    return [
        await leases.find_one({"_id": 3}),
        await leases.find_one({"_id": 77}),
        await leases.find_one({"n": 1}, {"_id": 1}, sort=[("_id", -1)], max_time_ms=5_000),
        await leases.find_one({}, ["n"], hint=[("_id", 1)]),
        await leases.find_one(4),
        await leases.find().to_list(None),
        await leases.find({}, {"text": 0}).sort("_id", -1).limit(3).to_list(None),
        await leases.find({}, sort=[("n", 1), ("_id", -1)], hint="_id_").to_list(None),
        await leases.find({"n": {"$gte": 1}}).sort([("n", -1), ("_id", 1)]).limit(2).to_list(1),
        await leases.find({}).sort("_id").skip(2).to_list(None),
        [d["_id"] async for d in leases.find({"n": 0}).sort("_id", 1).limit(2)],
        [d["_id"] async for d in leases.find({}, batch_size=2).sort("_id", 1)],
        [d["_id"] async for d in leases.find({}).sort("_id", 1).limit(MOST_AT_ONCE + 1)],
        sorted(await leases.distinct("n", {"_id": {"$gt": 1}})),
        sorted(await leases.distinct("_id")),
        await leases.count_documents({"n": 1}),
    ]


async def test_answers_are_those_of_the_driver(database_url: str) -> None:
    with_driver, on_loop = Database(database_url, is_pipelining=False), Database(database_url)
    await fill(with_driver)
    assert await asked_everything(on_loop) == await asked_everything(with_driver)
    with_driver.close()
    on_loop.close()


async def test_no_thread_is_asked(database: Database) -> None:
    await fill(database)
    await leases_of(database).find_one({"_id": 1})
    handed: list[Any] = []
    loop = asyncio.get_running_loop()
    loop.run_in_executor = lambda *work: handed.append(work)  # type: ignore[method-assign, assignment]
    try:
        assert (await leases_of(database).find_one({"_id": 1}))["n"] == 1
        assert await leases_of(database).distinct("n") == [0, 1, 2]
        assert len(await leases_of(database).find({}).limit(3).to_list(None)) == 3
    finally:
        del loop.run_in_executor
    assert not handed


async def test_more_than_one_answer_holds(database: Database) -> None:
    """An answer ends at 16 MiB; a list goes on behind it."""
    await leases_of(database).insert_many([{"_id": n, "text": "x" * 1_000_000} for n in range(20)])
    found = await leases_of(database).find({}).sort("_id", 1).to_list(None)
    assert [document["_id"] for document in found] == list(range(20))


async def test_many_at_once_and_in_a_transaction(database: Database) -> None:
    await fill(database)
    answers = await asyncio.gather(*(leases_of(database).find_one({"_id": n % 5}) for n in range(200)))
    assert [answer["_id"] for answer in answers] == [n % 5 for n in range(200)]

    async def work(session: Any) -> Any:
        await leases_of(database).update_one({"_id": 1}, {"$set": {"n": 9}}, session=session)
        seen = await leases_of(database).find_one({"_id": 1}, session=session)
        outside = await leases_of(database).find_one({"_id": 1})
        return seen["n"], outside["n"]

    assert await database.transaction(work) == (9, 1)


@pytest.mark.parametrize("where", list(Where))
async def test_a_connection_that_breaks_costs_no_answer(database: Database, database_url: str, where: Where) -> None:
    await fill(database)
    proxy = CuttingProxy()
    with proxy.before(database_url) as through:
        cut_off = Database(through)
        for ask in (leases_of(cut_off).find_one, lambda wanted: leases_of(cut_off).find(wanted).to_list(None)):
            await ask({"_id": 2})
            proxy.cut(where, 0)
            assert await ask({"_id": 2})
        assert proxy.cuts == 2
        cut_off.close()


async def test_over_tls_the_driver_asks(database: Database, database_url: str, tmp_path: Path) -> None:
    await fill(database)
    with CuttingProxy().before(database_url, own_certificate(tmp_path)) as through:
        encrypted = Database(f"{through}&tls=true&tlsInsecure=true")
        assert [(await leases_of(encrypted).find_one({"_id": n}))["_id"] for n in (1, 2)] == [1, 2]
        encrypted.close()


async def test_a_wrong_question_is_told_once_and_the_connection_goes_on(database: Database) -> None:
    await fill(database)
    with pytest.raises(OperationFailure, match="unknown top level operator"):
        await leases_of(database).find_one({"$nonsense": 1})
    with pytest.raises(OperationFailure):  # MongoDB has two names for it
        await leases_of(database).find(SLOW, max_time_ms=50).to_list(None)
    assert await leases_of(database).find_one({"_id": 1})


async def test_who_is_cut_off_gets_nobody_elses_answer(database: Database) -> None:
    await fill(database)
    await leases_of(database).find_one({"_id": 1})
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.05):
            await leases_of(database).find(SLOW).to_list(None)
    answers = await asyncio.gather(*(leases_of(database).find_one({"_id": n}) for n in range(5)))
    assert [answer["_id"] for answer in answers] == [0, 1, 2, 3, 4]
