"""Conversations: lists, closing, reading, typing."""

from __future__ import annotations

from typing import Annotated, Final

import msgspec
from msgspec import Meta

from gateway.api.call import Call, Encoded, Route
from gateway.api.template_sends import Asked, check_chosen_files, completed
from gateway.events.signals import Side, Signal
from gateway.parts import Parts
from inbox.conversation.conversation_lists import ConversationQuery, list_conversations
from inbox.conversation.conversation_reading import get_conversation, visible_conversation
from inbox.conversation.conversation_rules import ConversationFacts, check_write
from inbox.conversation.conversations import closing
from inbox.conversation.list_filters import with_saved
from inbox.finding.saved_views import get_view
from inbox.foundation.decoding import field_problem
from inbox.foundation.pages import Page
from inbox.foundation.problems import ProblemError
from inbox.messages.message_reading import Seq
from inbox.model.channel_kind import ChannelKind
from inbox.people.access import Action, Caller, check_may
from inbox.people.sight import seen_contacts
from inbox.sending.outgoing import TemplateChoice
from inbox.storage.database import Session, is_duplicate
from inbox.views.conversation_views import ConversationView
from queueing.transfers.starting import conversation_open, find_open, known_contact, recipient_keys


class ConversationPage(Page[ConversationView], frozen=True, kw_only=True):
    """A part of a list of conversations."""


class CloseRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`seen_seq`: the newest message that the closer has seen; `silent`: no closing text."""

    silent: bool = False
    seen_seq: Seq | None = None


class StartRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Whom to write to through which channel, and the template to begin with."""

    channel_id: str
    to: Annotated[str, Meta(min_length=1, max_length=64)]
    template: TemplateChoice


async def show_conversations(call: Call[None, ConversationQuery]) -> Page[ConversationView]:
    """List conversations that the caller sees; open ones unless `state` says otherwise.

    Closed ones also of colleagues, where the customer is the caller's now. With `q` a page may have fewer
    conversations than `limit` and go on all the same.
    """
    query = await _with_view(call)
    async with call.parts.http.searches.turn(call.workspace_id, needed=bool(query.q)):
        return await list_conversations(call.database, call.caller, query, now=call.now)


async def _with_view(call: Call[None, ConversationQuery]) -> ConversationQuery:
    """Complete a query by the saved view that it names. Raises `ProblemError` where there is none."""
    query = call.query
    if query.view_id is None:
        return query
    try:
        view = await get_view(call.database, call.caller, query.view_id)
    except ProblemError:
        raise field_problem("/view_id", "there is no such view") from None
    return msgspec.structs.replace(with_saved(query, view.filter), order=query.order or view.order)


async def show_conversation(call: Call[None, None]) -> ConversationView:
    """Show one conversation."""
    return await get_conversation(call.database, call.caller, call.id, now=call.now)


async def start_conversation(call: Call[StartRequest, None]) -> Encoded:
    """Begin a conversation with a template; it is assigned to the operator who begins it.

    `to` is a phone number with `+` and country code, or a contact's id. Where the customer has a conversation
    open already: `conversation_open`, with its `conversation_id`.
    """
    record = await call.parts.channels.directory.get(call.body.channel_id)
    if record is None or record.workspace_id != call.workspace_id or record.deleted_at is not None:
        raise field_problem("/channel_id", "there is no such channel")
    if record.kind is not ChannelKind.WHATSAPP:
        raise ProblemError("unsupported_by_channel", "Only WhatsApp lets a business write first, with a template.")
    if not call.body.to.startswith("+"):
        await _check_seen(call)
    contact_id = await known_contact(call.database, record.ref, call.body.to)
    keys = () if contact_id is not None else recipient_keys(record.ref, call.body.to)
    asked = Asked(call.workspace_id, record.id, contact_id, keys)
    await check_chosen_files(call, call.body.template, "/template")
    template = await completed(call.parts.runtime, asked, call.body.template, "/template")

    async def work(session: Session) -> object:
        return await call.parts.queueing.starting.start(
            call.caller, record.ref, call.body.to, template, session=session
        )

    try:
        answer = await call.create(work)
    except Exception as error:
        if not is_duplicate(error):
            raise
        twin = await find_open(call.database, record.ref, call.body.to)
        if twin is None:
            raise ProblemError("unavailable", "Somebody did the same at this moment. Try again.") from None
        raise conversation_open(twin) from None
    call.parts.wakeups.deliver(record.id)
    return answer


async def _check_seen(call: Call[StartRequest, None]) -> None:
    """Refuse a contact that the caller does not see, as one that is not there. Raises `ProblemError`."""
    if not await seen_contacts(call.database, call.caller, [call.body.to]):
        raise field_problem("/to", "there is no such contact; a phone number begins with +")


async def close_conversation(call: Call[CloseRequest, None]) -> ConversationView:
    """Close a conversation; `stale_state` if the customer wrote after `seen_seq`."""
    close = closing(call.caller, seen_seq=call.body.seen_seq, silent=call.body.silent)
    view = await call.parts.inbox.conversations.close(call.caller, call.id, close)
    call.parts.wakeups.route_all(call.workspace_id)
    call.parts.wakeups.reply()
    return view


async def read_conversation(call: Call[None, None]) -> ConversationView:
    """Mark all messages as read, here and, where the channel can, at the customer's."""
    view = await call.parts.inbox.conversations.mark_read(call.caller, call.id)
    call.parts.wakeups.tell_provider()
    return view


async def type_in_conversation(call: Call[None, None]) -> None:
    """Show the customer that somebody is typing, where the channel can."""
    await show_typing(call.parts, call.caller, call.id)


async def show_typing(parts: Parts, caller: Caller, conversation_id: str) -> None:
    """Have typing shown by a caller who may write. Raises `ProblemError`."""
    check_may(caller, Action.WORK)
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
        problems=("too_broad", "too_many_requests"),
    ),
    Route(
        method="POST",
        path="/conversations",
        handler=start_conversation,
        summary="Begin a conversation",
        tag="Conversations",
        request=StartRequest,
        response=ConversationView,
        status=201,
        problems=(
            "conversation_open",
            "operator_full",
            "operator_unavailable",
            "content_invalid",
            "opted_out",
            "template_unusable",
            "unsupported_by_channel",
        ),
        creates=True,
        example={
            "channel_id": "0f2b6c9d4e",
            "to": "+16505551234",
            "template": {"name": "order_update", "language": "en", "parameters": {"body": ["Maria", "10482"]}},
        },
    ),
    Route(
        method="GET",
        path="/conversations/{id}",
        handler=show_conversation,
        bots=True,
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
        problems=("conversation_closed", "not_assigned", "required_before_close", "stale_state"),
        example={"seen_seq": 3618743562240},
    ),
    Route(
        method="POST",
        path="/conversations/{id}/read",
        handler=read_conversation,
        summary="Mark a conversation as read",
        tag="Conversations",
        response=ConversationView,
        problems=("conversation_closed",),
    ),
    Route(
        method="POST",
        path="/conversations/{id}/typing",
        handler=type_in_conversation,
        bots=True,
        summary="Show typing",
        tag="Conversations",
        status=204,
        problems=("conversation_closed", "not_assigned"),
    ),
)
