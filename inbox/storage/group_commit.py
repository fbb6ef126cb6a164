"""Group commit: concurrent submissions are written in one batch while the next one fills.

A lone submission is written at once. Under load a batch takes all who are ready; where gathering is set, what comes one
by one waits for a slot of the clock.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from enum import StrEnum
from typing import Final, Generic, TypeVar

import msgspec
import structlog

from inbox.foundation.problems import ProblemError
from inbox.storage.database import is_transient, is_unavailable

Item = TypeVar("Item")
Outcome = TypeVar("Outcome")

Write = Callable[[Sequence[Item]], Awaitable[Sequence[Outcome | Exception]]]

TURNS: Final = 2
"""Of the loop: in one a request is read, in the next its items are handed in."""
MET_SLOTS: Final = 10
"""So long those who come are taken to be several."""
LOGGED_EVERY_SECONDS: Final = 1.0
"""A database that is away refuses thousands a second: one line a second and kind says so."""


class Cause(StrEnum):
    """Why a submission was not written."""

    FULL = "full"
    """Too much waits already."""
    SLOW = "slow"
    """It waited for its whole time."""
    AWAY = "away"
    """The database can't be reached, or refuses everything."""
    CONFLICT = "conflict"
    """Another writer held what it touches."""
    FAULT = "fault"
    """Anything else."""


OnRefusal = Callable[[str, Cause], None]
"""Hears of each submission that was not written: the kind, and why."""

_log = structlog.get_logger()


def cause_of(error: BaseException) -> Cause:
    """Tell why a write failed."""
    if is_unavailable(error):
        return Cause.AWAY
    return Cause.CONFLICT if is_transient(error) else Cause.FAULT


class Gathering(msgspec.Struct, frozen=True, kw_only=True):
    """Batches begin in slots of the clock, so that what comes one by one is written together.

    Only who comes within a slot's length of the last batch waits for the next slot, and only where several were met at
    once within the last ten slots. So nobody waits after a rest, nor does a caller who sends one after the other.

    Attributes:
        seconds: How far slots are apart.
        shift_seconds: How far they are after the full multiples of `seconds`: two who write to the same documents at
            different shifts seldom meet, though they know nothing of each other.
        enough: So many items wait for no slot; many who wait for their answers would only wait longer.
        lull_seconds: Nor does anybody wait once so long nobody came: a few callers who wait for their answers have all
            come by then.
    """

    seconds: float
    shift_seconds: float = 0.0
    enough: int
    lull_seconds: float

    def wait(self, since_last: float, now: float) -> float:
        """Return how many seconds to wait at a time of the clock, so long after the last batch began."""
        return 0.0 if since_last >= self.seconds else (self.shift_seconds - now) % self.seconds


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
        write: Writes a batch and returns an outcome an item, in order; one that is an exception is raised to the
            submitter of that item. What it raises itself is raised to every submitter of the batch, so it must
            set aside items that can't be written (`inbox.storage.setting_apart`).
        kind: Names it in logs and figures.
        max_batch: Most items in one batch; a single larger submission is written alone.
        max_pending: Most items that wait; above it submissions are refused (503), so that a
            database that is away does not fill the memory.
        timeout_seconds: How long a submitter waits before it is told 503. Its items are
            left out of the batch if that has not begun.
        on_refusal: Hears of submissions that were not written; must not block.

    Attributes:
        gathering: How long what comes one by one is gathered; not at all unless it is set.
    """

    gathering: Gathering | None = None

    def __init__(
        self,
        write: Write[Item, Outcome],
        *,
        kind: str,
        max_batch: int,
        max_pending: int,
        timeout_seconds: float,
        on_refusal: OnRefusal = lambda *_: None,
    ) -> None:
        self._write = write
        self._began_at = float("-inf")
        self._is_enough = asyncio.Event()
        self._met_at = float("-inf")
        self._kind = kind
        self._on_refusal = on_refusal
        self._unlogged: Counter[Cause] = Counter()
        self._logged_at = float("-inf")
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
            ProblemError: from the future, `unavailable` if the database is too slow or too much waits.
        """
        loop = asyncio.get_running_loop()
        done: asyncio.Future[Sequence[Outcome]] = loop.create_future()
        if not items:
            done.set_result(())
        elif self._pending + len(items) > self._max_pending:
            self._refused(Cause.FULL)
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
        if self.gathering is not None and self._pending >= self.gathering.enough:
            self._is_enough.set()
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
                self._refused(Cause.SLOW)
                submission.done.set_exception(_unavailable("does not answer"))
        later = [s.deadline for s in open_ones if not s.done.done()]
        if later:
            self._set_alarm(min(later))

    async def _write_all(self) -> None:
        try:
            while self._waiting:
                await self._gather()
                self._writing = self._take()
                await self._write_batch(self._writing)
                if len(self._writing) > 1 or self._waiting:  # who waits for an answer has handed in nothing meanwhile
                    self._met_at = asyncio.get_running_loop().time()
                await self._let_in()
        finally:
            self._writing = []
            self._writer = None

    async def _gather(self) -> None:
        """Wait for the next slot, or until enough is there."""
        if self.gathering is None:
            return
        loop = asyncio.get_running_loop()
        now = loop.time()
        until = now + self.gathering.wait(now - self._began_at, time.time())
        is_shared = len(self._waiting) > 1 or now - self._met_at < MET_SLOTS * self.gathering.seconds
        while is_shared and self._pending < self.gathering.enough and (left := until - loop.time()) > 0:
            before = len(self._waiting)
            self._is_enough.clear()
            with suppress(TimeoutError):
                async with asyncio.timeout(min(left, self.gathering.lull_seconds)):
                    await self._is_enough.wait()
            if len(self._waiting) == before:
                break
        self._began_at = loop.time()

    async def _let_in(self) -> None:
        """Let in who is about to come, as long as more come with each turn of the loop: under load batches grow.

        Those who were just answered hand in their next items at once, and what the sockets have is read meanwhile.
        """
        before = -1
        while before != len(self._waiting) and self._pending < self._max_batch:
            before = len(self._waiting)
            for _ in range(TURNS):
                await asyncio.sleep(0)

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
            outcomes = [error] * len(items)
        start = 0
        for submission in batch:
            end = start + len(submission.items)
            if not submission.done.done():
                self._answer(submission, outcomes[start:end])
            start = end

    def _answer(self, submission: _Submission[Item, Outcome], outcomes: Sequence[Outcome | Exception]) -> None:
        """Tell a submitter what became of its items; the first exception among them stands for all."""
        errors = [outcome for outcome in outcomes if isinstance(outcome, Exception)]
        if not errors:
            submission.done.set_result([outcome for outcome in outcomes if not isinstance(outcome, Exception)])
            return
        if not isinstance(errors[0], ProblemError):
            self._refused(cause_of(errors[0]))
        submission.done.set_exception(errors[0])

    def _refused(self, cause: Cause) -> None:
        """Count a submission that was not written, and say so in the log from time to time."""
        self._on_refusal(self._kind, cause)
        self._unlogged[cause] += 1
        now = asyncio.get_running_loop().time()
        if now - self._logged_at >= LOGGED_EVERY_SECONDS:
            causes = {str(known): count for known, count in self._unlogged.items()}
            _log.warning("not stored", kind=self._kind, waiting=self._pending, **causes)
            self._logged_at = now
            self._unlogged.clear()


def _unavailable(what: str) -> ProblemError:
    return ProblemError("unavailable", f"The database {what}. Try again in a few seconds.")
