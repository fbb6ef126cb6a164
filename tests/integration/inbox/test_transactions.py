"""Transactions meet others, and answers to commits get lost: whoever can be served is served, once."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from pymongo.errors import WriteConcernError

from inbox.storage.database import (
    Collections,
    Database,
    OutcomeUnknownError,
    Session,
    is_transient,
    is_unavailable,
)
from tests.integration.inbox.lossy_proxy import LossyProxy

LONG_TRIES = 12
"""More often than a batch is repeated."""
MANY = 60


async def count_up(database: Database, session: Session) -> None:
    await database.queues.update_one({"_id": "q1"}, {"$inc": {"waiting": 1}}, session=session)


async def test_a_conflict_is_borne_for_as_long_as_the_request_is(database: Database) -> None:
    """Another's transaction is open until we have met it a dozen times."""
    await database.queues.insert_one({"_id": "q1", "waiting": 0})
    written, enough = asyncio.Event(), asyncio.Event()

    async def other(session: Session) -> None:
        await count_up(database, session)
        written.set()
        await enough.wait()

    tries = 0

    async def ours(session: Session) -> None:
        nonlocal tries
        tries += 1
        if tries == LONG_TRIES:
            enough.set()
        await count_up(database, session)

    holder = asyncio.create_task(database.transaction(other))
    await written.wait()
    await database.transaction(ours)
    await holder
    assert tries > LONG_TRIES
    assert (await database.queues.find_one({"_id": "q1"}))["waiting"] == 2


async def test_patience_has_an_end(database_url: str, database: Database) -> None:
    await database.queues.insert_one({"_id": "q1", "waiting": 0})
    hurried = Database(database_url, patience_seconds=0.0)
    written, over = asyncio.Event(), asyncio.Event()

    async def other(session: Session) -> None:
        await count_up(database, session)
        written.set()
        await over.wait()

    holder = asyncio.create_task(database.transaction(other))
    await written.wait()
    with pytest.raises(Exception, match="conflict") as refused:
        await hurried.transaction(lambda session: count_up(hurried, session))
    assert is_transient(refused.value)
    over.set()
    await holder
    hurried.close()


async def test_those_in_line_meet_nobody(database: Database) -> None:
    await database.queues.insert_one({"_id": "q1", "waiting": 0})
    tries = 0

    async def work(session: Session) -> None:
        nonlocal tries
        tries += 1
        await count_up(database, session)

    await asyncio.gather(*(database.transaction(work, line="queue:q1") for _ in range(MANY)))
    assert tries == MANY
    assert (await database.queues.find_one({"_id": "q1"}))["waiting"] == MANY


async def _in_loop(database: Database) -> None:
    await database.transaction(lambda session: count_up(database, session))


async def _in_a_thread(database: Database) -> None:
    async def work(database: Collections, session: Session) -> None:
        await database.queues.update_one({"_id": "q1"}, {"$inc": {"waiting": 1}}, session=session)

    await database.batch_transaction(work)


@pytest.mark.parametrize("transact", [_in_loop, _in_a_thread])
async def test_a_commit_whose_answers_are_lost_is_settled(
    database_url: str, database: Database, transact: Callable[[Database], Awaitable[None]]
) -> None:
    await database.queues.insert_one({"_id": "q1", "waiting": 0})
    proxy = LossyProxy(b"commitTransaction")
    async with proxy.before(database_url) as url:
        through = Database(url)
        proxy.to_lose = 3
        await transact(through)
        assert proxy.to_lose == 0
        through.close()
    assert (await database.queues.find_one({"_id": "q1"}))["waiting"] == 1


@pytest.mark.parametrize("transact", [_in_loop, _in_a_thread])
async def test_an_outcome_that_nobody_says_is_called_unknown(
    database_url: str, database: Database, transact: Callable[[Database], Awaitable[None]]
) -> None:
    await database.queues.insert_one({"_id": "q1", "waiting": 0})
    proxy = LossyProxy(b"commitTransaction")
    async with proxy.before(database_url) as url:
        through = Database(url, patience_seconds=0.0)
        proxy.to_lose = 100
        with pytest.raises(OutcomeUnknownError):
            await transact(through)
        through.close()
    assert (await database.queues.find_one({"_id": "q1"}))["waiting"] == 1, "here it took effect"


def test_a_write_that_is_not_durable_yet_is_no_fault_of_its_content() -> None:
    waits = WriteConcernError("waiting for replication timed out", 64)
    assert is_unavailable(waits)
    assert is_unavailable(OutcomeUnknownError())
