"""Who sends for which channel: each channel with waiting messages has one sender among all worker processes."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Final

from channels.abilities import UploadsFiles
from channels.contract import Connector
from inbox.channel.channel_directory import ChannelDirectory, ChannelRecord
from inbox.files.blob_store import BlobStore
from inbox.foundation.ids import new_id
from inbox.model.channel_kind import ChannelKind
from inbox.sending.delivery import Delivery
from inbox.sending.gate import Gate, open_gate
from inbox.sending.inbound_traffic import InboundTraffic
from inbox.storage.leases import Lease, Leases
from inbox.storage.runtime import Runtime
from workers.keyed import KeyedWorker, Run
from workers.sending.attempts import Hear
from workers.sending.channel_sender import ChannelSender
from workers.sending.heed_refusal import heed_refusal
from workers.sending.outgoing_files import OutgoingFiles

SWEEP_SECONDS: Final = 1.0
FINISH_SECONDS: Final = 15.0
"""What is on the wire at a shutdown may take this long; Meta answers within a second or two."""

_WAITING: Final = {"channel_id": {"$gt": ""}}
"""With the field named MongoDB skips through the index; otherwise it reads all that waits."""


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
        self._files = OutgoingFiles(runtime.database, store, runtime.clock)
        leases = Leases(runtime.database, new_id())
        self._worker = KeyedWorker(leases, self._send, lease_of=sending_lease, wanted=self._may_send)

    def wake(self, channel_id: str) -> None:
        """Let the channel's waiting messages be sent, by us or by whoever holds the channel."""
        self._worker.wake(channel_id)

    async def sweep(self) -> bool:
        """Find channels whose wake-up was lost, across all workspaces; tell whether anything waits."""
        waiting = await self._runtime.database.outbox.distinct("channel_id", _WAITING)
        for channel_id in waiting:
            self.wake(channel_id)
        return bool(waiting)

    async def stop(self) -> None:
        """Begin nothing new, finish what is on the wire, give the leases back."""
        await self._worker.stop(grace_seconds=FINISH_SECONDS)

    async def _may_send(self, channel_id: str) -> bool:
        record = await self._directory.get(channel_id)
        return record is not None and record.may_send

    async def _send(self, run: Run[str]) -> None:
        record = await self._directory.get(run.key)
        if record is None or not record.may_send:
            return
        sender = self._sender(record, run.lease)
        run.listen(wake=sender.wake, stop=sender.stop)
        await sender.run()

    def _sender(self, record: ChannelRecord, lease: Lease) -> ChannelSender:
        mark = lease_mark(lease)
        delivery = Delivery(
            self._runtime.database,
            self._runtime.clock,
            record.ref,
            sender=mark,
            gate=self._gate,
            uploads=isinstance(self._connectors[record.kind], UploadsFiles),
        )
        sender = ChannelSender(
            delivery,
            self._runtime.clock,
            record,
            self._connectors[record.kind],
            files=self._files,
            read_again=self._directory.get,
        )
        sender.tell_answers(heed=partial(heed_refusal, self._runtime), hear=self.hear)
        sender.inbound = self._traffic.per_second
        return sender


def sending_lease(channel_id: str) -> str:
    """Name the lease of who sends for a channel, or ends what it left to send."""
    return f"deliver:{channel_id}"


def lease_mark(lease: Lease) -> str:
    """Name one holding of a channel: what an earlier one left `sending` is nobody's any more."""
    return f"{lease.owner}:{lease.fence}"
