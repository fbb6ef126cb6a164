"""Changes conversations with their events, inside a transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple

import msgspec

from inbox.conversation.conversation_reading import QueuePlace, read_conversation, show_conversations
from inbox.foundation.problems import not_found
from inbox.people.sight import placement_of
from inbox.storage.database import Collections, Document, Session, UpdateMany, post
from inbox.storage.documents import ConversationDocument, Fields, RoutingNoteDocument, with_fields
from inbox.stream.events import Event, EventAudience, EventType, write_events
from inbox.views.conversation_views import ConversationView

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

    before: ConversationDocument
    fields: Fields
    note: RoutingNoteDocument | None = None

    @property
    def after(self) -> ConversationDocument:
        """The conversation as it is stored then."""
        log = self.before.get("routing_log", [])
        changed: Fields = {
            **self.fields,
            "version": self.before["version"] + 1,
            "routing_log": log if self.note is None else [*log, self.note][-NOTES_KEPT:],
        }
        return with_fields(self.before, changed)


class Step(NamedTuple):
    """Changes that are told as one type of event."""

    type: EventType
    changes: Sequence[Change]


async def view_of(
    database: Collections, conversation: ConversationDocument, *, at: datetime, session: Session
) -> ConversationView:
    """Show a conversation as it is within the transaction."""
    view = await read_conversation(database, conversation["workspace_id"], conversation["_id"], now=at, session=session)
    if view is None:
        raise not_found("conversation")
    return view


async def change_conversation(
    database: Collections, change: Change, type_: EventType, *, at: datetime, session: Session
) -> ConversationView:
    """Change one conversation and tell of it; return it as it is then."""
    (view,) = await change_conversations(database, [change], type_, at=at, session=session)
    return view


async def change_conversations(
    database: Collections, changes: Sequence[Change], type_: EventType, *, at: datetime, session: Session
) -> list[ConversationView]:
    """Change conversations of one workspace and tell of each; return them as they are then.

    Another writer of one of them makes the transaction start again.
    """
    return await change_in_steps(database, [Step(type_, changes)], at=at, session=session)


async def change_in_steps(
    database: Collections,
    steps: Sequence[Step],
    *,
    at: datetime,
    session: Session,
    places: Mapping[str, QueuePlace] | None = None,
) -> list[ConversationView]:
    """Change conversations of one workspace, some of them more than once, and tell of each change.

    Stored is what comes out in the end, with as few statements as there are kinds of it; told is each step.

    Args:
        database: Where they are.
        steps: In their order; a later change of the same conversation has the `after` of the earlier one as `before`.
        at: The time of the changes.
        session: The transaction.
        places: In the queues, of those that wait in one after a step; None to look them up.

    Returns:
        The conversations as they are after each change.
    """
    told = [(step.type, change) for step in steps for change in step.changes]
    if not told:
        return []
    await _write(database, _merged([change for _, change in told]), session)
    after = [change.after for _, change in told]
    views = await show_conversations(database, after, now=at, session=session, places=places)
    events = [_event(type_, change, view, at) for (type_, change), view in zip(told, views, strict=True)]
    await write_events(database, events, at=at, session=session)
    return views


class _Written(msgspec.Struct, frozen=True):
    """What is stored of all changes of one conversation."""

    id: str
    workspace_id: str
    fields: Fields
    notes: list[RoutingNoteDocument]
    versions: int


def _merged(changes: Sequence[Change]) -> list[_Written]:
    of: dict[str, list[Change]] = {}
    for change in changes:
        of.setdefault(change.before["_id"], []).append(change)
    return [
        _Written(
            id=id_,
            workspace_id=own[0].before["workspace_id"],
            fields={name: value for change in own for name, value in change.fields.items()},
            notes=[change.note for change in own if change.note is not None],
            versions=len(own),
        )
        for id_, own in of.items()
    ]


async def _write(database: Collections, written: Sequence[_Written], session: Session) -> None:
    """Store changes; conversations that change alike with one statement."""
    alike: dict[str, tuple[_Written, list[str]]] = {}
    for one in written:
        alike.setdefault(repr((one.fields, one.notes, one.versions)), (one, []))[1].append(one.id)
    updates = [(ids, _update(one)) for one, ids in alike.values()]
    if len(updates) >= MANY_DIFFERENT and _same_shape(written):
        updates = [([one.id for one in written], _update_by_list(written))]
    workspace_id = written[0].workspace_id
    statements = [UpdateMany({"_id": {"$in": ids}, "workspace_id": workspace_id}, update) for ids, update in updates]
    await post(database.conversations.bulk_write(statements, ordered=False, session=session))


def _same_shape(written: Sequence[_Written]) -> bool:
    """Tell whether conversations get the same fields and as many notes, only other values."""
    first = written[0]
    return all(
        (one.fields.keys(), len(one.notes), one.versions) == (first.fields.keys(), len(first.notes), first.versions)
        for one in written
    )


def _update_by_list(written: Sequence[_Written]) -> Any:
    """Make one update for all: each document finds its values by its place among the ids."""
    ids = [one.id for one in written]
    values = {name: _at_place([one.fields[name] for one in written]) for name in written[0].fields}
    notes = {"$concatArrays": [{"$ifNull": ["$routing_log", []]}, _at_place([one.notes for one in written])]}
    return [
        {"$set": {_PLACE: {"$indexOfArray": [ids, "$_id"]}}},
        {
            "$set": {
                **values,
                "version": {"$add": ["$version", written[0].versions]},
                "routing_log": {"$slice": [notes, -NOTES_KEPT]},
            }
        },
        {"$unset": _PLACE},
    ]


def _at_place(values: Sequence[object]) -> Document:
    if all(value == values[0] for value in values):
        return {"$literal": values[0]}
    return {"$arrayElemAt": [{"$literal": list(values)}, f"${_PLACE}"]}


def _update(one: _Written) -> Any:
    update: Document = {"$set": one.fields, "$inc": {"version": one.versions}}
    if one.notes:
        update["$push"] = {"routing_log": {"$each": one.notes, "$slice": -NOTES_KEPT}}
    return update


def _event(type_: EventType, change: Change, view: ConversationView, at: datetime) -> Event:
    before, after = placement_of(change.before), placement_of(with_fields(change.before, change.fields))
    return Event(
        workspace_id=change.before["workspace_id"],
        type=type_,
        at=at,
        data=view,
        audience=EventAudience(change.before["_id"], tuple(dict.fromkeys((before, after)))),
    )
