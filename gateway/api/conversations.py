"""Conversations: lists, closing, reading, typing."""

from __future__ import annotations

from typing import Final

import msgspec

from gateway.api.call import Call, Route
from gateway.parts import Parts
from gateway.signals import Side, Signal
from inbox.channel.channel_kind import ChannelKind
from inbox.conversation.conversation_reading import (
    ConversationQuery,
    get_conversation,
    list_conversations,
    visible_conversation,
)
from inbox.conversation.conversation_rules import ConversationFacts, check_write
from inbox.conversation.conversations import closing
from inbox.foundation.pages import Page
from inbox.messages.message_reading import Seq
from inbox.messages.views import ConversationView
from inbox.people.access import Caller


class ConversationPage(Page[ConversationView], frozen=True, kw_only=True):
    """A part of a list of conversations."""


class CloseRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`seen_seq`: the newest message that the closer has seen; `silent`: no closing text."""

    silent: bool = False
    seen_seq: Seq | None = None


async def show_conversations(call: Call[None, ConversationQuery]) -> Page[ConversationView]:
    """List conversations that the caller sees; open ones unless `state` says otherwise."""
    return await list_conversations(call.database, call.caller, call.query, now=call.now)


async def show_conversation(call: Call[None, None]) -> ConversationView:
    """Show one conversation."""
    return await get_conversation(call.database, call.caller, call.id, now=call.now)


async def close_conversation(call: Call[CloseRequest, None]) -> ConversationView:
    """Close a conversation; `stale_state` if the customer wrote after `seen_seq`."""
    close = closing(call.caller, seen_seq=call.body.seen_seq, silent=call.body.silent)
    view = await call.parts.conversations.close(call.caller, call.id, close)
    call.parts.wakeups.route_all(call.workspace_id)
    call.parts.wakeups.reply()
    return view


async def read_conversation(call: Call[None, None]) -> ConversationView:
    """Mark all messages as read, here and, where the channel can, at the customer's."""
    view = await call.parts.conversations.mark_read(call.caller, call.id)
    call.parts.wakeups.tell_provider()
    return view


async def type_in_conversation(call: Call[None, None]) -> None:
    """Show the customer that somebody is typing, where the channel can."""
    await show_typing(call.parts, call.caller, call.id)


async def show_typing(parts: Parts, caller: Caller, conversation_id: str) -> None:
    """Have typing shown by a caller who may write. Raises `Problem`."""
    conversation = await visible_conversation(parts.runtime.database, caller, conversation_id)
    check_write(ConversationFacts.of(conversation), caller)
    if conversation["channel_kind"] == ChannelKind.WEBCHAT.value:
        workspace_id = caller.workspace_id
        parts.signals.send(Signal(side=Side.OPERATOR, workspace_id=workspace_id, conversation_id=conversation_id))
    else:
        parts.wakeups.show_typing(conversation_id)


ROUTES: Final[tuple[Route, ...]] = (
    Route(
        method="GET",
        path="/conversations",
        handler=show_conversations,
        summary="List conversations",
        tag="Conversations",
        query=ConversationQuery,
        response=ConversationPage,
    ),
    Route(
        method="GET",
        path="/conversations/{id}",
        handler=show_conversation,
        summary="Show a conversation",
        tag="Conversations",
        response=ConversationView,
    ),
    Route(
        method="POST",
        path="/conversations/{id}/close",
        handler=close_conversation,
        summary="Close a conversation",
        tag="Conversations",
        request=CloseRequest,
        response=ConversationView,
        problems=("conversation_closed", "not_assigned", "stale_state"),
        example={"seen_seq": 3618743562240},
    ),
    Route(
        method="POST",
        path="/conversations/{id}/read",
        handler=read_conversation,
        summary="Mark a conversation as read",
        tag="Conversations",
        response=ConversationView,
    ),
    Route(
        method="POST",
        path="/conversations/{id}/typing",
        handler=type_in_conversation,
        summary="Show typing",
        tag="Conversations",
        status=204,
        problems=("conversation_closed", "not_assigned"),
    ),
)
