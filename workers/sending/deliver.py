"""Who sends for which channel: each channel with waiting messages has one sender among all worker processes."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from functools import partial
from typing import Final

import structlog

from channels.contract import Connector
from inbox.channel.channel_directory import ChannelDirectory, ChannelRecord
from inbox.files.blob_store import BlobStore
from inbox.foundation.ids import new_id
from inbox.model.channel_kind import ChannelKind
from inbox.sending.delivery import Delivery
from inbox.sending.gate import Gate, open_gate
from inbox.sending.inbound_traffic import InboundTraffic
from inbox.storage.leases import Lease, LeaseLostError, Leases
from inbox.storage.runtime import Runtime
from workers.sending.channel_sender import ChannelSender, Hear
from workers.sending.heed_refusal import heed_refusal
from workers.sending.outgoing_files import OutgoingFiles

SWEEP_SECONDS: Final = 1.0
FINISH_SECONDS: Final = 15.0
"""What is on the wire at a shutdown may take this long; Meta answers within a second or two."""

_WAITING: Final = {"due": True, "channel_id": {"$gt": ""}}
"""With the field named MongoDB reads the small index; otherwise all messages there are."""

_log = structlog.get_logger()


class Deliverer:
    """Starts a sender for each channel that needs one and whose lease is free.

    Attributes:
        hear: Hears what providers' answers tell besides.
    """

    hear: Hear | None = None

    def __init__(
        self,
        runtime: Runtime,
        directory: ChannelDirectory,
        connectors: Mapping[ChannelKind, Connector],
        store: BlobStore,
        *,
        gate: Gate = open_gate,
    ) -> None:
        self._runtime = runtime
        self._directory = directory
        self._connectors = connectors
        self._gate = gate
        self._traffic = InboundTraffic(runtime.redis)
        self._name = new_id()
        self._leases = Leases(runtime.database, self._name)
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._senders: dict[str, ChannelSender] = {}
        self._stopping = False
        self._files = OutgoingFiles(runtime.database, store, runtime.clock)

    def wake(self, channel_id: str) -> None:
        """Let the channel's waiting messages be sent, by us or by whoever holds the channel."""
        sender = self._senders.get(channel_id)
        if sender is not None:
            sender.wake()
        elif channel_id not in self._tasks and not self._stopping:
            task = asyncio.create_task(self._serve(channel_id))
            self._tasks[channel_id] = task
            task.add_done_callback(lambda _: self._tasks.pop(channel_id, None))

    async def sweep(self) -> None:
        """Find channels whose wake-up was lost, across all workspaces."""
        for channel_id in await self._runtime.database.messages.distinct("channel_id", _WAITING):
            self.wake(channel_id)

    async def stop(self) -> None:
        """Begin nothing new, finish what is on the wire, give the leases back."""
        self._stopping = True
        for sender in self._senders.values():
            sender.stop()
        if self._tasks:
            await asyncio.wait(self._tasks.values(), timeout=FINISH_SECONDS)

    async def _serve(self, channel_id: str) -> None:
        try:
            record = await self._directory.get(channel_id)
            if record is not None and record.may_send:
                await self._leases.hold_once(f"deliver:{channel_id}", partial(self._send, record))
        except LeaseLostError:
            _log.warning("the channel went to another sender", channel_id=channel_id)
        except Exception as error:
            _log.error("sending stopped", channel_id=channel_id, exc_info=error)

    async def _send(self, record: ChannelRecord, lease: Lease) -> None:
        mark = lease_mark(lease)
        delivery = Delivery(self._runtime.database, self._runtime.clock, record.ref, sender=mark, gate=self._gate)
        connector = self._connectors[record.kind]
        sender = ChannelSender(
            delivery,
            self._runtime.clock,
            record,
            connector,
            files=self._files,
            read_again=self._directory.get,
        )
        sender.inbound = self._traffic.per_second
        sender.heed = partial(heed_refusal, self._runtime)
        sender.hear = self.hear
        self._senders[record.id] = sender
        if self._stopping:
            sender.stop()
        try:
            await sender.run()
        finally:
            del self._senders[record.id]


def lease_mark(lease: Lease) -> str:
    """Name one holding of a channel: what an earlier one left `sending` is nobody's any more."""
    return f"{lease.owner}:{lease.fence}"
