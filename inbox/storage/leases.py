"""Leases: which of many processes does a piece of work right now. Kept in MongoDB, on MongoDB's time.

A lease ends by itself, so a paused process may believe for a moment that it still holds one.
Whatever it writes must therefore carry the lease's `fence`, which grows with each new holder:
where it is written, a smaller one is refused.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final, TypeVar

import structlog

from inbox.foundation.ending_tasks import end_tasks
from inbox.storage.database import Database, Document, DuplicateKeyError
from inbox.storage.documents import Condition, Fields, LeaseDocument

T = TypeVar("T")

LEASE_SECONDS: Final = 5.0
"""After a kill the work stands still for at most this long; a busy machine must be able to renew in a third of it."""
ACQUIRE_EVERY_SECONDS: Final = 0.5
log = structlog.get_logger(__name__)
_LONG_AGO: Final = datetime(1970, 1, 1, tzinfo=UTC)


class LeaseLostError(Exception):
    """Somebody else holds the lease, or it could not be renewed in time."""


@dataclass(frozen=True)
class Lease:
    """A lease that was given to us.

    Attributes:
        fence: Grows by one with each holder; goes into everything that the holder writes.
        ends_at: When it ends unless it is renewed, by this process's monotonic clock; never later than MongoDB's end.
    """

    name: str
    owner: str
    fence: int
    ends_at: float = field(default=0.0, compare=False)


class Leases:
    """Acquires, renews and releases leases on behalf of one owner (a process)."""

    def __init__(self, database: Database, owner: str, *, lease_seconds: float = LEASE_SECONDS) -> None:
        self._database = database
        self._owner = owner
        self._seconds = lease_seconds

    async def acquire(self, name: str) -> Lease | None:
        """Take a lease if it is free, ended, or was ours; return None while another holds it."""
        ends_at = time.monotonic() + self._seconds
        free = {"$or": [{"owner": self._owner}, {"$expr": {"$lt": ["$until", "$$NOW"]}}]}
        taken = {"owner": self._owner, "until": self._until(), "fence": {"$add": ["$fence", 1]}}
        lease = await self._change({"_id": name, **free}, taken)
        if lease is None and await self._make(name):
            lease = await self._change({"_id": name, **free}, taken)
        return None if lease is None else Lease(name, self._owner, lease["fence"], ends_at)

    async def renew(self, lease: Lease) -> bool:
        """Prolong a lease; tell whether it is still ours. One that ended but that nobody took may be renewed."""
        return await self._change(_held(lease), {"until": self._until()}) is not None

    async def release(self, lease: Lease) -> None:
        """Release a lease, so that another need not wait for its end."""
        await self._change(_held(lease), {"until": _LONG_AGO, "owner": None})

    async def release_if_up(self, lease: Lease) -> None:
        """Release a lease; where the database does not answer, it ends by itself."""
        try:
            async with asyncio.timeout(self._seconds):
                await self.release(lease)
        except Exception as error:
            log.warning("leases.not_released", name=lease.name, error=type(error).__name__)

    async def holding(self, lease: Lease, work: Coroutine[Any, Any, T] | asyncio.Task[T]) -> T:
        """Do `work` while renewing the lease; cancel it when the lease is lost.

        Raises:
            LeaseLostError: if it was taken, or could not be renewed before it ended.
        """
        task = asyncio.ensure_future(work)
        try:
            await self._renew_until_done(lease, task)
            return await task
        finally:
            await end_tasks({task})

    async def hold_once(self, name: str, work: Callable[[Lease], Coroutine[Any, Any, None]]) -> bool:
        """Do `work` under the lease if it can be had; it is given back however the work ends. Tell whether it was had.

        Raises:
            LeaseLostError: as `holding`; and what `work` raises.
        """
        lease = await self.acquire(name)
        if lease is None:
            return False
        try:
            await self.holding(lease, work(lease))
        finally:
            await self.release_if_up(lease)
        return True

    async def hold_forever(
        self,
        name: str,
        work: Callable[[Lease], Coroutine[Any, Any, None]],
        *,
        every_seconds: float = ACQUIRE_EVERY_SECONDS,
    ) -> None:
        """Whenever the lease can be had, do `work` under it; release it when cancelled.

        Args:
            name: The lease.
            work: Runs until it returns, raises, or is cancelled because the lease was lost. What it raises
                passes through.
            every_seconds: How often to ask for the lease.
        """
        while True:
            lease = await self._acquire_if_up(name)
            if lease is not None:
                try:
                    with suppress(LeaseLostError):
                        await self.holding(lease, work(lease))
                finally:
                    await self.release_if_up(lease)
            await asyncio.sleep(every_seconds)

    async def _renew_until_done(self, lease: Lease, task: asyncio.Task[Any]) -> None:
        ends = lease.ends_at
        while not (await asyncio.wait({task}, timeout=self._seconds / 3))[0]:
            asked = time.monotonic()
            try:
                async with asyncio.timeout(max(0.0, ends - asked)):
                    if not await self.renew(lease):
                        raise LeaseLostError(lease.name)
                ends = asked + self._seconds
            except LeaseLostError:
                raise
            except Exception as error:
                log.warning("leases.not_renewed", name=lease.name, error=type(error).__name__)
                if time.monotonic() >= ends:
                    raise LeaseLostError(lease.name) from error

    async def _acquire_if_up(self, name: str) -> Lease | None:
        try:
            return await self.acquire(name)
        except Exception as error:
            log.warning("leases.not_acquired", name=name, error=type(error).__name__)
            return None

    def _until(self) -> Document:
        return {"$add": ["$$NOW", int(self._seconds * 1000)]}

    async def _change(self, query: Condition, fields: Fields) -> LeaseDocument | None:
        changed: LeaseDocument | None = await self._database.leases.find_one_and_update(
            query, [{"$set": fields}], return_document=True
        )
        return changed

    async def _make(self, name: str) -> bool:
        """Put a free lease where there is none; `$expr` can't be part of an upsert."""
        if await self._database.leases.find_one({"_id": name}, {"_id": 1}) is not None:
            return False
        with suppress(DuplicateKeyError):
            await self._database.leases.insert_one({"_id": name, "owner": None, "until": _LONG_AGO, "fence": 0})
        return True


def _held(lease: Lease) -> Condition:
    return {"_id": lease.name, "owner": lease.owner, "fence": lease.fence}
