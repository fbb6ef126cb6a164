"""Goes on with erasures: one of a workspace at a time, step by step, wherever a process was killed."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from inbox.erasing.erasing_tools import Tools
from inbox.erasing.steps import go_on
from inbox.storage.documents import Condition, ErasureDocument
from inbox.storage.isolation import Isolated
from inbox.storage.leases import Leases
from workers.keyed import KeyedWorker, Run

SWEEP_SECONDS: Final = 1.0
LEASE_PREFIX: Final = "erase:"


class Eraser:
    """Works on all erasures that are due; any number of processes may."""

    def __init__(self, tools: Tools, leases: Leases) -> None:
        self._tools = tools
        self._database = tools.database
        self._apart = Isolated("erasures")
        self._worker = KeyedWorker(leases, self._erase, lease_of=lambda workspace_id: LEASE_PREFIX + workspace_id)

    async def sweep(self) -> bool:
        """Begin to work for every workspace with an erasure that is due; tell whether there is one."""
        due = await self._database.erasures.distinct("workspace_id", self._apart.among(self._due()))
        for workspace_id in due:
            self._worker.wake(workspace_id)
        return bool(due)

    async def next_due(self) -> datetime | None:
        """Return when an erasure is gone on with next; None where there is none."""
        pending: Condition = {"due_at": {"$type": "date"}}
        first = await self._database.erasures.find_one(pending, {"due_at": 1}, sort=[("due_at", 1)])
        return None if first is None else first.get("due_at")

    async def finished(self, workspace_id: str) -> None:
        """Wait until nothing is done for a workspace (tests)."""
        await self._worker.finished(workspace_id)

    async def stop(self) -> None:
        """Stop at once: what a step did half is done again by the next."""
        await self._worker.stop()

    async def _erase(self, run: Run[str]) -> None:
        """Go on with each erasure of a workspace that is due, the oldest first; one that fails stops no other."""
        own = self._apart.among({"workspace_id": run.key, **self._due()})
        await self._apart.each(await self._database.erasures.find(own).sort("_id", 1).to_list(None), self._go_on)

    async def _go_on(self, found: ErasureDocument) -> None:
        """Go on with an erasure until it has to wait or is over."""
        erasure: ErasureDocument | None = found
        while erasure is not None:
            erasure = await go_on(self._tools, erasure)

    def _due(self) -> Condition:
        return {"due_at": {"$type": "date", "$lte": self._tools.clock.now()}}
