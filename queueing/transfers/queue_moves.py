"""Putting an operator's conversation back into a queue: because the operator is gone, or leaves."""

from __future__ import annotations

from datetime import datetime

from inbox.conversation.moves import returned
from inbox.conversation.moving import store_move
from inbox.conversation.routing_notes import RoutingRule, routing_note
from inbox.storage.database import Database, Session
from inbox.storage.documents import ConversationDocument
from inbox.views.conversation_views import ConversationView


async def put_back(
    database: Database,
    before: ConversationDocument,
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
    move = returned(before, queue_id, at=at).noted(routing_note(rule, "queued", at, queue_id=queue_id))
    return await store_move(database, move, at=at, session=session)


async def _existing(database: Database, workspace_id: str, queue_id: str | None, session: Session) -> str | None:
    if queue_id is None:
        return None
    queue = await database.queues.find_one({"_id": queue_id, "workspace_id": workspace_id}, {"_id": 1}, session=session)
    return None if queue is None else queue_id
