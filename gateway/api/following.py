"""The event stream's place in the table. It checks tokens itself: browsers send theirs in the first frame."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from typing import Annotated, Any, Final

import msgspec
from aiohttp import web
from msgspec import Meta

from gateway.api.call import Call
from gateway.event_hub import EventHub
from gateway.event_routes import DEFAULT_LIMIT, MAX_LIMIT, EventRoutes
from gateway.event_socket import Services
from gateway.parts import PARTS
from inbox.event_stream import EventReader

EVENTS: Final[web.AppKey[EventRoutes]] = web.AppKey("events", EventRoutes)


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


async def follow_events(call: Call[None, EventQuery]) -> web.StreamResponse:
    """Answer the events after `cursor`; with `Upgrade: websocket`, follow the stream.

    On the WebSocket the token comes in `Authorization`, or as the first frame
    `{"type": "auth", "token": "…", "cursor": "…"}` within 5 seconds.
    """
    return await call.request.app[EVENTS].handle(call.request)


async def run_event_hub(app: web.Application) -> AsyncIterator[None]:
    """Run what reads the streams for as long as the application lives."""
    parts = app[PARTS]
    hub = EventHub(parts.runtime.redis)
    services = Services(hub, EventReader(parts.runtime.redis), parts.authenticator.authenticate)
    app[EVENTS] = EventRoutes(services, parts.sockets, origins=parts.runtime.settings.cors_origins)
    hub.start()
    yield
    await hub.close()
