"""New conversations at the door of a queue: who is let in, who goes to the next queue, who is refused."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import msgspec

from inbox.conversation.conversation_changes import NOTES_KEPT, Change, change_conversations
from inbox.conversation.conversation_reading import QueuePlace
from inbox.conversation.cues import Cue, cue_for, note_cues
from inbox.conversation.queue_members import RECENT_KEPT
from inbox.conversation.queue_places import POSITIONS_COUNTED, QUEUE_ORDER, count_ahead, end_of_line
from inbox.conversation.routing_notes import RoutingRule, routing_note
from inbox.conversation.waiting_estimate import expected_wait
from inbox.model.conversation_state import ConversationState
from inbox.storage.database import Collections, Document, Session
from inbox.stream.events import EventType
from queueing.queues.admission_rules import (
    REFUSAL_OCCASIONS,
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

    conversation: Document
    answer: EntryAnswer


async def read_entrants(database: Collections, workspace_id: str, queue_id: str, session: Session) -> list[Document]:
    """Read the next new conversations of a queue, in its order."""
    condition = {
        "workspace_id": workspace_id,
        "queue_id": queue_id,
        "state": ConversationState.NEW.value,
        "open": True,
    }
    found = database.conversations.find(condition, session=session)
    entrants: list[Document] = await found.sort(QUEUE_ORDER).limit(ADMITTED_AT_ONCE).to_list(None)
    return entrants


async def entries(
    database: Collections, world: QueueSnapshot, admitted: Sequence[Document], session: Session
) -> list[Change]:
    """Make the changes that put conversations at the end of a queue."""
    if not admitted:
        return []
    queue, at = world.queue, world.at
    place = await end_of_line(database, queue["workspace_id"], queue["_id"], at, session=session)
    fields = {"state": ConversationState.QUEUED.value, "queued_at": place, "waits_since": at}
    note = routing_note(RoutingRule.ADMISSION, EntryAnswer.QUEUED, at, queue_id=queue["_id"])
    return [Change(conversation, fields, note) for conversation in admitted]


async def entry_places(
    database: Collections, world: QueueSnapshot, admitted: Sequence[Document], handed: int, session: Session
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


def entry_cues(world: QueueSnapshot, admitted: Sequence[Document]) -> list[Cue]:
    """Return the occasions for texts on entering."""
    queue = world.queue
    occasions = [occasion for occasion in entry_occasions(world.facts) if has_words(queue, occasion)]
    return [cue_for(c, queue["_id"], occasion, world.at) for c in admitted for occasion in occasions]


async def turn_away(
    database: Collections, world: QueueSnapshot, facts: QueueFacts, entrants: Sequence[Document], session: Session
) -> list[Refused]:
    """Send entrants to the next queue of the chain; give those for whom there is none.

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
        if answer is EntryAnswer.OVERFLOWED and leads_on(queue, tried):
            fields = {"queue_id": queue["next_queue_id"], "tried_queue_ids": tried}
            moves.append(Change(conversation, fields, note))
        else:
            refused.append(Refused(conversation, answer))
    await change_conversations(database, moves, EventType.CONVERSATION_UPDATED, at=at, session=session)
    cues = [
        cue_for(r.conversation, queue["_id"], REFUSAL_OCCASIONS[r.answer], r.conversation["opened_at"]) for r in refused
    ]
    await note_cues(database, cues, session=session)
    await _note_refusal(database, [r.conversation for r in refused], note, session)
    return refused


async def _note_refusal(
    database: Collections, conversations: Sequence[Document], note: Document, session: Session
) -> None:
    """Keep why they are about to be closed. That is no change of theirs which anybody would have to be told of."""
    if conversations:
        await database.conversations.update_many(
            {"_id": {"$in": [c["_id"] for c in conversations]}, "workspace_id": conversations[0]["workspace_id"]},
            {"$push": {"routing_log": {"$each": [note], "$slice": -NOTES_KEPT}}},
            session=session,
        )
