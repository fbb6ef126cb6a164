"""Putting a conversation into a queue by hand or by rule: at the end, or back into its old place."""

from __future__ import annotations

from datetime import datetime

from inbox.conversation.conversation_changes import Change, change_conversation
from inbox.conversation.cues import cue_for, note_cues
from inbox.conversation.queue_places import end_of_line
from inbox.conversation.routing_notes import RoutingRule, routing_note
from inbox.conversation.seats import free_place
from inbox.model.conversation_state import ConversationState
from inbox.model.occasions import Occasion
from inbox.people.access import CallerKind
from inbox.storage.database import Database, Document, Session
from inbox.stream.events import EventType
from inbox.views.conversation_views import ConversationView


async def move_to_queue(
    database: Database, before: Document, note: Document, *, at: datetime, session: Session
) -> ConversationView:
    """Put a conversation at the end of the note's queue, without priority; its answer has been asked before."""
    queue_id = note["queue_id"]
    workspace_id = before["workspace_id"]
    queued_at = await end_of_line(database, workspace_id, queue_id, at, session=session, behind_all=True)
    await free_place(database, before, session=session)
    await database.queues.update_one(
        {"_id": queue_id, "workspace_id": before["workspace_id"]}, {"$inc": {"waiting": 1}}, session=session
    )
    fields = {
        "queue_id": queue_id,
        "operator_id": None,
        "state": ConversationState.QUEUED.value,
        "priority": 0,
        "queued_at": queued_at,
        "waits_since": at,
        "assigned_at": None,
        "active_at": at,
        "last_operator_id": _preferred_after(before),
        "handed_on_by": before["operator_id"] or note["by"].removeprefix(f"{CallerKind.OPERATOR}:"),
    }
    await note_cues(database, [cue_for(before, queue_id, Occasion.TRANSFERRED, at)], session=session)
    return await change_conversation(
        database, Change(before, fields, note), EventType.CONVERSATION_TRANSFERRED, at=at, session=session
    )


def _preferred_after(before: Document) -> str | None:
    """Say whom a sticky queue asks first: the operator of last time, but not who has just given it away."""
    last: str | None = before.get("last_operator_id")
    return None if last == before["operator_id"] else last


async def put_back(
    database: Database,
    before: Document,
    rule: RoutingRule,
    *,
    at: datetime,
    session: Session,
    queue_id: str | None = None,
) -> ConversationView:
    """Put an assigned conversation back into its queue (or another one), even above the limit.

    It has its old place and priority; its longest wait begins anew. Without a queue it waits for anybody.
    """
    queue_id = await _existing(database, before["workspace_id"], queue_id or before["queue_id"], session)
    await free_place(database, before, session=session)
    if queue_id is not None:
        await database.queues.update_one(
            {"_id": queue_id, "workspace_id": before["workspace_id"]}, {"$inc": {"waiting": 1}}, session=session
        )
    fields = {
        "queue_id": queue_id,
        "operator_id": None,
        "state": ConversationState.QUEUED.value,
        "queued_at": before.get("queued_at") or at,
        "waits_since": at,
        "assigned_at": None,
        "active_at": at,
        "last_operator_id": before["operator_id"],
    }
    change = Change(before, fields, routing_note(rule, "queued", at, queue_id=queue_id))
    return await change_conversation(database, change, EventType.CONVERSATION_QUEUED, at=at, session=session)


async def _existing(database: Database, workspace_id: str, queue_id: str | None, session: Session) -> str | None:
    if queue_id is None:
        return None
    queue = await database.queues.find_one({"_id": queue_id, "workspace_id": workspace_id}, {"_id": 1}, session=session)
    return None if queue is None else queue_id
