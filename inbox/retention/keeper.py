"""Deletes what channels do not want to keep any longer: one process at a time, oldest first, in small batches."""

from __future__ import annotations

import asyncio
from typing import Final

import msgspec

from inbox.finding.term_keeping import MARKS, SETTLED
from inbox.foundation.clock import Clock
from inbox.model.retention import Retention, older_than
from inbox.retention.emptying import empty_conversation
from inbox.retention.old_conversations import Place, place_of, read_old
from inbox.retention.trimming import TRIMS
from inbox.storage.database import Database
from inbox.storage.documents import ChannelDocument, Condition, DeadLetterDocument, Fields, TrimMarkDocument
from inbox.storage.isolation import Isolated

TOGETHER: Final = 20
"""Conversations that are read at once."""
OF_ONE_LOOK: Final = 500
"""Conversations of a channel and kind in one look, so that every channel has its turn within minutes."""
LETTERS_TOGETHER: Final = 500
REST_SECONDS: Final = 0.02
"""Between conversations, so that customers' messages find room."""
RETAINED: Final[Condition] = {"retained": True}
_READ: Final[Fields] = {"workspace_id": 1, "retention": 1, "trimmed": 1}


class RetentionKeeper:
    """Looks at all channels that keep something for a time only; those that were deleted, too."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._channels = Isolated("retention")

    async def delete_old(self) -> int:
        """Delete a part of what is too old; return in how many conversations, and how many dead letters."""
        found = await self._database.channels.find(self._channels.among(RETAINED), _READ).to_list(None)
        return sum(await self._channels.each(found, self._of_channel))

    async def _of_channel(self, channel: ChannelDocument) -> int:
        wanted = retention_of(channel)
        done = await self._letters(channel, wanted.dead_letters_days)
        for kind, days in (("files", wanted.files_days), ("raw", wanted.raw_days)):
            done += await self._trim(channel, kind, days)
        return done + await self._empty(channel, wanted.messages_days)

    async def _empty(self, channel: ChannelDocument, days: int | str) -> int:
        """Delete the words of old conversations. Those in which a message waits are passed over until the next look."""
        now = self._clock.now()
        before = older_than(days, now)
        if before is None:
            return 0
        settled, after, emptied = await self._settled(), None, 0
        for _ in range(0, OF_ONE_LOOK, TOGETHER):
            found = await read_old(self._database, channel, before, after=after, limit=TOGETHER)
            for one in found:
                emptied += await empty_conversation(self._database, one, settled=settled, now=now)
                await asyncio.sleep(REST_SECONDS)
            if len(found) < TOGETHER:
                break
            after = place_of(found[-1])
        return emptied

    async def _trim(self, channel: ChannelDocument, kind: str, days: int | str) -> int:
        """Take files or raw payloads from old conversations, from the channel's mark on."""
        now = self._clock.now()
        before = older_than(days, now)
        if before is None:
            return 0
        after, trimmed = _mark(channel, kind), 0
        for _ in range(0, OF_ONE_LOOK, TOGETHER):
            found = await read_old(self._database, channel, before, after=after, limit=TOGETHER)
            for one in found:
                await TRIMS[kind](self._database, one, now)
                await asyncio.sleep(REST_SECONDS)
            trimmed += len(found)
            if found:
                after = place_of(found[-1])
                await self._move(channel, kind, after)
            if len(found) < TOGETHER:
                break
        return trimmed

    async def _letters(self, channel: ChannelDocument, days: int | str) -> int:
        """Delete dead letters by the channel's days alone: MongoDB's own end of 90 days is lifted first."""
        of_channel: Condition = {"workspace_id": channel["workspace_id"], "channel_id": channel["_id"]}
        lifted = {**of_channel, "at": {"$type": "date"}, "kept": None}
        await self._database.dead_letters.update_many(lifted, {"$set": {"kept": True}})
        before = older_than(days, self._clock.now())
        if before is None:
            return 0
        old = {**of_channel, "at": {"$lte": before}}
        found: list[DeadLetterDocument] = (
            await self._database.dead_letters.find(old, {"_id": 1}).limit(LETTERS_TOGETHER).to_list(None)
        )
        gone = {"_id": {"$in": [one["_id"] for one in found]}, "workspace_id": channel["workspace_id"]}
        return (await self._database.dead_letters.delete_many(gone)).deleted_count if found else 0

    async def _settled(self) -> str:
        """Return up to which id every message has its terms: they go with the message, and must not come after it."""
        marks = await self._database.gateway.find_one({"_id": f"{MARKS}:{SETTLED}"})
        return "" if marks is None else marks.get("mark", "")

    async def _move(self, channel: ChannelDocument, kind: str, to: Place) -> None:
        own = {"_id": channel["_id"], "workspace_id": channel["workspace_id"]}
        mark: TrimMarkDocument = {"at": to.closed_at, "id": to.id}
        await self._database.channels.update_one(own, {"$set": {f"trimmed.{kind}": mark}})


def retention_of(channel: ChannelDocument) -> Retention:
    """Return how long a channel keeps what."""
    return msgspec.convert(channel.get("retention") or {}, Retention)


def _mark(channel: ChannelDocument, kind: str) -> Place | None:
    mark: TrimMarkDocument | None = channel.get("trimmed", {}).get(kind)
    return None if mark is None else Place(mark["at"], mark["id"])
