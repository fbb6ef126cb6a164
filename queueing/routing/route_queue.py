"""Letting conversations into queues and handing them to operators: one transaction a batch, safe to run anywhere.

Who enters and who is handed out is decided together: a new conversation that finds a ready operator goes from the
door to the operator in one transaction, and does not wait in between.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Final

import msgspec

from inbox.conversation.conversations import Conversations
from inbox.conversation.cues import note_cues
from inbox.conversation.moves import Moved
from inbox.conversation.moving import cues_of, store_moves
from inbox.conversation.queue_places import last_in_line
from inbox.foundation.clock import Clock
from inbox.model.close_reasons import close_by_rule
from inbox.model.conversation_state import ConversationState
from inbox.model.occasions import Occasion
from inbox.storage.database import Collections, Database, Session
from inbox.storage.documents import ConversationDocument
from queueing.queues.admission_rules import CLOSE_REASONS, has_words, room
from queueing.queues.queue_snapshot import QueueSnapshot, read_snapshot_and
from queueing.routing.admission import (
    ADMITTED_AT_ONCE,
    Refused,
    entrants_of,
    entries,
    entry_cues,
    entry_places,
    turn_away,
)
from queueing.routing.distributing import HANDED_AT_ONCE, handovers, pair_off, read_line, turns_of
from queueing.routing.distribution_rules import Pair

CLOSED_AT_ONCE: Final = 100
ATTEMPTS: Final = 30
"""Of one round, which can't be divided, where other routers, operators and settings write the same queue: one and a
half seconds of pauses. Who gives up leaves the customers to the next sweep."""
AFTER_GREETING: Final = timedelta(milliseconds=1)
"""What is said on assignment comes after what was said on entering, also where both happen in one moment."""


class Routed(msgspec.Struct, frozen=True, kw_only=True):
    """What a run has done.

    Attributes:
        moved: Conversations decided on or handed out.
        overflowed_to: A queue that has to be routed next, because conversations overflowed into it.
        full: Whether there may be more to do.
    """

    moved: int
    overflowed_to: str | None
    full: bool = False


class _Batch(msgspec.Struct, frozen=True, kw_only=True):
    """What one transaction has done.

    Attributes:
        decided: New conversations that were let in, sent on or refused.
        handed: Conversations that operators got.
        overflowed_to: The queue that some of the new ones try next.
    """

    decided: int = 0
    handed: int = 0
    refused: Sequence[Refused] = ()
    overflowed_to: str | None = None

    @property
    def full(self) -> bool:
        """Whether there may be more to do; who comes after a batch that was not full has a wake-up of their own."""
        return self.decided == ADMITTED_AT_ONCE or self.handed == HANDED_AT_ONCE


class Routing:
    """Moves conversations into and out of queues."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._conversations = Conversations(database, clock)

    async def route(self, workspace_id: str, queue_id: str) -> Routed:
        """Let in who may enter and hand out who can be taken, until nothing is left to do.

        Those that may not enter go to the next queue, or are closed with a text, as the queue's settings say.
        """
        moved, overflowed_to = 0, None
        while True:
            batch = await self._route_some(workspace_id, queue_id)
            await self._close(batch.refused)
            moved += batch.decided + batch.handed
            overflowed_to = batch.overflowed_to or overflowed_to
            if not batch.full:
                return Routed(moved=moved, overflowed_to=overflowed_to)

    async def route_few(self, workspace_id: str, queue_id: str) -> Routed:
        """Do as `route` does, in one transaction that is tried once.

        Raises:
            PyMongoError: if it met another writer (`is_transient`): then nothing was done.
        """
        batch = await self._route_some(workspace_id, queue_id, attempts=1)
        await self._close(batch.refused)
        return Routed(moved=batch.decided + batch.handed, overflowed_to=batch.overflowed_to, full=batch.full)

    async def _route_some(self, workspace_id: str, queue_id: str, *, attempts: int = ATTEMPTS) -> _Batch:
        async def work(database: Collections, session: Session) -> _Batch:
            entrants = entrants_of(database, workspace_id, queue_id, session)
            last = last_in_line(database, workspace_id, queue_id, session=session)
            world, (new, end) = await read_snapshot_and(
                database, workspace_id, queue_id, entrants, last, now=self._clock.now(), session=session
            )
            return _Batch() if world is None else await _Round(database, session, world).run(new, end)

        return await self._database.batch_transaction(work, attempts=attempts)

    async def _close(self, refused: Sequence[Refused]) -> None:
        """Close what may not wait; a message that arrives meanwhile makes it another state, decided on next time."""
        for start in range(0, len(refused), CLOSED_AT_ONCE):
            some = refused[start : start + CLOSED_AT_ONCE]
            conversations = [refusal.conversation for refusal in some]
            still = {
                "_id": {"$in": [conversation["_id"] for conversation in conversations]},
                "workspace_id": conversations[0]["workspace_id"],
                "open": True,
                "state": ConversationState.NEW.value,
            }
            unchanged = await self._database.conversations.find(still).to_list(None)
            close = close_by_rule(CLOSE_REASONS[some[0].answer])
            await self._conversations.close_many_as_seen(unchanged, close)


class _Round:
    """One transaction's work on one queue."""

    def __init__(self, database: Collections, session: Session, world: QueueSnapshot) -> None:
        self._database = database
        self._session = session
        self._world = world
        self._queue = world.queue

    async def run(self, entrants: Sequence[ConversationDocument], last: Sequence[ConversationDocument]) -> _Batch:
        """Decide on new conversations and on the head of the line, whose last one is given if there is one."""
        free = min(self._world.free_capacity, HANDED_AT_ONCE)
        facts = msgspec.structs.replace(self._world.facts, taken_at_once=free)
        admitted = entrants[: room(facts, len(entrants))]
        entered = entries(self._world, admitted, last)
        waiting = await read_line(self._database, self._queue, free, self._session)
        line = {c["_id"]: c for c in (*waiting, *(move.change.after for move in entered))}
        pairs = pair_off(self._world, list(line.values()), free)
        await self._move(entered, pairs, line)
        full = msgspec.structs.replace(facts, waiting=facts.waiting + len(admitted))
        rest = entrants[len(admitted) :]
        refused = await turn_away(self._database, self._world, full, rest, self._session)
        return _Batch(
            decided=len(entrants),
            handed=len(pairs),
            refused=refused,
            overflowed_to=self._queue["next_queue_id"] if len(rest) > len(refused) else None,
        )

    async def _move(
        self, entered: Sequence[Moved], pairs: Sequence[Pair], line: Mapping[str, ConversationDocument]
    ) -> None:
        """Store and tell: first that they are queued, then who has them."""
        database, session, at = self._database, self._session, self._world.at
        admitted = [move.before for move in entered]
        handed = handovers(self._world, line, pairs)
        places = await entry_places(database, self._world, admitted, len(handed), session)
        turns = turns_of(self._world, pairs)
        await store_moves(database, [*entered, *handed], at=at, session=session, turns=turns, places=places)
        await note_cues(database, entry_cues(self._world, admitted), session=session)
        if has_words(self._queue, Occasion.ASSIGNED):
            await note_cues(database, cues_of(handed, at), session=session, due_at=at + AFTER_GREETING)
