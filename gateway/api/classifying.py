"""What operators say about a conversation: notes, tags, topics."""

from __future__ import annotations

from typing import Final

from gateway.api.call import Call, Route
from inbox.conversation.classifying import TagsRequest, TopicsRequest
from inbox.conversation.notes import Note, NotePage, NoteRequest
from inbox.foundation.pages import Page
from inbox.views.conversation_views import ConversationView


async def write_note(call: Call[NoteRequest, None]) -> Note:
    """Write the caller's note on a conversation that is assigned to them, or change it.

    Each operator has one note a conversation. It can be changed while the conversation is theirs; after a transfer
    it is read by whoever sees the conversation. At most 10 notes a conversation.
    """
    return await call.parts.inbox.notes.put(call.caller, call.id, call.body.text)


async def show_notes(call: Call[None, None]) -> Page[Note]:
    """List the notes on a conversation, oldest first."""
    return await call.parts.inbox.notes.list(call.caller, call.id)


async def put_tags(call: Call[TagsRequest, None]) -> ConversationView:
    """Let a conversation have these tags and no others. A word that is no tag yet becomes one."""
    return await call.parts.inbox.classifying.put_tags(call.caller, call.id, call.body.tags)


async def put_topics(call: Call[TopicsRequest, None]) -> ConversationView:
    """Let a conversation have these topics and no others. One that is out of use stays where it is."""
    return await call.parts.inbox.classifying.put_topics(call.caller, call.id, call.body.topics)


ROUTES: Final[tuple[Route, ...]] = (
    Route(
        method="PUT",
        path="/conversations/{id}/note",
        handler=write_note,
        summary="Write a note",
        tag="Conversations",
        request=NoteRequest,
        response=Note,
        problems=("conversation_closed", "not_assigned", "too_many_notes"),
        example={"text": "Waits for a refund; the bank needs three days."},
    ),
    Route(
        method="GET",
        path="/conversations/{id}/notes",
        handler=show_notes,
        summary="List notes",
        tag="Conversations",
        response=NotePage,
    ),
    Route(
        method="PUT",
        path="/conversations/{id}/tags",
        handler=put_tags,
        summary="Set a conversation's tags",
        tag="Conversations",
        request=TagsRequest,
        response=ConversationView,
        problems=("conversation_closed", "not_assigned"),
        example={"tags": ["refund", "vip"]},
    ),
    Route(
        method="PUT",
        path="/conversations/{id}/topics",
        handler=put_topics,
        summary="Set a conversation's topics",
        tag="Conversations",
        request=TopicsRequest,
        response=ConversationView,
        problems=("conversation_closed", "not_assigned"),
        example={"topics": ["0192d1a5c0f8b1c2d3e4f5a6"]},
    ),
)
