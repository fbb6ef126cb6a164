"""Polls providers for channels without a webhook: one poller a channel, under a lease.

The offset confirms: it is told to the provider only with the next question, after all that was got is durable. So the
provider itself remembers where we are. A poller that is killed, or that lost its lease unawares, has confirmed only
what it stored; what it had not stored comes again, and what it had stored is known.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from typing import Final

import structlog

from channels.abilities import PollsUpdates
from channels.accounts import account_of
from channels.contract import Connector
from inbox.arriving.ingest import Addressed, Ingest
from inbox.channel.channel_directory import ChannelDirectory, ChannelRecord
from inbox.channel.channel_models import HealthStatus, Updates
from inbox.channel.channel_store import ChannelStore
from inbox.foundation.ids import new_id
from inbox.model.channel_kind import ChannelKind
from inbox.sending.outbound import SendFailedError
from inbox.storage.leases import Leases
from inbox.storage.runtime import Runtime
from workers.keyed import KeyedWorker, Run

SWEEP_SECONDS: Final = 1.0
"""How soon a channel that was connected, or whose poller died with its process, is looked at."""
PAUSE_SECONDS: Final = 3.0
"""Wait after a failed question: a wrong token or a provider that is away is not asked faster for being away."""

_POLLED: Final = {"updates": Updates.POLLING.value, "enabled": True, "deleted_at": None}

_log = structlog.get_logger()


class Poller:
    """Polls the channels that want it and whose lease is free."""

    def __init__(
        self,
        runtime: Runtime,
        directory: ChannelDirectory,
        connectors: Mapping[ChannelKind, Connector],
        ingest: Ingest,
    ) -> None:
        self._runtime = runtime
        self._directory = directory
        self._connectors = connectors
        self._ingest = ingest
        self._channels = ChannelStore(runtime.database, runtime.secret_box, runtime.settings)
        leases = Leases(runtime.database, new_id())
        self._worker = KeyedWorker(leases, self._poll, lease_of=_lease_of, wanted=self._is_wanted)

    async def sweep(self) -> bool:
        """Begin to poll channels that nobody polls, across all workspaces; tell whether any is to be polled."""
        found = await self._runtime.database.channels.find(_POLLED, {"_id": 1}).to_list(None)
        for channel in found:
            self._worker.wake(channel["_id"])
        return bool(found)

    async def stop(self) -> None:
        """Ask nothing more; what was not stored is not confirmed."""
        await self._worker.stop()

    async def _is_wanted(self, channel_id: str) -> bool:
        return await self._wanted(channel_id) is not None

    async def _poll(self, run: Run[str]) -> None:
        """Poll until the channel wants it no more. A fault here is the channel's: it is told by its health."""
        offset: int | None = None
        begun = False
        while (record := await self._wanted(run.key)) is not None:
            connector = self._connectors[record.kind]
            if not isinstance(connector, PollsUpdates):
                return
            try:
                if not begun:
                    await connector.begin_polling(account_of(record))
                    begun = True
                batch = await connector.next_updates(offset, account_of(record))
                await self._ingest.store([Addressed(record.ref, event) for event in batch.events])
                offset = batch.next_offset
                await self._note(record, HealthStatus.OK, "Updates are asked for, and come.")
            except SendFailedError as failed:
                begun = False
                await self._note(record, HealthStatus.FAILING, failed.error.explanation)
                await asyncio.sleep(max(PAUSE_SECONDS, failed.retry_after_seconds or 0))
            except Exception as error:
                _log.warning("updates wait for the database", channel_id=run.key, error=type(error).__name__)
                await self._note_standing(record)
                await asyncio.sleep(PAUSE_SECONDS)

    async def _wanted(self, channel_id: str) -> ChannelRecord | None:
        """Read the channel as it is now; None where it is not to be polled any more."""
        record = await self._directory.get(channel_id)
        if record is None or not record.enabled or record.deleted_at is not None:
            return None
        return record if record.updates is Updates.POLLING else None

    async def _note_standing(self, record: ChannelRecord) -> None:
        """Note that the offset stands still, unless the database that could not take the updates can't take this."""
        with suppress(Exception):
            await self._note(
                record, HealthStatus.FAILING, "Updates come, but can't be stored. They are asked for again."
            )

    async def _note(self, record: ChannelRecord, status: HealthStatus, detail: str) -> None:
        """Note the channel's health where it changed."""
        stored = await self._channels.get(record.workspace_id, record.id)
        if (stored.health.status, stored.health.detail) != (status, detail):
            now = self._runtime.clock.now()
            await self._channels.record_health(
                record.workspace_id, record.id, status, detail, server=record.provider_base_url, now=now
            )


def _lease_of(channel_id: str) -> str:
    return f"poll:{channel_id}"
