"""Group commit: concurrent submissions are written in one batch while the next one fills.

Nobody waits for a timer, and a lone submission is written at once.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

from inbox.foundation.problems import Problem

Item = TypeVar("Item")
Outcome = TypeVar("Outcome")

Write = Callable[[Sequence[Item]], Awaitable[Sequence[Outcome]]]


class _Submission(Generic[Item, Outcome]):
    """Items of one caller, the future on which it waits, and the loop time at which it gives up."""

    __slots__ = ("deadline", "done", "items")

    def __init__(self, items: Sequence[Item], done: asyncio.Future[Sequence[Outcome]], deadline: float) -> None:
        self.items = items
        self.done = done
        self.deadline = deadline


class GroupCommit(Generic[Item, Outcome]):
    """Collects submissions and writes them together, one batch at a time.

    Args:
        write: Writes a batch and gives an outcome an item, in order. What it raises is raised
            to every submitter of the batch, so it must itself set aside items that can't be written.
        max_batch: Most items in one batch; a single larger submission is written alone.
        max_pending: Most items that wait; above it submissions are refused (503), so that a
            database that is away does not fill the memory.
        timeout_seconds: How long a submitter waits before it is told 503. Its items are
            left out of the batch if that has not begun.
    """

    def __init__(
        self, write: Write[Item, Outcome], *, max_batch: int, max_pending: int, timeout_seconds: float
    ) -> None:
        self._write = write
        self._max_batch = max_batch
        self._max_pending = max_pending
        self._timeout_seconds = timeout_seconds
        self._waiting: list[_Submission[Item, Outcome]] = []
        self._writing: list[_Submission[Item, Outcome]] = []
        self._pending = 0
        self._writer: asyncio.Task[None] | None = None
        self._alarm: asyncio.TimerHandle | None = None

    def submit(self, items: Sequence[Item]) -> asyncio.Future[Sequence[Outcome]]:
        """Write `items` with whatever else is waiting; awaiting the future gives their outcomes.

        Raises:
            Problem: from the future, `unavailable` if the database is too slow or too much waits.
        """
        loop = asyncio.get_running_loop()
        done: asyncio.Future[Sequence[Outcome]] = loop.create_future()
        if not items:
            done.set_result(())
        elif self._pending + len(items) > self._max_pending:
            done.set_exception(_unavailable("is not keeping up"))
        else:
            self._enqueue(_Submission(items, done, loop.time() + self._timeout_seconds))
        return done

    async def drain(self) -> None:
        """Wait until everything submitted so far is written or has failed."""
        while self._writer is not None:
            await asyncio.wait([self._writer])

    def _enqueue(self, submission: _Submission[Item, Outcome]) -> None:
        self._waiting.append(submission)
        self._pending += len(submission.items)
        if self._writer is None:
            self._writer = asyncio.create_task(self._write_all())
        if self._alarm is None:
            self._set_alarm(submission.deadline)

    def _set_alarm(self, deadline: float) -> None:
        self._alarm = asyncio.get_running_loop().call_at(deadline, self._give_up)

    def _give_up(self) -> None:
        """Tell those who have waited too long; one timer serves all, instead of one a submission."""
        self._alarm = None
        now = asyncio.get_running_loop().time()
        open_ones = [s for s in (*self._writing, *self._waiting) if not s.done.done()]
        for submission in open_ones:
            if submission.deadline <= now:
                submission.done.set_exception(_unavailable("does not answer"))
        later = [s.deadline for s in open_ones if not s.done.done()]
        if later:
            self._set_alarm(min(later))

    async def _write_all(self) -> None:
        try:
            while self._waiting:
                self._writing = self._take()
                await self._write_batch(self._writing)
        finally:
            self._writing = []
            self._writer = None

    def _take(self) -> list[_Submission[Item, Outcome]]:
        size, count = 0, 0
        for submission in self._waiting:
            size += len(submission.items)
            if count and size > self._max_batch:
                break
            count += 1
        batch, self._waiting = self._waiting[:count], self._waiting[count:]
        self._pending -= sum(len(submission.items) for submission in batch)
        return [submission for submission in batch if not submission.done.done()]

    async def _write_batch(self, batch: list[_Submission[Item, Outcome]]) -> None:
        items = [item for submission in batch for item in submission.items]
        try:
            outcomes = await self._write(items) if items else ()
        except Exception as error:  # each submitter must hear it, whatever it is
            for submission in batch:
                if not submission.done.done():
                    submission.done.set_exception(error)
            return
        start = 0
        for submission in batch:
            end = start + len(submission.items)
            if not submission.done.done():
                submission.done.set_result(outcomes[start:end])
            start = end


def _unavailable(what: str) -> Problem:
    return Problem("unavailable", f"The database {what}. Try again in a few seconds.")
