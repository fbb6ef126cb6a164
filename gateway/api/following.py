"""The event stream's row in the table; `gateway.events.event_routes` serves it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Final

import msgspec
from msgspec import Meta

from gateway.api.call import Route
from gateway.events.event_routes import DEFAULT_LIMIT, MAX_LIMIT, EventRoutes


class EventQuery(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where to go on; `limit=0`, or no cursor, answers the current cursor."""

    cursor: Annotated[str, Meta(max_length=200)] | None = None
    limit: Annotated[int, Meta(ge=0, le=MAX_LIMIT)] = DEFAULT_LIMIT


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """Something that changed; `data` has the object as it is now."""

    cursor: str
    id: str
    type: Annotated[str, Meta(examples=["message.created"])]
    at: datetime
    data: dict[str, Any]


class EventPage(msgspec.Struct, frozen=True, kw_only=True):
    """Events after a cursor, in order, and the cursor after them."""

    items: Sequence[Event]
    cursor: str
    next_cursor: str


_DESCRIPTION: Final = """Answer the events after `cursor`; with `Upgrade: websocket`, follow the stream.

On the WebSocket the token comes in `Authorization`, or as the first frame
`{"type": "auth", "token": "…", "cursor": "…"}` within 5 seconds."""

ROUTES: Final[tuple[Route, ...]] = (
    Route(
        method="GET",
        path="/events",
        handler=EventRoutes.handle,
        name="follow_events",
        description=_DESCRIPTION,
        summary="Follow events",
        tag="Events",
        query=EventQuery,
        response=EventPage,
        problems=("cursor_expired",),
        served=False,
    ),
)
