"""Who submits hears of the own items, and of nobody else's."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from inbox.arriving.ingest import REPORTS_GATHERED
from inbox.foundation.problems import ProblemError
from inbox.storage.database import WriteConflictError
from inbox.storage.group_commit import Cause, Gathering, GroupCommit
from workers.sending.attempts import GATHERING

Outcome = str | Exception


class Group:
    """A group commit over what `say` gives for each item."""

    def __init__(self, **limits: float) -> None:
        self.refused: list[tuple[str, Cause]] = []
        self.batches: list[list[str]] = []
        self.open = asyncio.Event()
        self.open.set()
        self.writing = asyncio.Event()
        self.commit: GroupCommit[str, str] = GroupCommit(
            self._write,
            kind="a kind",
            max_batch=100,
            max_pending=int(limits.get("max_pending", 100)),
            timeout_seconds=limits.get("timeout_seconds", 20.0),
            on_refusal=lambda kind, cause: self.refused.append((kind, cause)),
        )

    async def _write(self, items: Sequence[str]) -> Sequence[Outcome]:
        self.batches.append(list(items))
        self.writing.set()
        await self.open.wait()
        if "away" in items:
            raise TimeoutError
        return [_outcome(item) for item in items]


def _outcome(item: str) -> Outcome:
    errors: dict[str, Exception] = {
        "conflict": WriteConflictError("held"),
        "fault": ZeroDivisionError("bug"),
        "problem": ProblemError("not_found", "There is no such thing."),
    }
    return errors.get(item, item)


async def _heard(group: Group, *submissions: Sequence[str]) -> list[object]:
    """Submit all at once, behind one that holds the group."""
    group.open.clear()
    first = group.commit.submit(["first"])
    await group.writing.wait()
    others = [group.commit.submit(items) for items in submissions]
    group.open.set()
    heard = await asyncio.gather(first, *others, return_exceptions=True)
    return [type(one).__name__ if isinstance(one, Exception) else one for one in heard[1:]]


async def test_an_items_exception_is_for_its_submitter_alone() -> None:
    group = Group()
    heard = await _heard(group, ["a"], ["b", "conflict"], ["c"], ["fault"], ["d"], ["problem"])
    assert heard == [["a"], "WriteConflictError", ["c"], "ZeroDivisionError", ["d"], "ProblemError"]
    assert group.batches[1:] == [["a", "b", "conflict", "c", "fault", "d", "problem"]]
    assert group.refused == [("a kind", Cause.CONFLICT), ("a kind", Cause.FAULT)], "a problem is an answer"


async def test_a_database_that_is_away_is_heard_by_all() -> None:
    group = Group()
    assert await _heard(group, ["a"], ["away"]) == ["TimeoutError"] * 2
    assert group.refused == [("a kind", Cause.AWAY)] * 2


async def test_too_much_is_refused_at_once_and_counted() -> None:
    group = Group(max_pending=2)
    assert await _heard(group, ["a", "b"], ["c"]) == [["a", "b"], "ProblemError"]
    assert group.refused == [("a kind", Cause.FULL)]


async def test_who_waits_too_long_is_told_and_counted() -> None:
    group = Group(timeout_seconds=0.0)
    group.open.clear()
    with pytest.raises(ProblemError):
        await group.commit.submit(["a"])
    group.open.set()
    await group.commit.drain()
    assert group.refused == [("a kind", Cause.SLOW)]


async def test_what_comes_one_by_one_is_gathered_but_nobody_waits_after_a_rest() -> None:
    group = Group()
    group.commit.gathering = Gathering(seconds=3_600.0, enough=50, lull_seconds=3_600.0)
    await group.commit.submit(["the first waits for nothing"])
    one, other = group.commit.submit(["one"]), group.commit.submit(["other"])
    many = group.commit.submit([str(n) for n in range(48)])
    await asyncio.gather(one, other, many)
    assert [len(batch) for batch in group.batches] == [1, 50], "so many are enough"


async def test_a_few_who_wait_for_their_answers_wait_no_longer_than_a_lull() -> None:
    group = Group()
    group.commit.gathering = Gathering(seconds=3_600.0, enough=50, lull_seconds=0.001)
    for _ in range(3):
        await asyncio.gather(group.commit.submit(["one"]), group.commit.submit(["other"]))
    assert [len(batch) for batch in group.batches] == [2] * 3


async def test_who_sends_one_after_the_other_never_waits_for_a_slot() -> None:
    group = Group()
    group.commit.gathering = Gathering(seconds=3_600.0, enough=50, lull_seconds=3_600.0)
    for number in range(5):
        await group.commit.submit([str(number)])
    assert [len(batch) for batch in group.batches] == [1] * 5


@pytest.mark.parametrize(
    ("since_last", "now", "waits"),
    [
        (1.0, 7.3, 0.0),  # after a rest
        (0.9, 7.25, 0.25),  # until the slot
        (0.0, 7.5, 0.0),  # it is just there
        (0.1, 7.75, 0.75),  # it has just gone
    ],
)
def test_slots_of_one_shift_are_at_the_same_times_for_all(since_last: float, now: float, waits: float) -> None:
    gathering = Gathering(seconds=1.0, shift_seconds=0.5, enough=1, lull_seconds=1.0)
    assert gathering.wait(since_last, now) == pytest.approx(waits)


def test_ends_of_attempts_and_reports_on_the_same_messages_are_written_half_a_slot_apart() -> None:
    assert GATHERING.seconds == REPORTS_GATHERED.seconds
    assert REPORTS_GATHERED.shift_seconds - GATHERING.shift_seconds == pytest.approx(GATHERING.seconds / 2)
