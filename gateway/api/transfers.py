"""Who has a conversation: assignment, transfer, where to, and why it is where it is."""

from __future__ import annotations

from typing import Annotated, Final

import msgspec
from msgspec import Meta

from gateway.api.call import Call, Route
from inbox.conversation.explanation import Explanation, explain
from inbox.foundation.patterns import VISIBLE
from inbox.model.priorities import Priority
from inbox.views.conversation_views import ConversationView
from queueing.queues.queue_models import Id
from queueing.transfers.priorities import set_priority
from queueing.transfers.transfer_targets import TransferTargets

HandOverNote = Annotated[str, Meta(min_length=1, max_length=1_000, pattern=VISIBLE)]
"""As long as an operator's note on a conversation."""


class AssignRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who gets it; `take_over` takes it from another operator."""

    operator_id: Id
    take_over: bool = False


class TransferRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where it goes: exactly one of the two; `note` is for whoever gets it."""

    operator_id: Id | None = None
    queue_id: Id | None = None
    note: HandOverNote | None = None

    def __post_init__(self) -> None:
        """Refuse neither and both."""
        if (self.operator_id is None) == (self.queue_id is None):
            raise ValueError("name exactly one of `operator_id` and `queue_id`")


class PriorityRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """0 is usual, 100 the most urgent."""

    priority: Priority


class TargetQuery(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`available_only=false` also lists what can't be chosen now, with the reason."""

    available_only: bool = True


async def assign_conversation(call: Call[AssignRequest, None]) -> ConversationView:
    """Assign a conversation. One that another operator has can only be taken over, by supervisors and above."""
    asked = call.body
    view = await call.parts.queueing.transfers.assign(
        call.caller, call.id, asked.operator_id, take_over=asked.take_over
    )
    call.parts.wakeups.route_all(call.workspace_id)
    call.parts.wakeups.reply()
    return view


async def transfer_conversation(call: Call[TransferRequest, None]) -> ConversationView:
    """Transfer a conversation to an operator who is online or ready, or to the end of a queue, without priority."""
    transfers, asked = call.parts.queueing.transfers, call.body
    if asked.queue_id is not None:
        view = await transfers.to_queue(call.caller, call.id, asked.queue_id, note=asked.note)
    else:
        view = await transfers.to_operator(call.caller, call.id, asked.operator_id or "", note=asked.note)
    call.parts.wakeups.route_all(call.workspace_id)
    call.parts.wakeups.reply()
    return view


async def prioritise_conversation(call: Call[PriorityRequest, None]) -> ConversationView:
    """Say how urgent an open conversation is: in the line of its queue higher priorities come first.

    For supervisors and above. A transfer into a queue takes the priority away.
    """
    view = await set_priority(call.database, call.caller, call.id, call.body.priority, now=call.now)
    call.parts.wakeups.route_all(call.workspace_id)
    return view


async def show_transfer_targets(call: Call[None, TargetQuery]) -> TransferTargets:
    """List queues and operators to whom one may transfer."""
    return await call.parts.queueing.transfers.targets(call.caller, available_only=call.query.available_only)


async def explain_conversation(call: Call[None, None]) -> Explanation:
    """Explain why a conversation is where it is: the rules that were tried, their answers, and when."""
    return await explain(call.database, call.caller, call.id)


ROUTES: Final[tuple[Route, ...]] = (
    Route(
        method="POST",
        path="/conversations/{id}/assign",
        handler=assign_conversation,
        summary="Assign a conversation",
        tag="Conversations",
        request=AssignRequest,
        response=ConversationView,
        problems=("already_assigned", "conversation_closed", "forbidden", "operator_full", "operator_unavailable"),
        example={"operator_id": "0192d1a5c0f8b1c2d3e4f5a6"},
    ),
    Route(
        method="POST",
        path="/conversations/{id}/transfer",
        handler=transfer_conversation,
        summary="Transfer a conversation",
        tag="Conversations",
        request=TransferRequest,
        response=ConversationView,
        problems=(
            "conversation_closed",
            "not_assigned",
            "operator_full",
            "operator_unavailable",
            "queue_full",
            "queue_unavailable",
        ),
        example={"queue_id": "0192d1a5c0f8b1c2d3e4f5a6", "note": "Wants the money back, has the receipt."},
    ),
    Route(
        method="GET",
        path="/conversations/{id}/explain",
        handler=explain_conversation,
        summary="Explain where a conversation is",
        tag="Conversations",
        response=Explanation,
    ),
    Route(
        method="PUT",
        path="/conversations/{id}/priority",
        handler=prioritise_conversation,
        summary="Set a priority",
        tag="Conversations",
        request=PriorityRequest,
        response=ConversationView,
        problems=("conversation_closed", "forbidden"),
        example={"priority": 10},
    ),
    Route(
        method="GET",
        path="/transfer-targets",
        handler=show_transfer_targets,
        summary="List where one may transfer to",
        tag="Conversations",
        query=TargetQuery,
        response=TransferTargets,
    ),
)
