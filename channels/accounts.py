"""From a channel as the inbox keeps it to what its connector needs."""

from __future__ import annotations

from channels.contract import ChannelAccount
from inbox.channel.channel_directory import ChannelRecord


def account_of(record: ChannelRecord) -> ChannelAccount:
    """Return a connector what it needs to know of a channel."""
    return ChannelAccount(
        id=record.id,
        workspace_id=record.workspace_id,
        kind=record.kind,
        credentials=record.credentials,
        provider_base_url=record.provider_base_url,
        updates=record.updates,
        messages_per_second=record.messages_per_second,
    )
