"""Notes for the connecting of a web chat that a page opened it, or tried to: rarely, whatever pages there are."""

from __future__ import annotations

import time
from typing import Final

from cachetools import TTLCache

from channels.webchat.connecting import origin_refused, page_seen
from inbox.channel.channel_directory import ChannelRecord
from inbox.channel.connecting import ChannelConnecting
from inbox.foundation.clock import Clock
from inbox.storage.database import Database, DatabaseUnavailableError

NOTE_SECONDS: Final = 10.0
"""A channel's pages are noted at most so often by a process; pages can name any origin."""
MAX_CHANNELS: Final = 10_000
MAX_ORIGIN_CHARS: Final = 200


class PagesSeen:
    """Which channels were noted of late."""

    def __init__(self, database: Database, clock: Clock, public_url: str) -> None:
        self._connecting = ChannelConnecting(database)
        self._clock = clock
        self._public_url = public_url.rstrip("/")
        self._noted: TTLCache[tuple[str, bool], bool] = TTLCache(MAX_CHANNELS, NOTE_SECONDS, timer=time.monotonic)

    async def note(self, channel: ChannelRecord, origin: str | None, *, allowed: bool) -> None:
        """Note a page of another server than ours; a database that is away stops no visitor."""
        own = origin is not None and self._public_url == origin
        if origin is None or own or len(origin) > MAX_ORIGIN_CHARS or (channel.id, allowed) in self._noted:
            return
        self._noted[(channel.id, allowed)] = True
        look = page_seen(origin) if allowed else origin_refused(origin, self._script(channel.id))
        try:
            await self._connecting.note_seen(channel.workspace_id, channel.id, look, now=self._clock.now())
        except DatabaseUnavailableError:
            del self._noted[(channel.id, allowed)]

    def _script(self, channel_id: str) -> str:
        return f"{self._public_url}/webchat/{channel_id}/widget.js"
