"""What a bulk action does to one conversation after the other: each decided by itself, places counted down together.

A decision returns a move or changed fields, None where the conversation is already so, or raises what its single
action would.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Protocol

import msgspec

from inbox.conversation.conversation_rules import (
    ConversationFacts,
    check_assign,
    check_classify,
    check_hand_on,
    check_snooze,
)
from inbox.conversation.moves import Moved, assigned, given_back, handed_over, transferred, with_note
from inbox.conversation.routing_notes import RoutingRule, routing_note, who
from inbox.foundation.decoding import field_problem
from inbox.foundation.problems import ProblemError
from inbox.labels.label_models import MAX_TAGS
from inbox.model.conversation_state import ConversationState
from inbox.model.operator_status import REACHABLE
from inbox.people.access import Caller, CallerKind
from inbox.storage.documents import ConversationDocument, Fields, OperatorDocument, SnoozeDocument
from queueing.queues.admission_rules import Entrant, may_enter
from queueing.queues.queue_snapshot import QueueSnapshot
from queueing.transfers.transfer_targets import AWAY, FULL
from queueing.transfers.transfers import refuse_unless_queued

Decision = Moved | Fields | None


class Decide(Protocol):
    """Decides on one conversation, inside a transaction."""

    def __call__(self, before: ConversationDocument) -> Decision:
        """Return what happens to it. Raises `ProblemError`."""


class Room:
    """How many more conversations an operator can take; None is no limit."""

    def __init__(self, left: int | None) -> None:
        self._left = left

    def take(self) -> None:
        """Take a place. Raises `ProblemError` (`operator_full`)."""
        if self._left is None:
            return
        if self._left <= 0:
            raise ProblemError("operator_full", FULL)
        self._left -= 1


def assigning(caller: Caller, operator: OperatorDocument, room: Room, *, take_over: bool, at: datetime) -> Decide:
    """Assign to an operator, in whatever status they are."""
    note = routing_note(RoutingRule.ASSIGNMENT, "assigned", at, operator_id=operator["_id"], by=who(caller))

    def decide(before: ConversationDocument) -> Decision:
        check_assign(ConversationFacts.of(before), caller, operator["_id"], take_over=take_over)
        if before["operator_id"] == operator["_id"]:
            return None
        room.take()
        return assigned(before, operator["_id"], at=at).noted(note)

    return decide


def handing_over(caller: Caller, operator: OperatorDocument, room: Room, words: str | None, *, at: datetime) -> Decide:
    """Transfer to an operator who is online or ready."""
    note = routing_note(RoutingRule.TRANSFER, "assigned", at, operator_id=operator["_id"], by=who(caller))

    def decide(before: ConversationDocument) -> Decision:
        check_hand_on(ConversationFacts.of(before), caller)
        if operator["status"] not in REACHABLE:
            raise ProblemError("operator_unavailable", AWAY)
        if before["operator_id"] == operator["_id"]:
            return None
        room.take()
        return with_note(handed_over(before, operator["_id"], at=at).noted(note), words, who(caller), at=at)

    return decide


def queueing(caller: Caller, world: QueueSnapshot, end: datetime, words: str | None, *, at: datetime) -> Decide:
    """Transfer to the end of a queue, one behind the other; each asks for a place."""
    giver = caller.id if caller.kind is CallerKind.OPERATOR else None
    placed: list[str] = []
    came = 0

    def decide(before: ConversationDocument) -> Decision:
        nonlocal came
        check_hand_on(ConversationFacts.of(before), caller)
        waits_here = before["state"] == ConversationState.QUEUED.value and before["queue_id"] == world.queue["_id"]
        facts = msgspec.structs.replace(world.facts, waiting=world.facts.waiting + came - int(waits_here))
        answer = may_enter(facts, Entrant.TRANSFER)
        refuse_unless_queued(answer)
        place = end + timedelta(milliseconds=len(placed))
        placed.append(before["_id"])
        came += int(not waits_here)
        note = routing_note(RoutingRule.TRANSFER, answer, at, queue_id=world.queue["_id"], by=who(caller))
        move = transferred(before, world.queue["_id"], place, giver, at=at).noted(note)
        return with_note(move, words, who(caller), at=at)

    return decide


def giving_back(caller: Caller, queue_ids: frozenset[str], *, at: datetime) -> Decide:
    """Give one's own conversations back to their queues, those that are still there."""

    def decide(before: ConversationDocument) -> Decision:
        if before["operator_id"] != caller.id or not before["open"]:
            return None
        queue_id = before["queue_id"] if before["queue_id"] in queue_ids else None
        note = routing_note(RoutingRule.GIVEN_BACK, "queued", at, queue_id=queue_id, by=who(caller))
        return given_back(before, queue_id, caller.id, at=at).noted(note)

    return decide


def snoozing(caller: Caller, snooze: SnoozeDocument) -> Decide:
    """Set aside."""

    def decide(before: ConversationDocument) -> Decision:
        check_snooze(ConversationFacts.of(before), caller)
        return {"snooze": snooze}

    return decide


def tagging(caller: Caller, add: Sequence[str], remove: frozenset[str]) -> Decide:
    """Add and take away tags, by their keys."""

    def decide(before: ConversationDocument) -> Decision:
        check_classify(ConversationFacts.of(before), caller)
        has = before.get("tags", [])
        tags = [key for key in dict.fromkeys([*has, *add]) if key not in remove]
        if len(tags) > MAX_TAGS:
            raise field_problem("/add", f"a conversation has at most {MAX_TAGS} tags")
        return None if tags == has else {"tags": tags}

    return decide
