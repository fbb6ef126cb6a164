"""Saved views of the list of conversations."""

from __future__ import annotations

from typing import Any, Final

from gateway.api.call import Call, Encoded, Route
from inbox.finding.saved_views import (
    SavedView,
    ViewFields,
    ViewPage,
    ViewQuery,
    create_view,
    delete_view,
    list_views,
    patch_view,
)
from inbox.foundation.pages import Page
from inbox.storage.database import Session


async def show_views(call: Call[None, ViewQuery]) -> Page[SavedView]:
    """List one's own views and the shared ones, oldest first; with `counts=true` how many conversations are in each.

    `GET /conversations?view_id=` lists what is in one. A view shows each caller what they may see.
    """
    async with call.parts.http.searches.turn(call.workspace_id, needed=call.query.counts):
        return await list_views(call.database, call.caller, call.query, now=call.now)


async def make_view(call: Call[ViewFields, None]) -> Encoded:
    """Save a view. `filter` has the query parameters of the list; only supervisors and above may share it."""

    async def work(session: Session) -> object:
        return await create_view(call.database, call.caller, call.body, now=call.now, session=session)

    return await call.create(work)


async def change_view(call: Call[dict[str, Any], None]) -> SavedView:
    """Merge a patch into a view of one's own; managers and above also into a shared one."""
    return await patch_view(call.database, call.caller, call.id, call.body)


async def remove_view(call: Call[None, None]) -> None:
    """Delete a view of one's own; managers and above also a shared one."""
    await delete_view(call.database, call.caller, call.id)


ROUTES: Final[tuple[Route, ...]] = (
    Route(
        method="GET",
        path="/views",
        handler=show_views,
        summary="List saved views",
        tag="Search",
        query=ViewQuery,
        response=ViewPage,
        problems=("too_many_requests",),
    ),
    Route(
        method="POST",
        path="/views",
        handler=make_view,
        summary="Save a view",
        tag="Search",
        request=ViewFields,
        response=SavedView,
        status=201,
        problems=("forbidden", "too_many_views"),
        creates=True,
        example={"name": "Late complaints", "filter": {"state": "queued", "tag": "complaint"}, "order": "waiting"},
    ),
    Route(
        method="PATCH",
        path="/views/{id}",
        handler=change_view,
        summary="Change a view",
        tag="Search",
        request=ViewFields,
        response=SavedView,
        problems=("forbidden", "too_many_views"),
        example={"name": "Complaints"},
    ),
    Route(
        method="DELETE",
        path="/views/{id}",
        handler=remove_view,
        summary="Delete a view",
        tag="Search",
        status=204,
        problems=("forbidden",),
    ),
)
