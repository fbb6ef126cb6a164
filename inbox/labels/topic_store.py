"""The tree of topics: made, renamed, moved, merged, deleted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from inbox.foundation.clock import Clock
from inbox.foundation.decoding import apply_patch, field_problem
from inbox.foundation.ids import new_id
from inbox.foundation.pages import Page, cut_page, decode_cursor
from inbox.foundation.problems import FieldError, ProblemError, not_found
from inbox.foundation.structs import read_as, to_document
from inbox.labels.label_models import TOPICS_OF_WORKSPACE, Topic, TopicFields, folded
from inbox.labels.label_reading import read_tree
from inbox.labels.label_uses import refuse_if_used
from inbox.labels.topic_tree import Tree, check_place
from inbox.people.access import Caller
from inbox.storage.database import Database, Session
from inbox.storage.documents import Fields, TopicDocument, with_fields
from inbox.stream.events import Event, EventType, write_events

_FIELDS: Final = frozenset(TopicFields.__struct_fields__)


class TopicStore:
    """The topics of all workspaces. Changes of one workspace's tree come one after the other."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def create(self, caller: Caller, fields: TopicFields, *, session: Session) -> Topic:
        """Make a topic. Raises `ProblemError` (`duplicate`, `invalid_request`)."""
        tree = await self._locked_tree(caller.workspace_id, session)
        if len(tree) >= TOPICS_OF_WORKSPACE:
            raise field_problem("/name", f"there are {TOPICS_OF_WORKSPACE} topics, which is the most")
        id_ = new_id()
        topic: TopicDocument = {
            "_id": id_,
            "workspace_id": caller.workspace_id,
            "name": fields.name,
            "parent_id": fields.parent_id,
            "order": fields.order,
            "active": fields.active,
            "keys": [id_],
            "created_at": self._clock.now(),
        }
        _check(tree, topic)
        await self._database.topics.insert_one(topic, session=session)
        return await self._tell(topic, session)

    async def get(self, caller: Caller, topic_id: str) -> Topic:
        """Return a topic. Raises `ProblemError` (`not_found`)."""
        wanted = {"_id": topic_id, "workspace_id": caller.workspace_id}
        stored = await self._database.topics.find_one(wanted)
        if stored is None:
            raise not_found("topic")
        return read_as(stored, Topic)

    async def list(self, caller: Caller, *, limit: int, cursor: str | None) -> Page[Topic]:
        """List topics, oldest first; `parent_id` makes a tree of them."""
        after = decode_cursor(cursor, str) or ""
        wanted = {"workspace_id": caller.workspace_id, "_id": {"$gt": after}}
        found = await self._database.topics.find(wanted).sort("_id", 1).limit(limit + 1).to_list(None)
        return cut_page([read_as(topic, Topic) for topic in found], limit, lambda topic: topic.id)

    async def patch(self, caller: Caller, topic_id: str, patch: Mapping[str, Any]) -> Topic:
        """Rename a topic, move it with all below it, or take it out of use. Raises `ProblemError`."""

        async def change(session: Session) -> Topic:
            tree = await self._locked_tree(caller.workspace_id, session)
            stored = _of(tree, topic_id)
            current = {name: value for name, value in stored.items() if name in _FIELDS}
            fields: Fields = to_document(apply_patch(current, patch, TopicFields))
            changed = with_fields(stored, fields)
            _check(tree, changed)
            await self._set(stored, fields, session)
            return await self._tell(changed, session)

        return await self._database.transaction(change)

    async def delete(self, caller: Caller, topic_id: str, *, move_to: str | None) -> None:
        """Delete a topic that has nothing below it and no conversation, or let another one take its place.

        Raises:
            ProblemError: `not_found`, `in_use`, `invalid_request` for a `move_to` that can't be.
        """

        async def remove(session: Session) -> None:
            tree = await self._locked_tree(caller.workspace_id, session)
            stored = _of(tree, topic_id)
            _refuse_if_parent(tree, stored)
            if move_to is None:
                await refuse_if_used(self._database, stored, "topics", session=session)
            else:
                await self._merge(tree, stored, move_to, session)
            own = {"_id": topic_id, "workspace_id": caller.workspace_id}
            await self._database.topics.delete_one(own, session=session)
            await self._tell(stored, session, deleted=True)

        await self._database.transaction(remove)

    async def _merge(self, tree: Tree, stored: TopicDocument, move_to: str, session: Session) -> None:
        if move_to not in tree or move_to == stored["_id"]:
            raise field_problem("/move_to", "must be another topic of this workspace")
        other = tree[move_to]
        keys = [*other["keys"], *stored["keys"]]
        if len(keys) > TOPICS_OF_WORKSPACE:
            raise field_problem("/move_to", "took the place of too many topics already")
        await self._set(other, {"keys": keys}, session)

    async def _locked_tree(self, workspace_id: str, session: Session) -> Tree:
        """Read the tree; whoever changes it at the same time starts again."""
        own = {"_id": workspace_id}
        await self._database.workspaces.update_one(own, {"$inc": {"topic_changes": 1}}, session=session)
        return await read_tree(self._database, workspace_id, session=session)

    async def _set(self, stored: TopicDocument, fields: Fields, session: Session) -> None:
        own = {"_id": stored["_id"], "workspace_id": stored["workspace_id"]}
        await self._database.topics.update_one(own, {"$set": fields}, session=session)

    async def _tell(self, topic: TopicDocument, session: Session, *, deleted: bool = False) -> Topic:
        view, now = read_as({**topic, "deleted": deleted}, Topic), self._clock.now()
        event = Event(workspace_id=topic["workspace_id"], type=EventType.TOPIC_UPDATED, at=now, data=view)
        await write_events(self._database, [event], at=now, session=session)
        return view


def _of(tree: Tree, topic_id: str) -> TopicDocument:
    if topic_id not in tree:
        raise not_found("topic")
    return tree[topic_id]


def _check(tree: Tree, topic: TopicDocument) -> None:
    """Check a topic as it is about to be: its place, and that its name is its own among those beside it."""
    check_place({**tree, topic["_id"]: topic}, topic["_id"])
    beside = (one for one in tree.values() if one["parent_id"] == topic["parent_id"] and one["_id"] != topic["_id"])
    if folded(topic["name"]) in {folded(one["name"]) for one in beside}:
        raise ProblemError(
            "duplicate",
            "There is another topic with this name at this place.",
            errors=[FieldError("/name", "is already in use")],
        )


def _refuse_if_parent(tree: Tree, topic: TopicDocument) -> None:
    below = sum(one["parent_id"] == topic["_id"] for one in tree.values())
    if below:
        raise ProblemError("in_use", f"{below} topics are below “{topic['name']}”: move or delete them first.")
