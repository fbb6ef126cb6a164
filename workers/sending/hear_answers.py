"""Stores further news in a provider's answer to a send, as if a webhook had brought it."""

from __future__ import annotations

from collections.abc import Sequence

import structlog

from inbox.arriving.inbound import InboundEvent
from inbox.arriving.ingest import Addressed, Ingest
from inbox.channel.channel_directory import ChannelRecord

_log = structlog.get_logger()


async def hear_answer(ingest: Ingest, channel: ChannelRecord, news: Sequence[InboundEvent]) -> None:
    """Store news. If that fails, the send counts all the same: the provider's next answer tells them again."""
    try:
        await ingest.store([Addressed(channel.ref, event) for event in news])
    except Exception as error:
        _log.warning("news of a provider's answer were not stored", channel_id=channel.id, exc_info=error)
