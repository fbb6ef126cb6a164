"""Goes on with erasures of workspaces, step by step, wherever a process was killed."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from inbox.erasing.erasing_tools import Tools
from inbox.erasing.workspace_steps import go_on
from inbox.storage.documents import Condition
from inbox.storage.leases import Leases
from workers.keyed import KeyedWorker, Run

SWEEP_SECONDS: Final = 1.0
LEASE_PREFIX: Final = "erase-workspace:"


class WorkspaceEraser:
    """Works on all erasures of workspaces that are due; any number of processes may."""

    def __init__(self, tools: Tools, leases: Leases) -> None:
        self._tools = tools
        self._database = tools.database
        self._worker = KeyedWorker(leases, self._erase, lease_of=lambda erasure_id: LEASE_PREFIX + erasure_id)

    async def sweep(self) -> bool:
        """Begin to work on every erasure that is due; tell whether there is one."""
        due: Condition = {"due_at": {"$type": "date", "$lte": self._tools.clock.now()}}
        found = await self._database.workspace_erasures.find(due, {"_id": 1}).to_list(None)
        for erasure in found:
            self._worker.wake(erasure["_id"])
        return bool(found)

    async def next_due(self) -> datetime | None:
        """Return when an erasure is gone on with next; None where there is none."""
        pending: Condition = {"due_at": {"$type": "date"}}
        first = await self._database.workspace_erasures.find_one(pending, {"due_at": 1}, sort=[("due_at", 1)])
        return None if first is None else first.get("due_at")

    async def finished(self, erasure_id: str) -> None:
        """Wait until nothing is done for an erasure (tests)."""
        await self._worker.finished(erasure_id)

    async def stop(self) -> None:
        """Stop at once: what a step did half is done again by the next."""
        await self._worker.stop()

    async def _erase(self, run: Run[str]) -> None:
        """Go on with an erasure until it has to wait or is over."""
        working: Condition = {"_id": run.key, "due_at": {"$type": "date"}}
        erasure = await self._database.workspace_erasures.find_one(working)
        while erasure is not None:
            erasure = await go_on(self._tools, erasure)
