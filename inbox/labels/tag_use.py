"""Tagging with words: a word that is no tag yet becomes one."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Final, TypeVar

from inbox.foundation.decoding import field_problem
from inbox.foundation.ids import new_id
from inbox.foundation.structs import read_as
from inbox.labels.label_models import TAGS_OF_WORKSPACE, Tag, TagFields, folded
from inbox.storage.database import Collections, Database, Session, is_duplicate
from inbox.storage.documents import TagDocument
from inbox.stream.events import Event, EventType, write_events

T = TypeVar("T")
ATTEMPTS: Final = 5
"""Each fails only if another one made the same tag at this moment."""


async def labelling(database: Database, work: Callable[[Session], Awaitable[T]]) -> T:
    """Run a transaction that may make tags; where somebody else makes the same one, it begins anew and finds it."""
    return await until_tags_are_made(lambda: database.transaction(work))


async def until_tags_are_made(do: Callable[[], Awaitable[T]]) -> T:
    """Do something whose transaction may make tags, again where somebody else makes the same one."""
    for _ in range(ATTEMPTS - 1):
        try:
            return await do()
        except Exception as error:
            if not is_duplicate(error):
                raise
    return await do()


async def keys_for(
    database: Collections, workspace_id: str, names: Sequence[str], *, at: datetime, session: Session
) -> list[str]:
    """Return the keys to store for words, each once; a word that is no tag yet becomes one, as it is spelt.

    Raises:
        ProblemError: `invalid_request` at `/tags/…` where the workspace has as many tags as it can.
    """
    wanted = {"workspace_id": workspace_id, "folded": {"$in": [folded(name) for name in names]}, "deleted_at": None}
    found = await database.tags.find(wanted, session=session).to_list(None)
    known = {tag["folded"]: tag for tag in found}
    for index, name in enumerate(names):
        if folded(name) not in known:
            await check_room(database, workspace_id, f"/tags/{index}", session)
            fields = TagFields(name=name)
            known[folded(name)] = await make_tag(database, workspace_id, fields, at=at, session=session)
    return list(dict.fromkeys(known[folded(name)]["keys"][0] for name in names))


async def make_tag(
    database: Collections, workspace_id: str, fields: TagFields, *, at: datetime, session: Session
) -> TagDocument:
    """Make a tag; its key is its first name, so that contacts who have the word already have the tag."""
    same = {"workspace_id": workspace_id, "keys": fields.name}
    used = await database.tags.find_one(same, {"_id": 1}, session=session)
    tag: TagDocument = {
        "_id": new_id(),
        "workspace_id": workspace_id,
        "name": fields.name,
        "folded": folded(fields.name),
        "color": fields.color,
        "keys": [fields.name if used is None else new_id()],
        "created_at": at,
        "deleted_at": None,
    }
    await database.tags.insert_one(tag, session=session)
    await tell_of_tag(database, tag, at=at, session=session)
    return tag


async def tell_of_tag(
    database: Collections, tag: TagDocument, *, at: datetime, session: Session, deleted: bool = False
) -> Tag:
    """Tell everybody of a tag; return it as the API shows it."""
    view = read_as({**tag, "deleted": deleted}, Tag)
    event = Event(workspace_id=tag["workspace_id"], type=EventType.TAG_UPDATED, at=at, data=view)
    await write_events(database, [event], at=at, session=session)
    return view


async def check_room(database: Collections, workspace_id: str, pointer: str, session: Session) -> None:
    """Refuse a further tag where there are enough. Raises `ProblemError` (`invalid_request`)."""
    there = {"workspace_id": workspace_id, "deleted_at": None}
    if await database.tags.count_documents(there, session=session, limit=TAGS_OF_WORKSPACE) >= TAGS_OF_WORKSPACE:
        raise field_problem(pointer, f"there are {TAGS_OF_WORKSPACE} tags, which is the most: merge or delete some")
