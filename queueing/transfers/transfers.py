"""Giving conversations to operators and queues by hand: assignment and transfer."""

from __future__ import annotations

import msgspec

from inbox.conversation.conversation_changes import view_of
from inbox.conversation.conversation_reading import visible_conversation
from inbox.conversation.conversation_rules import ConversationFacts, check_assign, check_hand_on
from inbox.conversation.counters import operator_line, queue_line
from inbox.conversation.moves import Moved, assigned, handed_over, transferred, with_note
from inbox.conversation.moving import store_move
from inbox.conversation.queue_places import end_of_line
from inbox.conversation.routing_notes import RoutingRule, routing_note, who
from inbox.foundation.clock import Clock
from inbox.foundation.problems import ProblemError, not_found
from inbox.model.conversation_state import ConversationState
from inbox.model.operator_status import REACHABLE
from inbox.people.access import Caller, CallerKind
from inbox.storage.database import Database, Session
from inbox.storage.documents import ConversationDocument, OperatorDocument, RoutingNoteDocument
from inbox.views.conversation_views import ConversationView
from queueing.queues.admission_rules import Entrant, EntryAnswer, may_enter
from queueing.queues.queue_snapshot import QueueSnapshot, own_queues, read_snapshot
from queueing.queues.returned import with_returned
from queueing.transfers.transfer_targets import (
    AWAY,
    FULL,
    REFUSALS,
    TransferTargets,
    is_below_capacity,
    may_exceed_capacity,
    transfer_targets,
)


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
            operator = await self.active_operator(caller.workspace_id, operator_id, session)
            if before["operator_id"] == operator_id:
                return await view_of(self._database, before, at=self._clock.now(), session=session)
            now = self._clock.now()
            note = routing_note(RoutingRule.ASSIGNMENT, "assigned", now, operator_id=operator_id, by=who(caller))
            move = assigned(before, operator_id, at=now).noted(note)
            return await self._give(move, operator, session)

        return await self._database.transaction(work, line=operator_line(operator_id))

    async def to_operator(
        self, caller: Caller, conversation_id: str, operator_id: str, *, note: str | None = None
    ) -> ConversationView:
        """Transfer to an operator who is online or ready and has room; the note is for them.

        Raises:
            ProblemError: `not_found`, `conversation_closed`, `not_assigned`, `operator_unavailable`, `operator_full`.
        """

        async def work(session: Session) -> ConversationView:
            before = await visible_conversation(self._database, caller, conversation_id, session=session)
            check_hand_on(ConversationFacts.of(before), caller)
            operator = await self.active_operator(caller.workspace_id, operator_id, session)
            if operator["status"] not in REACHABLE:
                raise ProblemError("operator_unavailable", AWAY)
            if before["operator_id"] == operator_id:
                return await view_of(self._database, before, at=self._clock.now(), session=session)
            now = self._clock.now()
            why = routing_note(RoutingRule.TRANSFER, "assigned", now, operator_id=operator_id, by=who(caller))
            move = with_note(handed_over(before, operator_id, at=now).noted(why), note, who(caller), at=now)
            return await self._give(move, operator, session)

        return await self._database.transaction(work, line=operator_line(operator_id))

    async def to_queue(
        self, caller: Caller, conversation_id: str, queue_id: str, *, note: str | None = None
    ) -> ConversationView:
        """Transfer to the end of a queue, without priority; the note is for whoever gets it there.

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
            why = routing_note(RoutingRule.TRANSFER, answer, now, queue_id=queue_id, by=who(caller))
            place = await end_of_line(
                self._database, caller.workspace_id, queue_id, now, session=session, behind_all=True
            )
            giver = caller.id if caller.kind is CallerKind.OPERATOR else None
            move = with_note(transferred(before, queue_id, place, giver, at=now).noted(why), note, who(caller), at=now)
            return await store_move(self._database, move, at=now, session=session)

        return await self._database.transaction(work, line=queue_line(queue_id))

    @staticmethod
    def _answer(world: QueueSnapshot, conversation: ConversationDocument) -> EntryAnswer:
        """Ask the queue; one that waits in it already takes up no further place."""
        facts = world.facts
        waits_here = conversation["state"] == ConversationState.QUEUED.value
        if waits_here and conversation["queue_id"] == world.queue["_id"]:
            facts = msgspec.structs.replace(facts, waiting=facts.waiting - 1)
        return may_enter(facts, Entrant.TRANSFER)

    async def targets(self, caller: Caller, *, available_only: bool) -> TransferTargets:
        """List queues and operators, with a reason on each that can't be chosen."""
        return await transfer_targets(self._database, caller, available_only=available_only)

    async def hand_over(
        self, before: ConversationDocument, operator_id: str, note: RoutingNoteDocument, *, session: Session
    ) -> None:
        """Transfer a conversation to an active operator who has room. Raises `ProblemError`."""
        operator = await self.active_operator(before["workspace_id"], operator_id, session)
        await self._give(handed_over(before, operator_id, at=note["at"]).noted(note), operator, session)

    async def _give(self, move: Moved, operator: OperatorDocument, session: Session) -> ConversationView:
        await self.check_room(operator, session)
        return await store_move(self._database, move, at=move.fields["assigned_at"], session=session)

    async def check_room(self, operator: OperatorDocument, session: Session) -> None:
        """Refuse an operator who has as many conversations as they can take. Raises `ProblemError` (`operator_full`).

        Who counts one on the operator in the same transaction meets others who would: only one takes the last place.
        """
        if not await self._has_room(operator, session):
            raise ProblemError("operator_full", FULL)

    async def _has_room(self, operator: OperatorDocument, session: Session) -> bool:
        if await may_exceed_capacity(self._database, operator["workspace_id"], session):
            return True
        (counted,) = await with_returned(self._database, operator["workspace_id"], [operator], session=session)
        return is_below_capacity(counted, await own_queues(self._database, operator, session=session))

    async def active_operator(self, workspace_id: str, operator_id: str, session: Session) -> OperatorDocument:
        """Read an active operator. Raises `ProblemError` (`operator_unavailable`)."""
        found: OperatorDocument | None = await self._database.operators.find_one(
            {"_id": operator_id, "workspace_id": workspace_id, "active": True}, session=session
        )
        if found is None:
            raise ProblemError("operator_unavailable", "There is no active operator with this id in the workspace.")
        return found


def refuse_unless_queued(answer: EntryAnswer) -> None:
    """Turn a queue's refusal of a transfer into a problem.

    Raises `ProblemError` (`queue_full`, `queue_unavailable`).
    """
    if answer in REFUSALS:
        code, detail = REFUSALS[answer]
        raise ProblemError(code, detail)
