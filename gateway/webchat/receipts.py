"""Visitors' receipts: what their pages have, and what they have seen, become statuses of messages to them."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Final

import msgspec

from channels.webchat.parse import status_changed
from gateway.http.metrics import count_refusal
from inbox.arriving.inbound import DeliveryStatus
from inbox.arriving.ingest import Addressed, Ingest
from inbox.model.authors import Direction
from inbox.model.channel_ref import ChannelRef
from inbox.model.statuses import MessageStatus, may_become
from inbox.storage.database import Database
from inbox.storage.documents.collections import Filter
from inbox.storage.documents.messages import MessageDocument
from inbox.storage.group_commit import GroupCommit
from inbox.storage.setting_apart import write_setting_apart

MAX_BATCH: Final = 100
"""Receipts looked up with one query."""
MAX_PENDING: Final = 10_000
SECONDS: Final = 5.0
STATUSES_AT_ONCE: Final = 200
"""Of messages that one visitor has seen at last: a longer transaction meets other writes of the same messages again
and again, and takes longer than its caller waits."""
ATTEMPTS: Final = 5
AGAIN_SECONDS: Final = 0.2
"""With the time that each attempt has: about as long as a fail-over of the database takes. Then the page's next word
brings it up again."""
_BECOMES: Final = {DeliveryStatus.DELIVERED: MessageStatus.DELIVERED, DeliveryStatus.READ: MessageStatus.READ}
_OPEN_TO: Final[Mapping[DeliveryStatus, list[str]]] = {
    status: [current.value for current in MessageStatus if may_become(current, new)] for status, new in _BECOMES.items()
}


class Receipt(msgspec.Struct, frozen=True, kw_only=True):
    """One visitor's word about everything after one place and up to another."""

    channel: ChannelRef
    visitor_id: str
    conversation_ids: Sequence[str]
    after: int
    upto: int
    status: DeliveryStatus


class Receipts:
    """Turns receipts into statuses, many at once."""

    def __init__(self, database: Database, ingest: Ingest) -> None:
        self._database = database
        self._ingest = ingest
        self._commit: GroupCommit[Receipt, None] = GroupCommit(
            self._write,
            kind="receipts",
            max_batch=MAX_BATCH,
            max_pending=MAX_PENDING,
            timeout_seconds=SECONDS,
            on_refusal=count_refusal,
        )

    async def note(self, receipt: Receipt) -> None:
        """Move the messages that are meant forward. May raise: the visitor's page will say it again."""
        if receipt.conversation_ids and receipt.upto > receipt.after:
            await self._commit.submit([receipt])

    async def drain(self) -> None:
        """Wait until all is written (shutdown)."""
        await self._commit.drain()

    async def _write(self, receipts: Sequence[Receipt]) -> Sequence[Exception | None]:
        return await write_setting_apart(receipts, self._write_together, lambda _, error: error)

    async def _write_together(self, receipts: Sequence[Receipt]) -> Sequence[None]:
        by_conversation = {(id_, r.status): r for r in receipts for id_ in r.conversation_ids}
        found = await self._database.messages.find(
            {"$or": [_condition(receipt) for receipt in receipts]}, {"conversation_id": 1, "status": 1, "seq": 1}
        ).to_list(None)
        events = [
            Addressed(receipt.channel, status_changed(message["_id"], receipt.visitor_id, receipt.status))
            for message in found
            for receipt in _about(message, by_conversation)
        ]
        for start in range(0, len(events), STATUSES_AT_ONCE):
            await self._store(events[start : start + STATUSES_AT_ONCE])
        return [None] * len(receipts)

    async def _store(self, events: Sequence[Addressed]) -> None:
        """Store statuses; those that a busy database did not take in time once more, while their page waits or not."""
        for attempt in range(ATTEMPTS):
            try:
                await self._ingest.store(events)
            except Exception:
                if attempt == ATTEMPTS - 1:
                    raise
                await asyncio.sleep(AGAIN_SECONDS)
            else:
                return


def _condition(receipt: Receipt) -> Filter:
    return {
        "workspace_id": receipt.channel.workspace_id,
        "conversation_id": {"$in": list(receipt.conversation_ids)},
        "seq": {"$gt": receipt.after, "$lte": receipt.upto},
        "direction": Direction.OUT.value,
        "status": {"$in": _OPEN_TO[receipt.status]},
    }


def _about(message: MessageDocument, by_conversation: Mapping[tuple[str, DeliveryStatus], Receipt]) -> list[Receipt]:
    """Return the receipts that are about a message: of one conversation there may be one of each status."""
    both = [by_conversation.get((message["conversation_id"], status)) for status in _OPEN_TO]
    return [
        one
        for one in both
        if one is not None and one.after < message["seq"] <= one.upto and message["status"] in _OPEN_TO[one.status]
    ]
