"""Removing a queue: never while something uses it, unless it is said where that goes."""

from __future__ import annotations

from typing import Final

from inbox.channel.channel_queue import lock_routing, read_queues
from inbox.conversation.moves import redirected
from inbox.conversation.moving import store_moves
from inbox.conversation.queue_places import QUEUE_ORDER
from inbox.conversation.routing_notes import RoutingRule, routing_note
from inbox.foundation.clock import Clock
from inbox.foundation.decoding import field_problem
from inbox.foundation.problems import ProblemError
from inbox.model.queue_chain import first_too_soon
from inbox.storage.database import Database, Document, Session
from inbox.storage.documents import with_fields
from queueing.queues.queue_views import tell_of_queue
from queueing.settings.queue_checks import check_no_loop, read_channels
from queueing.settings.queue_store import find_queue

MOVED_AT_ONCE: Final = 100


class QueueRemoval:
    """Deletes queues."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def delete(self, workspace_id: str, queue_id: str, *, move_to: str | None) -> None:
        """Delete a queue.

        With `move_to` its channels, what leads to it and its conversations go to that queue first, with their
        places and priorities, even above its limit; their longest wait begins anew, and that queue's rules on
        time count from now on. If that is interrupted, the queue is still there: deleting it again goes on.

        Raises:
            ProblemError: `not_found`, `in_use` without `move_to`, `invalid_request` for a `move_to` that can't be.
        """
        if move_to is not None:
            await self._database.transaction(lambda session: self._redirect(workspace_id, queue_id, move_to, session))
            while await self._move_some(workspace_id, queue_id, move_to):
                pass
        await self._database.transaction(lambda session: self._remove(workspace_id, queue_id, session))

    async def _redirect(self, workspace_id: str, queue_id: str, move_to: str, session: Session) -> None:
        """Let nothing lead to the queue any more."""
        database = self._database
        await lock_routing(database, workspace_id, session=session)
        await find_queue(database, workspace_id, queue_id, session=session)
        queues = await read_queues(database, workspace_id, session=session)
        if move_to == queue_id or move_to not in queues:
            raise field_problem("/move_to", "must be another queue of this workspace")
        for queue in queues.values():
            if queue["next_queue_id"] == queue_id:
                queue["next_queue_id"] = move_to
        for other in queues:
            check_no_loop(queues, other, pointer="/move_to")
        channels = await read_channels(database, workspace_id, session=session)
        moved = [{**c, "queue_id": move_to} if c["queue_id"] == queue_id else c for c in channels]
        breach = first_too_soon(moved, queues)
        if breach is not None:
            raise field_problem("/move_to", breach.rule)
        await self._relink(workspace_id, queue_id, move_to, session)

    async def _relink(self, workspace_id: str, queue_id: str, move_to: str, session: Session) -> None:
        await self._database.channels.update_many(
            {"workspace_id": workspace_id, "queue_id": queue_id, "deleted_at": None},
            {"$set": {"queue_id": move_to}},
            session=session,
        )
        leading = {"workspace_id": workspace_id, "next_queue_id": queue_id}
        for queue in await self._database.queues.find(leading, session=session).to_list(None):
            changed = {"next_queue_id": move_to}
            await self._database.queues.update_one(
                {"_id": queue["_id"], "workspace_id": workspace_id},
                {"$set": changed, "$inc": {"version": 1}},
                session=session,
            )
            after = with_fields(queue, {**changed, "version": queue.get("version", 1) + 1})
            await tell_of_queue(self._database, after, at=self._clock.now(), session=session)

    async def _move_some(self, workspace_id: str, queue_id: str, move_to: str) -> int:
        """Move the next conversations in the queue's order; return how many there were."""

        async def work(session: Session) -> int:
            now = self._clock.now()
            found = self._database.conversations.find(
                {"workspace_id": workspace_id, "queue_id": queue_id, "open": True}, session=session
            )
            some = await found.sort(QUEUE_ORDER).limit(MOVED_AT_ONCE).to_list(None)
            await self._check_there(workspace_id, move_to, session)
            note = routing_note(RoutingRule.QUEUE_DELETED, "moved", now, queue_id=move_to)
            moves = [redirected(c, move_to, at=now).noted(note) for c in some]
            await store_moves(self._database, moves, at=now, session=session)
            return len(some)

        return await self._database.transaction(work)

    async def _check_there(self, workspace_id: str, move_to: str, session: Session) -> None:
        wanted = {"_id": move_to, "workspace_id": workspace_id}
        if await self._database.queues.find_one(wanted, {"_id": 1}, session=session) is None:
            raise field_problem("/move_to", "was deleted meanwhile")

    async def _remove(self, workspace_id: str, queue_id: str, session: Session) -> None:
        await lock_routing(self._database, workspace_id, session=session)
        stored = await find_queue(self._database, workspace_id, queue_id, session=session)
        await self._refuse_if_used(workspace_id, queue_id, session)
        await self._database.queues.delete_one({"_id": queue_id, "workspace_id": workspace_id}, session=session)
        await tell_of_queue(self._database, stored, at=self._clock.now(), session=session, deleted=True)

    async def _refuse_if_used(self, workspace_id: str, queue_id: str, session: Session) -> None:
        uses: list[tuple[str, str, Document]] = [
            ("channels", "channels", {"queue_id": queue_id, "deleted_at": None}),
            ("queues", "queues that lead to it", {"next_queue_id": queue_id}),
            ("conversations", "open conversations", {"queue_id": queue_id, "open": True}),
        ]
        found = []
        for collection, words, condition in uses:
            condition["workspace_id"] = workspace_id
            number = await getattr(self._database, collection).count_documents(condition, session=session)
            if number:
                found.append(f"{number} {words}")
        if found:
            raise ProblemError(
                "in_use", f"The queue is in use: {', '.join(found)}. Say where they go: ?move_to= another queue."
            )
