"""How much of the installation one workspace may use: the installation's choice, not the workspace's.

Nothing is counted up and down: what is used is read from what is there, so that no crash leaves a wrong count.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Annotated, Final

import msgspec
from cachetools import LRUCache
from msgspec import Meta

from inbox.foundation.settings import Settings
from inbox.foundation.structs import from_document
from inbox.storage.database import Database

KEPT_SECONDS: Final = 10.0
"""So late is another quota known to every process."""
MAX_KEPT: Final = 10_000

Count = Annotated[int, Meta(ge=1, le=10**15)]


class QuotaChange(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """What one workspace may use beside the installation's usual; null is the usual."""

    storage_bytes: Count | None = None
    requests_per_second: Count | None = None
    searches_at_once: Annotated[int, Meta(ge=1, le=100)] | None = None
    dead_letters: Count | None = None


class Quotas(msgspec.Struct, frozen=True, kw_only=True):
    """What a workspace may use; null is as much as there is.

    Attributes:
        storage_bytes: Of files.
        requests_per_second: To the API, of all its people and programs together.
        searches_at_once: Searches and reports in one server process; others wait in line.
        dead_letters: How many are kept; the oldest go first.
    """

    storage_bytes: int | None
    requests_per_second: int | None
    searches_at_once: int
    dead_letters: int


def usual_quotas(settings: Settings) -> Quotas:
    """Return what a workspace may use of which nothing else is said."""
    return Quotas(
        storage_bytes=settings.quota_storage_bytes,
        requests_per_second=settings.quota_requests_per_second,
        searches_at_once=settings.quota_searches_at_once,
        dead_letters=settings.quota_dead_letters,
    )


class QuotaBook:
    """The quotas of all workspaces, as far as this process was asked lately."""

    def __init__(self, database: Database, usual: Quotas, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._database = database
        self._usual = usual
        self._monotonic = monotonic
        self._known: LRUCache[str, tuple[float, Quotas]] = LRUCache(MAX_KEPT)

    async def of(self, workspace_id: str) -> Quotas:
        """Return what a workspace may use."""
        known, now = self._known.get(workspace_id), self._monotonic()
        if known is None or known[0] <= now:
            known = (now + KEPT_SECONDS, await self._read(workspace_id))
            self._known[workspace_id] = known
        return known[1]

    async def _read(self, workspace_id: str) -> Quotas:
        found = await self._database.workspaces.find_one({"_id": workspace_id}, {"quotas": 1})
        own = {} if found is None else found.get("quotas", {})
        said = {name: value for name, value in own.items() if value is not None}
        return msgspec.structs.replace(self._usual, **said) if said else self._usual


async def change_quotas(database: Database, workspace_id: str, change: QuotaChange) -> bool:
    """Set what a workspace may use beside the usual; False if there is no such workspace."""
    fields = msgspec.to_builtins(change)
    changed = await database.workspaces.update_one({"_id": workspace_id}, {"$set": {"quotas": fields}})
    return bool(changed.matched_count)


async def own_quotas(database: Database, workspace_id: str) -> QuotaChange | None:
    """Return what is said of a workspace; None if there is no such workspace."""
    found = await database.workspaces.find_one({"_id": workspace_id}, {"quotas": 1})
    return None if found is None else from_document(found.get("quotas", {}), QuotaChange)
