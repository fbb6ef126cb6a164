"""Deletes blobs that no file names: a process was killed between the two writes."""

from __future__ import annotations

import time
from typing import Final

from inbox.files.blob_store import BlobStore
from inbox.foundation.ids import lowest_id
from inbox.storage.database import Database

LOOKED_BACK_SECONDS: Final = 7 * 24 * 3600
"""How long all workers may be away until what they left is not found any more."""
SPARED_SECONDS: Final = 3600
"""Six times the longest fetch: what is younger may still be on its way."""
LOOKED_AT_TOGETHER: Final = 500


class OrphanSweep:
    """Checks each blob once, an hour after it was named. Names are ids, which grow with time."""

    def __init__(self, database: Database, store: BlobStore, *, since: float) -> None:
        """Begin at a time, in seconds as `time.time` gives it."""
        self._database = database
        self._store = store
        self._after = lowest_id(since)

    async def sweep(self) -> None:
        """Check the blobs whose hour has passed since the last sweep."""
        before = lowest_id(time.time() - SPARED_SECONDS)
        while names := await self._store.names(after=self._after, before=before, limit=LOOKED_AT_TOGETHER):
            named = await self._database.files.distinct("blob_id", {"blob_id": {"$in": list(names)}})
            for name in sorted(set(names) - set(named)):
                await self._store.delete(name)
            self._after = names[-1]
