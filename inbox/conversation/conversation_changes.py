"""Changing conversations and telling of it, one or many, inside a transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

import msgspec

from inbox.conversation.conversation_reading import placement_of, read_conversation, read_conversations
from inbox.conversation.deadlines import SETTLING
from inbox.foundation.problems import not_found
from inbox.messages.views import ConversationView
from inbox.people.access import Placement
from inbox.storage.database import Database, Document, Session, UpdateMany
from inbox.stream.events import Audience, Event, EventType, write_events

NOTES_KEPT: Final = 50
"""Of the latest moves; more would be read by nobody."""
MANY_DIFFERENT: Final = 8
"""A statement costs MongoDB some 270 µs, a further document of one statement 77 µs: from here on one statement
that finds each document's values in a list is cheaper than one for each."""
_PLACE: Final = "place_in_batch"
"""A field that exists only while a statement runs."""


class Change(msgspec.Struct, frozen=True):
    """A conversation as it was read in the transaction, and the fields that it gets.

    Attributes:
        note: What is added to the log that explains why the conversation is where it is.
    """

    before: Document
    fields: Document
    note: Document | None = None


async def view_of(database: Database, conversation: Document, *, at: datetime, session: Session) -> ConversationView:
    """Show a conversation as it is within the transaction."""
    view = await read_conversation(database, conversation["workspace_id"], conversation["_id"], now=at, session=session)
    if view is None:
        raise not_found("conversation")
    return view


async def change_conversation(
    database: Database, change: Change, type_: EventType, *, at: datetime, session: Session
) -> ConversationView:
    """Change one conversation and tell of it; give it as it is then."""
    await change_conversations(database, [change], type_, at=at, session=session)
    return await view_of(database, change.before, at=at, session=session)


async def change_conversations(
    database: Database, changes: Sequence[Change], type_: EventType, *, at: datetime, session: Session
) -> None:
    """Change conversations of one workspace and tell of each; those that change alike with one statement.

    Another writer of one of them makes the transaction start again.
    """
    if not changes:
        return
    workspace_id = changes[0].before["workspace_id"]
    alike: dict[str, tuple[Change, list[str]]] = {}
    for change in changes:
        alike.setdefault(repr((change.fields, change.note)), (change, []))[1].append(change.before["_id"])
    updates = [(ids, _update(change, at)) for change, ids in alike.values()]
    if len(updates) >= MANY_DIFFERENT and _same_fields(changes):
        updates = [([change.before["_id"] for change in changes], _update_by_list(changes, at))]
    await database.conversations.bulk_write(
        [UpdateMany({"_id": {"$in": ids}, "workspace_id": workspace_id}, update) for ids, update in updates],
        ordered=False,
        session=session,
    )
    ids = [change.before["_id"] for change in changes]
    views = await read_conversations(database, workspace_id, ids, now=at, session=session)
    events = [
        Event(
            workspace_id=workspace_id,
            type=type_,
            at=at,
            data=views[change.before["_id"]],
            audience=Audience(change.before["_id"], _placements(change)),
        )
        for change in changes
    ]
    await write_events(database, events, at=at, session=session)


def _same_fields(changes: Sequence[Change]) -> bool:
    """Tell whether the changes differ in values only, each with a note."""
    names = changes[0].fields.keys()
    return all(change.fields.keys() == names and change.note is not None for change in changes)


def _update_by_list(changes: Sequence[Change], at: datetime) -> Any:
    """Make one update for all: each document finds its values by its place among the ids."""
    ids = [change.before["_id"] for change in changes]
    fields = [_fields(change, at) for change in changes]
    values = {name: _at_place([own[name] for own in fields]) for name in fields[0]}
    notes = {"$concatArrays": [{"$ifNull": ["$routing_log", []]}, [_at_place([change.note for change in changes])]]}
    return [
        {"$set": {_PLACE: {"$indexOfArray": [ids, "$_id"]}}},
        {
            "$set": {
                **values,
                "version": {"$add": ["$version", 1]},
                "routing_log": {"$slice": [notes, -NOTES_KEPT]},
            }
        },
        {"$unset": _PLACE},
    ]


def _at_place(values: Sequence[object]) -> Document:
    if all(value == values[0] for value in values):
        return {"$literal": values[0]}
    return {"$arrayElemAt": [{"$literal": list(values)}, f"${_PLACE}"]}


def _fields(change: Change, at: datetime) -> Mapping[str, Any]:
    return {**change.fields, "check_at": at + SETTLING} if "state" in change.fields else change.fields


def _update(change: Change, at: datetime) -> Any:
    update: Document = {"$set": _fields(change, at), "$inc": {"version": 1}}
    if change.note is not None:
        update["$push"] = {"routing_log": {"$each": [change.note], "$slice": -NOTES_KEPT}}
    return update


def _placements(change: Change) -> tuple[Placement, ...]:
    before, after = placement_of(change.before), placement_of(change.before | change.fields)
    return tuple(dict.fromkeys((before, after)))
