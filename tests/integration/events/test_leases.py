"""Leases: one holder at a time, and a number that tells the later from the earlier."""

from __future__ import annotations

import asyncio

import pytest

from inbox.storage.database import Database
from inbox.storage.leases import Lease, LeaseLostError, Leases
from tests.integration.events.events_world import eventually, stop


async def test_one_of_many_gets_a_lease(database: Database) -> None:
    many = [Leases(database, f"p{n}") for n in range(10)]
    given = [lease for lease in await asyncio.gather(*(leases.acquire("x") for leases in many)) if lease]
    assert len(given) == 1
    assert given[0].fence == 1


async def test_leases_of_different_names_are_independent(database: Database) -> None:
    leases, others = Leases(database, "a"), Leases(database, "b")
    assert await leases.acquire("x")
    assert await others.acquire("y")
    assert await others.acquire("x") is None


async def test_the_fence_grows_with_each_holder(database: Database) -> None:
    first, second = Leases(database, "a", lease_seconds=0.05), Leases(database, "b")
    lease = await first.acquire("x")
    assert lease is not None
    later = await eventually(lambda: second.acquire("x"))
    assert later.fence == lease.fence + 1
    assert not await first.renew(lease)
    await first.release(lease)
    assert await first.acquire("x") is None


async def test_an_ended_lease_that_nobody_took_can_be_renewed(database: Database) -> None:
    leases = Leases(database, "a", lease_seconds=0.001)
    lease = await leases.acquire("x")
    assert lease is not None
    assert await leases.renew(lease)


async def test_a_released_lease_is_free_at_once(database: Database) -> None:
    first, second = Leases(database, "a"), Leases(database, "b")
    lease = await first.acquire("x")
    assert lease is not None
    await first.release(lease)
    assert await second.acquire("x")


async def test_work_is_cancelled_when_the_lease_is_lost(database: Database) -> None:
    leases = Leases(database, "a", lease_seconds=0.15)
    lease = await leases.acquire("x")
    assert lease is not None
    ended = asyncio.Event()

    async def work() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    holding = asyncio.ensure_future(leases.holding(lease, work()))
    await database.leases.update_one({"_id": "x"}, {"$inc": {"fence": 1}})
    with pytest.raises(LeaseLostError):
        await holding
    assert ended.is_set()


async def test_a_lease_is_renewed_while_work_goes_on(database: Database) -> None:
    leases, other = Leases(database, "a", lease_seconds=2.0), Leases(database, "b")
    lease = await leases.acquire("x")
    assert lease is not None
    first = (await database.leases.find_one({"_id": "x"}))["until"]
    holding = asyncio.ensure_future(leases.holding(lease, asyncio.Event().wait()))

    async def renewed_past_its_first_end() -> bool:
        assert await other.acquire("x") is None
        return bool(await database.leases.count_documents({"_id": "x", "$expr": {"$gt": ["$$NOW", first]}}))

    await eventually(renewed_past_its_first_end)
    await stop(holding)


async def test_work_moves_to_another_process_when_the_first_stops(database: Database) -> None:
    held: list[Lease] = []

    async def work(lease: Lease) -> None:
        held.append(lease)
        await asyncio.Event().wait()

    tasks = [
        asyncio.ensure_future(Leases(database, name).hold_forever("x", work, every_seconds=0.01)) for name in ("a", "b")
    ]
    await eventually(lambda: _length(held, 1))
    await stop(tasks[held[0].owner == "b"])
    await eventually(lambda: _length(held, 2))
    assert held[0].owner != held[1].owner
    assert held[1].fence == held[0].fence + 1
    await stop(tasks[held[1].owner == "b"])


async def _length(items: list[Lease], length: int) -> bool:
    return len(items) == length


async def test_a_lease_is_given_back_however_its_work_ends(database: Database) -> None:
    first, second = Leases(database, "a"), Leases(database, "b")

    async def fail(_: Lease) -> None:
        raise ValueError

    with pytest.raises(ValueError):  # noqa: PT011 - whatever it is
        await first.hold_once("x", fail)
    begun = asyncio.Event()

    async def work(_: Lease) -> None:
        begun.set()
        await asyncio.Event().wait()

    held = asyncio.create_task(second.hold_once("x", work))
    await begun.wait()
    assert not await first.hold_once("x", fail), "another holds it"
    await stop(held)
    assert await first.acquire("x") is not None
