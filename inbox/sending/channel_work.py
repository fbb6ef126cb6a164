"""What one transaction of a sender does to messages of its channel and to their rows in the outbox."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Final

import msgspec
import structlog

from inbox.messages.tallying import Change, count_changes
from inbox.messages.waiting import forget_waiting
from inbox.model.channel_ref import ChannelRef
from inbox.storage.database import Collections, Session, post
from inbox.storage.documents import Condition, Fields, MessageDocument, with_fields
from inbox.stream.events import Event, write_events
from inbox.views.telling import message_updated

_WITHOUT_RAW: Final[Fields] = {"raw": 0}

_log = structlog.get_logger()


class ChannelWork(msgspec.Struct, frozen=True, kw_only=True):
    """One transaction.

    Attributes:
        channel: Whose messages.
        sender: Names the holder of the channel's lease.
        writer: Names who counts (`inbox.messages.tallying`).
        now: The time that all its changes have.
    """

    database: Collections
    session: Session
    channel: ChannelRef
    sender: str
    writer: str
    now: datetime

    @property
    def of_channel(self) -> Condition:
        """Fits all that is the channel's."""
        return {"workspace_id": self.channel.workspace_id, "channel_id": self.channel.id}

    async def read(self, message_ids: Collection[str], **further: object) -> list[MessageDocument]:
        """Read messages by id; those that fit further conditions."""
        if not message_ids:
            return []
        condition = {"_id": {"$in": list(message_ids)}, **self.of_channel, **further}
        return await self.database.messages.find(condition, _WITHOUT_RAW, session=self.session).to_list(None)

    async def change(self, messages: Sequence[MessageDocument], update: Fields | list[Fields], fields: Fields) -> None:
        """Change messages in the same way with one statement, count them, and tell of each."""
        if not messages:
            return
        ids = [message["_id"] for message in messages]
        ours = {"_id": {"$in": ids}, **self.of_channel}
        await post(self.database.messages.update_many(ours, update, session=self.session))
        changes = [Change(message, with_fields(message, fields)) for message in messages]
        await count_changes(self.database, changes, writer=self.writer, session=self.session)
        events = [event for c in changes if c.after and (event := _told(c.after, self.now)) is not None]
        await write_events(self.database, events, at=self.now, session=self.session)

    async def end(self, messages: Sequence[MessageDocument], fields: Fields) -> None:
        """Change messages in the same way for which nothing is left to do."""
        await self.change(messages, {"$set": fields}, fields)
        await self.forget(message["_id"] for message in messages)

    async def forget(self, message_ids: Iterable[str]) -> None:
        """Delete rows of the outbox."""
        ids = list(message_ids)
        if ids:
            await forget_waiting(self.database, {"_id": {"$in": ids}, **self.of_channel}, self.session)

    async def update_rows(self, message_ids: Iterable[str], update: Fields, **further: object) -> None:
        """Change rows of the outbox in the same way."""
        ids = list(message_ids)
        if ids:
            rows = {"_id": {"$in": ids}, **self.of_channel, **further}
            await post(self.database.outbox.update_many(rows, update, session=self.session))


def _told(message: MessageDocument, now: datetime) -> Event | None:
    """Make the event of a changed message; None where nobody could read it."""
    try:
        return message_updated(message, now)
    except (KeyError, TypeError, ValueError) as error:
        _log.error("a message can't be shown", message_id=message["_id"], exc_info=error)
        return None
