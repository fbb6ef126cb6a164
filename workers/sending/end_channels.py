"""Deleted channels: what they left is ended, under the lease of who would send for them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Final

import structlog

from inbox.foundation.ids import new_id
from inbox.model.channel_kind import ChannelKind
from inbox.model.channel_ref import ChannelRef
from inbox.sending.channel_ending import ChannelEnding
from inbox.sending.delivery import Delivery
from inbox.storage.documents import ChannelDocument
from inbox.storage.isolation import Isolated
from inbox.storage.leases import Lease, LeaseLostError, Leases
from inbox.storage.runtime import Runtime
from templates_hsm.campaigns.life.campaign_store import CampaignStore
from workers.sending.deliver import lease_mark, sending_lease

SWEEP_SECONDS: Final = 1.0

_log = structlog.get_logger()


class ChannelEnder:
    """Ends what deleted channels left.

    Args:
        runtime: What the process stands on.
        drain: Called for each workspace in which closes gave operators room.
    """

    def __init__(self, runtime: Runtime, drain: Callable[[str], Awaitable[None]]) -> None:
        self._database, self._clock = runtime.database, runtime.clock
        self._ending = ChannelEnding(runtime.database, runtime.clock)
        self._campaigns = CampaignStore(runtime.database, runtime.clock)
        self._leases = Leases(runtime.database, new_id())
        self._channels = Isolated("deleted_channels")
        self._drain = drain

    async def sweep(self) -> bool:
        """Go on with every deleted channel that may have left something, of all workspaces; tell whether any had."""
        unfinished = await self._ending.unfinished()
        await self._channels.each(unfinished, self._end)
        return bool(unfinished)

    async def _end(self, channel: ChannelDocument) -> None:
        await self._campaigns.stop_all(channel["workspace_id"], channel["_id"])
        if await self._ending.close_conversations(channel):
            await self._drain(channel["workspace_id"])
        if await self._ending.is_waiting(channel):
            try:
                await self._leases.hold_once(sending_lease(channel["_id"]), partial(self._end_alone, channel))
            except LeaseLostError:
                _log.warning("another process ends the channel", channel_id=channel["_id"])
        else:
            await self._ending.finish(channel)

    async def _end_alone(self, channel: ChannelDocument, lease: Lease) -> None:
        """End what waits to be sent; whoever sent for the channel has stopped, and what they left is in doubt."""
        ref = ChannelRef(
            workspace_id=channel["workspace_id"],
            id=channel["_id"],
            kind=ChannelKind(channel["kind"]),
            name=channel["name"],
        )
        await Delivery(self._database, self._clock, ref, sender=lease_mark(lease)).settle_orphans()
        await self._ending.fail_messages(channel)
