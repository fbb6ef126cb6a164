"""Priority by hand: who comes first in the line, as supervisors see it."""

from __future__ import annotations

from datetime import datetime

from inbox.conversation.conversation_changes import Change, change_conversation, view_of
from inbox.conversation.conversation_reading import visible_conversation
from inbox.conversation.conversation_rules import ConversationFacts, check_priority
from inbox.conversation.routing_notes import RoutingRule, routing_note, who
from inbox.people.access import Caller
from inbox.storage.database import Database, Session
from inbox.stream.events import EventType
from inbox.views.conversation_views import ConversationView


async def set_priority(
    database: Database, caller: Caller, conversation_id: str, priority: int, *, now: datetime
) -> ConversationView:
    """Change an open conversation's priority and tell of it; routing that takes it meanwhile is done first or anew.

    Raises:
        ProblemError: `not_found`, `conversation_closed`, `forbidden`.
    """

    async def work(session: Session) -> ConversationView:
        before = await visible_conversation(database, caller, conversation_id, session=session)
        check_priority(ConversationFacts.of(before), caller)
        if before["priority"] == priority:
            return await view_of(database, before, at=now, session=session)
        note = routing_note(RoutingRule.PRIORITY, str(priority), now, queue_id=before["queue_id"], by=who(caller))
        change = Change(before, {"priority": priority}, note)
        return await change_conversation(database, change, EventType.CONVERSATION_UPDATED, at=now, session=session)

    return await database.transaction(work)
