"""Tasks that run side by side, a few of each owner: a slow channel, tenant or provider leaves room for the others."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Coroutine
from typing import Any

import structlog

from inbox.foundation.ending_tasks import end_tasks

_log = structlog.get_logger()


class TaskPool:
    """Runs tasks within limits.

    A task has one owner of each kind that is limited, such as `channel="c1", workspace="w1"`.

    Args:
        name: Of the pool, in logs.
        at_once: Most tasks in all.
        at_once_of: Most tasks of one owner, by kind of owner.
    """

    def __init__(self, name: str, at_once: int, **at_once_of: int) -> None:
        self._name = name
        self._at_once = at_once
        self._at_once_of = at_once_of
        self._tasks: set[asyncio.Task[None]] = set()
        self._running: Counter[tuple[str, str]] = Counter()

    @property
    def is_full(self) -> bool:
        """Whether no task of anybody has room."""
        return len(self._tasks) >= self._at_once

    def has_room(self, **owners: str) -> bool:
        """Tell whether one more task of these owners may begin."""
        return not self.is_full and all(self._running[owner] < self._at_once_of[owner[0]] for owner in owners.items())

    def at_limit(self, kind: str) -> list[str]:
        """Return the owners of a kind of which no more may begin."""
        return [owner for (of, owner), count in self._running.items() if of == kind and count >= self._at_once_of[kind]]

    def begin(self, work: Coroutine[Any, Any, None], **owners: str) -> None:
        """Begin a task; what it raises is logged, and nobody else's affair."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        self._running.update(owners.items())
        task.add_done_callback(lambda done: self._ended(done, owners))

    async def drain(self) -> None:
        """Wait until no task runs."""
        while self._tasks:
            await asyncio.wait(self._tasks)

    async def stop(self) -> None:
        """Cancel all tasks and wait for their ends."""
        await end_tasks(list(self._tasks))

    def _ended(self, done: asyncio.Task[None], owners: dict[str, str]) -> None:
        self._tasks.discard(done)
        self._running.subtract(owners.items())
        self._running += Counter()  # forgets those that have none left
        if not done.cancelled() and (error := done.exception()) is not None:
            _log.error("a task failed", pool=self._name, **owners, exc_info=error)
