"""Fetching customers' files: a few at a time, fairly among channels, tenants and providers, until none is due."""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import datetime
from typing import Final

from channels.contract import Connector
from inbox.channel.channel_directory import ChannelDirectory
from inbox.files.blob_store import BlobStore
from inbox.files.fetching import FileTask, claim_file, due_channels, is_any_pending
from inbox.files.orphans import LOOKED_BACK_SECONDS, OrphanSweep
from inbox.files.uploads import sweep_unnamed
from inbox.foundation.task_pool import TaskPool
from inbox.model.channel_kind import ChannelKind
from inbox.storage.isolation import Isolated
from inbox.storage.runtime import Runtime
from workers.fetch_file import FileFetch
from workers.sweep import Sweep
from workers.traffic import CONTACTS, MESSAGES, TRAFFIC

SWEEP_SECONDS: Final = 0.5
UNNAMED_SWEEP_SECONDS: Final = 60.0
ORPHAN_SWEEP_SECONDS: Final = 600.0
AT_ONCE: Final = 12
"""Files on their way in one process: each takes a chunk of memory and a connection."""
AT_ONCE_OF_PROVIDER: Final = 8
AT_ONCE_OF_WORKSPACE: Final = 6
AT_ONCE_OF_CHANNEL: Final = 3
"""So that a channel's, a tenant's or a messenger's slow or endless files leave room for the others'."""


class FileFetcher:
    """Fetches what is due, and takes away what nobody needs; any number may work side by side."""

    def __init__(
        self,
        runtime: Runtime,
        directory: ChannelDirectory,
        connectors: Mapping[ChannelKind, Connector],
        store: BlobStore,
    ) -> None:
        self._runtime = runtime
        self._directory = directory
        self._store = store
        self._file = FileFetch(runtime, directory, connectors, store)
        self._orphans = OrphanSweep(runtime.database, store, since=time.time() - LOOKED_BACK_SECONDS)
        self._pool = TaskPool(
            "fetch_files",
            AT_ONCE,
            provider=AT_ONCE_OF_PROVIDER,
            workspace=AT_ONCE_OF_WORKSPACE,
            channel=AT_ONCE_OF_CHANNEL,
        )
        self._fetching: set[str] = set()
        self._claims = Isolated("fetch_files", apart_seconds=0.0)
        self._unnamed = Isolated("unnamed_files")

    def sweeps(self) -> list[Sweep]:
        """Return what fetches due files, and what deletes unneeded ones."""
        return [
            Sweep("fetch_files", self.fetch_due, SWEEP_SECONDS, self.next_due, heedless=TRAFFIC - MESSAGES - CONTACTS),
            Sweep("unnamed_files", self._sweep_unnamed, UNNAMED_SWEEP_SECONDS, rests=False),
            Sweep("orphan_blobs", self._orphans.sweep, ORPHAN_SWEEP_SECONDS, rests=False),
        ]

    async def fetch_due(self) -> None:
        """Begin as many fetches as there is room for."""
        channels = await due_channels(self._runtime.database, self._runtime.clock.now())
        await self._claims.each(channels, self._fetch_of, name=str)

    async def next_due(self) -> datetime | None:
        """Return now while any file is to be fetched: its time or room for it comes soon."""
        return self._runtime.clock.now() if await is_any_pending(self._runtime.database) else None

    async def stop(self) -> None:
        """End what is under way; its claims run out and others take it up."""
        await self._pool.stop()

    async def _fetch_of(self, channel_id: str) -> None:
        """Begin fetches of one channel, also of one that is gone: they end at once."""
        record = await self._directory.get(channel_id)
        owners = {"channel": channel_id}
        if record is not None:
            owners |= {"workspace": record.workspace_id, "provider": record.kind.value}
        while self._pool.has_room(**owners):
            now = self._runtime.clock.now()
            task = await claim_file(self._runtime.database, channel_id, now, apart_from=self._fetching)
            if task is None:
                return
            self._fetching.add(task.id)
            self._pool.begin(self._fetch(task), **owners)

    async def _fetch(self, task: FileTask) -> None:
        try:
            await self._file.fetch(task)
        finally:
            self._fetching.discard(task.id)

    async def _sweep_unnamed(self) -> None:
        database, now = self._runtime.database, self._runtime.clock.now()
        while await sweep_unnamed(database, self._store, now, isolated=self._unnamed):
            continue
