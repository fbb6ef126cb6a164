"""Automatic texts in the outbox: sent after operators' replies and before campaigns.

They are no activity of the conversation: nothing in it changes, and they may follow its close.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from inbox.foundation.ids import new_id
from inbox.foundation.structs import to_document
from inbox.messages.append import NewMessages, append
from inbox.messages.once import once_for_cue
from inbox.messages.waiting import outbox_row
from inbox.model.authors import Author, AuthorKind, Direction
from inbox.model.content import OutgoingContent
from inbox.model.statuses import MessageStatus
from inbox.sending.outgoing import Lane
from inbox.storage.database import Collections, Session
from inbox.storage.documents import ConversationDocument, MessageDocument

MAX_JOINED_CHARS: Final = 4_096
"""The longest text of the channels that charge for each message (WhatsApp)."""


def automatic_message(
    conversation: ConversationDocument, content: OutgoingContent, *, cue_id: str, seq: int, at: datetime
) -> MessageDocument:
    """Make the document of an automatic text.

    Args:
        conversation: Open or closed.
        content: What the customer gets: a text, or a question with choices.
        cue_id: The occasion; a second message with it can't be stored.
        seq: Its place, from a `SequenceClock`.
        at: Now.
    """
    return {
        "_id": new_id(),
        "workspace_id": conversation["workspace_id"],
        "channel_id": conversation["channel_id"],
        "conversation_id": conversation["_id"],
        "seq": seq,
        "direction": Direction.OUT.value,
        "author": to_document(Author(AuthorKind.AUTO)),
        "content": to_document(content),
        "status": MessageStatus.QUEUED.value,
        "to": conversation["identity"]["external_id"],
        "reply_to": None,
        "reply_to_provider_id": None,
        "cue_id": cue_id,
        "once": [once_for_cue(cue_id)],
        "created_at": at,
        "attempts": [],
    }


def join_text(message: MessageDocument, text: str, *, cue_id: str) -> bool:
    """Add the text of another occasion to a message that is not stored yet; False if it would be too long."""
    joined = f"{message['content']['text']}\n\n{text}"
    if len(joined) > MAX_JOINED_CHARS:
        return False
    message["content"]["text"] = joined
    message["once"].append(once_for_cue(cue_id))
    return True


async def store_automatic(
    database: Collections, messages: Sequence[MessageDocument], *, at: datetime, session: Session
) -> None:
    """Store messages with their events, inside a transaction."""
    if messages:
        waiting = [outbox_row(message, lane=Lane.AUTO, at=message["created_at"]) for message in messages]
        await append(database, NewMessages(messages=list(messages), waiting=waiting), at=at, session=session)
