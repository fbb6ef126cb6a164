"""A channel and its queue: the queue exists, and conversations don't close while they may still wait in it."""

from __future__ import annotations

from typing import Final

from inbox.foundation.decoding import field_problem
from inbox.model.queue_chain import closes_too_soon
from inbox.storage.database import Database, Session
from inbox.storage.documents import ChannelSettingsDocument, Fields, QueueDocument

QUEUE_FIELDS: Final[Fields] = {
    "name": 1,
    "next_queue_id": 1,
    "max_wait_seconds": 1,
    "on_max_wait": 1,
    "on_overflow": 1,
}
"""What the rules of `inbox.model.queue_chain` look at."""


async def read_queues(database: Database, workspace_id: str, *, session: Session | None) -> dict[str, QueueDocument]:
    """Read a workspace's queues, by id, as far as `inbox.model.queue_chain` needs them."""
    found = database.queues.find({"workspace_id": workspace_id}, QUEUE_FIELDS, session=session)
    return {queue["_id"]: queue async for queue in found}


def routing_line(workspace_id: str) -> str:
    """Name the line in which changes stand that `lock_routing`."""
    return f"routing:{workspace_id}"


async def lock_routing(database: Database, workspace_id: str, *, session: Session | None) -> None:
    """Let changes of queues and of what refers to them happen one after the other within a workspace.

    Rules that span several objects (a channel's queue exists, the chain has no loop) would otherwise be
    broken by two changes that each are right by themselves.
    """
    await database.workspaces.update_one({"_id": workspace_id}, {"$inc": {"routing_changes": 1}}, session=session)


async def check_channel_queue(
    database: Database, workspace_id: str, channel: ChannelSettingsDocument, *, session: Session | None
) -> None:
    """Check a channel about to be saved. Raises `ProblemError` (`invalid_request`).

    Args:
        database: Where the queues are.
        workspace_id: Whose channel.
        channel: With `name`, `queue_id` and `auto_close`.
        session: The transaction that saves it.
    """
    if channel["queue_id"] is None:
        return
    await lock_routing(database, workspace_id, session=session)
    queues = await read_queues(database, workspace_id, session=session)
    if channel["queue_id"] not in queues:
        raise field_problem("/queue_id", "there is no such queue")
    breach = closes_too_soon(channel, queues)
    if breach is not None:
        raise field_problem(f"/auto_close/{breach.field}", breach.rule)
