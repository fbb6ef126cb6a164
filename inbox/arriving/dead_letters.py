"""What could not be understood or stored is kept raw, so that nothing is lost and somebody can look."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime

import msgspec

from inbox.arriving.inbound import ProviderNotice, Undeciphered
from inbox.channel.channel_ref import ChannelRef
from inbox.foundation.clock import Clock
from inbox.foundation.ids import new_id
from inbox.storage.database import Database, Document, UpdateOne


class Keepsake(msgspec.Struct, frozen=True, kw_only=True):
    """Something to keep raw: a notice that is about no message, or an item that could not be read."""

    channel: ChannelRef
    event: ProviderNotice | Undeciphered


class KeepsakeIngest:
    """Writes batches of keepsakes; made for `GroupCommit`."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def write(self, keepsakes: Sequence[Keepsake]) -> Sequence[None]:
        """Keep all of them: notices in `notices`, the others as dead letters."""
        now = self._clock.now()
        letters = [_dead_letter(k, k.event, now) for k in keepsakes if isinstance(k.event, Undeciphered)]
        notices = [_notice(k, k.event, now) for k in keepsakes if isinstance(k.event, ProviderNotice)]
        if letters:
            await self._database.dead_letters.bulk_write(letters, ordered=False)
        if notices:
            await self._database.notices.bulk_write(notices, ordered=False)
        return [None] * len(keepsakes)


def _kept(keepsake: Keepsake, at: datetime, extra: Document) -> UpdateOne:
    """Keep a raw item once, however often the provider repeats it."""
    raw = keepsake.event.raw
    document = {
        "channel_id": keepsake.channel.id,
        "at": at,
        "account_key": keepsake.event.account_key,
        "_id": new_id(),
        "raw": raw,
        **extra,
    }
    key = hashlib.sha256(keepsake.channel.id.encode() + b":" + raw).hexdigest()
    same = {"workspace_id": keepsake.channel.workspace_id, "key": key}
    return UpdateOne(same, {"$setOnInsert": document}, upsert=True)


def _dead_letter(keepsake: Keepsake, event: Undeciphered, at: datetime) -> UpdateOne:
    return _kept(keepsake, at, {"reason": event.reason, "replayed_at": None})


def _notice(keepsake: Keepsake, event: ProviderNotice, at: datetime) -> UpdateOne:
    return _kept(keepsake, at, {"topic": event.topic, "scope_key": event.scope_key, "handled_at": None})
