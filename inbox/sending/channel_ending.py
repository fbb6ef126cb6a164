"""Ends what a deleted channel left: closes its conversations, fails its waiting messages.

The history stays. All is done in batches by a sweep, which goes on where a process was killed, until nothing is left
and no process can hold the channel as connected any more.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Final, cast

from inbox.conversation.conversations import Conversations
from inbox.foundation.clock import Clock
from inbox.messages.tallying import Change, count_changes, new_writer
from inbox.model.close_reasons import CloseReason, close_by_rule
from inbox.model.provider_error import ProviderError
from inbox.model.statuses import MessageStatus
from inbox.sending.delivery_rules import failure
from inbox.storage.database import Database, Session
from inbox.storage.documents import (
    ChannelDocument,
    Condition,
    ConversationDocument,
    Fields,
    HeldReplyDocument,
    OutboxDocument,
    with_fields,
)
from inbox.storage.isolation import Isolated
from inbox.stream.events import write_events
from inbox.views.telling import message_updated

CLOSED_AT_ONCE: Final = 100
FAILED_AT_ONCE: Final = 200
LATE: Final = timedelta(seconds=60)
"""After it nothing new can come: processes keep a channel in memory for five seconds."""
DELETED: Final = close_by_rule(CloseReason.CHANNEL_DELETED)
_PLACE: Final[Fields] = {"workspace_id": 1}
NOT_SENT: Final = ProviderError(
    code="channel_deleted", explanation="The channel was deleted before the message could be sent."
)


class ChannelEnding:
    """Ends what deleted channels left; any number of workers may do it at once."""

    def __init__(self, database: Database, clock: Clock, *, at_once: int = CLOSED_AT_ONCE) -> None:
        """Begin nothing yet; so many conversations are closed `at_once`."""
        self._database = database
        self._clock = clock
        self._at_once = at_once
        self._closing = Isolated("deleted_channels_closing")
        self._failing = Isolated("deleted_channels_failing")
        self._writer = new_writer()

    async def unfinished(self) -> list[ChannelDocument]:
        """Return the deleted channels that may have left something, of all workspaces."""
        gone = {"deleted_at": {"$type": "date"}, "ended_at": None}
        found: list[ChannelDocument] = await self._database.channels.find(
            gone, {"workspace_id": 1, "kind": 1, "name": 1, "deleted_at": 1}
        ).to_list(None)
        return found

    async def close_conversations(self, channel: ChannelDocument) -> int:
        """Close the channel's open conversations; return how many. Places in queues and with operators become free."""
        closed = 0
        while found := await self._open(channel):
            ended = await self._closing.together(found, self._close)
            if not any(ended):
                break  # messages keep arriving in them, or they can't be closed: the next sweep goes on
            closed += sum(map(len, ended))
        return closed

    async def is_waiting(self, channel: ChannelDocument) -> bool:
        """Tell whether anything of the channel is in the outbox, on its way, or held."""
        own = _own(channel)
        waiting = await self._database.outbox.find_one(own, {"_id": 1})
        return waiting is not None or await self._database.held_replies.find_one(own, {"_id": 1}) is not None

    async def fail_messages(self, channel: ChannelDocument) -> int:
        """Fail what is queued or held; return how many. Nobody may be sending for the channel meanwhile."""
        failed = 0
        while ids := await self._waiting(channel):
            ended = sum(await self._failing.together(ids, partial(self._fail_together, channel)))
            if not ended:
                break
            failed += ended
        return failed

    async def finish(self, channel: ChannelDocument) -> None:
        """Mark the channel as ended, once nothing new can come."""
        now = self._clock.now()
        if now - cast(datetime, channel["deleted_at"]) >= LATE:
            ours = {"_id": channel["_id"], "workspace_id": channel["workspace_id"]}
            await self._database.channels.update_one(ours, {"$set": {"ended_at": now}})

    async def _open(self, channel: ChannelDocument) -> list[ConversationDocument]:
        condition = {"workspace_id": channel["workspace_id"], "channel_id": channel["_id"], "open": True}
        found = self._database.conversations.find(self._closing.among(condition), {"routing_log": 0})
        conversations: list[ConversationDocument] = await found.limit(self._at_once).to_list(None)
        return conversations

    async def _close(self, conversations: Sequence[ConversationDocument]) -> frozenset[str]:
        return await Conversations(self._database, self._clock).close_many_as_seen(conversations, DELETED)

    async def _waiting(self, channel: ChannelDocument) -> list[OutboxDocument | HeldReplyDocument]:
        own = self._failing.among(_own(channel))
        queued = self._database.outbox.find({**own, "sender": {"$exists": False}}, _PLACE).limit(FAILED_AT_ONCE)
        held = self._database.held_replies.find(own, _PLACE).limit(FAILED_AT_ONCE)
        return [*await queued.to_list(None), *await held.to_list(None)]

    async def _fail_together(self, channel: ChannelDocument, some: Sequence[OutboxDocument | HeldReplyDocument]) -> int:
        return await self._database.transaction(partial(self._fail, channel, [row["_id"] for row in some]))

    async def _fail(self, channel: ChannelDocument, ids: Sequence[str], session: Session) -> int:
        """Fail those that still wait; their rows go in any case."""
        now, rows = self._clock.now(), {"_id": {"$in": list(ids)}, **_own(channel)}
        still = {**rows, "status": {"$in": [MessageStatus.QUEUED.value, MessageStatus.HELD.value]}}
        fields = failure(NOT_SENT)
        found = await self._database.messages.find(still, {"raw": 0}, session=session).to_list(None)
        await self._database.messages.update_many(still, {"$set": fields}, session=session)
        await self._database.outbox.delete_many(rows, session=session)
        await self._database.held_replies.delete_many(rows, session=session)
        changes = [Change(message, with_fields(message, fields)) for message in found]
        await count_changes(self._database, changes, writer=self._writer, session=session)
        events = [message_updated(with_fields(message, fields), now) for message in found]
        await write_events(self._database, events, at=now, session=session)
        return len(ids)


def _own(channel: ChannelDocument) -> Condition:
    return {"workspace_id": channel["workspace_id"], "channel_id": channel["_id"]}
