"""Sends scheduled messages when their time has come.

Each is looked at as if it were written now, and becomes `queued`, at the end of the thread, or `failed`. That, and the
removal of the row that says when it is due, is one transaction: it happens once, whoever tries and whoever dies. What
follows is the outbox's, as for any other message.
"""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Final

from inbox.channel.connected import deleted_among
from inbox.foundation.clock import Clock
from inbox.foundation.problems import ProblemError
from inbox.messages.append import newest_place, touch, touched
from inbox.model.authors import AuthorKind
from inbox.model.provider_error import ProviderError
from inbox.model.statuses import MessageStatus
from inbox.sending.completing import CompleteTemplates
from inbox.sending.delivery_rules import failure
from inbox.sending.outgoing import reply_row
from inbox.sending.scheduled_content import complete_template
from inbox.sending.scheduled_rules import Surroundings, refusal
from inbox.storage.database import Database, Session
from inbox.storage.documents import (
    AuthorDocument,
    ConversationDocument,
    Fields,
    MessageDocument,
    ScheduledMessageDocument,
    with_fields,
)
from inbox.storage.isolation import Isolated
from inbox.storage.sequence import SequenceClock
from inbox.stream.events import write_events
from inbox.views.message_views import content_of
from inbox.views.telling import message_created, message_updated

LOOKED_AT: Final = 200
"""Due messages in one look, so that one look stays short. More wait for the next one."""


class ScheduledSending:
    """Sends scheduled messages whose time has come; any number of workers may do it at once."""

    def __init__(
        self, database: Database, clock: Clock, sequence: SequenceClock, *, complete: CompleteTemplates
    ) -> None:
        self._database = database
        self._clock = clock
        self._sequence = sequence
        self._complete = complete
        self._sending = Isolated("scheduled_messages")

    async def send_due(self) -> frozenset[str]:
        """Queue or fail what is due, the longest due first, of all workspaces; return the channels to wake."""
        due = self._sending.among({"send_at": {"$lte": self._clock.now()}})
        found = self._database.scheduled_messages.find(due).sort("send_at", 1)
        rows = await found.limit(LOOKED_AT).to_list(None)
        channels = await self._sending.each(rows, self._send)
        return frozenset(channel_id for channel_id in channels if channel_id is not None)

    async def next_due(self) -> datetime | None:
        """Return when the first message is due; None where none waits."""
        first = await self._database.scheduled_messages.find_one(
            self._sending.among({}), {"send_at": 1}, sort=[("send_at", 1)]
        )
        return None if first is None else first["send_at"]

    async def _send(self, row: ScheduledMessageDocument) -> str | None:
        """Deal with one message; return the channel to wake, None where nothing is to be sent."""
        message = await self._database.messages.find_one(_of(row), {"raw": 0})
        if message is None:
            return None
        conversation = await self._conversation(message, None)
        content = await complete_template(self._database, self._complete, content_of(message), conversation)
        refused = None
        if isinstance(content, ProblemError):
            refused = ProviderError(code=content.code, explanation=content.detail)
        work = partial(self._settle, row, refused)
        return message["channel_id"] if await self._database.transaction(work) else None

    async def _settle(self, row: ScheduledMessageDocument, refused: ProviderError | None, session: Session) -> bool:
        """Queue or fail a message inside a transaction; True if it is queued.

        Nothing happens to one that was moved to another time, withdrawn, or dealt with by another worker.
        """
        taken = await self._database.scheduled_messages.delete_one(
            {**_of(row), "send_at": row["send_at"]}, session=session
        )
        waits = {**_of(row), "status": MessageStatus.SCHEDULED.value}
        message = await self._database.messages.find_one(waits, {"raw": 0}, session=session)
        if not taken.deleted_count or message is None:
            return False
        now = self._clock.now()
        conversation = await self._conversation(message, session)
        around = await self._surroundings(message, session)
        error = refusal(message, conversation, around, now) or refused
        if error is not None:
            await self._fail(message, error, now, session)
            return False
        await self._queue(message, conversation, now, session)
        return True

    async def _queue(
        self, message: MessageDocument, conversation: ConversationDocument, now: datetime, session: Session
    ) -> None:
        """Move a message to the end of the thread and into the outbox; to the customer it is new."""
        seq = self._sequence.next(newest_place(conversation))
        fields: Fields = {
            "status": MessageStatus.QUEUED.value,
            "seq": seq,
            "created_at": now,
            "edited_at": None,
        }
        queued = with_fields(message, fields)
        await touch(self._database, touched(conversation, seq, now), session)
        ours = {"_id": message["_id"], "workspace_id": message["workspace_id"]}
        await self._database.messages.update_one(ours, {"$set": fields}, session=session)
        await self._database.outbox.insert_one(reply_row(queued), session=session)
        await write_events(self._database, [message_created(queued, now)], at=now, session=session)

    async def _fail(self, message: MessageDocument, error: ProviderError, now: datetime, session: Session) -> None:
        fields = failure(error)
        ours = {"_id": message["_id"], "workspace_id": message["workspace_id"]}
        await self._database.messages.update_one(ours, {"$set": fields}, session=session)
        await write_events(
            self._database, [message_updated(with_fields(message, fields), now)], at=now, session=session
        )

    async def _conversation(self, message: MessageDocument, session: Session) -> ConversationDocument:
        wanted = {"_id": message["conversation_id"], "workspace_id": message["workspace_id"]}
        found = await self._database.conversations.find_one(wanted, session=session)
        if found is None:
            raise LookupError("a message has a conversation")
        return found

    async def _surroundings(self, message: MessageDocument, session: Session) -> Surroundings:
        deleted = await deleted_among(self._database, [message["workspace_id"]], [message["channel_id"]])
        there = await self._is_there(message["author"], message["workspace_id"], session)
        return Surroundings(author_there=there, channel_deleted=bool(deleted))

    async def _is_there(self, author: AuthorDocument, workspace_id: str, session: Session) -> bool:
        """Tell whether an operator is active, or an API key valid."""
        if author["kind"] == AuthorKind.OPERATOR.value:
            active = {"_id": author["id"], "workspace_id": workspace_id, "active": True}
            return await self._database.operators.find_one(active, {"_id": 1}, session=session) is not None
        key = {"owner_id": author["id"], "workspace_id": workspace_id}
        tokens = await self._database.tokens.find(key, {"expires_at": 1}, session=session).to_list(None)
        return any(token["expires_at"] is None or token["expires_at"] > self._clock.now() for token in tokens)


def _of(row: ScheduledMessageDocument) -> Fields:
    return {"_id": row["_id"], "workspace_id": row["workspace_id"]}
