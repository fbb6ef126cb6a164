"""Holds a person's close back until what queue and channel ask for is filled in (domain rule 4.14)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from inbox.foundation.problems import FieldError, ProblemError
from inbox.model.close_requirements import WHAT_TO_DO, CloseRequirement, Filled, missing
from inbox.people.access import Caller, CallerKind
from inbox.storage.database import Collections
from inbox.storage.documents import ConversationDocument, Fields

_ASKED: Final[Fields] = {"required_before_close": 1}


async def check_filled_in(database: Collections, caller: Caller, conversation: ConversationDocument) -> None:
    """Refuse a close in which something is missing; what programs and rules close is not held back.

    Raises:
        ProblemError: `required_before_close`, with a pointer to each thing that is missing.
    """
    (required,) = await read_required(database, caller, [conversation])
    check_required(conversation, required)


def check_required(conversation: ConversationDocument, required: Sequence[CloseRequirement]) -> None:
    """Refuse a close in which something is missing that is required. Raises `ProblemError` as `check_filled_in`."""
    filled = Filled(
        topics=len(conversation.get("topics", ())),
        tags=len(conversation.get("tags", ())),
        notes=conversation.get("notes", 0),
        is_assigned=conversation["operator_id"] is not None,
    )
    lacking = missing(required, filled)
    if lacking:
        raise ProblemError(
            "required_before_close",
            f"Before this conversation is closed, fill in: {', '.join(lacking)}.",
            errors=[FieldError(*WHAT_TO_DO[one]) for one in lacking],
        )


async def read_required(
    database: Collections, caller: Caller, conversations: Sequence[ConversationDocument]
) -> list[Sequence[CloseRequirement]]:
    """Return for each conversation what its queue and channel ask for; nothing where a program closes."""
    if caller.kind is not CallerKind.OPERATOR or not conversations:
        return [()] * len(conversations)
    channel_ids = {conversation["channel_id"] for conversation in conversations}
    queue_ids = {queue_id for conversation in conversations if (queue_id := conversation["queue_id"])}
    workspace = {"workspace_id": caller.workspace_id}
    of_channels = {"_id": {"$in": list(channel_ids)}, **workspace}
    of_queues = {"_id": {"$in": list(queue_ids)}, **workspace}
    channels = await database.channels.find(of_channels, _ASKED).to_list(None)
    queues = await database.queues.find(of_queues, _ASKED).to_list(None) if queue_ids else []
    asked = {one["_id"]: one.get("required_before_close", []) for one in (*channels, *queues)}
    return [
        [CloseRequirement(one) for id_ in (c["channel_id"], c["queue_id"] or "") for one in asked.get(id_, ())]
        for c in conversations
    ]
