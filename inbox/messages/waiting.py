"""Rows of what waits: to be sent (`outbox`), or for the customer's answer (`held_replies`).

A message changes often and has many readers; what a sender looks for is a row of its own in a small collection, so that
no index of `messages` names a field that changes. Row and message are written in one transaction, and a row goes in the
one that ends the waiting. A status that overtakes the provider's answer leaves the row to whoever sent the message.
"""

from __future__ import annotations

from datetime import datetime

from inbox.storage.database import Collections, Session, post
from inbox.storage.documents import Fields, HeldReplyDocument, MessageDocument, OutboxDocument


def outbox_row(message: MessageDocument, *, lane: int, at: datetime) -> OutboxDocument:
    """Make the row of a message that may be sent from a moment on."""
    row: OutboxDocument = {
        "_id": message["_id"],
        "workspace_id": message["workspace_id"],
        "channel_id": message["channel_id"],
        "conversation_id": message["conversation_id"],
        "lane": int(lane),
        "seq": message["seq"],
        "to": message["to"],
        "next_attempt_at": at,
    }
    if campaign_id := message.get("tally"):
        row["campaign_id"] = campaign_id
    return row


def held_row(message: MessageDocument) -> HeldReplyDocument:
    """Make the row of a held reply."""
    return {
        "_id": message["_id"],
        "workspace_id": message["workspace_id"],
        "channel_id": message["channel_id"],
        "conversation_id": message["conversation_id"],
        "to": message["to"],
        "held_until": message["held_until"],
    }


async def forget_waiting(database: Collections, rows: Fields, session: Session) -> None:
    """Delete rows of the outbox that fit a condition: nothing is left to do for their messages."""
    await post(database.outbox.delete_many(rows, session=session))
