"""A channel as far as storing its messages needs it."""

from __future__ import annotations

import msgspec

from inbox.model.channel_kind import ChannelKind
from inbox.model.deadlines import Silence


class ChannelRef(msgspec.Struct, frozen=True, kw_only=True):
    """A channel, without its secrets."""

    workspace_id: str
    id: str
    kind: ChannelKind
    name: str
    queue_id: str | None = None
    auto_close: Silence = Silence()
    priority: int = 0
    """Of the conversations that customers begin there."""
    bot_id: str | None = None
    """The bot that holds them first."""
