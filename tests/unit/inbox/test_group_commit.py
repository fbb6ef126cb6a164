"""Who submits hears of the own items, and of nobody else's."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from inbox.foundation.problems import ProblemError
from inbox.storage.database import WriteConflictError
from inbox.storage.group_commit import Cause, GroupCommit

Outcome = str | Exception


class Lane:
    """A group commit over what `say` gives for each item."""

    def __init__(self, **limits: float) -> None:
        self.refused: list[tuple[str, Cause]] = []
        self.batches: list[list[str]] = []
        self.open = asyncio.Event()
        self.open.set()
        self.writing = asyncio.Event()
        self.commit: GroupCommit[str, str] = GroupCommit(
            self._write,
            lane="a lane",
            max_batch=100,
            max_pending=int(limits.get("max_pending", 100)),
            timeout_seconds=limits.get("timeout_seconds", 20.0),
            on_refusal=lambda lane, cause: self.refused.append((lane, cause)),
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


async def _heard(lane: Lane, *submissions: Sequence[str]) -> list[object]:
    """Submit all at once, behind one that holds the lane."""
    lane.open.clear()
    first = lane.commit.submit(["first"])
    await lane.writing.wait()
    others = [lane.commit.submit(items) for items in submissions]
    lane.open.set()
    heard = await asyncio.gather(first, *others, return_exceptions=True)
    return [type(one).__name__ if isinstance(one, Exception) else one for one in heard[1:]]


async def test_an_items_exception_is_for_its_submitter_alone() -> None:
    lane = Lane()
    heard = await _heard(lane, ["a"], ["b", "conflict"], ["c"], ["fault"], ["d"], ["problem"])
    assert heard == [["a"], "WriteConflictError", ["c"], "ZeroDivisionError", ["d"], "ProblemError"]
    assert lane.batches[1:] == [["a", "b", "conflict", "c", "fault", "d", "problem"]]
    assert lane.refused == [("a lane", Cause.CONFLICT), ("a lane", Cause.FAULT)], "a problem is an answer"


async def test_a_database_that_is_away_is_heard_by_all() -> None:
    lane = Lane()
    assert await _heard(lane, ["a"], ["away"]) == ["TimeoutError"] * 2
    assert lane.refused == [("a lane", Cause.AWAY)] * 2


async def test_too_much_is_refused_at_once_and_counted() -> None:
    lane = Lane(max_pending=2)
    assert await _heard(lane, ["a", "b"], ["c"]) == [["a", "b"], "ProblemError"]
    assert lane.refused == [("a lane", Cause.FULL)]


async def test_who_waits_too_long_is_told_and_counted() -> None:
    lane = Lane(timeout_seconds=0.0)
    lane.open.clear()
    with pytest.raises(ProblemError):
        await lane.commit.submit(["a"])
    lane.open.set()
    await lane.commit.drain()
    assert lane.refused == [("a lane", Cause.SLOW)]


async def test_what_comes_one_by_one_is_gathered_but_nobody_waits_after_a_rest() -> None:
    lane = Lane()
    lane.commit.gather_seconds = 3_600.0
    await lane.commit.submit(["the first waits for nothing"])
    one, other = lane.commit.submit(["one"]), lane.commit.submit(["other"])
    many = lane.commit.submit([str(n) for n in range(48)])
    await asyncio.gather(one, other, many)
    assert [len(batch) for batch in lane.batches] == [1, 50], "half a batch is enough"
