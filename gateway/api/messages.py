"""Messages: threads, sending, sending again, reactions, and what lies behind them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Final

import msgspec
from aiohttp import web
from msgspec import Meta

from gateway.api.bot_turns import answer_with
from gateway.api.call import Call, Encoded, Route
from gateway.api.template_sends import hold_if_closed, with_offers
from gateway.content_checks import check_media_link
from inbox.conversation.conversation_reading import visible_conversation
from inbox.conversation.conversation_rules import ConversationFacts, check_open
from inbox.files.named_files import asked_files
from inbox.foundation.pages import Page
from inbox.foundation.problems import ProblemError, not_found
from inbox.messages.file_sight import check_named_file
from inbox.messages.message_reading import Attempts, ThreadQuery, attempts_of, list_messages, visible_message
from inbox.people.access import CallerKind
from inbox.sending.acceptance_batch import Request
from inbox.sending.message_changes import MessageFields
from inbox.sending.outgoing import NewMessage
from inbox.storage.database import Session
from inbox.views.message_views import MessageView


class MessagePage(Page[MessageView], frozen=True, kw_only=True):
    """A part of a thread, ascending by `seq`."""


class ReactionRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The emoji to react with."""

    emoji: Annotated[str, Meta(min_length=1, max_length=32)]


async def show_messages(call: Call[None, ThreadQuery]) -> Page[MessageView]:
    """List messages ascending by `seq`; without bounds the newest `limit`."""
    return await list_messages(call.database, call.caller, call.id, call.query)


async def send_message(call: Call[NewMessage, None]) -> Encoded:
    """Accept a message: 201 means that it is stored and will be sent; its status tells how that went.

    Outside of the reply window only templates are accepted; `window_closed` lists those that would work. With
    `held` the template in it is sent instead, and the message follows when the customer answers, within 72 hours.
    With `direct_utility` the message itself goes, on WhatsApp, as a utility message without a template: only for what
    the customer asked for or owns, such as an order; Meta punishes advertising so. A number that Meta has refused is
    not asked again for a day (`direct_unavailable`).

    With `send_at` it waits as `scheduled`, and is checked at its time like any other message then. A bot names
    `seen_seq`: its message is an answer of the bot.
    """
    if call.caller.kind is CallerKind.BOT:
        return await answer_with(call)
    if asked_files(call.body.content):
        await visible_conversation(call.database, call.caller, call.id)
        await check_named_file(call.database, call.caller, call.body.content)
    await check_media_link(call.body.content, allow_private=call.parts.runtime.settings.allow_private_urls)
    if call.body.send_at is not None:
        return await _schedule(call, call.body.send_at)
    if (held := await hold_if_closed(call)) is not None:
        return held
    request = Request(caller=call.caller, conversation_id=call.id, message=call.body, once=call.once())
    try:
        accepted = await call.parts.inbox.acceptance.accept(request)
    except ProblemError as problem:
        await _refuse_the_past(call, problem)
        raise await with_offers(call, problem, call.body.content) from None
    if accepted.channel_id is not None:
        call.parts.wakeups.deliver(accepted.channel_id)
    return Encoded(accepted.answer.response, accepted.answer.replayed)


async def _schedule(call: Call[NewMessage, None], send_at: datetime) -> Encoded:
    async def work(session: Session) -> object:
        return await call.parts.inbox.scheduled.schedule(
            call.caller, call.id, call.body.content, send_at, reply_to=call.body.reply_to, session=session
        )

    return await call.create(work)


async def _refuse_the_past(call: Call[NewMessage, None], problem: ProblemError) -> None:
    """Say of a customer's past with colleagues, which the caller sees, that it is closed."""
    if problem.code == "not_found":
        conversation = await visible_conversation(call.database, call.caller, call.id)
        check_open(ConversationFacts.of(conversation))


async def retry_message(call: Call[None, None]) -> Encoded:
    """Send a message again that failed or whose fate is unknown, as a new one with `retry_of`."""
    message = await visible_message(call.database, call.caller, call.id)

    async def work(session: Session) -> object:
        return await call.parts.inbox.sending_again.retry(call.caller, call.id, session=session)

    accepted = await call.create(work)
    call.parts.wakeups.deliver(message["channel_id"])
    return accepted


async def edit_message(call: Call[dict[str, Any], None]) -> MessageView:
    """Merge a patch into what a sent message says; the customer is shown it, or it is undone if the provider refuses.

    A text, a caption or buttons can change; the kind of message and its file can't. Of a scheduled message everything
    can, also `send_at`; who changes it becomes its author.
    """

    async def work(session: Session) -> MessageView:
        changed = await call.parts.inbox.scheduled.change(call.caller, call.id, call.body, session=session)
        if changed is not None:
            return changed
        return await call.parts.inbox.changes.edit(call.caller, call.id, call.body, session=session)

    view = await call.database.transaction(work)
    call.parts.wakeups.tell_provider()
    return view


async def delete_message(call: Call[None, None]) -> None:
    """Take a sent message back at the customer's; it stays in the thread as deleted.

    A held reply or a scheduled message is withdrawn.
    """

    async def work(session: Session) -> None:
        if await call.parts.inbox.scheduled.withdraw(call.caller, call.id, session=session):
            return
        if await call.parts.inbox.held.withdraw(call.caller, call.id, session=session):
            return
        await call.parts.inbox.changes.delete(call.caller, call.id, session=session)

    await call.database.transaction(work)
    call.parts.wakeups.tell_provider()


async def react_to_message(call: Call[ReactionRequest, None]) -> MessageView:
    """React to a message; an earlier reaction of the business is replaced."""
    return await _react(call, call.body.emoji)


async def take_reaction_back(call: Call[None, None]) -> MessageView:
    """Take the business's reaction back."""
    return await _react(call, "")


async def show_attempts(call: Call[None, None]) -> Attempts:
    """List every try to send a message, the first one first."""
    return attempts_of(await visible_message(call.database, call.caller, call.id))


async def show_raw(call: Call[None, None]) -> web.Response:
    """Show an inbound message as the provider sent it; not to those from whom customers' numbers are hidden."""
    message = await visible_message(call.database, call.caller, call.id, with_raw=True)
    if call.caller.is_masked:
        raise ProblemError("forbidden", "What providers send has customers' numbers, which your role does not see.")
    if not message.get("raw"):
        raise not_found("raw payload: only inbound messages have one")
    return web.Response(body=bytes(message["raw"]), content_type="application/json")


async def _react(call: Call[ReactionRequest, None] | Call[None, None], emoji: str) -> MessageView:
    async def work(session: Session) -> MessageView:
        return await call.parts.inbox.changes.react(call.caller, call.id, emoji, session=session)

    view = await call.database.transaction(work)
    call.parts.wakeups.tell_provider()
    return view


_WRITING: Final = ("channel_deleted", "conversation_closed", "not_assigned", "not_in_control", "window_closed")

ROUTES: Final[tuple[Route, ...]] = (
    Route(
        method="GET",
        path="/conversations/{id}/messages",
        handler=show_messages,
        bots=True,
        summary="List messages",
        tag="Messages",
        query=ThreadQuery,
        response=MessagePage,
    ),
    Route(
        method="POST",
        path="/conversations/{id}/messages",
        handler=send_message,
        bots=True,
        summary="Send a message",
        tag="Messages",
        request=NewMessage,
        response=MessageView,
        status=201,
        problems=(
            *_WRITING,
            "conflict",
            "content_invalid",
            "direct_unavailable",
            "opted_out",
            "stale_state",
            "template_unusable",
            "unsupported_by_channel",
        ),
        creates=True,
        example={"content": {"type": "text", "text": "Hello! How can we help?"}},
    ),
    Route(
        method="POST",
        path="/messages/{id}/retry",
        handler=retry_message,
        summary="Send a message again",
        tag="Messages",
        response=MessageView,
        status=201,
        problems=(*_WRITING, "direct_unavailable", "not_retryable"),
        creates=True,
    ),
    Route(
        method="PATCH",
        path="/messages/{id}",
        handler=edit_message,
        summary="Change a message",
        tag="Messages",
        request=MessageFields,
        response=MessageView,
        problems=(*_WRITING, "conflict", "content_invalid", "unsupported_by_channel"),
        example={"content": {"text": "Hello! How can I help?"}},
    ),
    Route(
        method="DELETE",
        path="/messages/{id}",
        handler=delete_message,
        summary="Take a message back",
        tag="Messages",
        status=204,
        problems=("channel_deleted", "conversation_closed", "not_assigned", "conflict", "unsupported_by_channel"),
    ),
    Route(
        method="PUT",
        path="/messages/{id}/reaction",
        handler=react_to_message,
        summary="React to a message",
        tag="Messages",
        request=ReactionRequest,
        response=MessageView,
        problems=(*_WRITING, "conflict", "unsupported_by_channel"),
        example={"emoji": "👍"},
    ),
    Route(
        method="DELETE",
        path="/messages/{id}/reaction",
        handler=take_reaction_back,
        summary="Take a reaction back",
        tag="Messages",
        response=MessageView,
        problems=(*_WRITING, "conflict", "unsupported_by_channel"),
    ),
    Route(
        method="GET",
        path="/messages/{id}/attempts",
        handler=show_attempts,
        summary="List attempts to send",
        tag="Messages",
        response=Attempts,
    ),
    Route(
        method="GET",
        path="/messages/{id}/raw",
        handler=show_raw,
        summary="Show the raw payload",
        tag="Messages",
        response=dict[str, object],
    ),
)
