"""Lets conversations rest whose customers owe the answer, and counts them again when these write (domain rule 10.2).

A rest, its end and the operator's counter are one transaction, which reads again whose turn it is. Only what gives
somebody a conversation asks for room: a rest that ends counts, also above the capacity.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial

from inbox.conversation.moves import Moved, rested, woken
from inbox.conversation.moving import store_moves
from inbox.conversation.unanswered import Turn, read_turns
from inbox.foundation.clock import Clock
from inbox.model.conversation_state import ConversationState
from inbox.storage.database import Collections, Database, Session
from inbox.storage.documents import ConversationDocument


class Resting:
    """Begins and ends rests; any number of processes may do it at once."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def turn(self, seen: Sequence[ConversationDocument]) -> Iterable[str]:
        """Let conversations rest, or count again, as is right now; return the workspaces in which that gave room."""
        by_workspace: dict[str, list[str]] = defaultdict(list)
        for conversation in seen:
            by_workspace[conversation["workspace_id"]].append(conversation["_id"])
        freed = []
        for workspace_id, ids in by_workspace.items():
            if await self._database.transaction(partial(self._turn, workspace_id, ids)):
                freed.append(workspace_id)
        return freed

    async def _turn(self, workspace_id: str, ids: Sequence[str], session: Session) -> bool:
        """Move those that are not as they should be; tell whether any began to rest."""
        now = self._clock.now()
        held = {
            "_id": {"$in": list(ids)},
            "workspace_id": workspace_id,
            "open": True,
            "state": ConversationState.ASSIGNED.value,
        }
        found = await self._database.conversations.find(held, session=session).to_list(None)
        after = await _resting_after(self._database, workspace_id, found, session)
        turns = await read_turns(self._database, [c["_id"] for c in found], session=session) if found else {}
        moves = [
            move
            for c in found
            if (move := _move(c, turns.get(c["_id"]), after.get(c["queue_id"] or ""), now)) is not None
        ]
        await store_moves(self._database, moves, at=now, session=session)
        return any(move.fields.get("rested_at") is not None for move in moves)


def _move(
    conversation: ConversationDocument, turn: Turn | None, after_seconds: int | None, at: datetime
) -> Moved | None:
    """Return what is to happen; a rest lasts until the customer writes, or the queue no longer wants it."""
    owes = turn is not None and not turn.operator_owes and after_seconds is not None
    if conversation.get("rested_at") is not None:
        return None if owes else woken(conversation, at=at)
    if turn is None or after_seconds is None or not owes or turn.since + timedelta(seconds=after_seconds) > at:
        return None
    return rested(conversation, at=at)


async def _resting_after(
    database: Collections, workspace_id: str, conversations: Sequence[ConversationDocument], session: Session
) -> Mapping[str, int | None]:
    """Return after how long conversations of their queues rest."""
    queue_ids = {queue_id for c in conversations if (queue_id := c["queue_id"]) is not None}
    wanted = {"workspace_id": workspace_id, "_id": {"$in": sorted(queue_ids)}}
    found = await database.queues.find(wanted, {"resting_after_seconds": 1}, session=session).to_list(None)
    return {queue["_id"]: queue.get("resting_after_seconds") for queue in found}
