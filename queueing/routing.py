"""Letting conversations into queues and handing them to operators: one transaction a batch, safe to run anywhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

import msgspec

from inbox.conversation.conversation_changes import Change, change_conversations
from inbox.conversation.conversations import Close, Conversations
from inbox.conversation.cues import cue_for, note_cues
from inbox.conversation.queue_members import RECENT_KEPT
from inbox.conversation.queue_places import QUEUE_ORDER, end_of_line
from inbox.conversation.seats import SeatTaken, take_seats
from inbox.foundation.clock import Clock
from inbox.messages.views import ConversationState
from inbox.storage.database import Database, Document, Session
from inbox.stream.events import EventType
from queueing.admission_rules import (
    CLOSE_REASONS,
    REFUSAL_OCCASIONS,
    Answer,
    Entrant,
    entry_occasions,
    has_words,
    leads_on,
    may_enter,
    room,
)
from queueing.distribution import Pair, Waiting, distribute
from queueing.explanation import Rule, routing_note
from queueing.queue_facts import QueueWorld, read_world
from queueing.settings_models import Occasion, Strategy

ADMITTED_AT_ONCE: Final = 250
HANDED_AT_ONCE: Final = 250
"""A transaction of 250 assignments takes some 150 ms here; larger ones only lose more when they conflict."""

CLOSED_AT_ONCE: Final = 100
STICKY: Final = "sticky"
"""The answer of the distribution where the operator of last time got it."""


class _Refused(msgspec.Struct, frozen=True):
    """A conversation that goes to no further queue."""

    conversation: Document
    answer: Answer


class Routed(msgspec.Struct, frozen=True, kw_only=True):
    """What a run has done.

    Attributes:
        moved: Conversations decided on or handed out.
        overflowed_to: A queue that has to be routed next, because conversations overflowed into it.
    """

    moved: int
    overflowed_to: str | None


class _Admission(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a batch of new conversations.

    Attributes:
        overflowed_to: The queue that some of them try next.
    """

    decided: int = 0
    refused: Sequence[_Refused] = ()
    overflowed_to: str | None = None


class Routing:
    """Moves conversations into and out of queues."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._conversations = Conversations(database, clock)

    async def route(self, workspace_id: str, queue_id: str) -> Routed:
        """Let in who may enter and hand out who can be taken, until nothing is left to do.

        A batch that is not full was the last one: whoever comes later has a wake-up of their own.
        """
        moved, overflowed_to, decided = 0, None, ADMITTED_AT_ONCE
        while decided == ADMITTED_AT_ONCE:
            admission = await self._admit(workspace_id, queue_id)
            decided = admission.decided
            moved += decided
            overflowed_to = admission.overflowed_to or overflowed_to
        handed = HANDED_AT_ONCE
        while handed == HANDED_AT_ONCE:
            handed = await self.hand_out(workspace_id, queue_id)
            moved += handed
        return Routed(moved=moved, overflowed_to=overflowed_to)

    async def can_hand_out(self, workspace_id: str, queue_id: str) -> bool:
        """Look, without a lock, whether somebody waits who could be taken."""
        world = await read_world(self._database, workspace_id, queue_id, now=self._clock.now(), session=None)
        return world is not None and world.queue["waiting"] > 0 and world.free_capacity > 0

    async def admit(self, workspace_id: str, queue_id: str) -> int:
        """Decide on new conversations of a queue; give on how many.

        Those that may not enter go to the next queue, or are closed with a text, as the queue's settings say.
        """

        return (await self._admit(workspace_id, queue_id)).decided

    async def _admit(self, workspace_id: str, queue_id: str) -> _Admission:
        async def work(session: Session) -> _Admission:
            now = self._clock.now()
            entrants = await self._entrants(workspace_id, queue_id, session)
            if not entrants:
                return _Admission()
            world = await read_world(self._database, workspace_id, queue_id, now=now, session=session)
            if world is None:
                return _Admission()
            admitted = entrants[: room(world.facts, len(entrants))]
            await self._let_in(world, admitted, now, session)
            rest = entrants[len(admitted) :]
            refused = await self._turn_away(world, rest, len(admitted), session)
            moved_on = len(rest) > len(refused)
            overflowed_to = world.queue["next_queue_id"] if moved_on else None
            return _Admission(decided=len(entrants), refused=refused, overflowed_to=overflowed_to)

        admission = await self._database.transaction(work)
        await self._close(admission.refused)
        return admission

    async def hand_out(self, workspace_id: str, queue_id: str) -> int:
        """Assign waiting conversations to ready operators with room, in the queue's order; give how many."""

        async def work(session: Session) -> int:
            now = self._clock.now()
            world = await read_world(self._database, workspace_id, queue_id, now=now, session=session)
            if world is None or not world.free_capacity or not world.queue["waiting"]:
                return 0
            waiting = await self._waiting(world, min(HANDED_AT_ONCE, world.free_capacity), session)
            pairs = distribute(
                [_as_waiting(document) for document in waiting],
                world.seats,
                Strategy(world.queue["strategy"]),
                sticky=world.queue["sticky"],
            )
            await self._assign({c["_id"]: c for c in waiting}, pairs, world, now, session)
            return len(pairs)

        return await self._database.transaction(work)

    async def _entrants(self, workspace_id: str, queue_id: str, session: Session) -> list[Document]:
        condition = {
            "workspace_id": workspace_id,
            "queue_id": queue_id,
            "state": ConversationState.NEW.value,
            "open": True,
        }
        found = self._database.conversations.find(condition, session=session)
        entrants: list[Document] = await found.sort(QUEUE_ORDER).limit(ADMITTED_AT_ONCE).to_list(None)
        return entrants

    async def _let_in(self, world: QueueWorld, admitted: Sequence[Document], now: datetime, session: Session) -> None:
        if not admitted:
            return
        queue = world.queue
        await self._database.queues.update_one(
            {"_id": queue["_id"], "workspace_id": queue["workspace_id"]},
            {"$inc": {"waiting": len(admitted)}},
            session=session,
        )
        place = await end_of_line(self._database, queue["workspace_id"], queue["_id"], now, session=session)
        fields = {"state": ConversationState.QUEUED.value, "queued_at": place, "waits_since": now}
        note = routing_note(Rule.ADMISSION, Answer.QUEUED, now, queue_id=queue["_id"])
        changes = [Change(conversation, fields, note) for conversation in admitted]
        await change_conversations(self._database, changes, EventType.CONVERSATION_QUEUED, at=now, session=session)
        occasions = [occasion for occasion in entry_occasions(world.facts) if has_words(queue, occasion)]
        cues = [cue_for(c, queue["_id"], occasion, now) for c in admitted for occasion in occasions]
        await note_cues(self._database, cues, session=session)

    async def _turn_away(
        self, world: QueueWorld, entrants: Sequence[Document], admitted: int, session: Session
    ) -> list[_Refused]:
        """Send entrants to the next queue of the chain; give those for whom there is none."""
        if not entrants:
            return []
        now, queue = self._clock.now(), world.queue
        full = msgspec.structs.replace(world.facts, waiting=world.facts.waiting + admitted)
        answer = may_enter(full, Entrant.NEW)
        note = routing_note(Rule.ADMISSION, answer, now, queue_id=queue["_id"])
        moves, refused = [], []
        for conversation in entrants:
            tried = [*conversation.get("tried_queue_ids", ()), queue["_id"]]
            if answer is Answer.OVERFLOWED and leads_on(queue, tried):
                fields = {"queue_id": queue["next_queue_id"], "tried_queue_ids": tried}
                moves.append(Change(conversation, fields, note))
            else:
                refused.append(_Refused(conversation, answer))
        await change_conversations(self._database, moves, EventType.CONVERSATION_UPDATED, at=now, session=session)
        cues = [
            cue_for(r.conversation, queue["_id"], REFUSAL_OCCASIONS[r.answer], r.conversation["opened_at"])
            for r in refused
        ]
        await note_cues(self._database, cues, session=session)
        return refused

    async def _close(self, refused: Sequence[_Refused]) -> None:
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
            close = Close(reason=CLOSE_REASONS[some[0].answer], by="queue")
            await self._conversations.close_many_as_seen(unchanged, close)

    async def _waiting(self, world: QueueWorld, count: int, session: Session) -> list[Document]:
        condition = {
            "workspace_id": world.queue["workspace_id"],
            "queue_id": world.queue["_id"],
            "state": ConversationState.QUEUED.value,
            "open": True,
        }
        found = self._database.conversations.find(condition, session=session)
        waiting: list[Document] = await found.sort(QUEUE_ORDER).limit(count).to_list(None)
        return waiting

    async def _assign(
        self,
        conversations: Mapping[str, Document],
        pairs: Sequence[Pair],
        world: QueueWorld,
        now: datetime,
        session: Session,
    ) -> None:
        if not pairs:
            return
        queue = world.queue
        await self._take_seats(queue, pairs, now, session)
        state = {"state": ConversationState.ASSIGNED.value, "assigned_at": now, "active_at": now}
        changes = [
            Change(
                conversations[p.conversation_id],
                {**state, "operator_id": p.operator_id},
                _distributed(queue, p, now),
            )
            for p in pairs
        ]
        await change_conversations(self._database, changes, EventType.CONVERSATION_ASSIGNED, at=now, session=session)
        if has_words(queue, Occasion.ASSIGNED):
            cues = [cue_for(c.before, queue["_id"], Occasion.ASSIGNED, now) for c in changes]
            await note_cues(self._database, cues, session=session)

    async def _take_seats(self, queue: Document, pairs: Sequence[Pair], now: datetime, session: Session) -> None:
        """Count the assignments on the operators and the queue: whoever counts at the same time starts again."""
        counts: dict[str, int] = {}
        turns: dict[str, int] = {}
        for number, pair in enumerate(pairs):
            counts[pair.operator_id] = counts.get(pair.operator_id, 0) + 1
            turns[pair.operator_id] = number
        first_turn = int(now.timestamp() * 1000) * HANDED_AT_ONCE
        taken = [SeatTaken(id_, count, first_turn + turns[id_]) for id_, count in counts.items()]
        await take_seats(self._database, queue["workspace_id"], taken, at=now, session=session)
        recent = {"$each": [now] * len(pairs), "$slice": -RECENT_KEPT}
        await self._database.queues.update_one(
            {"_id": queue["_id"], "workspace_id": queue["workspace_id"]},
            {"$inc": {"waiting": -len(pairs)}, "$push": {"assigned_at": recent}},
            session=session,
        )


def _distributed(queue: Document, pair: Pair, now: datetime) -> Document:
    """Note which rule chose the operator: the queue's strategy, or that they had the customer last time."""
    answer = STICKY if pair.again else queue["strategy"]
    return routing_note(Rule.DISTRIBUTION, answer, now, queue_id=queue["_id"], operator_id=pair.operator_id)


def _as_waiting(conversation: Document) -> Waiting:
    return Waiting(
        id=conversation["_id"],
        priority=conversation.get("priority", 0),
        queued_at=conversation["queued_at"],
        opened_at=conversation["opened_at"],
        last_operator_id=conversation.get("last_operator_id"),
    )
