"""Refuses sends through channels that were deleted."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from inbox.foundation.problems import ProblemError
from inbox.storage.database import Collections, Database, Session
from inbox.storage.documents import ConversationDocument

_GONE: Final = {"deleted_at": {"$ne": None}}


def channel_deleted() -> ProblemError:
    """Return the problem that a channel is deleted: nothing is sent through it, its conversations stay readable."""
    return ProblemError("channel_deleted", "The channel was deleted: nothing can be sent through it any more.")


async def check_connected(database: Database, conversation: ConversationDocument, *, session: Session) -> None:
    """Refuse to send through a channel that was deleted. Raises `ProblemError` (`channel_deleted`)."""
    gone = {"_id": conversation["channel_id"], "workspace_id": conversation["workspace_id"], **_GONE}
    if await database.channels.find_one(gone, {"_id": 1}, session=session) is not None:
        raise channel_deleted()


async def deleted_among(
    database: Collections, workspace_ids: Sequence[str], channel_ids: Iterable[str]
) -> frozenset[str]:
    """Return the channels that were deleted, of those asked for."""
    gone = {"_id": {"$in": list(channel_ids)}, "workspace_id": {"$in": list(workspace_ids)}, **_GONE}
    return frozenset(channel["_id"] for channel in await database.channels.find(gone, {"_id": 1}).to_list(None))
