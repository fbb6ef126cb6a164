"""An operator's daily tools in a conversation: draft, snooze, unread marks, who else looks, taking a close back."""

from __future__ import annotations

from typing import Any, Final

import msgspec

from gateway.api.call import Call, Route, Who
from gateway.events.signals import Side, Signal
from inbox.conversation.conversation_reading import visible_conversation
from inbox.conversation.snoozing import SnoozeRequest
from inbox.messages.drafts import DraftRequest, Drafts, ReplyDraft
from inbox.messages.message_reading import Seq
from inbox.people.looking import Looker, Looking
from inbox.people.sight import placement_of
from inbox.storage.documents import ConversationDocument
from inbox.views.conversation_views import ConversationView


class UnreadRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The first message that is to be unread again; without one the customer's newest."""

    from_seq: Seq | None = None


class LookingRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Whether the operator writes, too."""

    writing: bool = False


class Lookers(msgspec.Struct, frozen=True, kw_only=True):
    """Who else has the conversation on the screen now."""

    items: tuple[Looker, ...]


def drafts_of(call: Call[Any, Any]) -> Drafts:
    """Return what keeps drafts."""
    return Drafts(call.database, call.parts.runtime.clock)


def _looking(call: Call[Any, Any]) -> Looking:
    return Looking(call.parts.runtime.redis, call.parts.runtime.clock)


async def show_draft(call: Call[None, None]) -> ReplyDraft:
    """Show one's own draft in a conversation; without one its `content` is null."""
    return await drafts_of(call).get(call.caller, call.id)


async def put_draft(call: Call[DraftRequest, None]) -> ReplyDraft:
    """Keep a draft on the server. Colleagues learn that somebody writes when it begins, not what it says."""
    return await drafts_of(call).put(call.caller, call.id, call.body)


async def delete_draft(call: Call[None, None]) -> None:
    """Drop one's own draft, after sending it for example."""
    await drafts_of(call).delete(call.caller, call.id)


async def snooze_conversation(call: Call[SnoozeRequest, None]) -> ConversationView:
    """Set a conversation aside: at `until` whoever did so and whoever has it then are reminded (`snooze.ended`).

    The customer's next message and a close end it. It is not closed for silence before its time.
    """
    return await call.parts.inbox.snoozing.snooze(call.caller, call.id, call.body)


async def end_snooze(call: Call[None, None]) -> ConversationView:
    """Set a conversation aside no longer."""
    return await call.parts.inbox.snoozing.end(call.caller, call.id)


async def mark_unread(call: Call[UnreadRequest, None]) -> ConversationView:
    """Mark messages as unread again, for oneself and colleagues; the customer is told nothing."""
    return await call.parts.inbox.conversations.mark_unread(call.caller, call.id, call.body.from_seq)


async def reopen_conversation(call: Call[None, None]) -> ConversationView:
    """Take back one's own close within ten seconds; its closing text is not sent then.

    `stale_state` if the customer wrote meanwhile, `conversation_closed` after the ten seconds.
    """
    view = await call.parts.queueing.reopening.reopen(call.caller, call.id)
    call.parts.wakeups.route_all(call.workspace_id)
    return view


async def show_lookers(call: Call[None, None]) -> Lookers:
    """List who else has the conversation on the screen now, and who of them writes."""
    await visible_conversation(call.database, call.caller, call.id)
    return await _others(call)


async def look_at_conversation(call: Call[LookingRequest, None]) -> Lookers:
    """Say that one has the conversation on the screen; to be repeated every twenty seconds, it ends after thirty."""
    conversation = await visible_conversation(call.database, call.caller, call.id)
    if await _looking(call).renew(call.caller, call.id, writing=call.body.writing):
        _tell(call, conversation, looking=True, writing=call.body.writing)
    return await _others(call)


async def leave_conversation(call: Call[None, None]) -> None:
    """Say that one has the conversation on the screen no longer."""
    conversation = await visible_conversation(call.database, call.caller, call.id)
    if await _looking(call).leave(call.caller, call.id):
        _tell(call, conversation, looking=False, writing=False)


async def _others(call: Call[Any, Any]) -> Lookers:
    lookers = await _looking(call).lookers(call.workspace_id, call.id)
    return Lookers(items=tuple(one for one in lookers if one.operator_id != call.caller.id))


def _tell(call: Call[Any, Any], conversation: ConversationDocument, *, looking: bool, writing: bool) -> None:
    """Hint to the sockets of colleagues; it may be lost."""
    data: dict[str, str | bool] = {"operator_id": call.caller.id, "looking": looking, "writing": writing}
    call.parts.signals.send(
        Signal(
            side=Side.COLLEAGUE,
            workspace_id=call.workspace_id,
            conversation_id=call.id,
            placement=placement_of(conversation),
            data=data,
        )
    )


_TAG: Final = "Daily tools"

ROUTES: Final[tuple[Route, ...]] = (
    Route(
        method="GET",
        path="/conversations/{id}/draft",
        handler=show_draft,
        summary="Show your draft",
        tag=_TAG,
        who=Who.PERSON,
        response=ReplyDraft,
    ),
    Route(
        method="PUT",
        path="/conversations/{id}/draft",
        handler=put_draft,
        summary="Keep a draft",
        tag=_TAG,
        who=Who.PERSON,
        request=DraftRequest,
        response=ReplyDraft,
        problems=("conversation_closed",),
        example={"content": {"type": "text", "text": "Dear Ms Kerry, about your"}},
    ),
    Route(
        method="DELETE",
        path="/conversations/{id}/draft",
        handler=delete_draft,
        summary="Drop your draft",
        tag=_TAG,
        who=Who.PERSON,
        status=204,
    ),
    Route(
        method="PUT",
        path="/conversations/{id}/snooze",
        handler=snooze_conversation,
        summary="Set a conversation aside until a time",
        tag=_TAG,
        request=SnoozeRequest,
        response=ConversationView,
        problems=("conversation_closed", "not_assigned"),
        example={"until": "2026-12-01T09:00:00Z", "note": "Ask whether the parcel came"},
    ),
    Route(
        method="DELETE",
        path="/conversations/{id}/snooze",
        handler=end_snooze,
        summary="Set a conversation aside no longer",
        tag=_TAG,
        response=ConversationView,
        problems=("conversation_closed", "not_assigned"),
    ),
    Route(
        method="POST",
        path="/conversations/{id}/unread",
        handler=mark_unread,
        summary="Mark a conversation as unread",
        tag=_TAG,
        request=UnreadRequest,
        response=ConversationView,
        problems=("conversation_closed",),
        example={"from_seq": 3618743562240},
    ),
    Route(
        method="POST",
        path="/conversations/{id}/reopen",
        handler=reopen_conversation,
        summary="Take a close back",
        tag=_TAG,
        who=Who.PERSON,
        response=ConversationView,
        problems=(
            "conflict",
            "conversation_closed",
            "operator_full",
            "operator_unavailable",
            "queue_full",
            "stale_state",
        ),
    ),
    Route(
        method="GET",
        path="/conversations/{id}/looking",
        handler=show_lookers,
        summary="List who looks at a conversation",
        tag=_TAG,
        response=Lookers,
    ),
    Route(
        method="PUT",
        path="/conversations/{id}/looking",
        handler=look_at_conversation,
        summary="Say that you look at a conversation",
        tag=_TAG,
        who=Who.PERSON,
        request=LookingRequest,
        response=Lookers,
        example={"writing": True},
    ),
    Route(
        method="DELETE",
        path="/conversations/{id}/looking",
        handler=leave_conversation,
        summary="Say that you look no longer",
        tag=_TAG,
        who=Who.PERSON,
        status=204,
    ),
)
