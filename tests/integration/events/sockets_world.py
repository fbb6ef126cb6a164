"""A server that has nothing but the event stream, and clients for it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
from aiohttp import web
from redis.asyncio import Redis

from gateway.events.event_hub import EventHub
from gateway.events.event_routes import PATH, EventRoutes
from gateway.events.event_socket import EventServices, Times
from gateway.http.problem_response import problem_response
from gateway.http.sockets import OpenSockets
from inbox.foundation.problems import ProblemError
from inbox.people.access import Caller, CallerKind, Role
from inbox.stream.event_stream import EventReader
from tests.waiting import PATIENCE_SECONDS

W = "w1"
QUICK = Times(auth=0.3, heartbeat=0.2, reauthenticate=0.1, close=0.5)
PATIENT = Times(heartbeat=0.2)


def caller(name: str, role: Role = Role.OPERATOR, *, person_id: str | None = None, **reach: frozenset[str]) -> Caller:
    person_id = person_id or name
    return Caller(workspace_id=W, kind=CallerKind.OPERATOR, id=name, role=role, person_id=person_id, **reach)


@web.middleware
async def problems(request: web.Request, handler: Any) -> web.StreamResponse:
    try:
        response: web.StreamResponse = await handler(request)
    except ProblemError as problem:
        return problem_response(problem)
    return response


class EventServer:
    """The server; `callers` are its tokens."""

    def __init__(self, redis: Redis, times: Times) -> None:
        self.callers: dict[str, Caller] = {"owner": caller("owner", Role.OWNER)}
        self.typed: list[tuple[str, str]] = []
        self.alive: list[str] = []
        self.visible: list[bool] = []
        self.sockets = OpenSockets()
        self.hub = EventHub(redis)
        services = EventServices(
            self.hub, EventReader(redis), self._authenticate, self._on_typing, self._on_alive, self._on_visible, times
        )
        self.routes = EventRoutes(services, self.sockets, origins=["https://inbox.example"])
        self.url = ""

    async def _authenticate(self, token: str) -> Caller:
        if token == "away":
            raise ConnectionError
        if token not in self.callers:
            raise ProblemError("unauthenticated", "unknown")
        return self.callers[token]

    async def _on_typing(self, caller: Caller, conversation_id: str) -> None:
        if conversation_id == "foreign":
            raise ProblemError("not_found", "There is no such conversation.")
        self.typed.append((caller.id, conversation_id))

    async def _on_visible(self, caller: Caller, page_id: str, visible: bool) -> None:
        self.visible.append(visible)

    async def _on_alive(self, caller: Caller) -> None:
        self.alive.append(caller.id)


@asynccontextmanager
async def serving(redis: Redis, times: Times = PATIENT) -> AsyncIterator[EventServer]:
    server = EventServer(redis, times)
    app = web.Application(middlewares=[problems])
    app.router.add_get(PATH, server.routes.handle, allow_head=False)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
    await runner.setup()
    server.hub.start()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    server.url = f"http://127.0.0.1:{port}{PATH}"
    try:
        yield server
    finally:
        await server.sockets.close_all()
        await server.hub.close()
        await runner.cleanup()


class Client:
    """A WebSocket client that remembers its cursor."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self.socket = socket
        self.cursor = ""
        self.seen: list[int] = []

    async def frame(self, seconds: float = PATIENCE_SECONDS) -> dict[str, Any]:
        """Return the next frame, or `{"closed": code}`."""
        async with asyncio.timeout(seconds):
            message = await self.socket.receive()
        if message.type is not aiohttp.WSMsgType.TEXT:
            return {"closed": self.socket.close_code}
        frame: dict[str, Any] = message.json()
        self.cursor = frame.get("cursor", self.cursor)
        return frame

    async def next(self, kind: str) -> dict[str, Any]:
        """Return the next frame of a type; pass over heartbeats."""
        end = time.monotonic() + PATIENCE_SECONDS
        while True:
            frame = await self.frame()
            if frame.get("type") == kind or kind in frame:
                return frame
            assert time.monotonic() < end, f"no {kind}"
            assert frame.get("type") == "heartbeat", frame

    async def numbers(self, count: int) -> list[int]:
        """Return the numbers of the next events."""
        return [(await self.next("data"))["data"]["n"] for _ in range(count)]

    async def closed(self) -> int:
        """Wait until the server closes; return the code."""
        end = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < end:
            frame = await self.frame()
            if "closed" in frame:
                return int(frame["closed"])
            if "data" in frame:
                self.seen.append(frame["data"]["n"])
        raise AssertionError("not closed")


@asynccontextmanager
async def following(
    server: EventServer,
    token: str = "owner",
    cursor: str | None = None,
    **options: Any,
) -> AsyncIterator[Client]:
    """A client that has got its hello."""
    async with connected(server, headers={"Authorization": f"Bearer {token}"}, cursor=cursor, **options) as client:
        hello = await client.frame()
        assert hello["type"] == "hello", hello
        yield client


@asynccontextmanager
async def connected(server: EventServer, cursor: str | None = None, **options: Any) -> AsyncIterator[Client]:
    params = {} if cursor is None else {"cursor": cursor}
    async with (
        aiohttp.ClientSession() as session,
        session.ws_connect(server.url, params=params, **options) as socket,
    ):
        yield Client(socket)


async def poll(server: EventServer, token: str = "owner", **params: Any) -> tuple[int, dict[str, Any]]:
    headers = {"Authorization": f"Bearer {token}"}
    async with aiohttp.ClientSession() as session, session.get(server.url, params=params, headers=headers) as answer:
        return answer.status, await answer.json(content_type=None)
