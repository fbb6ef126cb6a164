"""Segments: customers by a filter under a name, for campaigns."""

from __future__ import annotations

from typing import Any, Final

from gateway.api.call import Call, Encoded, Route, Who
from inbox.foundation.pages import Page, PageQuery
from inbox.segments.segment_models import Segment, SegmentFields, SegmentPage, SegmentPreview, SegmentTry
from inbox.segments.segment_store import name_taken
from inbox.storage.database import Session, is_duplicate

PREVIEW_SECONDS: Final = 30.0
"""A hundred thousand contacts are looked at in some seconds, on a quiet machine."""


async def show_segments(call: Call[None, PageQuery]) -> Page[Segment]:
    """List segments, oldest first."""
    return await call.parts.campaigns.segments.list(call.workspace_id, call.query)


async def make_segment(call: Call[SegmentFields, None]) -> Encoded:
    """Save a filter over contacts under a name. All that it names must be true of a customer."""

    async def work(session: Session) -> object:
        return await call.parts.campaigns.segments.create(call.workspace_id, call.body, session=session)

    try:
        return await call.create(work)
    except Exception as error:
        if is_duplicate(error):
            raise name_taken() from None
        raise


async def show_segment(call: Call[None, None]) -> Segment:
    """Show a segment."""
    return await call.parts.campaigns.segments.get(call.workspace_id, call.id)


async def change_segment(call: Call[dict[str, Any], None]) -> Segment:
    """Merge a patch. Campaigns that have started keep their recipients; those that have not take the new filter."""
    return await call.parts.campaigns.segments.patch(call.workspace_id, call.id, call.body)


async def remove_segment(call: Call[None, None]) -> None:
    """Delete a segment that no campaign waits for."""
    await call.parts.campaigns.segments.delete(call.workspace_id, call.id)


async def preview_segment(call: Call[None, None]) -> SegmentPreview:
    """Count who is in a segment now, and show some of them."""
    async with call.parts.http.searches.turn(call.workspace_id):
        return await call.parts.campaigns.segments.preview(call.workspace_id, call.id)


async def try_segment(call: Call[SegmentTry, None]) -> SegmentPreview:
    """Count whom a filter finds that is not saved, and show some of them."""
    async with call.parts.http.searches.turn(call.workspace_id):
        return await call.parts.campaigns.segments.try_out(call.workspace_id, call.body.filter)


_TAG: Final = "Segments"
_FILTER: Final = {"languages": ["de"], "not_seen_for_days": 90, "consent": True}

ROUTES: Final[tuple[Route, ...]] = (
    Route(
        method="GET",
        path="/segments",
        handler=show_segments,
        summary="List segments",
        tag=_TAG,
        who=Who.ADMINISTRATORS,
        query=PageQuery,
        response=SegmentPage,
    ),
    Route(
        method="POST",
        path="/segments",
        handler=make_segment,
        summary="Save a segment",
        tag=_TAG,
        who=Who.ADMINISTRATORS,
        request=SegmentFields,
        response=Segment,
        status=201,
        problems=("duplicate", "conflict"),
        creates=True,
        example={"name": "Quiet regulars", "filter": _FILTER},
    ),
    Route(
        method="POST",
        path="/segments/preview",
        handler=try_segment,
        summary="Try a filter out",
        tag=_TAG,
        who=Who.ADMINISTRATORS,
        request=SegmentTry,
        response=SegmentPreview,
        problems=("too_many_requests",),
        seconds=PREVIEW_SECONDS,
        example={"filter": _FILTER},
    ),
    Route(
        method="GET",
        path="/segments/{id}",
        handler=show_segment,
        summary="Show a segment",
        tag=_TAG,
        who=Who.ADMINISTRATORS,
        response=Segment,
    ),
    Route(
        method="PATCH",
        path="/segments/{id}",
        handler=change_segment,
        summary="Change a segment",
        tag=_TAG,
        who=Who.ADMINISTRATORS,
        request=SegmentFields,
        response=Segment,
        problems=("duplicate",),
        example={"name": "Quiet for a quarter", "filter": {"not_seen_for_days": 90}},
    ),
    Route(
        method="DELETE",
        path="/segments/{id}",
        handler=remove_segment,
        summary="Delete a segment",
        tag=_TAG,
        who=Who.ADMINISTRATORS,
        status=204,
        problems=("in_use",),
    ),
    Route(
        method="GET",
        path="/segments/{id}/preview",
        handler=preview_segment,
        summary="Say who is in a segment",
        tag=_TAG,
        who=Who.ADMINISTRATORS,
        response=SegmentPreview,
        problems=("conflict", "too_many_requests"),
        seconds=PREVIEW_SECONDS,
    ),
)
