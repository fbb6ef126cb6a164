"""Setting conversations aside until a time, when whoever did so and whoever has them then are reminded.

A snooze changes no place and no owner. The customer's next message ends it (in the promise that the message makes,
`inbox.conversation.promises`), a close as well. Silence counts from its end on.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Annotated, Final

import msgspec
from msgspec import Meta

from inbox.conversation.conversation_changes import Change, change_conversation, change_conversations, view_of
from inbox.conversation.conversation_reading import visible_conversation
from inbox.conversation.conversation_rules import ConversationFacts, check_snooze
from inbox.conversation.routing_notes import who
from inbox.foundation.clock import Clock
from inbox.foundation.decoding import field_problem
from inbox.foundation.patterns import VISIBLE
from inbox.model.deadlines import SETTLING
from inbox.people.access import Caller, CallerKind, Placement
from inbox.people.sight import placement_of
from inbox.storage.database import Database, Session
from inbox.storage.documents import ConversationDocument, SnoozeDocument
from inbox.storage.isolation import Isolated
from inbox.stream.events import Event, EventAudience, EventType, write_events
from inbox.views.conversation_views import ConversationView

LATEST: Final = timedelta(days=366)
"""The same day next year."""
BATCH: Final = 200


class SnoozeRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Until when, and what to be reminded of."""

    until: Annotated[datetime, Meta(tz=True)]
    note: Annotated[str, Meta(min_length=1, max_length=1_000, pattern=VISIBLE)] | None = None


class SnoozeEnded(msgspec.Struct, frozen=True, kw_only=True):
    """The `data` of `snooze.ended`: the time of a reminder has come."""

    conversation_id: str
    until: datetime
    note: str | None
    by: str


class Snoozing:
    """Sets conversations aside and reminds; any number of processes may do it at once."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._reminding = Isolated("reminders")

    async def snooze(self, caller: Caller, conversation_id: str, asked: SnoozeRequest) -> ConversationView:
        """Set a conversation aside, or change until when.

        Raises:
            ProblemError: `not_found`, `conversation_closed`, `not_assigned`, `invalid_request`.
        """
        snooze = self.checked(caller, asked)
        return await self._set(caller, conversation_id, snooze)

    async def end(self, caller: Caller, conversation_id: str) -> ConversationView:
        """Set a conversation aside no longer; nobody is reminded. Raises `ProblemError` as `snooze`."""
        return await self._set(caller, conversation_id, None)

    def checked(self, caller: Caller, asked: SnoozeRequest) -> SnoozeDocument:
        """Make what is stored of a snooze. Raises `ProblemError` (`invalid_request`)."""
        now = self._clock.now()
        if asked.until <= now:
            raise field_problem("/until", "must be in the future")
        if asked.until > now + LATEST:
            raise field_problem("/until", f"must not be more than {LATEST.days} days ahead")
        return {"until": asked.until, "note": asked.note, "by": who(caller), "at": now}

    async def remind_due(self) -> int:
        """Remind of all whose time has come, of all workspaces; return how many there were."""
        due = self._reminding.among({"snooze.until": {"$type": "date", "$lte": self._clock.now()}})
        found = await self._database.conversations.find(due, {"workspace_id": 1}).limit(BATCH).to_list(None)
        by_workspace: dict[str, list[ConversationDocument]] = {}
        for conversation in found:
            by_workspace.setdefault(conversation["workspace_id"], []).append(conversation)
        for conversations in by_workspace.values():
            await self._reminding.together(conversations, self._remind_together)
        return len(found)

    async def next_due(self) -> datetime | None:
        """Return when somebody is to be reminded next; None where nothing is set aside."""
        timed = {"snooze.until": {"$type": "date"}}
        first = await self._database.conversations.find_one(timed, {"snooze": 1}, sort=[("snooze.until", 1)])
        snooze = None if first is None else first.get("snooze")
        return None if snooze is None else snooze["until"]

    async def _set(self, caller: Caller, conversation_id: str, snooze: SnoozeDocument | None) -> ConversationView:
        async def work(session: Session) -> ConversationView:
            before = await visible_conversation(self._database, caller, conversation_id, session=session)
            check_snooze(ConversationFacts.of(before), caller)
            now = self._clock.now()
            if before.get("snooze") is None and snooze is None:
                return await view_of(self._database, before, at=now, session=session)
            change, type_ = Change(before, {"snooze": snooze}), EventType.CONVERSATION_UPDATED
            return await change_conversation(self._database, change, type_, at=now, session=session)

        return await self._database.transaction(work)

    async def _remind_together(self, some: Sequence[ConversationDocument]) -> None:
        await self._database.transaction(partial(self._remind, some))

    async def _remind(self, some: Sequence[ConversationDocument], session: Session) -> None:
        """End what is still due, and tell; whoever changes one of them meanwhile starts this again."""
        now = self._clock.now()
        still = {
            "_id": {"$in": [conversation["_id"] for conversation in some]},
            "workspace_id": some[0]["workspace_id"],
            "open": True,
            "snooze.until": {"$type": "date", "$lte": now},
        }
        due = await self._database.conversations.find(still, session=session).to_list(None)
        fields = {"snooze": None, "active_at": now, "check_at": now + SETTLING}
        changes = [Change(conversation, fields) for conversation in due]
        type_ = EventType.CONVERSATION_UPDATED
        await change_conversations(self._database, changes, type_, at=now, session=session)
        events = [_ended(conversation, snooze, now) for conversation in due if (snooze := conversation.get("snooze"))]
        await write_events(self._database, events, at=now, session=session)


def _ended(conversation: ConversationDocument, snooze: SnoozeDocument, at: datetime) -> Event:
    """Make the reminder of who set the conversation aside, and of who has it now."""
    kind, _, setter = snooze["by"].partition(":")
    placed = placement_of(conversation)
    setters = (Placement(None, setter),) if kind == CallerKind.OPERATOR.value else ()
    return Event(
        workspace_id=conversation["workspace_id"],
        type=EventType.SNOOZE_ENDED,
        at=at,
        data=SnoozeEnded(
            conversation_id=conversation["_id"], until=snooze["until"], note=snooze["note"], by=snooze["by"]
        ),
        audience=EventAudience(conversation["_id"], tuple(dict.fromkeys((*setters, placed)))),
    )
