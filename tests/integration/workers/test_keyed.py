"""The keyed worker: one process a key, no wake-up lost, no lease kept, and a failing key hurts no other."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from inbox.storage.database import Database, OutcomeUnknownError, WriteConflictError
from inbox.storage.isolation import APART_SECONDS
from inbox.storage.leases import Leases
from tests.integration.events.events_world import eventually
from workers.keyed import FIRST_PAUSE_SECONDS, KeyedWorker, Run, pause_after

Work = Callable[[Run[str]], Awaitable[None]]
SOON_SECONDS = 20.0


class Rule:
    """Work that says when it begins, and goes on until it is let."""

    def __init__(self) -> None:
        self.runs: list[str] = []
        self.begun: asyncio.Queue[str] = asyncio.Queue()
        self.go_on = asyncio.Event()
        self.broken_off = 0

    async def work(self, run: Run[str]) -> None:
        self.runs.append(run.key)
        self.begun.put_nowait(run.key)
        try:
            await self.go_on.wait()
        except asyncio.CancelledError:
            self.broken_off += 1
            raise

    async def begins(self) -> str:
        async with asyncio.timeout(SOON_SECONDS):
            return await self.begun.get()


@pytest.fixture
def rule() -> Rule:
    return Rule()


@asynccontextmanager
async def working(
    database: Database,
    work: Work,
    name: str = "one",
    *,
    lease_seconds: float = 5.0,
    wanted: Callable[[str], Awaitable[bool]] | None = None,
    patience_seconds: float = 0.0,
    at_once: Callable[[str], Awaitable[bool]] | None = None,
) -> AsyncIterator[KeyedWorker[str]]:
    leases = Leases(database, name, lease_seconds=lease_seconds)
    worker = KeyedWorker(
        leases,
        work,
        lease_of=lambda key: f"test:{key}",
        wanted=wanted,
        patience_seconds=patience_seconds,
        at_once=at_once,
    )
    try:
        yield worker
    finally:
        await worker.stop()


async def held(database: Database) -> list[str]:
    """The leases that somebody holds."""
    found = database.leases.find({"owner": {"$ne": None}, "$expr": {"$gt": ["$until", "$$NOW"]}}).sort("_id")
    return [lease["_id"] async for lease in found]


async def test_a_wake_up_during_a_run_causes_another_run(database: Database, rule: Rule) -> None:
    async with working(database, rule.work) as worker:
        worker.wake("a")
        await rule.begins()
        for _ in range(5):
            worker.wake("a")
        rule.go_on.set()
        await worker.drain()
        assert rule.runs == ["a", "a"], "five wake-ups are one"
        assert await held(database) == []


async def test_no_wake_up_is_lost_in_whatever_moment_it_comes(database: Database) -> None:
    """The work does what was asked for before it looked; a wake-up that nobody followed would leave some of it."""
    asked, done = 0, 0

    async def work(_: Run[str]) -> None:
        nonlocal done
        seen = asked
        await asyncio.sleep(0)
        done = seen

    async with working(database, work) as worker:
        for number in range(60):
            asked += 1
            worker.wake("a")
            await asyncio.sleep(0.0005 * (number % 11))
        await worker.drain()
    assert done == asked


async def test_what_is_done_at_once_takes_no_lease_and_loses_no_wake_up(database: Database, rule: Rule) -> None:
    asked, done = 0, 0

    async def at_once(_: str) -> bool:
        nonlocal done
        seen = asked
        await asyncio.sleep(0)
        done = seen
        return True

    async with working(database, rule.work, at_once=at_once) as worker:
        for number in range(60):
            asked += 1
            worker.wake("at once")
            await asyncio.sleep(0.0005 * (number % 7))
        await worker.drain()
    assert (done, rule.runs) == (asked, [])
    assert await database.leases.find_one({"_id": "test:at once"}) is None


@pytest.mark.parametrize("outcome", [False, WriteConflictError("another writer")])
async def test_what_is_not_done_at_once_is_done_under_the_lease(
    database: Database, rule: Rule, outcome: bool | Exception
) -> None:
    async def at_once(_: str) -> bool:
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    async with working(database, rule.work, at_once=at_once) as worker:
        worker.wake("a")
        await rule.begins()
        assert await held(database) == ["test:a"]
        rule.go_on.set()
        await worker.drain()
    assert rule.runs == ["a"]


async def test_work_that_listens_hears_wake_ups_itself(database: Database, rule: Rule) -> None:
    heard = 0

    def hear() -> None:
        nonlocal heard
        heard += 1

    async def work(run: Run[str]) -> None:
        run.listen(wake=hear, stop=rule.go_on.set)
        await rule.work(run)

    async with working(database, work) as worker:
        worker.wake("a")
        await rule.begins()
        worker.wake("a")
        worker.wake("a")
        rule.go_on.set()
        await worker.drain()
    assert (heard, rule.runs) == (2, ["a"])


async def test_work_that_listens_ends_by_itself(database: Database, rule: Rule) -> None:
    async def work(run: Run[str]) -> None:
        run.listen(wake=lambda: None, stop=rule.go_on.set)
        await rule.work(run)

    async with working(database, work) as worker:
        worker.wake("a")
        await rule.begins()
        await worker.stop(grace_seconds=SOON_SECONDS)
    assert rule.broken_off == 0
    assert await held(database) == []


async def test_a_failure_gives_the_lease_back_is_repeated_and_hurts_no_other(database: Database, rule: Rule) -> None:
    failed = asyncio.Event()

    async def work(run: Run[str]) -> None:
        if run.key == "bad" and not failed.is_set():
            failed.set()
            raise KeyError(run.key)
        await rule.work(run)

    async with working(database, work) as worker:
        worker.wake("good")
        await rule.begins()
        worker.wake("bad")
        await failed.wait()
        await worker.finished("bad")
        assert await held(database) == ["test:good"]
        worker.wake("bad")
        assert await rule.begins() == "bad"
        rule.go_on.set()
        await worker.drain()
    assert rule.runs == ["good", "bad"], "the pause ends in one run, also for a wake-up meanwhile"


@pytest.mark.parametrize("fault", [OutcomeUnknownError(), TimeoutError()])
async def test_a_database_that_is_away_leaves_the_key_to_the_next_wake_up(database: Database, fault: Exception) -> None:
    runs = 0

    async def work(_: Run[str]) -> None:
        nonlocal runs
        runs += 1
        raise fault

    async with working(database, work) as worker:
        for _ in range(3):
            worker.wake("a")
            await worker.drain()
        assert runs == 3
        assert await held(database) == []


async def test_a_conflict_is_repeated_soon(database: Database) -> None:
    ran = asyncio.Event()

    async def work(_: Run[str]) -> None:
        if not ran.is_set():
            ran.set()
            raise WriteConflictError("somebody else was faster")
        again.set()

    again = asyncio.Event()
    async with working(database, work) as worker:
        worker.wake("a")
        async with asyncio.timeout(SOON_SECONDS):
            await again.wait()


async def test_a_lost_lease_ends_the_work(database: Database, rule: Rule) -> None:
    async with working(database, rule.work, lease_seconds=0.15) as worker:
        worker.wake("a")
        await rule.begins()
        await database.leases.update_one({"_id": "test:a"}, {"$inc": {"fence": 1}, "$set": {"owner": "other"}})
        await worker.drain()
    assert rule.broken_off == 1
    assert (await database.leases.find_one({"_id": "test:a"}))["owner"] == "other", "theirs is not given back"


async def test_a_stop_gives_all_leases_back(database: Database, rule: Rule) -> None:
    keys = [f"k{number}" for number in range(20)]
    async with working(database, rule.work) as worker:
        for key in keys:
            worker.wake(key)
        for _ in range(5):
            await rule.begins()  # the others are still on their way
        await worker.stop()
        assert await held(database) == []
        worker.wake("late")
        await worker.drain()
    assert rule.broken_off == len(rule.runs)
    assert "late" not in rule.runs


async def test_work_that_ends_slowly_keeps_its_lease_until_it_has_ended(database: Database, rule: Rule) -> None:
    """A stop cancels again and again; the lease is given back after the last of it, not before."""
    ends = asyncio.Event()

    async def work(run: Run[str]) -> None:
        try:
            await rule.work(run)
        finally:
            ends.set()
            assert await held(database) == ["test:a"]

    async with working(database, work) as worker:
        worker.wake("a")
        await rule.begins()
        await worker.stop()
    assert ends.is_set()
    assert await held(database) == []


async def test_two_processes_never_run_one_key_at_once(database: Database) -> None:
    running: set[str] = set()
    runs = 0

    async def work(run: Run[str]) -> None:
        nonlocal runs
        assert run.key not in running
        running.add(run.key)
        await asyncio.sleep(0.002)
        running.discard(run.key)
        runs += 1

    async with (
        working(database, work, "one", patience_seconds=0.5) as one,
        working(database, work, "two", patience_seconds=0.5) as two,
    ):
        for number in range(40):
            for worker in (one, two):
                worker.wake(f"k{number % 3}")
            await asyncio.sleep(0.002)
        await asyncio.gather(one.drain(), two.drain())
    assert runs >= 6


async def test_without_patience_a_held_key_is_left_to_its_holder(database: Database, rule: Rule) -> None:
    other = Rule()
    async with working(database, rule.work, "one") as one, working(database, other.work, "two") as two:
        one.wake("a")
        await rule.begins()
        two.wake("a")
        await two.drain()
    assert other.runs == []


async def test_with_patience_a_held_key_is_waited_for(database: Database, rule: Rule) -> None:
    other = Rule()
    other.go_on.set()
    async with (
        working(database, rule.work, "one") as one,
        working(database, other.work, "two", patience_seconds=SOON_SECONDS) as two,
    ):
        one.wake("a")
        await rule.begins()
        two.wake("a")
        rule.go_on.set()
        assert await other.begins() == "a"
        await two.drain()


async def test_a_key_that_is_not_wanted_costs_no_lease(database: Database, rule: Rule) -> None:
    async def wanted(key: str) -> bool:
        return key == "b"

    rule.go_on.set()
    async with working(database, rule.work, wanted=wanted) as worker:
        worker.wake("a")
        worker.wake("b")
        await worker.drain()
    assert rule.runs == ["b"]
    assert await database.leases.count_documents({"_id": "test:a"}) == 0


async def test_after_a_kill_the_lease_runs_out(database: Database, database_url: str, rule: Rule) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        str(Path(__file__).with_name("keyed_process.py")),
        *(database_url, "2.0", "test:a"),
        env={**os.environ, "PYTHONPATH": os.getcwd()},
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        assert process.stdout is not None
        async with asyncio.timeout(SOON_SECONDS):
            assert await process.stdout.readline() == b"running\n"
    finally:
        process.kill()
        await process.wait()
    async with working(database, rule.work) as worker:
        assert await held(database) == ["test:a"]
        worker.wake("a")
        await worker.drain()
        assert rule.runs == []

        async def runs_it() -> bool:
            worker.wake("a")
            return bool(rule.runs)

        await eventually(runs_it)


def test_pauses_grow_up_to_a_limit() -> None:
    assert [pause_after(failures) for failures in (0, 1, 2, 3)] == [FIRST_PAUSE_SECONDS * n for n in (1, 1, 2, 4)]
    assert pause_after(10**6) == APART_SECONDS
