"""Stores dead letters and notices: items of webhooks that are kept with their raw bytes."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Final

import msgspec

from inbox.arriving.inbound import ProviderNotice, Undeciphered
from inbox.foundation.clock import Clock
from inbox.foundation.ids import new_id
from inbox.model.channel_ref import ChannelRef
from inbox.storage.database import Database, DocumentUnstorableError, UpdateOne, encode_document
from inbox.storage.documents import Fields
from inbox.storage.setting_apart import write_setting_apart


class RawItem(msgspec.Struct, frozen=True, kw_only=True):
    """Something to keep raw: a notice that is about no message, or an item that could not be read."""

    channel: ChannelRef
    event: ProviderNotice | Undeciphered


class RawItemIngest:
    """Writes batches of raw items; made for `GroupCommit`."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def write(self, raw_items: Sequence[RawItem]) -> Sequence[Exception | None]:
        """Keep all of them: notices in `notices`, the others as dead letters.

        Raises:
            PyMongoError: if nothing could be stored now; the provider repeats.
        """
        return await write_setting_apart(raw_items, self._write_together, lambda _, error: error)

    async def _write_together(self, raw_items: Sequence[RawItem]) -> Sequence[None]:
        now = self._clock.now()
        letters = [_dead_letter(item, item.event, now) for item in raw_items if isinstance(item.event, Undeciphered)]
        notices = [_notice(item, item.event, now) for item in raw_items if isinstance(item.event, ProviderNotice)]
        if letters:
            await self._database.dead_letters.bulk_write(letters, ordered=False)
        if notices:
            await self._database.notices.bulk_write(notices, ordered=False)
        return [None] * len(raw_items)


def _kept(raw_item: RawItem, at: datetime, extra: Fields) -> UpdateOne:
    """Keep a raw item once, however often it is repeated; its bytes alone where its words can't be stored."""
    raw = raw_item.event.raw
    common = {"channel_id": raw_item.channel.id, "at": at, "_id": new_id(), "raw": raw}
    document = {**common, "account_key": raw_item.event.account_key, **extra}
    try:
        encode_document(document)
    except DocumentUnstorableError:
        document = {**common, "account_key": None, **extra, **_ILLEGIBLE[type(raw_item.event)]}
    told_at = raw_item.event.told_at if isinstance(raw_item.event, ProviderNotice) else None
    moment = b"" if told_at is None else told_at.isoformat().encode() + b":"
    key = hashlib.sha256(raw_item.channel.id.encode() + b":" + moment + raw).hexdigest()
    same = {"workspace_id": raw_item.channel.workspace_id, "key": key}
    return UpdateOne(same, {"$setOnInsert": document}, upsert=True)


_ILLEGIBLE: Final[dict[type, Fields]] = {
    Undeciphered: {"reason": "its particulars can't be stored"},
    ProviderNotice: {"topic": "unknown", "scope_key": None},
}
"""What stands in for words that no document can hold."""


def _dead_letter(raw_item: RawItem, event: Undeciphered, at: datetime) -> UpdateOne:
    return _kept(raw_item, at, {"reason": event.reason, "replayed_at": None})


def _notice(raw_item: RawItem, event: ProviderNotice, at: datetime) -> UpdateOne:
    words: Fields = {"topic": event.topic, "scope_key": event.scope_key}
    return _kept(raw_item, at, {**words, "told_at": event.told_at, "handled_at": None})
