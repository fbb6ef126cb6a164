"""Fetching customers' files: a few at a time, fairly among channels, until none is due."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from typing import Final

import structlog

from channels.abilities import FetchesFiles
from channels.accounts import account_of
from channels.contract import Connector
from inbox.channel.channel_directory import ChannelDirectory, ChannelRecord
from inbox.files.blob_store import BlobStore, StoreUnavailableError, TooLargeError
from inbox.files.fetching import (
    CLAIM_SECONDS,
    MAX_CLAIMS,
    FileTask,
    claim_file,
    due_channels,
    file_fetched,
    file_missed,
    file_postponed,
    renew_claim,
)
from inbox.files.file_models import MAX_FILE_BYTES
from inbox.files.names import tidy_name
from inbox.files.orphans import LOOKED_BACK_SECONDS, OrphanSweep
from inbox.files.uploads import sweep_unnamed
from inbox.foundation.ending_tasks import end_tasks
from inbox.model.channel_kind import ChannelKind
from inbox.sending.outbound import SendFailedError
from inbox.storage.isolation import Isolated
from inbox.storage.runtime import Runtime
from workers.sweep import sweep

SWEEP_SECONDS: Final = 0.5
UNNAMED_SWEEP_SECONDS: Final = 60.0
ORPHAN_SWEEP_SECONDS: Final = 600.0
AT_ONCE: Final = 8
"""Files on their way in one process: each takes a chunk of memory and a connection."""
AT_ONCE_OF_CHANNEL: Final = 3
"""So that one channel's slow or endless files leave room for the others'."""
FILE_SECONDS: Final = 600.0
"""Longest fetch: 100 MB at 170 kB/s."""
RENEW_SECONDS: Final = CLAIM_SECONDS / 4

_log = structlog.get_logger()


class _ClaimLostError(Exception):
    """Another process fetches this file now."""


class FileFetcher:
    """Fetches what is due."""

    def __init__(
        self,
        runtime: Runtime,
        directory: ChannelDirectory,
        connectors: Mapping[ChannelKind, Connector],
        store: BlobStore,
    ) -> None:
        self._runtime = runtime
        self._directory = directory
        self._connectors = connectors
        self._store = store
        self._orphans = OrphanSweep(runtime.database, store, since=time.time() - LOOKED_BACK_SECONDS)
        self._tasks: dict[asyncio.Task[None], str] = {}
        self._fetching: set[str] = set()
        self._claims = Isolated("fetch_files", apart_seconds=0.0)
        self._unnamed = Isolated("unnamed_files")

    async def run(self) -> None:
        """Fetch what is due, and take away what nobody needs, until cancelled."""
        await asyncio.gather(
            sweep("fetch_files", self.fetch_due, every_seconds=SWEEP_SECONDS),
            sweep("unnamed_files", self._sweep_unnamed, every_seconds=UNNAMED_SWEEP_SECONDS),
            sweep("orphan_blobs", self._orphans.sweep, every_seconds=ORPHAN_SWEEP_SECONDS),
        )

    async def fetch_due(self) -> None:
        """Begin as many fetches as there is room for."""
        channels = await due_channels(self._runtime.database, self._runtime.clock.now())
        await self._claims.each(channels, self._fetch_of, name=str)

    async def _fetch_of(self, channel_id: str) -> None:
        now = self._runtime.clock.now()
        while self._has_room(channel_id):
            task = await claim_file(self._runtime.database, channel_id, now, apart_from=self._fetching)
            if task is None:
                return
            self._begin(task)

    async def stop(self) -> None:
        """End what is under way; its claims run out and others take it up."""
        await end_tasks(list(self._tasks))

    async def _sweep_unnamed(self) -> None:
        database, now = self._runtime.database, self._runtime.clock.now()
        while await sweep_unnamed(database, self._store, now, isolated=self._unnamed):
            continue

    def _has_room(self, channel_id: str) -> bool:
        own = Counter(self._tasks.values())[channel_id]
        return len(self._tasks) < AT_ONCE and own < AT_ONCE_OF_CHANNEL

    def _begin(self, task: FileTask) -> None:
        self._fetching.add(task.id)
        running = asyncio.create_task(self._fetch(task))
        self._tasks[running] = task.channel_id
        running.add_done_callback(lambda done: self._ended(done, task))

    def _ended(self, done: asyncio.Task[None], task: FileTask) -> None:
        del self._tasks[done]
        self._fetching.discard(task.id)
        if not done.cancelled() and (error := done.exception()) is not None:
            _log.error("a file could not be fetched", channel_id=task.channel_id, file_id=task.id, exc_info=error)

    async def _fetch(self, task: FileTask) -> None:
        record = await self._directory.get(task.channel_id)
        connector = None if record is None else self._connectors.get(record.kind)
        if record is None or record.deleted_at is not None or not isinstance(connector, FetchesFiles):
            await self._miss(task, "The channel is not connected any more.", retryable=False)
            return
        if task.attempts > MAX_CLAIMS:
            await self._miss(task, "Fetching the file was interrupted too often.", retryable=False)
            return
        try:
            async with asyncio.timeout(FILE_SECONDS):
                if task.left_over is not None:
                    await self._store.delete(task.left_over)
                await self._store_file(task, record, connector)
        except SendFailedError as failed:
            await self._miss(task, failed.error.explanation, retryable=failed.error.retryable)
        except TooLargeError as too_large:
            await self._miss(task, f"The file is larger than {too_large.limit_bytes} bytes.", retryable=False)
        except TimeoutError:
            await self._miss(task, "The provider is too slow to give the file.", retryable=True)
        except StoreUnavailableError as away:
            _log.warning("a file waits for the store", file_id=task.id, error=str(away))
            await file_postponed(self._runtime.database, task, self._runtime.clock.now())
        except _ClaimLostError:
            await self._forget(task.blob_id)

    async def _store_file(self, task: FileTask, record: ChannelRecord, connector: FetchesFiles) -> None:
        async with connector.fetch_file(task.reference, account_of(record)) as fetched:
            chunks = self._renewing(task, fetched.chunks)
            written = await self._store.write(task.blob_id, chunks, limit_bytes=MAX_FILE_BYTES)
        kept = await file_fetched(
            self._runtime.database,
            task,
            written,
            fetched.mime_type,
            tidy_name(fetched.filename),
            self._runtime.clock.now(),
        )
        if not kept:
            await self._forget(task.blob_id)

    async def _renewing(self, task: FileTask, chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
        renewed_at = time.monotonic()
        async for chunk in chunks:
            yield chunk
            if time.monotonic() - renewed_at > RENEW_SECONDS:
                renewed_at = time.monotonic()
                if not await renew_claim(self._runtime.database, task, self._runtime.clock.now()):
                    raise _ClaimLostError

    async def _forget(self, blob_id: str) -> None:
        """Take away what an attempt left; where the store does not work, the sweep does it later."""
        with contextlib.suppress(StoreUnavailableError):
            await self._store.delete(blob_id)

    async def _miss(self, task: FileTask, reason: str, *, retryable: bool) -> None:
        await self._forget(task.blob_id)
        given_up = await file_missed(
            self._runtime.database, task, reason, self._runtime.clock.now(), retryable=retryable
        )
        if given_up:
            _log.warning("a file was given up", channel_id=task.channel_id, file_id=task.id, attempts=task.attempts)
