"""Taking away bytes that no file names: what a process left that was killed between two writes."""

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
    """Looks at each blob once, an hour after its name was made: names are ids, which grow with time."""

    def __init__(self, database: Database, store: BlobStore, *, since: float) -> None:
        """Begin at a time, in seconds as `time.time` gives it."""
        self._database = database
        self._store = store
        self._after = lowest_id(since)

    async def sweep(self) -> None:
        """Look at all blobs whose hour has passed since the last sweep."""
        before = lowest_id(time.time() - SPARED_SECONDS)
        while names := await self._store.names(after=self._after, before=before, limit=LOOKED_AT_TOGETHER):
            named = await self._database.files.distinct("blob_id", {"blob_id": {"$in": list(names)}})
            for name in sorted(set(names) - set(named)):
                await self._store.delete(name)
            self._after = names[-1]
