"""Storing moves of conversations, one or many, with all that belongs to them, inside a transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import groupby

from inbox.conversation.conversation_changes import Step, change_in_steps
from inbox.conversation.conversation_reading import QueuePlace
from inbox.conversation.counters import count_moves
from inbox.conversation.cues import Cue, cue_for, note_cues
from inbox.conversation.moves import Moved
from inbox.storage.database import Collections, Session
from inbox.views.conversation_views import ConversationView


async def store_move(database: Collections, move: Moved, *, at: datetime, session: Session) -> ConversationView:
    """Store one move, with its occasion for an automatic text; return the conversation as it is then."""
    (view,) = await store_moves(database, [move], at=at, session=session)
    await note_cues(database, cues_of([move], at), session=session)
    return view


async def store_moves(
    database: Collections,
    moves: Sequence[Moved],
    *,
    at: datetime,
    session: Session,
    turns: Mapping[str, int] | None = None,
    places: Mapping[str, QueuePlace] | None = None,
) -> list[ConversationView]:
    """Store moves of conversations of one workspace and tell of each; what customers are told is the caller's.

    Args:
        database: Where they are.
        moves: In their order; a later one of the same conversation begins where the earlier one ended.
        at: The time of the moves.
        session: The transaction.
        turns: See `count_moves`.
        places: See `change_in_steps`.

    Returns:
        The conversations as they are after each move.
    """
    if not moves:
        return []
    await count_moves(database, moves, moves[0].before["workspace_id"], at=at, session=session, turns=turns)
    told = groupby(moves, lambda move: move.event)
    steps = [Step(event, [move.change for move in some]) for event, some in told if event is not None]
    return await change_in_steps(database, steps, at=at, session=session, places=places)


def cues_of(moves: Sequence[Moved], moment: datetime) -> list[Cue]:
    """Make the cues of moves that give an occasion; without a queue there are no texts."""
    cues = []
    for move in moves:
        queue_id = move.fields.get("queue_id", move.before["queue_id"])
        if move.occasion is not None and queue_id is not None:
            cues.append(cue_for(move.before, queue_id, move.occasion, moment))
    return cues
