"""`/api/v1/events`: the event stream over a WebSocket, and by polling."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Collection
from typing import Final

import msgspec
import structlog
from aiohttp import web

from channels.webchat.origins import is_of_host
from gateway.events.event_feed import frame_of
from gateway.events.event_hub import EventHub
from gateway.events.event_socket import (
    PAGE_EVENTS,
    CloseCode,
    EventServices,
    EventSocket,
    close_socket,
    closing,
    decode_frame,
)
from gateway.events.signals import SignedOut
from gateway.http.sockets import OpenSockets
from inbox.foundation.problems import FieldError, ProblemError
from inbox.people.access import Action, Caller, check_may
from inbox.stream.event_stream import Cursor

PATH: Final = "/api/v1/events"
DEFAULT_LIMIT: Final = 100
MAX_LIMIT: Final = 1_000
MAX_SCANNED: Final = 5_000
"""Events looked at for one answer to a caller who sees few of them: some 20 ms."""
MAX_FRAME_BYTES: Final = 64 * 1024
MAX_SOCKETS: Final = 5_000
"""Each takes some 60 KB: 300 MB; and an event for all of them takes 50 ms to send."""
MAX_SOCKETS_PER_CALLER: Final = 100
"""Far above the tabs and devices of one person; stops a client that reconnects without closing."""
PING_SECONDS: Final = 20.0
log = structlog.get_logger(__name__)


class EventRoutes:
    """Both ways to follow the events of a workspace.

    Args:
        services: What sockets work with; its hub, the one reader of the streams in this process, must be started.
        sockets: Where sockets are entered, so that a stop closes them with 1001.
        origins: Origins whose pages may open a socket, beside the server's own.
    """

    def __init__(self, services: EventServices, sockets: OpenSockets, *, origins: Collection[str]) -> None:
        self._services = services
        self._sockets = sockets
        self._origins = frozenset(origins)
        self._per_caller: Counter[tuple[str, str]] = Counter()
        self._count = 0
        self._open: set[EventSocket] = set()

    def signed_out(self, signal: SignedOut) -> None:
        """Have the sockets of a person look at once whether they may still be open."""
        for socket in self._open:
            if socket.is_of(signal.workspace_id, signal.person_id):
                socket.look_again()

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Serve `GET /api/v1/events`, upgraded or not."""
        if request.headers.get("Upgrade", "").lower() == "websocket":
            return await self._follow(request)
        return await self._list(request)

    async def _list(self, request: web.Request) -> web.Response:
        token = _bearer_token(request)
        if token is None:
            raise ProblemError("unauthenticated", "Send a token: Authorization: Bearer TOKEN.")
        caller = await self._services.authenticate(token)
        check_may(caller, Action.READ)
        limit, text = _limit(request.query.get("limit")), request.query.get("cursor")
        if not text or limit == 0:
            return _page([], (await self._services.reader.current(caller.workspace_id)).encode(caller.workspace_id))
        cursor = Cursor.decode(text, caller.workspace_id)
        items, cursor = await self._visible(caller, cursor, limit)
        return _page(items, cursor.encode(caller.workspace_id))

    async def _visible(self, caller: Caller, cursor: Cursor, limit: int) -> tuple[list[bytes], Cursor]:
        """Read until there are `limit` events that the caller may see, or none are left, or it takes too long."""
        items: list[bytes] = []
        scanned = 0
        while True:
            events, after = await self._services.reader.read(caller.workspace_id, cursor, PAGE_EVENTS)
            for event in events:
                if event.visible(caller):
                    items.append(frame_of(event, caller.workspace_id, self._services.finish).data_for(caller))
                    if len(items) == limit:
                        return items, event.cursor
            cursor, scanned = after, scanned + len(events)
            if len(events) < PAGE_EVENTS or scanned >= MAX_SCANNED:
                return items, cursor

    async def _follow(self, request: web.Request) -> web.StreamResponse:
        self._check_origin(request)
        if self._count >= MAX_SOCKETS:
            raise ProblemError("unavailable", f"This server has {MAX_SOCKETS} open sockets, its limit: try again soon.")
        socket = web.WebSocketResponse(
            max_msg_size=MAX_FRAME_BYTES,
            compress=False,
            heartbeat=PING_SECONDS,
            timeout=self._services.times.close,
        )
        await socket.prepare(request)
        self._count += 1
        try:
            with self._sockets.holding(socket):
                code, reason = await self._serve(request, socket)
                await close_socket(request, socket, code, reason)
        finally:
            self._count -= 1
        return socket

    async def _serve(self, request: web.Request, socket: web.WebSocketResponse) -> tuple[int, str]:
        try:
            token, cursor = await self._credentials(request, socket)
            caller = await self._services.authenticate(token)
            check_may(caller, Action.READ)
        except ProblemError as problem:
            return closing(problem)
        except (TimeoutError, TypeError, ConnectionError):
            return CloseCode.UNAUTHENTICATED, "send the auth frame first, and soon"
        except Exception as error:
            log.warning("events.authentication_failed", error=type(error).__name__)
            return CloseCode.TRY_AGAIN, "unavailable"
        key = (caller.workspace_id, caller.id)
        if self._per_caller[key] >= MAX_SOCKETS_PER_CALLER:
            return CloseCode.TRY_AGAIN, f"{MAX_SOCKETS_PER_CALLER} sockets are open with this token's owner"
        self._per_caller[key] += 1
        served = EventSocket(socket, self._services, token=token, caller=caller)
        self._open.add(served)
        try:
            return await served.serve(cursor)
        finally:
            self._open.discard(served)
            self._per_caller[key] -= 1
            if not self._per_caller[key]:
                del self._per_caller[key]

    async def _credentials(self, request: web.Request, socket: web.WebSocketResponse) -> tuple[str, str | None]:
        """Get token and cursor from the request, or from the first frame."""
        token, cursor = _bearer_token(request), request.query.get("cursor")
        if token is not None:
            return token, cursor
        async with asyncio.timeout(self._services.times.auth):
            frame = decode_frame(await socket.receive_str())
        if frame is None or frame.type != "auth" or not frame.token:
            raise ProblemError("unauthenticated", "The first frame must be auth, with a token.")
        return frame.token, frame.cursor or cursor

    def _check_origin(self, request: web.Request) -> None:
        """Refuse pages of other origins: browsers apply no CORS to WebSockets."""
        origin = request.headers.get("Origin")
        if origin is None or origin in self._origins or is_of_host(origin, request.host):
            return
        raise ProblemError("forbidden", "Pages of this origin may not open a socket: see GATEWAY_CORS_ORIGINS.")


def _page(items: list[bytes], cursor: str) -> web.Response:
    body = {"items": [msgspec.Raw(item) for item in items], "cursor": cursor, "next_cursor": cursor}
    return web.Response(body=msgspec.json.encode(body), content_type="application/json")


def _limit(text: str | None) -> int:
    if text is None:
        return DEFAULT_LIMIT
    if not text.isascii() or not text.isdigit() or int(text[:8]) > MAX_LIMIT:
        message = f"must be a number from 0 to {MAX_LIMIT}"
        raise ProblemError("invalid_request", f"limit {message}.", errors=[FieldError("/limit", message)])
    return int(text[:8])


def _bearer_token(request: web.Request) -> str | None:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" and token.strip() else None


def register_events(
    app: web.Application, services: EventServices, *, sockets: OpenSockets, origins: Collection[str]
) -> EventRoutes:
    """Add the event stream to the server; its reader runs as long as the application. Arguments as of `EventRoutes`."""
    routes = EventRoutes(services, sockets, origins=origins)
    app.router.add_get(PATH, routes.handle, allow_head=False)
    app.cleanup_ctx.append(_running(services.hub))
    return routes


def _running(hub: EventHub) -> Callable[[web.Application], AsyncIterator[None]]:
    async def run(_: web.Application) -> AsyncIterator[None]:
        hub.start()
        yield
        await hub.close()

    return run
