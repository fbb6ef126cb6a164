"""Admits new conversations to a queue, moves them to the next one, or refuses them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import msgspec

from inbox.conversation.conversation_changes import NOTES_KEPT
from inbox.conversation.conversation_reading import QueuePlace
from inbox.conversation.cues import Cue, cue_for, note_cues
from inbox.conversation.moves import Moved, overflowed
from inbox.conversation.moves import admitted as admitted_to
from inbox.conversation.moving import store_moves
from inbox.conversation.queue_members import RECENT_KEPT
from inbox.conversation.queue_places import POSITIONS_COUNTED, QUEUE_ORDER, behind, count_ahead, in_line
from inbox.conversation.routing_notes import RoutingRule, routing_note
from inbox.conversation.waiting_estimate import expected_wait
from inbox.model.close_reasons import CLOSES
from inbox.model.conversation_state import ConversationState
from inbox.storage.database import Collections, Cursor, Session, post
from inbox.storage.documents import ConversationDocument, RoutingNoteDocument
from inbox.storage.time_limits import READ_MS
from queueing.queues.admission_rules import (
    CLOSE_REASONS,
    Entrant,
    EntryAnswer,
    QueueFacts,
    entry_occasions,
    has_words,
    leads_on,
    may_enter,
)
from queueing.queues.queue_snapshot import QueueSnapshot

ADMITTED_AT_ONCE: Final = 250


class Refused(msgspec.Struct, frozen=True):
    """A conversation that goes to no further queue."""

    conversation: ConversationDocument
    answer: EntryAnswer


def entrants_of(database: Collections, workspace_id: str, queue_id: str, session: Session) -> Cursor:
    """Ask for the next new conversations of a queue, in its order."""
    new = in_line(workspace_id, queue_id, ConversationState.NEW)
    found = database.conversations.find(new, session=session, max_time_ms=READ_MS)
    return found.sort(QUEUE_ORDER).limit(ADMITTED_AT_ONCE)


def entries(
    world: QueueSnapshot, admitted: Sequence[ConversationDocument], last: Sequence[ConversationDocument]
) -> list[Moved]:
    """Make the moves that put conversations at the end of a queue, behind the last one there."""
    queue, at = world.queue, world.at
    place = behind(last, at)
    note = routing_note(RoutingRule.ADMISSION, EntryAnswer.QUEUED, at, queue_id=queue["_id"])
    return [admitted_to(conversation, place, at=at).noted(note) for conversation in admitted]


async def entry_places(
    database: Collections, world: QueueSnapshot, admitted: Sequence[ConversationDocument], handed: int, session: Session
) -> Mapping[str, QueuePlace]:
    """Tell the places of conversations that were let in; those far back have none.

    Without priority one comes behind all who wait, so that nothing needs to be read. Who is taken at once has the
    place in which they came; the others have the place that is left when those ahead of them are gone.

    Args:
        database: Where the queue is.
        world: The queue before they came.
        admitted: In the queue's order.
        handed: How many from the head of the line operators got in the same moment.
        session: The transaction.
    """
    ahead = {0: int(world.queue["waiting"])}
    places: dict[str, QueuePlace] = {}
    for number, conversation in enumerate(admitted, start=1):
        priority = conversation.get("priority", 0)
        if priority not in ahead:
            ahead[priority] = await count_ahead(database, world.queue, priority, session=session)
        position = ahead[priority] + number
        place = QueuePlace(position, 0) if position <= handed else _place_left(world, position - handed, handed)
        if position <= POSITIONS_COUNTED:
            places[conversation["_id"]] = place
    return places


def _place_left(world: QueueSnapshot, position: int, handed: int) -> QueuePlace:
    recent = [*world.queue["assigned_at"], *[world.at] * handed][-RECENT_KEPT:]
    free = world.free_capacity - handed
    wait = expected_wait(position, recent, ready=world.facts.ready, free_capacity=free, now=world.at)
    return QueuePlace(position, None if wait is None else int(wait.total_seconds()))


def entry_cues(world: QueueSnapshot, admitted: Sequence[ConversationDocument]) -> list[Cue]:
    """Return the occasions for texts on entering."""
    queue = world.queue
    occasions = [occasion for occasion in entry_occasions(world.facts) if has_words(queue, occasion)]
    return [cue_for(c, queue["_id"], occasion, world.at) for c in admitted for occasion in occasions]


async def turn_away(
    database: Collections,
    world: QueueSnapshot,
    facts: QueueFacts,
    entrants: Sequence[ConversationDocument],
    session: Session,
) -> list[Refused]:
    """Send entrants to the next queue of the chain; return those for whom there is none.

    Args:
        database: Where they are.
        world: The queue that does not let them in.
        facts: Of the queue, with all who could be let in.
        entrants: The others.
        session: The transaction.
    """
    if not entrants:
        return []
    queue, at = world.queue, world.at
    answer = may_enter(facts, Entrant.NEW)
    note = routing_note(RoutingRule.ADMISSION, answer, at, queue_id=queue["_id"])
    moves, refused = [], []
    for conversation in entrants:
        tried = [*conversation.get("tried_queue_ids", ()), queue["_id"]]
        following = queue["next_queue_id"]
        if answer is EntryAnswer.OVERFLOWED and following is not None and leads_on(queue, tried):
            moves.append(overflowed(conversation, following, tried, at=at).noted(note))
        else:
            refused.append(Refused(conversation, answer))
    await store_moves(database, moves, at=at, session=session)
    await note_cues(database, _refusal_cues(queue["_id"], refused), session=session)
    await _note_refusal(database, [r.conversation for r in refused], note, session)
    return refused


def _refusal_cues(queue_id: str, refused: Sequence[Refused]) -> list[Cue]:
    """Return the occasions for texts on being turned away, once in a conversation's life."""
    occasions = [(r.conversation, CLOSES[CLOSE_REASONS[r.answer]].occasion) for r in refused]
    return [cue_for(c, queue_id, occasion, c["opened_at"]) for c, occasion in occasions if occasion is not None]


async def _note_refusal(
    database: Collections, conversations: Sequence[ConversationDocument], note: RoutingNoteDocument, session: Session
) -> None:
    """Keep why they are about to be closed. That is no change of theirs which anybody would have to be told of."""
    if conversations:
        ours = {"_id": {"$in": [c["_id"] for c in conversations]}, "workspace_id": conversations[0]["workspace_id"]}
        kept = {"$push": {"routing_log": {"$each": [note], "$slice": -NOTES_KEPT}}}
        await post(database.conversations.update_many(ours, kept, session=session))
