"""What channels keep for a time only is deleted when that is over, by one process at a time."""

from __future__ import annotations

from typing import Final

import structlog

from inbox.foundation.ids import new_id
from inbox.people.quotas import QuotaBook, usual_quotas
from inbox.retention.dead_letter_surplus import delete_surplus
from inbox.retention.keeper import RetentionKeeper
from inbox.storage.leases import Lease, LeaseLostError, Leases
from inbox.storage.runtime import Runtime

SWEEP_SECONDS: Final = 60.0
"""It counts days; a look where every channel keeps everything reads one empty index."""
LEASE: Final = "retention"

_log = structlog.get_logger()


class OldDeleter:
    """Deletes a part of what is too old at each look; whoever is killed leaves the rest to the next."""

    def __init__(self, runtime: Runtime) -> None:
        self._keeper = RetentionKeeper(runtime.database, runtime.clock)
        self._database = runtime.database
        self._book = QuotaBook(runtime.database, usual_quotas(runtime.settings))
        self._leases = Leases(runtime.database, new_id())

    async def delete_old(self) -> None:
        """Delete what is due, until nothing is, unless another process does."""
        try:
            await self._leases.hold_once(LEASE, self._delete)
        except LeaseLostError:
            _log.warning("another process deletes what is too old")

    async def _delete(self, _lease: Lease) -> None:
        while await self._keeper.delete_old() + await delete_surplus(self._database, self._book):
            continue
