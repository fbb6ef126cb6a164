"""How many bytes of files a workspace has, and whether there is room for more."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, Final

from cachetools import LRUCache

from inbox.files.file_models import FileState
from inbox.foundation.problems import ProblemError
from inbox.people.quotas import QuotaBook
from inbox.storage.database import Database

KEPT_SECONDS: Final = 30.0
"""Adding up reads an index entry of each file; meanwhile each process counts what it stores itself."""
KEPT_TIMES: Final = 60.0
"""So many times as long as adding up took, so that it never takes more than a sixtieth of a core."""
ADDING_MS: Final = 20_000
"""An upload may wait for it."""
MAX_KEPT: Final = 10_000


class StorageUse:
    """The bytes of all workspaces, as far as this process was asked lately."""

    def __init__(self, database: Database, book: QuotaBook, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._database = database
        self._book = book
        self._monotonic = monotonic
        self._known: LRUCache[str, tuple[float, int]] = LRUCache(MAX_KEPT)

    async def has_room(self, workspace_id: str) -> bool:
        """Tell whether a workspace may store one more file. What is under way may exceed the quota by itself."""
        limit = (await self._book.of(workspace_id)).storage_bytes
        return limit is None or await self.used(workspace_id) < limit

    async def check(self, workspace_id: str) -> None:
        """Refuse a file there is no room for. Raises `ProblemError` (`storage_full`)."""
        if not await self.has_room(workspace_id):
            raise ProblemError(
                "storage_full",
                "The workspace's files take all the room that it has: delete some, or let channels keep files for a "
                "time only (`retention`), or ask whoever runs the installation for more.",
            )

    def add(self, workspace_id: str, size_bytes: int) -> None:
        """Count a file that this process has stored."""
        known = self._known.get(workspace_id)
        if known is not None:
            self._known[workspace_id] = (known[0], known[1] + size_bytes)

    async def used(self, workspace_id: str) -> int:
        """Return how many bytes a workspace has, as of half a minute ago, and what this process stored since."""
        known, now = self._known.get(workspace_id), self._monotonic()
        if known is None or known[0] <= now:
            used = await self._add_up(workspace_id)
            took = self._monotonic() - now
            known = (now + max(KEPT_SECONDS, took * KEPT_TIMES), used)
            self._known[workspace_id] = known
        return known[1]

    async def _add_up(self, workspace_id: str) -> int:
        stored = {"workspace_id": workspace_id, "state": FileState.STORED.value}
        steps: list[dict[str, Any]] = [{"$match": stored}, {"$group": {"_id": None, "bytes": {"$sum": "$bytes"}}}]
        found = await self._database.files.aggregate(steps, maxTimeMS=ADDING_MS).to_list(None)
        return int(found[0]["bytes"]) if found else 0
