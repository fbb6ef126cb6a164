"""Cues for automatic texts: noted in the transaction that gives the occasion, spoken by a worker afterwards.

A cue's id is made of conversation, occasion and moment, so that an occasion that is noted
twice (a retried transaction, two workers) is one cue. What is said on which occasion is decided in `queueing`.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import msgspec

from inbox.model.occasions import Occasion
from inbox.storage.database import Collections, Session, UpdateOne, post
from inbox.storage.documents import ConversationDocument, CueDocument


class Cue(msgspec.Struct, frozen=True, kw_only=True):
    """An occasion for an automatic text.

    Attributes:
        queue_id: The queue whose texts apply.
        occasion: A word of the contract, such as `greeting`.
        moment: What makes the occasion unique within the conversation, such as the time of queueing.
    """

    workspace_id: str
    conversation_id: str
    channel_id: str
    queue_id: str
    occasion: str
    moment: datetime

    @property
    def id(self) -> str:
        """One for each occasion."""
        return f"{self.conversation_id}:{self.occasion}:{int(self.moment.timestamp() * 1000)}"


def cue_for(conversation: ConversationDocument, queue_id: str, occasion: str, moment: datetime) -> Cue:
    """Make the cue of a conversation."""
    return Cue(
        workspace_id=conversation["workspace_id"],
        conversation_id=conversation["_id"],
        channel_id=conversation["channel_id"],
        queue_id=queue_id,
        occasion=str(occasion),
        moment=moment,
    )


async def note_cues(
    database: Collections, cues: Iterable[Cue], *, session: Session = None, due_at: datetime | None = None
) -> None:
    """Note cues inside the transaction of what they are about; due at their moment unless `due_at` says otherwise."""
    upserts = [
        UpdateOne({"_id": cue.id}, {"$setOnInsert": _document(cue, due_at or cue.moment)}, upsert=True) for cue in cues
    ]
    if upserts:
        await post(database.cues.bulk_write(upserts, ordered=False, session=session))


async def insert_cues(database: Collections, cues: Iterable[Cue], *, due_at: datetime, session: Session) -> None:
    """As `note_cues`, for what happens once in a conversation's life: a third of the cost."""
    documents = [_document(cue, due_at) for cue in cues]
    if documents:
        await database.cues.insert_many(documents, session=session)


async def forget_closing(
    database: Collections, conversation: ConversationDocument, closed_at: datetime, *, session: Session
) -> None:
    """Forget the closing text of a close that is taken back."""
    cue = cue_for(conversation, conversation["queue_id"] or "", Occasion.CLOSED, closed_at)
    await database.cues.delete_one({"_id": cue.id, "workspace_id": conversation["workspace_id"]}, session=session)


def _document(cue: Cue, due_at: datetime) -> CueDocument:
    return {
        "_id": cue.id,
        "workspace_id": cue.workspace_id,
        "conversation_id": cue.conversation_id,
        "channel_id": cue.channel_id,
        "queue_id": cue.queue_id,
        "occasion": cue.occasion,
        "moment": cue.moment,
        "due_at": due_at,
    }
