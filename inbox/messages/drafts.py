"""Drafts: what an operator has begun to write, kept on the server; one an operator and conversation.

Colleagues learn that somebody writes when a draft begins and when it ends, not what it says and not at each change.
"""

from __future__ import annotations

from datetime import datetime

import msgspec

from inbox.conversation.conversation_reading import visible_conversation
from inbox.conversation.conversation_rules import ConversationFacts, check_open
from inbox.foundation.clock import Clock
from inbox.foundation.structs import to_document
from inbox.model.content import OutgoingContent
from inbox.people.access import Caller
from inbox.storage.database import Database, Session
from inbox.storage.documents import ReplyDraftDocument
from inbox.stream.events import Event, EventAudience, EventType, write_events


class DraftRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What was begun, and our id of the message that it answers."""

    content: OutgoingContent
    reply_to: str | None = None


class ReplyDraft(msgspec.Struct, frozen=True, kw_only=True):
    """One's own draft in a conversation; without one `content` is null."""

    conversation_id: str
    content: OutgoingContent | None = None
    reply_to: str | None = None
    updated_at: datetime | None = None


class DraftUpdated(msgspec.Struct, frozen=True, kw_only=True):
    """The `data` of `draft.updated`: whether an operator has a draft in a conversation."""

    conversation_id: str
    operator_id: str
    writing: bool


class Drafts:
    """Keeps drafts; each change that colleagues hear of is one transaction with its event."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def get(self, caller: Caller, conversation_id: str) -> ReplyDraft:
        """Return the caller's draft. Raises `ProblemError` (`not_found`) for a conversation that is not visible."""
        await visible_conversation(self._database, caller, conversation_id)
        found = await self._database.drafts.find_one(_own(caller, conversation_id))
        if found is None:
            return ReplyDraft(conversation_id=conversation_id)
        return msgspec.convert({**found}, ReplyDraft, builtin_types=(datetime,))

    async def put(self, caller: Caller, conversation_id: str, asked: DraftRequest) -> ReplyDraft:
        """Keep a draft instead of an earlier one. Raises `ProblemError` (`not_found`, `conversation_closed`)."""
        draft: ReplyDraftDocument = {
            "_id": f"{conversation_id}:{caller.id}",
            "workspace_id": caller.workspace_id,
            "conversation_id": conversation_id,
            "operator_id": caller.id,
            "content": to_document(asked.content),
            "reply_to": asked.reply_to,
            "updated_at": self._clock.now(),
        }

        async def work(session: Session) -> None:
            conversation = await visible_conversation(self._database, caller, conversation_id, session=session)
            check_open(ConversationFacts.of(conversation))
            own = _own(caller, conversation_id)
            kept = await self._database.drafts.update_one(own, {"$set": draft}, upsert=True, session=session)
            if kept.upserted_id is not None:
                await self._tell(caller, conversation_id, session, writing=True)

        await self._database.transaction(work)
        return msgspec.convert({**draft}, ReplyDraft, builtin_types=(datetime,))

    async def delete(self, caller: Caller, conversation_id: str) -> None:
        """Drop the caller's draft; without one nothing happens. Raises `ProblemError` (`not_found`)."""

        async def work(session: Session) -> None:
            await visible_conversation(self._database, caller, conversation_id, session=session)
            gone = await self._database.drafts.delete_one(_own(caller, conversation_id), session=session)
            if gone.deleted_count:
                await self._tell(caller, conversation_id, session, writing=False)

        await self._database.transaction(work)

    async def _tell(self, caller: Caller, conversation_id: str, session: Session, *, writing: bool) -> None:
        now = self._clock.now()
        event = Event(
            workspace_id=caller.workspace_id,
            type=EventType.DRAFT_UPDATED,
            at=now,
            data=DraftUpdated(conversation_id=conversation_id, operator_id=caller.id, writing=writing),
            audience=EventAudience(conversation_id=conversation_id),
        )
        await write_events(self._database, [event], at=now, session=session)


def _own(caller: Caller, conversation_id: str) -> dict[str, str]:
    return {"_id": f"{conversation_id}:{caller.id}", "workspace_id": caller.workspace_id}
