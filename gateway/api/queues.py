"""Queues: their settings, and how things stand in them."""

from __future__ import annotations

from typing import Any, Final

import msgspec

from gateway.api.call import Call, Encoded, Route, Who
from inbox.channel.channel_queue import routing_line
from inbox.foundation.pages import Page, PageQuery
from inbox.storage.database import Session
from queueing.queues.queue_models import Id, Queue, QueueFields, QueuePage, QueueStats


class MoveTo(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where that goes which uses the object that is deleted."""

    move_to: Id | None = None


async def show_queues(call: Call[None, PageQuery]) -> Page[Queue]:
    """List queues, oldest first."""
    return await call.parts.queueing.queues.list(call.workspace_id, limit=call.query.limit, cursor=call.query.cursor)


async def show_queue(call: Call[None, None]) -> Queue:
    """Show one queue."""
    return await call.parts.queueing.queues.get(call.workspace_id, call.id)


async def make_queue(call: Call[QueueFields, None]) -> Encoded:
    """Make a queue.

    Refused: a chain of next queues that comes back, and a `max_wait_seconds` that is not below the auto-close
    of every channel whose conversations can come here.
    """

    async def work(session: Session) -> object:
        return await call.parts.queueing.queues.create(call.workspace_id, call.body, session=session)

    return await call.create(work, line=routing_line(call.workspace_id))


async def change_queue(call: Call[dict[str, Any], None]) -> Queue:
    """Merge a patch. A higher limit or a new member counts at once; a lower limit sends nobody away."""
    queue = await call.parts.queueing.queues.patch(call.workspace_id, call.id, call.body)
    call.parts.wakeups.route_all(call.workspace_id)
    return queue


async def delete_queue(call: Call[None, MoveTo]) -> None:
    """Delete a queue. While channels, other queues or conversations use it: only with `move_to`.

    They go to that queue then, conversations with their place and priority, even above its limit.
    """
    await call.parts.queueing.queue_removal.delete(call.workspace_id, call.id, move_to=call.query.move_to)
    call.parts.wakeups.route_all(call.workspace_id)


async def show_queue_stats(call: Call[None, None]) -> QueueStats:
    """Show how many wait, how long, and who is there for them."""
    return await call.parts.queueing.queues.stats(call.workspace_id, call.id)


ROUTES: Final[tuple[Route, ...]] = (
    Route(
        method="GET",
        path="/queues",
        handler=show_queues,
        summary="List queues",
        tag="Queues",
        query=PageQuery,
        response=QueuePage,
    ),
    Route(
        method="POST",
        path="/queues",
        handler=make_queue,
        summary="Make a queue",
        tag="Queues",
        who=Who.ADMINISTRATORS,
        request=QueueFields,
        response=Queue,
        status=201,
        problems=("duplicate",),
        creates=True,
        example={"name": "Sales", "limit": 50, "max_wait_seconds": 900, "strategy": "longest_idle"},
    ),
    Route(
        method="GET",
        path="/queues/{id}",
        handler=show_queue,
        summary="Show a queue",
        tag="Queues",
        response=Queue,
    ),
    Route(
        method="PATCH",
        path="/queues/{id}",
        handler=change_queue,
        summary="Change a queue",
        tag="Queues",
        who=Who.ADMINISTRATORS,
        request=QueueFields,
        response=Queue,
        problems=("duplicate",),
        example={"limit": 100},
    ),
    Route(
        method="DELETE",
        path="/queues/{id}",
        handler=delete_queue,
        summary="Delete a queue",
        tag="Queues",
        who=Who.ADMINISTRATORS,
        query=MoveTo,
        status=204,
        problems=("in_use",),
    ),
    Route(
        method="GET",
        path="/queues/{id}/stats",
        handler=show_queue_stats,
        summary="Show how things stand in a queue",
        tag="Queues",
        response=QueueStats,
    ),
)
