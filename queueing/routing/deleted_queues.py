"""Conversations that came for a queue while it was being deleted: they go to their channel's queue of now."""

from __future__ import annotations

from typing import Final

from inbox.conversation.conversation_life import LIFE, Move
from inbox.conversation.moves import adopted
from inbox.conversation.moving import store_move
from inbox.conversation.routing_notes import RoutingRule, routing_note
from inbox.foundation.clock import Clock
from inbox.storage.database import Database, Session
from inbox.storage.documents import ConversationDocument
from inbox.storage.isolation import Isolated

ADOPTED_AT_ONCE: Final = 100
_LOST: Final = sorted(state.value for state in LIFE[Move.ADOPT].sources)


class DeletedQueues:
    """Finds a place for conversations whose queue is gone."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._adopted = Isolated("orphans")

    async def adopt(self, queue_id: str) -> frozenset[str]:
        """Place the conversations of a queue that does not exist; return the queues that have to be routed."""
        wanted = self._adopted.among({"queue_id": queue_id, "state": {"$in": _LOST}, "open": True})
        found = await self._database.conversations.find(wanted, {"_id": 1}).limit(ADOPTED_AT_ONCE).to_list(None)
        queues = await self._adopted.each(found, lambda one: self._adopt(queue_id, one["_id"]))
        return frozenset(queue for queue in queues if queue is not None)

    async def _adopt(self, queue_id: str, conversation_id: str) -> str | None:
        async def work(session: Session) -> str | None:
            wanted = {"_id": conversation_id, "queue_id": queue_id, "state": {"$in": _LOST}, "open": True}
            before = await self._database.conversations.find_one(wanted, session=session)
            gone = await self._database.queues.find_one({"_id": queue_id}, {"_id": 1}, session=session) is None
            if before is None or not gone:
                return None
            target = await self._queue_of_channel(before, session)
            await self._place(before, target, session)
            return target

        return await self._database.transaction(work)

    async def _queue_of_channel(self, conversation: ConversationDocument, session: Session) -> str | None:
        workspace_id = conversation["workspace_id"]
        channel = await self._database.channels.find_one(
            {"_id": conversation["channel_id"], "workspace_id": workspace_id}, {"queue_id": 1}, session=session
        )
        queue_id = channel and channel.get("queue_id")
        if not queue_id:
            return None
        wanted = {"_id": queue_id, "workspace_id": workspace_id}
        queue = await self._database.queues.find_one(wanted, {"_id": 1}, session=session)
        return None if queue is None else str(queue["_id"])

    async def _place(self, before: ConversationDocument, target: str | None, session: Session) -> None:
        """Let it ask the channel's queue; without one it waits for anybody."""
        now = self._clock.now()
        note = routing_note(RoutingRule.QUEUE_DELETED, "moved", now, queue_id=target)
        await store_move(self._database, adopted(before, target, at=now).noted(note), at=now, session=session)
