"""Holds a person's close back until what queue and channel ask for is filled in (domain rule 4.14)."""

from __future__ import annotations

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
    if caller.kind is not CallerKind.OPERATOR:
        return
    filled = Filled(
        topics=len(conversation.get("topics", ())),
        tags=len(conversation.get("tags", ())),
        notes=conversation.get("notes", 0),
        is_assigned=conversation["operator_id"] is not None,
    )
    lacking = missing(await _required(database, conversation), filled)
    if lacking:
        raise ProblemError(
            "required_before_close",
            f"Before this conversation is closed, fill in: {', '.join(lacking)}.",
            errors=[FieldError(*WHAT_TO_DO[one]) for one in lacking],
        )


async def _required(database: Collections, conversation: ConversationDocument) -> list[CloseRequirement]:
    workspace = {"workspace_id": conversation["workspace_id"]}
    channel = await database.channels.find_one({"_id": conversation["channel_id"], **workspace}, _ASKED)
    queue_id = conversation["queue_id"]
    queue = await database.queues.find_one({"_id": queue_id, **workspace}, _ASKED) if queue_id else None
    of_channel = channel.get("required_before_close", []) if channel else []
    of_queue = queue.get("required_before_close", []) if queue else []
    return [CloseRequirement(one) for one in (*of_channel, *of_queue)]
