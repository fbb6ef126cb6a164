"""Fetching one customer's file from its provider into the store, under a claim that is renewed while bytes come."""

from __future__ import annotations

import asyncio
import contextlib
import time
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
    file_fetched,
    file_missed,
    file_postponed,
    renew_claim,
)
from inbox.files.file_models import MAX_FILE_BYTES
from inbox.files.names import tidy_name
from inbox.files.storage_use import StorageUse
from inbox.model.channel_kind import ChannelKind
from inbox.people.quotas import QuotaBook, usual_quotas
from inbox.sending.outbound import SendFailedError
from inbox.storage.runtime import Runtime

FILE_SECONDS: Final = 600.0
"""Longest fetch: 100 MB at 170 kB/s."""
RENEW_SECONDS: Final = CLAIM_SECONDS / 4

_log = structlog.get_logger()


class _ClaimLostError(Exception):
    """Another process fetches this file now."""


class FileFetch:
    """Fetches files, each by itself."""

    def __init__(
        self,
        runtime: Runtime,
        directory: ChannelDirectory,
        connectors: Mapping[ChannelKind, Connector],
        store: BlobStore,
    ) -> None:
        self._database = runtime.database
        self._clock = runtime.clock
        self._directory = directory
        self._connectors = connectors
        self._store = store
        self._storage = StorageUse(runtime.database, QuotaBook(runtime.database, usual_quotas(runtime.settings)))

    async def fetch(self, task: FileTask) -> None:
        """Fetch a file that is claimed; whatever comes of it is noted in its document and its message."""
        record = await self._directory.get(task.channel_id)
        connector = None if record is None else self._connectors.get(record.kind)
        if record is None or record.deleted_at is not None or not isinstance(connector, FetchesFiles):
            await self._miss(task, "The channel is not connected any more.", retryable=False)
        elif task.attempts > MAX_CLAIMS:
            await self._miss(task, "Fetching the file was interrupted too often.", retryable=False)
        elif not await self._storage.has_room(task.workspace_id):
            await self._miss(task, "The workspace's files take all the room that it has.", retryable=False)
        else:
            await self._attempt(task, record, connector)

    async def _attempt(self, task: FileTask, record: ChannelRecord, connector: FetchesFiles) -> None:
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
            await file_postponed(self._database, task, self._clock.now())
        except _ClaimLostError:
            await self._forget(task.blob_id)

    async def _store_file(self, task: FileTask, record: ChannelRecord, connector: FetchesFiles) -> None:
        async with connector.fetch_file(task.reference, account_of(record)) as fetched:
            chunks = self._renewing(task, fetched.chunks)
            written = await self._store.write(task.blob_id, chunks, limit_bytes=MAX_FILE_BYTES)
        filename = tidy_name(fetched.filename)
        kept = await file_fetched(self._database, task, written, fetched.mime_type, filename, self._clock.now())
        if not kept:
            await self._forget(task.blob_id)
            return
        self._storage.add(task.workspace_id, written.size_bytes)

    async def _renewing(self, task: FileTask, chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
        """Pass chunks on, and keep the claim meanwhile. Raises `_ClaimLostError`."""
        renewed_at = time.monotonic()
        async for chunk in chunks:
            yield chunk
            if time.monotonic() - renewed_at > RENEW_SECONDS:
                renewed_at = time.monotonic()
                if not await renew_claim(self._database, task, self._clock.now()):
                    raise _ClaimLostError

    async def _forget(self, blob_id: str) -> None:
        """Take away what an attempt left; where the store does not work, the sweep does it later."""
        with contextlib.suppress(StoreUnavailableError):
            await self._store.delete(blob_id)

    async def _miss(self, task: FileTask, reason: str, *, retryable: bool) -> None:
        await self._forget(task.blob_id)
        if await file_missed(self._database, task, reason, self._clock.now(), retryable=retryable):
            _log.warning("a file was given up", channel_id=task.channel_id, file_id=task.id, attempts=task.attempts)
