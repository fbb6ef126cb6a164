"""Saved views: a filter and an order under a name, of one person or for all of the workspace.

A view shows each caller what they may see. Everybody keeps their own; who supervises may share one, and the one who
made it or whoever sees all conversations changes and deletes it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any, Final

import msgspec
from msgspec import Meta

from inbox.conversation.conversation_counts import FEW_IN_VIEW, count_views
from inbox.conversation.list_filters import ConversationFilter, ListOrder
from inbox.foundation.decoding import apply_patch
from inbox.foundation.ids import new_id
from inbox.foundation.pages import Page, PageQuery, cut_page, decode_cursor
from inbox.foundation.patterns import VISIBLE
from inbox.foundation.problems import ProblemError, not_found
from inbox.foundation.structs import read_as, to_document
from inbox.people.access import Action, Caller, check_may
from inbox.storage.database import Database, Session
from inbox.storage.documents import Condition, SavedViewDocument, with_fields

MOST_VIEWS: Final = 100
"""Of one person, and shared ones of a workspace: a list of which each may be counted."""


class ViewFields(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A saved view. `shared`: everybody in the workspace has it; only supervisors and above may share."""

    name: Annotated[str, Meta(min_length=1, max_length=100, pattern=VISIBLE)]
    filter: ConversationFilter = ConversationFilter()
    order: ListOrder = ListOrder.NEWEST
    shared: bool = False


class SavedView(ViewFields, frozen=True, kw_only=True, forbid_unknown_fields=False):
    """A saved view as it is shown.

    Attributes:
        owner_id: Who made it.
        count: Conversations in it that the caller sees, up to 100 (then there may be more); null where they were
            not asked for, or where counting would take too long.
    """

    id: str
    owner_id: str
    count: int | None = None
    created_at: datetime


class ViewQuery(PageQuery, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The query of the list of views; `counts`: say how many conversations are in each."""

    counts: bool = False


class ViewPage(Page[SavedView], frozen=True, kw_only=True):
    """A part of the list of views."""


def _known(caller: Caller) -> Condition:
    """Make the condition of the views that a caller has: their own, and shared ones."""
    return {"workspace_id": caller.workspace_id, "$or": [{"owner_id": caller.id}, {"shared": True}]}


async def list_views(database: Database, caller: Caller, query: ViewQuery, *, now: datetime) -> Page[SavedView]:
    """List the views that a caller has, oldest first."""
    after = decode_cursor(query.cursor, str) or ""
    found = database.views.find({**_known(caller), "_id": {"$gt": after}}).sort("_id", 1).limit(query.limit + 1)
    page = cut_page(await found.to_list(None), query.limit, lambda view: view["_id"])
    views = [_shown(document) for document in page.items]
    counted = await _counted(database, caller, views, now) if query.counts else views
    return Page(items=counted, next_cursor=page.next_cursor)


async def get_view(database: Database, caller: Caller, view_id: str, *, session: Session = None) -> SavedView:
    """Return a view that a caller has. Raises `ProblemError` (`not_found`)."""
    found = await database.views.find_one({**_known(caller), "_id": view_id}, session=session)
    if found is None:
        raise not_found("view")
    return _shown(found)


async def create_view(
    database: Database, caller: Caller, fields: ViewFields, *, now: datetime, session: Session
) -> SavedView:
    """Save a view. Raises `ProblemError` (`forbidden`, `too_many_views`)."""
    _check_sharing(caller, fields)
    await _check_room(database, caller, fields, session)
    made: Any = {
        "_id": new_id(),
        "workspace_id": caller.workspace_id,
        "owner_id": caller.id,
        **to_document(fields),
        "created_at": now,
    }
    await database.views.insert_one(made, session=session)
    return _shown(made)


async def patch_view(database: Database, caller: Caller, view_id: str, patch: Mapping[str, Any]) -> SavedView:
    """Merge a patch. Raises `ProblemError` (`not_found`, `invalid_request`, `forbidden`, `too_many_views`)."""

    async def change(session: Session) -> SavedView:
        stored = await _changeable(database, caller, view_id, session)
        own = set(ViewFields.__struct_encode_fields__)
        current = {name: value for name, value in stored.items() if name in own}
        fields = apply_patch(current, patch, ViewFields)
        if fields.shared and not stored["shared"]:
            _check_sharing(caller, fields)
            await _check_room(database, caller, fields, session)
        changed = to_document(fields)
        await database.views.update_one(_key(stored), {"$set": changed}, session=session)
        return _shown(with_fields(stored, changed))

    return await database.transaction(change)


async def delete_view(database: Database, caller: Caller, view_id: str) -> None:
    """Delete a view. Raises `ProblemError` (`not_found`, `forbidden`)."""

    async def remove(session: Session) -> None:
        stored = await _changeable(database, caller, view_id, session)
        await database.views.delete_one(_key(stored), session=session)

    await database.transaction(remove)


def _key(view: SavedViewDocument) -> Condition:
    return {"_id": view["_id"], "workspace_id": view["workspace_id"]}


async def _changeable(database: Database, caller: Caller, view_id: str, session: Session) -> SavedViewDocument:
    stored = await database.views.find_one({**_known(caller), "_id": view_id}, session=session)
    if stored is None:
        raise not_found("view")
    if stored["owner_id"] != caller.id:
        check_may(caller, Action.CHANGE_OTHERS_VIEWS)
    return stored


def _check_sharing(caller: Caller, fields: ViewFields) -> None:
    if fields.shared:
        check_may(caller, Action.SHARE_VIEWS)


async def _check_room(database: Database, caller: Caller, fields: ViewFields, session: Session) -> None:
    whose: Condition = {"shared": True} if fields.shared else {"owner_id": caller.id, "shared": False}
    alike = {"workspace_id": caller.workspace_id, **whose}
    if await database.views.count_documents(alike, session=session) >= MOST_VIEWS:
        raise ProblemError("too_many_views", f"There are {MOST_VIEWS} views already: delete one first.")


def _shown(document: SavedViewDocument) -> SavedView:
    return read_as(document, SavedView)


async def _counted(database: Database, caller: Caller, views: Sequence[SavedView], now: datetime) -> list[SavedView]:
    filters = [view.filter for view in views]
    counts = await count_views(database, caller, filters, now=now, exact_to=FEW_IN_VIEW)
    return [msgspec.structs.replace(view, count=one.count) for view, one in zip(views, counts, strict=True)]


async def all_views(database: Database, caller: Caller) -> list[SavedView]:
    """Return every view that a caller has, oldest first."""
    found = database.views.find(_known(caller)).sort("_id", 1).limit(2 * MOST_VIEWS)
    return [_shown(document) for document in await found.to_list(None)]
