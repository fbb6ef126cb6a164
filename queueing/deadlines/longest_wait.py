"""The end of waiting: what becomes of a conversation that waited longer than its queue's `max_wait_seconds`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from inbox.conversation.conversations import Conversations
from inbox.conversation.moves import expired
from inbox.conversation.moving import store_move
from inbox.conversation.queue_places import end_of_line, in_line
from inbox.conversation.routing_notes import RoutingRule, routing_note
from inbox.foundation.clock import Clock
from inbox.model.close_reasons import CloseReason, close_by_rule
from inbox.storage.database import Database, Session
from inbox.storage.documents import ConversationDocument, QueueDocument
from inbox.storage.isolation import Isolated
from queueing.queues.admission_rules import Entrant, EntryAnswer, may_enter
from queueing.queues.queue_models import CloseOrTransfer
from queueing.queues.queue_snapshot import read_snapshot

ENDED_AT_ONCE: Final = 250
CLOSED_AT_ONCE: Final = 100
TIMEOUT: Final = close_by_rule(CloseReason.QUEUE_TIMEOUT)


class LongestWait:
    """Ends waits that lasted too long; any number of workers may do it at once."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._conversations = Conversations(database, clock)
        self._moving = Isolated("longest_waits_moved")
        self._closing = Isolated("longest_waits_closed")

    async def expire(self, workspace_id: str, queue_id: str) -> int:
        """End the wait of conversations that waited longer than `max_wait_seconds`; return how many."""
        now = self._clock.now()
        queue = await self._database.queues.find_one({"_id": queue_id, "workspace_id": workspace_id})
        if queue is None or queue["max_wait_seconds"] is None:
            return 0
        overdue = await self._overdue(queue, now - timedelta(seconds=queue["max_wait_seconds"]))
        staying = overdue
        if queue["on_max_wait"] == CloseOrTransfer.TRANSFER.value:

            async def stays(conversation: ConversationDocument) -> ConversationDocument | None:
                return None if await self._move_on(queue, conversation) else conversation

            staying = [c for c in await self._moving.each(overdue, stays) if c is not None]
        for start in range(0, len(staying), CLOSED_AT_ONCE):
            await self._closing.together(staying[start : start + CLOSED_AT_ONCE], self._close)
        return len(overdue)

    async def _close(self, conversations: Sequence[ConversationDocument]) -> frozenset[str]:
        return await self._conversations.close_many_as_seen(conversations, TIMEOUT)

    async def _overdue(self, queue: QueueDocument, since: datetime) -> list[ConversationDocument]:
        """Find them; one that was put back into its old place counts from then, not from its place."""
        condition = {
            **in_line(queue["workspace_id"], queue["_id"]),
            "queued_at": {"$lte": since},
            "waits_since": {"$not": {"$gt": since}},
        }
        overdue: list[ConversationDocument] = (
            await self._database.conversations.find(condition).sort("queued_at", 1).limit(ENDED_AT_ONCE).to_list(None)
        )
        return overdue

    async def _move_on(self, queue: QueueDocument, seen: ConversationDocument) -> bool:
        """Move a conversation to the end of the next queue; return False where that does not let it in."""
        following = queue["next_queue_id"]
        if following is None:
            return False

        async def work(session: Session) -> bool:
            now, workspace_id = self._clock.now(), seen["workspace_id"]
            same = {"_id": seen["_id"], "workspace_id": workspace_id, "version": seen["version"]}
            before = await self._database.conversations.find_one(same, session=session)
            world = await read_snapshot(self._database, workspace_id, following, now=now, session=session)
            if before is None or world is None or may_enter(world.facts, Entrant.NEW) is not EntryAnswer.QUEUED:
                return before is None
            place = await end_of_line(self._database, workspace_id, following, now, session=session, behind_all=True)
            note = routing_note(RoutingRule.MAX_WAIT, "transfer", now, queue_id=following)
            move = expired(before, following, place, at=now).noted(note)
            await store_move(self._database, move, at=now, session=session)
            return True

        return await self._database.transaction(work)
