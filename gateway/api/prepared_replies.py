"""Prepared replies: collections, the replies in them, and putting one into a conversation."""

from __future__ import annotations

from typing import Any, Final

import msgspec

from gateway.api.call import Call, Encoded, Route, Who
from gateway.api.template_sends import with_offers
from gateway.content_checks import check_for_channel, check_media_link
from inbox.channel.channel_queue import routing_line
from inbox.contacts.whole_contacts import read_wholes
from inbox.conversation.conversation_reading import visible_conversation
from inbox.foundation.decoding import field_problem
from inbox.foundation.pages import Page, PageQuery
from inbox.foundation.problems import FieldError, ProblemError
from inbox.model.channel_kind import ChannelKind
from inbox.people.access import CallerKind
from inbox.storage.database import Session
from inbox.storage.documents import ConversationDocument
from inbox.views.message_views import MessageView
from queueing.settings.reply_checks import check_version
from queueing.settings.reply_models import (
    PreparedReply,
    PreparedReplyFields,
    PreparedReplyPage,
    RepliesQuery,
    ReplyChangeQuery,
    ReplyChoice,
    ReplyPreview,
    ReplyVersion,
    ReplyVersionPage,
)
from queueing.settings.reply_store import ReplyStore
from queueing.texts.auto_replies import DEFAULT_LANGUAGE
from queueing.texts.reply_rendering import render_reply
from queueing.texts.text_rendering import Values


class SentReply(msgspec.Struct, frozen=True, kw_only=True):
    """The messages that a prepared reply became, in their order."""

    items: tuple[MessageView, ...]


def _store(call: Call[Any, Any]) -> ReplyStore:
    return ReplyStore(call.database, call.parts.runtime.clock)


async def show_offered_replies(call: Call[None, RepliesQuery]) -> Page[PreparedReply]:
    """List the replies that the caller is offered: what is active in the active collections of their groups.

    Managers and above are offered what is active in any collection.
    """
    return await _store(call).list_offered(call.caller, call.query)


async def show_replies_of_collection(call: Call[None, PageQuery]) -> Page[PreparedReply]:
    """List the replies of a collection, oldest first; operators see the active ones."""
    query = call.query
    return await _store(call).list_in(call.caller, call.id, limit=query.limit, cursor=query.cursor)


async def make_prepared_reply(call: Call[PreparedReplyFields, None]) -> Encoded:
    """Make a reply in a collection: for each language the messages that it consists of.

    In `text` and `caption` the variables of automatic texts may stand, such as `{{ contact.name }}`.
    """

    async def work(session: Session) -> object:
        return await _store(call).create(call.caller, call.id, call.body, session=session)

    return await call.create(work, line=routing_line(call.workspace_id))


async def show_prepared_reply(call: Call[None, None]) -> PreparedReply:
    """Show a reply."""
    return await _store(call).get(call.caller, call.id)


async def change_prepared_reply(call: Call[dict[str, Any], ReplyChangeQuery]) -> PreparedReply:
    """Merge a patch: the reply gets its next version. With `version`, `stale_state` if it has another one by now."""
    return await _store(call).patch(call.caller, call.id, call.body, version=call.query.version)


async def delete_prepared_reply(call: Call[None, None]) -> None:
    """Delete a reply with its versions; what was sent with it stays."""
    await _store(call).delete(call.caller, call.id)


async def show_reply_versions(call: Call[None, None]) -> Page[ReplyVersion]:
    """List what a reply said, the newest version first; the last fifty are kept."""
    return await _store(call).versions(call.caller, call.id)


async def preview_reply(call: Call[ReplyChoice, None]) -> ReplyPreview:
    """Show what a prepared reply would send in a conversation, checked against the channel's limits."""
    conversation = await visible_conversation(call.database, call.caller, call.id)
    return await _rendered(call, conversation)


async def send_reply(call: Call[ReplyChoice, None]) -> Encoded:
    """Send a prepared reply: all its messages, in their order and with nothing between, or none."""
    conversation = await visible_conversation(call.database, call.caller, call.id)

    async def work(session: Session) -> object:
        preview = await _rendered(call, conversation)
        sent = await call.parts.inbox.series.send(call.caller, call.id, preview.contents, session=session)
        return SentReply(items=tuple(sent))

    try:
        answer = await call.create(work)
    except ProblemError as problem:
        raise await with_offers(call, problem) from None
    call.parts.wakeups.deliver(conversation["channel_id"])
    return answer


async def _rendered(call: Call[ReplyChoice, None], conversation: ConversationDocument) -> ReplyPreview:
    """Render the chosen reply. Raises `ProblemError` (`not_found` in words of the body, `content_invalid`)."""
    try:
        reply = await _store(call).find(call.caller, call.body.reply_id)
    except ProblemError:
        raise field_problem("/reply_id", "there is no such prepared reply, or you are not offered it") from None
    check_version(reply, call.body.version)
    values, workspace_language = await _values(call, conversation)
    rendered = render_reply(
        reply["translations"],
        values,
        language=call.body.language or values.contact_language,
        workspace_language=workspace_language,
    )
    if not rendered.contents:
        raise field_problem("/reply_id", "nothing is left of this reply: what its variables stand for is not known")
    preview = msgspec.convert(
        {
            "reply_id": reply["_id"],
            "version": reply["version"],
            "language": rendered.language,
            "contents": rendered.contents,
        },
        ReplyPreview,
    )
    await _check_contents(call, ChannelKind(conversation["channel_kind"]), preview)
    return preview


async def _check_contents(call: Call[ReplyChoice, None], kind: ChannelKind, preview: ReplyPreview) -> None:
    """Hold the messages against the channel's limits, and their links against ours; faults are of the reply."""
    for number, content in enumerate(preview.contents, 1):
        try:
            check_for_channel(call.parts.channels.connectors, kind, content)
            await check_media_link(content, allow_private=call.parts.runtime.settings.allow_private_urls)
        except ProblemError as problem:
            faults = [FieldError("/reply_id", f"message {number}: {fault.message}") for fault in problem.errors]
            raise ProblemError(problem.code, f"Message {number}: {problem.detail}", errors=faults) from None


async def _values(call: Call[ReplyChoice, None], conversation: ConversationDocument) -> tuple[Values, str]:
    """Read what the variables stand for, and the workspace's language."""
    database, of_workspace = call.database, {"workspace_id": call.workspace_id}
    names = {"name": 1}
    of_contact = dict.fromkeys(("workspace_id", "name", "language", "family"), 1)
    found = await database.contacts.find({"_id": conversation["contact_id"], **of_workspace}, of_contact).to_list(None)
    contact = next((one.contact for one in await read_wholes(database, found, of_contact)), None)
    queue = await database.queues.find_one({"_id": conversation["queue_id"], **of_workspace}, names)
    channel = await database.channels.find_one({"_id": conversation["channel_id"], **of_workspace}, names)
    workspace = await database.workspaces.find_one({"_id": call.workspace_id}, {"name": 1, "settings": 1})
    is_person = call.caller.kind is CallerKind.OPERATOR
    operator_id = call.caller.id if is_person else conversation["operator_id"]
    operator = await database.operators.find_one({"_id": operator_id, **of_workspace}, names)
    values = Values(
        contact_name=contact.get("name") if contact else None,
        contact_language=contact.get("language") if contact else None,
        queue_name=queue["name"] if queue else None,
        operator_name=operator["name"] if operator else None,
        workspace_name=workspace["name"] if workspace else None,
        channel_name=channel["name"] if channel else None,
    )
    settings = workspace["settings"] if workspace else {}
    return values, settings.get("language", DEFAULT_LANGUAGE)


_TAG: Final = "Prepared replies"
_REPLY: Final = {
    "title": "Opening hours",
    "shortcut": "hours",
    "translations": {
        "en": [
            {"type": "text", "text": "Hello {{ contact.name }}, we are there from 9 to 18."},
            {"type": "text", "text": "Is there anything else?"},
        ]
    },
}
_CHOICE: Final = {"reply_id": "0192d1a5c0f8b1c2d3e4f5a6", "language": "en"}
_WRITING: Final = ("channel_deleted", "conversation_closed", "not_assigned", "not_in_control", "window_closed")

ROUTES: Final[tuple[Route, ...]] = (
    Route(
        method="GET",
        path="/prepared-replies",
        handler=show_offered_replies,
        summary="List the replies that you are offered",
        tag=_TAG,
        query=RepliesQuery,
        response=PreparedReplyPage,
    ),
    Route(
        method="GET",
        path="/reply-collections/{id}/replies",
        handler=show_replies_of_collection,
        summary="List the replies of a collection",
        tag=_TAG,
        query=PageQuery,
        response=PreparedReplyPage,
    ),
    Route(
        method="POST",
        path="/reply-collections/{id}/replies",
        handler=make_prepared_reply,
        summary="Make a prepared reply",
        tag=_TAG,
        who=Who.ADMINISTRATORS,
        request=PreparedReplyFields,
        response=PreparedReply,
        status=201,
        problems=("duplicate",),
        creates=True,
        example=_REPLY,
    ),
    Route(
        method="GET",
        path="/prepared-replies/{id}",
        handler=show_prepared_reply,
        summary="Show a prepared reply",
        tag=_TAG,
        response=PreparedReply,
    ),
    Route(
        method="PATCH",
        path="/prepared-replies/{id}",
        handler=change_prepared_reply,
        summary="Change a prepared reply",
        tag=_TAG,
        who=Who.ADMINISTRATORS,
        request=PreparedReplyFields,
        query=ReplyChangeQuery,
        response=PreparedReply,
        problems=("duplicate", "stale_state"),
        example={"active": False},
    ),
    Route(
        method="DELETE",
        path="/prepared-replies/{id}",
        handler=delete_prepared_reply,
        summary="Delete a prepared reply",
        tag=_TAG,
        who=Who.ADMINISTRATORS,
        status=204,
    ),
    Route(
        method="GET",
        path="/prepared-replies/{id}/versions",
        handler=show_reply_versions,
        summary="List the versions of a prepared reply",
        tag=_TAG,
        response=ReplyVersionPage,
    ),
    Route(
        method="POST",
        path="/conversations/{id}/reply-preview",
        handler=preview_reply,
        summary="Show what a prepared reply would send",
        tag=_TAG,
        request=ReplyChoice,
        response=ReplyPreview,
        problems=("content_invalid", "stale_state", "unsupported_by_channel"),
        example=_CHOICE,
    ),
    Route(
        method="POST",
        path="/conversations/{id}/reply",
        handler=send_reply,
        summary="Send a prepared reply",
        tag=_TAG,
        request=ReplyChoice,
        response=SentReply,
        status=201,
        problems=(*_WRITING, "content_invalid", "stale_state", "unsupported_by_channel"),
        creates=True,
        example=_CHOICE,
    ),
)
