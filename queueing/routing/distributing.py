"""Distributes waiting conversations to ready operators with capacity, in the queue's order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from inbox.conversation.moves import Moved, distributed
from inbox.conversation.queue_members import busy, capacity_of
from inbox.conversation.queue_places import QUEUE_ORDER, in_line
from inbox.conversation.routing_notes import RoutingRule, routing_note
from inbox.storage.database import Collections, Session
from inbox.storage.documents import ConversationDocument, OperatorDocument, QueueDocument, RoutingNoteDocument
from inbox.storage.time_limits import READ_MS
from queueing.queues.queue_models import Strategy
from queueing.queues.queue_snapshot import QueueSnapshot
from queueing.routing.distribution_rules import Pair, Seat, WaitingConversation, distribute

HANDED_AT_ONCE: Final = 250
"""A transaction of 250 assignments takes some 150 ms here; larger ones only lose more when they conflict."""

STICKY: Final = "sticky"
"""The answer of the distribution where the operator of last time got it."""


async def read_line(
    database: Collections, queue: QueueDocument, count: int, session: Session
) -> list[ConversationDocument]:
    """Read who waits in a queue, the next ones in order."""
    if not count or not queue["waiting"]:
        return []
    found = database.conversations.find(
        in_line(queue["workspace_id"], queue["_id"]), session=session, max_time_ms=READ_MS
    )
    waiting: list[ConversationDocument] = await found.sort(QUEUE_ORDER).limit(count).to_list(None)
    return waiting


def pair_off(world: QueueSnapshot, line: Sequence[ConversationDocument], most: int) -> list[Pair]:
    """Say who gets whom: at most so many, strictly in the queue's order."""
    pairs = distribute(
        [_as_waiting(document) for document in line],
        [_seat(world, member) for member in world.takers],
        Strategy(world.queue["strategy"]),
        sticky=world.queue["sticky"],
    )
    return pairs[:most]


def handovers(world: QueueSnapshot, line: Mapping[str, ConversationDocument], pairs: Sequence[Pair]) -> list[Moved]:
    """Make the moves that give conversations to operators."""
    return [
        distributed(line[pair.conversation_id], pair.operator_id, at=world.at).noted(_note(world, pair))
        for pair in pairs
    ]


def turns_of(world: QueueSnapshot, pairs: Sequence[Pair]) -> dict[str, int]:
    """Return the turn of each operator who gets somebody: higher than any before, in the order of the pairs."""
    first = int(world.at.timestamp() * 1000) * HANDED_AT_ONCE
    return {pair.operator_id: first + number for number, pair in enumerate(pairs)}


def _note(world: QueueSnapshot, pair: Pair) -> RoutingNoteDocument:
    """Note which rule chose the operator: the queue's strategy, or that they had the customer last time."""
    queue = world.queue
    answer = STICKY if pair.again else queue["strategy"]
    return routing_note(RoutingRule.DISTRIBUTION, answer, world.at, queue_id=queue["_id"], operator_id=pair.operator_id)


def _seat(world: QueueSnapshot, member: OperatorDocument) -> Seat:
    return Seat(
        operator_id=member["_id"],
        load=busy(member),
        capacity=capacity_of(member, world.queues),
        idle_since=member.get("idle_since") or member["status_since"],
        turn=member.get("turn", 0),
        skill=sum(member.get("skills", {}).get(name, 0) for name in world.queue["skills"]),
        skills=member.get("skills", {}),
    )


def _as_waiting(conversation: ConversationDocument) -> WaitingConversation:
    return WaitingConversation(
        id=conversation["_id"],
        priority=conversation.get("priority", 0),
        queued_at=conversation["queued_at"] or conversation["opened_at"],
        opened_at=conversation["opened_at"],
        last_operator_id=conversation.get("last_operator_id"),
        handed_on_by=conversation.get("handed_on_by"),
        skills=tuple(conversation.get("skills", ())),
    )
