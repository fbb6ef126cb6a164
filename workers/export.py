"""Goes on with exports: one of a workspace at a time, archive by archive, wherever a process was killed."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from inbox.exporting.export_steps import ExportTools, go_on
from inbox.storage.documents import Condition, ExportDocument
from inbox.storage.isolation import Isolated
from inbox.storage.leases import Leases
from workers.keyed import KeyedWorker, Run

SWEEP_SECONDS: Final = 1.0
LEASE_PREFIX: Final = "export:"


class Exporter:
    """Works on all exports that are due; any number of processes may."""

    def __init__(self, tools: ExportTools, leases: Leases) -> None:
        self._tools = tools
        self._database = tools.database
        self._apart = Isolated("exports")
        self._worker = KeyedWorker(leases, self._export, lease_of=lambda workspace_id: LEASE_PREFIX + workspace_id)

    async def sweep(self) -> bool:
        """Begin to work for every workspace with an export that is due; tell whether there is one."""
        due = await self._database.exports.distinct("workspace_id", self._apart.among(self._due()))
        for workspace_id in due:
            self._worker.wake(workspace_id)
        return bool(due)

    async def next_due(self) -> datetime | None:
        """Return when an export is gone on with next; None where there is none."""
        pending: Condition = {"due_at": {"$type": "date"}}
        first = await self._database.exports.find_one(pending, {"due_at": 1}, sort=[("due_at", 1)])
        return None if first is None else first.get("due_at")

    async def finished(self, workspace_id: str) -> None:
        """Wait until nothing is done for a workspace (tests)."""
        await self._worker.finished(workspace_id)

    async def stop(self) -> None:
        """Stop at once: an archive that is half done is done again by the next."""
        await self._worker.stop()

    async def _export(self, run: Run[str]) -> None:
        """Go on with each export of a workspace that is due, the oldest first; one that fails stops no other."""
        own = self._apart.among({"workspace_id": run.key, **self._due()})
        await self._apart.each(await self._database.exports.find(own).sort("_id", 1).to_list(None), self._make)

    async def _make(self, found: ExportDocument) -> None:
        """Go on with an export until it has to wait or is ready."""
        export: ExportDocument | None = found
        while export is not None:
            export = await go_on(self._tools, export)

    def _due(self) -> Condition:
        return {"due_at": {"$type": "date", "$lte": self._tools.clock.now()}}
