"""Notes of operators on conversations, for colleagues: one an operator and conversation (domain rule 4.4)."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Final

import msgspec
from msgspec import Meta

from inbox.conversation.conversation_changes import Change, change_conversation
from inbox.conversation.conversation_reading import visible_conversation
from inbox.conversation.conversation_rules import ConversationFacts, check_note
from inbox.foundation.clock import Clock
from inbox.foundation.pages import Page
from inbox.foundation.patterns import VISIBLE
from inbox.foundation.problems import ProblemError
from inbox.foundation.structs import read_as
from inbox.people.access import Caller
from inbox.storage.database import Database, Session
from inbox.storage.documents import ConversationDocument, NoteDocument
from inbox.stream.events import Event, EventAudience, EventType, write_events

MAX_NOTES: Final = 10
"""Of a conversation (domain rule 4.4): as many operators may note something."""
MAX_NOTE_CHARS: Final = 1_000
NoteText = Annotated[str, Meta(min_length=1, max_length=MAX_NOTE_CHARS, pattern=VISIBLE)]


class NoteRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the caller notes, instead of what they noted before."""

    text: NoteText


class Note(msgspec.Struct, frozen=True, kw_only=True):
    """What an operator noted. Only they change it, and only while the conversation is theirs."""

    id: str
    conversation_id: str
    operator_id: str
    text: str
    created_at: datetime
    updated_at: datetime


class NotePage(Page[Note], frozen=True, kw_only=True):
    """All notes of a conversation, oldest first: they are few, so there is one page."""


class Notes:
    """The notes on all conversations."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def list(self, caller: Caller, conversation_id: str) -> Page[Note]:
        """Return the notes on a conversation that the caller sees, oldest first. Raises `ProblemError`."""
        conversation = await visible_conversation(self._database, caller, conversation_id)
        condition = {"workspace_id": caller.workspace_id, "conversation_id": conversation["_id"]}
        found = self._database.notes.find(condition).sort("created_at", 1)
        return Page(items=[read_as(note, Note) for note in await found.to_list(None)])

    async def put(self, caller: Caller, conversation_id: str, text: str) -> Note:
        """Write the caller's note, or change it.

        The conversation is changed with it, so that a transfer at the same moment comes wholly before or after.

        Raises:
            ProblemError: `not_found`, `conversation_closed`, `not_assigned`, `too_many_notes`.
        """

        async def work(session: Session) -> Note:
            conversation = await visible_conversation(self._database, caller, conversation_id, session=session)
            check_note(ConversationFacts.of(conversation), caller)
            return await self._write(conversation, caller.id, text, session)

        return await self._database.transaction(work)

    async def _write(self, conversation: ConversationDocument, operator_id: str, text: str, session: Session) -> Note:
        now, count = self._clock.now(), conversation.get("notes", 0)
        id_, workspace_id = f"{conversation['_id']}:{operator_id}", conversation["workspace_id"]
        own = await self._database.notes.find_one({"_id": id_, "workspace_id": workspace_id}, session=session)
        if own is None:
            _check_room(count)
            count += 1
        note: NoteDocument = {
            "_id": id_,
            "workspace_id": workspace_id,
            "conversation_id": conversation["_id"],
            "operator_id": operator_id,
            "text": text,
            "created_at": now if own is None else own["created_at"],
            "updated_at": now,
        }
        await self._database.notes.update_one({"_id": id_}, {"$set": {**note}}, upsert=True, session=session)
        counted = Change(conversation, {"notes": count})
        type_ = EventType.CONVERSATION_UPDATED
        await change_conversation(self._database, counted, type_, at=now, session=session)
        await write_events(self._database, [_told(note)], at=now, session=session)
        return read_as(note, Note)


def _check_room(count: int) -> None:
    if count >= MAX_NOTES:
        raise ProblemError("too_many_notes", f"This conversation has {MAX_NOTES} notes already, which is the most.")


def _told(note: NoteDocument) -> Event:
    return Event(
        workspace_id=note["workspace_id"],
        type=EventType.NOTE_UPDATED,
        at=note["updated_at"],
        data=read_as(note, Note),
        audience=EventAudience(conversation_id=note["conversation_id"]),
    )
