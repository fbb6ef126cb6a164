"""Counting conversations on queues and operators, in the transaction that moves them.

Two that would take the last place meet on the document that counts, and one of them starts again (ADR 3). Those of
one process stand in line before that: whoever changes a counter names its line.
"""

from __future__ import annotations

from collections import Counter as Tally
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from inbox.conversation.conversation_life import COUNTERS, RESTING, Seat, seat_of
from inbox.conversation.moves import Moved
from inbox.conversation.queue_members import RECENT_KEPT
from inbox.model.conversation_state import ConversationState
from inbox.storage.database import Collections, Document, Session, UpdateOne, post
from inbox.storage.documents import ConversationDocument

_WAITING: Final = COUNTERS[ConversationState.QUEUED]
_LOAD: Final = COUNTERS[ConversationState.ASSIGNED]


def queue_line(queue_id: str) -> str:
    """Name the line of those who count on a queue."""
    return f"queue:{queue_id}"


def operator_line(operator_id: str) -> str:
    """Name the line of those who count on an operator."""
    return f"operator:{operator_id}"


def line_of(conversation: ConversationDocument) -> str | None:
    """Name the line of those who count where this conversation is counted; None where it is not."""
    seat = seat_of(conversation)
    if seat is None:
        return None
    return queue_line(seat.id) if seat.counter is _WAITING else operator_line(seat.id)


async def count_moves(
    database: Collections,
    moves: Sequence[Moved],
    workspace_id: str,
    *,
    at: datetime,
    session: Session,
    turns: Mapping[str, int] | None = None,
) -> None:
    """Count moves: whoever counts on one of the documents at the same time starts again.

    Args:
        database: Where queues and operators are.
        moves: Of one workspace, in any order.
        workspace_id: Whose they are.
        at: The time of the moves.
        session: Their transaction.
        turns: Of the operators who get conversations, where a queue deals them out: among all of the workspace.
    """
    changes = seat_changes(moves)
    queues = _queue_updates(changes, moves, workspace_id, at)
    if queues:
        await post(database.queues.bulk_write(queues, ordered=False, session=session))
    if turns:
        await _deal_out(database, changes, turns, workspace_id, at, session)
        return
    operators = _operator_updates(changes, moves, workspace_id, at)
    if operators:
        await post(database.operators.bulk_write(operators, ordered=False, session=session))


def seat_changes(moves: Sequence[Moved]) -> Mapping[Seat, int]:
    """Return by how much each number changes, 0 where as many come as go."""
    changes: Tally[Seat] = Tally()
    for move in moves:
        changes.subtract(move.seats_left)
        changes.update(move.seats_taken)
    return changes


def _operator_updates(
    changes: Mapping[Seat, int], moves: Sequence[Moved], workspace_id: str, at: datetime
) -> list[UpdateOne]:
    """Count what operators have; who gets a conversation begins to be idle anew."""
    getting = {move.taken.id for move in moves if move.taken and move.taken != move.left}
    of_operators = {seat: number for seat, number in changes.items() if seat.counter in (_LOAD, RESTING)}
    updates = []
    for id_ in sorted({seat.id for seat in of_operators}):
        own = {counter.field: of_operators.get(Seat(counter, id_), 0) for counter in (_LOAD, RESTING)}
        counted = {field: number for field, number in own.items() if number}
        update: Document = {"$inc": counted} if counted else {}
        if id_ in getting:
            update["$set"] = {"idle_since": at}
        if update:
            updates.append(UpdateOne({"_id": id_, "workspace_id": workspace_id}, update))
    return updates


def _queue_updates(
    changes: Mapping[Seat, int], moves: Sequence[Moved], workspace_id: str, at: datetime
) -> list[UpdateOne]:
    """Count who waits, and note the pace: when somebody who waited got an operator, by hand like any other."""
    handed = Tally(m.left.id for m in moves if _has_waited(m) and m.left is not None)
    waiting = {seat.id: number for seat, number in changes.items() if seat.counter is _WAITING}
    updates = []
    for id_, number in sorted(waiting.items()):
        update: Document = {"$inc": {_WAITING.field: number}} if number else {}
        if handed[id_]:
            update["$push"] = {"assigned_at": {"$each": [at] * handed[id_], "$slice": -RECENT_KEPT}}
        if update:
            updates.append(UpdateOne({"_id": id_, "workspace_id": workspace_id}, update))
    return updates


def _has_waited(move: Moved) -> bool:
    """Tell whether a move gives a conversation out of a queue to an operator."""
    left, taken = move.left, move.taken
    return left is not None and left.counter is _WAITING and taken is not None and taken.counter is _LOAD


async def _deal_out(
    database: Collections,
    changes: Mapping[Seat, int],
    turns: Mapping[str, int],
    workspace_id: str,
    at: datetime,
    session: Session,
) -> None:
    """Count new assignments with one statement for all operators: each finds its numbers by its place among the ids."""
    ids = list(turns)
    place = {"$indexOfArray": [ids, "$_id"]}
    count = {"$arrayElemAt": [[changes[Seat(_LOAD, id_)] for id_ in ids], place]}
    fields = {
        _LOAD.field: {"$add": [{"$ifNull": [f"${_LOAD.field}", 0]}, count]},
        "idle_since": {"$literal": at},
        "turn": {"$arrayElemAt": [list(turns.values()), place]},
    }
    ours = {"_id": {"$in": ids}, "workspace_id": workspace_id}
    await post(database.operators.update_many(ours, [{"$set": fields}], session=session))
