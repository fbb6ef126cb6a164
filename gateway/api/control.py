"""Who answers in a chat with several agents: taken, passed on, released."""

from __future__ import annotations

import asyncio
from typing import Annotated, Final, Literal

import msgspec
from msgspec import Meta

from channels.abilities import ControlAct, ControlsThreads
from channels.accounts import account_of
from gateway.api.call import Call, Route
from inbox.conversation.control_changes import with_control
from inbox.conversation.conversation_changes import Change, change_conversation, view_of
from inbox.conversation.conversation_reading import visible_conversation
from inbox.conversation.conversation_rules import ConversationFacts, check_hand_on
from inbox.foundation.problems import ProblemError, not_found
from inbox.model.control import NOT_IN_CONTROL, ControlAction
from inbox.sending.outbound import SendFailedError
from inbox.storage.database import Session
from inbox.stream.events import EventType
from inbox.views.conversation_views import ConversationView

ANSWER_SECONDS: Final = 10.0
AgentRole = Literal["ai_agent", "ctwa", "customer_service", "escalation", "marketing", "utility"]
"""Source: conversation-routing, 30 Sep 2026."""


class ControlRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What to do about who answers.

    Attributes:
        action: `take` the chat from the agent that answers, `pass` it to one, or `release` it: then the messenger
            decides who answers the customer's next message.
        role: Of a pass: who gets it.
        note: What the agent is told that gets it.
    """

    action: ControlAction
    role: AgentRole = "ai_agent"
    note: Annotated[str, Meta(max_length=2_000)] | None = None


async def control_conversation(call: Call[ControlRequest, None]) -> ConversationView:
    """Say who answers in a chat that several agents share: the messenger's own, a partner's, or people here.

    While another agent answers (`control.ours` false) its messages are shown and nothing is sent. The messenger is
    asked at once; what it refuses changes nothing (`not_in_control` where it lets only others take a chat).
    """
    conversation = await visible_conversation(call.database, call.caller, call.id)
    check_hand_on(ConversationFacts.of(conversation), call.caller)
    record = await call.parts.channels.directory.get(conversation["channel_id"])
    if record is None or record.deleted_at is not None:
        raise not_found("channel")
    connector = call.parts.channels.connectors.get(record.kind)
    if not isinstance(connector, ControlsThreads):
        raise ProblemError("unsupported_by_channel", "Nobody else answers in the chats of this messenger.")
    asked = call.body
    role = asked.role if asked.action is ControlAction.PASS else None
    act = ControlAct(action=asked.action, role=role, note=asked.note)
    try:
        async with asyncio.timeout(ANSWER_SECONDS):
            await connector.control_thread(
                to=conversation["identity"]["external_id"], act=act, account=account_of(record)
            )
    except SendFailedError as failed:
        code = NOT_IN_CONTROL if failed.error.code == NOT_IN_CONTROL else "provider_failed"
        raise ProblemError(code, failed.error.explanation) from None
    except TimeoutError:
        raise ProblemError(
            "provider_failed", "WhatsApp did not answer. Look who answers in the chat before you try again."
        ) from None
    return await _noted(call, asked.action)


async def _noted(call: Call[ControlRequest, None], action: ControlAction) -> ConversationView:
    """Note what the messenger took, as its own notice would."""
    ours = action is not ControlAction.PASS

    async def work(session: Session) -> ConversationView:
        before = await visible_conversation(call.database, call.caller, call.id, session=session)
        fields = with_control(before, ours=ours, at=call.now)
        if not fields:
            return await view_of(call.database, before, at=call.now, session=session)
        change, type_ = Change(before, fields), EventType.CONTROL_CHANGED
        return await change_conversation(call.database, change, type_, at=call.now, session=session)

    return await call.database.transaction(work)


ROUTES: Final[tuple[Route, ...]] = (
    Route(
        method="POST",
        path="/conversations/{id}/control",
        handler=control_conversation,
        summary="Take, pass or release a chat",
        tag="Conversations",
        request=ControlRequest,
        response=ConversationView,
        problems=(
            "conversation_closed",
            "not_assigned",
            "not_in_control",
            "provider_failed",
            "unsupported_by_channel",
        ),
        example={"action": "take"},
    ),
)
