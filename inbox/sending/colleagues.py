"""Whether a colleague has answered since the newest message that an author has seen (`seen_seq`).

A promise that was made before is settled first, so that no answer on its way is overlooked; whatever comes later
changes the conversation's version, which the author's own promise names.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from inbox.conversation.promises import settle_promises
from inbox.foundation.problems import ProblemError
from inbox.model.authors import AuthorKind, Direction
from inbox.model.statuses import MessageStatus
from inbox.people.access import Caller
from inbox.sending.outgoing import author_of
from inbox.storage.database import Collections
from inbox.storage.documents import Condition, ConversationDocument, MessageDocument

_ANSWERS: Final = [kind.value for kind in (AuthorKind.OPERATOR, AuthorKind.API, AuthorKind.BOT, AuthorKind.EXTERNAL)]
"""Whose messages are answers: neither automatic texts nor campaigns."""


async def settle_seen(database: Collections, conversations: Iterable[ConversationDocument]) -> None:
    """Have all earlier promises to conversations kept or voided."""
    by_workspace: dict[str, list[ConversationDocument]] = {}
    for conversation in conversations:
        by_workspace.setdefault(conversation["workspace_id"], []).append(conversation)
    for alike in by_workspace.values():
        await settle_promises(database, alike)


async def answered_since(
    database: Collections, conversation: ConversationDocument, caller: Caller, seen_seq: int
) -> MessageDocument | None:
    """Return the newest answer of somebody else behind a place; None if there is none."""
    mine = author_of(caller)
    theirs: Condition = {
        "workspace_id": conversation["workspace_id"],
        "conversation_id": conversation["_id"],
        "seq": {"$gt": seen_seq},
        "direction": Direction.OUT.value,
        "author.kind": {"$in": _ANSWERS},
        "status": {"$ne": MessageStatus.SCHEDULED.value},
        "$nor": [{"author.kind": mine.kind.value, "author.id": mine.id}],
    }
    return await database.messages.find_one(theirs, {"seq": 1, "author": 1}, sort=[("seq", -1)])


def answered_meanwhile(answer: MessageDocument | None) -> ProblemError:
    """Return the problem that somebody else has answered."""
    place = {} if answer is None else {"seq": int(answer["seq"])}
    return ProblemError(
        "stale_state", "A colleague has answered since the last message that you have seen. Read it first.", extra=place
    )
