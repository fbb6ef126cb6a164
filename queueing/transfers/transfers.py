"""Giving conversations to operators and queues by hand: assignment, transfer, and where one may transfer to."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Final

import msgspec

from inbox.conversation.conversation_changes import Change, change_conversation, view_of
from inbox.conversation.conversation_reading import visible_conversation
from inbox.conversation.conversation_rules import ConversationFacts, check_assign, check_hand_on
from inbox.conversation.cues import cue_for, note_cues
from inbox.conversation.queue_members import RECENT_KEPT, capacity_of, is_member
from inbox.conversation.routing_notes import RoutingRule, routing_note, who
from inbox.conversation.seats import free_place, operator_line, queue_line
from inbox.foundation.clock import Clock
from inbox.foundation.problems import ProblemError, not_found
from inbox.model.conversation_state import ConversationState
from inbox.model.occasions import Occasion
from inbox.model.operator_status import REACHABLE
from inbox.people.access import Caller
from inbox.storage.database import Database, Document, Session
from inbox.stream.events import EventType
from inbox.views.conversation_views import ConversationView
from queueing.queues.admission_rules import Entrant, EntryAnswer, QueueFacts, may_enter
from queueing.queues.queue_snapshot import QueueSnapshot, own_queues, read_snapshot
from queueing.transfers.queue_moves import move_to_queue

_REFUSALS: Final = {
    EntryAnswer.OVERFLOWED: ("queue_full", "The queue is full: no conversation can be transferred into it now."),
    EntryAnswer.NO_OPERATORS: ("queue_unavailable", "No member of the queue is online or ready."),
}
_AWAY: Final = "The operator is neither online nor ready."
_FULL: Final = "The operator has as many conversations as they can take at once."
_OF_QUEUE: Final[Document] = dict.fromkeys(("name", "waiting", "limit", "operator_ids", "group_ids", "capacity"), 1)
_OF_OPERATOR: Final[Document] = dict.fromkeys(("name", "status", "group_ids", "capacity", "load"), 1)


class TargetKind(StrEnum):
    """What a conversation can be transferred to."""

    QUEUE = "queue"
    OPERATOR = "operator"


class TransferTarget(msgspec.Struct, frozen=True, kw_only=True):
    """A queue or an operator; `reason` says why it can't be chosen."""

    kind: TargetKind
    id: str
    name: str
    available: bool
    reason: str | None = None


class TransferTargets(msgspec.Struct, frozen=True, kw_only=True):
    """All targets: queues, then operators, by name."""

    items: tuple[TransferTarget, ...]


class Transfers:
    """Moves single conversations; each move, its counters and its event are one transaction."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def assign(
        self, caller: Caller, conversation_id: str, operator_id: str, *, take_over: bool = False
    ) -> ConversationView:
        """Assign a conversation to an operator, in whatever status they are.

        Who loses a race for it may not see it any more: then there is no such conversation, as in any other call.

        Raises:
            ProblemError: `not_found`, `conversation_closed`, `already_assigned`, `forbidden`,
                `operator_unavailable` (there is no such operator), `operator_full`.
        """

        async def work(session: Session) -> ConversationView:
            before = await visible_conversation(self._database, caller, conversation_id, session=session)
            check_assign(ConversationFacts.of(before), caller, operator_id, take_over=take_over)
            operator = await self._operator(caller.workspace_id, operator_id, session)
            if before["operator_id"] == operator_id:
                return await view_of(self._database, before, at=self._clock.now(), session=session)
            note = routing_note(
                RoutingRule.ASSIGNMENT, "assigned", self._clock.now(), operator_id=operator_id, by=who(caller)
            )
            return await self._give(before, operator, EventType.CONVERSATION_ASSIGNED, note, session)

        return await self._database.transaction(work, line=operator_line(operator_id))

    async def to_operator(self, caller: Caller, conversation_id: str, operator_id: str) -> ConversationView:
        """Transfer to an operator who is online or ready and has room.

        Raises:
            ProblemError: `not_found`, `conversation_closed`, `not_assigned`, `operator_unavailable`, `operator_full`.
        """

        async def work(session: Session) -> ConversationView:
            before = await visible_conversation(self._database, caller, conversation_id, session=session)
            check_hand_on(ConversationFacts.of(before), caller)
            operator = await self._operator(caller.workspace_id, operator_id, session)
            if operator["status"] not in REACHABLE:
                raise ProblemError("operator_unavailable", _AWAY)
            if before["operator_id"] == operator_id:
                return await view_of(self._database, before, at=self._clock.now(), session=session)
            note = routing_note(
                RoutingRule.TRANSFER, "assigned", self._clock.now(), operator_id=operator_id, by=who(caller)
            )
            return await self._give(before, operator, EventType.CONVERSATION_TRANSFERRED, note, session)

        return await self._database.transaction(work, line=operator_line(operator_id))

    async def to_queue(self, caller: Caller, conversation_id: str, queue_id: str) -> ConversationView:
        """Transfer to the end of a queue, without priority.

        Raises:
            ProblemError: `not_found`, `conversation_closed`, `not_assigned`, `queue_full`, `queue_unavailable`.
        """

        async def work(session: Session) -> ConversationView:
            before = await visible_conversation(self._database, caller, conversation_id, session=session)
            check_hand_on(ConversationFacts.of(before), caller)
            world = await read_snapshot(
                self._database, caller.workspace_id, queue_id, now=self._clock.now(), session=session
            )
            if world is None:
                raise not_found("queue")
            answer = self._answer(world, before)
            refuse_unless_queued(answer)
            now = self._clock.now()
            note = routing_note(RoutingRule.TRANSFER, answer, now, queue_id=queue_id, by=who(caller))
            return await move_to_queue(self._database, before, note, at=now, session=session)

        return await self._database.transaction(work, line=queue_line(queue_id))

    async def targets(self, caller: Caller, *, available_only: bool) -> TransferTargets:
        """List queues and operators, with a reason on each that can't be chosen."""

        async def work(session: Session) -> TransferTargets:
            of_workspace = {"workspace_id": caller.workspace_id}
            queues = await self._database.queues.find(of_workspace, _OF_QUEUE, session=session).to_list(None)
            active = {**of_workspace, "active": True}
            operators = await self._database.operators.find(active, _OF_OPERATOR, session=session).to_list(None)
            unbounded = await self._may_exceed(caller.workspace_id, session)
            found = [*_queue_targets(queues, operators), *_operator_targets(caller, queues, operators, unbounded)]
            return TransferTargets(items=tuple(t for t in found if t.available or not available_only))

        return await self._database.transaction(work)

    @staticmethod
    def _answer(world: QueueSnapshot, conversation: Document) -> EntryAnswer:
        """Ask the queue; one that waits in it already takes up no further place."""
        facts = world.facts
        waits_here = conversation["state"] == ConversationState.QUEUED.value
        if waits_here and conversation["queue_id"] == world.queue["_id"]:
            facts = msgspec.structs.replace(facts, waiting=facts.waiting - 1)
        return may_enter(facts, Entrant.TRANSFER)

    async def hand_over(self, before: Document, operator_id: str, note: Document, *, session: Session) -> None:
        """Assign a conversation to an active operator who has room. Raises `ProblemError`."""
        operator = await self._operator(before["workspace_id"], operator_id, session)
        await self._give(before, operator, EventType.CONVERSATION_TRANSFERRED, note, session)

    async def _give(
        self, before: Document, operator: Document, type_: EventType, note: Document, session: Session
    ) -> ConversationView:
        now = self._clock.now()
        await self._take_seat(operator, now, session)
        await free_place(self._database, before, session=session)
        fields = {
            "operator_id": operator["_id"],
            "state": ConversationState.ASSIGNED.value,
            "assigned_at": now,
            "active_at": now,
        }
        await self._keep_pace(before, now, session)
        occasion = Occasion.ASSIGNED if type_ is EventType.CONVERSATION_ASSIGNED else Occasion.TRANSFERRED
        if before["queue_id"] is not None:
            cue = cue_for(before, before["queue_id"], occasion, now)
            await note_cues(self._database, [cue], session=session)
        return await change_conversation(self._database, Change(before, fields, note), type_, at=now, session=session)

    async def _keep_pace(self, before: Document, now: datetime, session: Session) -> None:
        """Note when a queue's conversation got an operator by hand: it tells of the queue's pace like any other."""
        if before["state"] == ConversationState.QUEUED.value and before["queue_id"] is not None:
            await self._database.queues.update_one(
                {"_id": before["queue_id"], "workspace_id": before["workspace_id"]},
                {"$push": {"assigned_at": {"$each": [now], "$slice": -RECENT_KEPT}}},
                session=session,
            )

    async def take_seat(self, workspace_id: str, operator_id: str, *, at: datetime, session: Session) -> None:
        """Count one more conversation on an active operator who has room. Raises `ProblemError`."""
        await self._take_seat(await self._operator(workspace_id, operator_id, session), at, session)

    async def _take_seat(self, operator: Document, at: datetime, session: Session) -> None:
        if not await self._has_room(operator, session):
            raise ProblemError("operator_full", _FULL)
        await self._database.operators.update_one(
            {"_id": operator["_id"], "workspace_id": operator["workspace_id"]},
            {"$inc": {"load": 1}, "$set": {"idle_since": at}},
            session=session,
        )

    async def _has_room(self, operator: Document, session: Session) -> bool:
        if await self._may_exceed(operator["workspace_id"], session):
            return True
        return _is_below_capacity(operator, await own_queues(self._database, operator, session=session))

    async def _may_exceed(self, workspace_id: str, session: Session) -> bool:
        """Tell whether people may give operators more than their capacity."""
        workspace = await self._database.workspaces.find_one({"_id": workspace_id}, {"settings": 1}, session=session)
        return bool(workspace and workspace["settings"].get("manual_over_capacity"))

    async def _operator(self, workspace_id: str, operator_id: str, session: Session) -> Document:
        found: Document | None = await self._database.operators.find_one(
            {"_id": operator_id, "workspace_id": workspace_id, "active": True}, session=session
        )
        if found is None:
            raise ProblemError("operator_unavailable", "There is no active operator with this id in the workspace.")
        return found


def refuse_unless_queued(answer: EntryAnswer) -> None:
    """Turn a queue's refusal of a transfer into a problem.

    Raises `ProblemError` (`queue_full`, `queue_unavailable`).
    """
    if answer in _REFUSALS:
        code, detail = _REFUSALS[answer]
        raise ProblemError(code, detail)


def _queue_targets(queues: Sequence[Document], operators: Sequence[Document]) -> list[TransferTarget]:
    there = [operator for operator in operators if operator["status"] in REACHABLE]
    targets = []
    for queue in sorted(queues, key=lambda q: q["name"]):
        reachable = sum(is_member(queue, operator) for operator in there)
        facts = QueueFacts(waiting=queue["waiting"], limit=queue["limit"], ready=0, reachable=reachable)
        answer = may_enter(facts, Entrant.TRANSFER)
        reason = _REFUSALS[answer][1] if answer in _REFUSALS else None
        targets.append(_target(TargetKind.QUEUE, queue, reason))
    return targets


def _operator_targets(
    caller: Caller, queues: Sequence[Document], operators: Sequence[Document], unbounded: bool
) -> list[TransferTarget]:
    targets = []
    for operator in sorted(operators, key=lambda o: o["name"]):
        reason = None if operator["status"] in REACHABLE else _AWAY
        if reason is None and not (unbounded or _is_below_capacity(operator, queues)):
            reason = _FULL
        if operator["_id"] != caller.id:
            targets.append(_target(TargetKind.OPERATOR, operator, reason))
    return targets


def _is_below_capacity(operator: Document, queues: Sequence[Document]) -> bool:
    return int(operator.get("load", 0)) < capacity_of(operator, queues)


def _target(kind: TargetKind, document: Document, reason: str | None) -> TransferTarget:
    return TransferTarget(kind=kind, id=document["_id"], name=document["name"], available=reason is None, reason=reason)
