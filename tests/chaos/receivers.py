"""A business's own servers that are told of events: one that is well, one that refuses now and then, and others."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer
from standardwebhooks import Webhook as Verifier

from gateway.embedded.ports import choose_port
from tests.chaos.http_client import HttpClient

PAGE = 1000
JsonObject = dict[str, Any]


def talk_of(event: JsonObject) -> str | None:
    """Name the conversation that an event is about; None where it is about none."""
    data = event["data"]
    found = data.get("conversation_id") or (data["id"] if event["type"].startswith("conversation.") else None)
    return None if found is None else str(found)


class Receiver:
    """Takes events; refuses the first of each conversation once where it is `moody`.

    Attributes:
        taken: Ids of events, in the order in which they were taken first.
        faults: What a receiver must never see.
    """

    def __init__(self, *, moody: bool = False) -> None:
        self.secret = ""
        self.taken: dict[str, None] = {}
        self.heard = 0
        self.faults: list[str] = []
        self._moody = moody
        self._refused: set[str] = set()

    async def handle(self, request: web.Request) -> web.Response:
        """Answer 200 to what is signed."""
        self.heard += 1
        body = await request.read()
        event = Verifier(self.secret).verify(body, dict(request.headers))
        talk = talk_of(event)
        if self._moody and talk is not None and talk not in self._refused:
            self._refused.add(talk)
            return web.Response(status=400)
        self.taken.setdefault(request.headers["webhook-id"])
        return web.Response()

    def complaints(self, events: Sequence[JsonObject]) -> list[str]:
        """Say what it lacks of events, and which conversations were told in another order."""
        place = {event_id: n for n, event_id in enumerate(self.taken)}
        lost = [f"lost: {event['type']} {event['id']}" for event in events if event["id"] not in place]
        if lost:
            return lost
        last: dict[str, int] = {}
        turned = []
        for event in events:
            talk = talk_of(event)
            if talk is not None:
                if place[event["id"]] < last.get(talk, -1):
                    turned.append(f"told too early: {event['type']} of {talk}")
                last[talk] = place[event["id"]]
        return turned


class Receivers:
    """All of them, at one address each; those that are well are `good`.

    Attributes:
        trapped: Requests to where a redirect pointed.
    """

    def __init__(self) -> None:
        self.good = {"steady": Receiver(), "moody": Receiver(moody=True)}
        self.trapped = 0
        self.held = 0
        self._ended = asyncio.Event()

    def routes(self) -> list[web.RouteDef]:
        """The addresses."""
        others = {"silent": self._silent, "endless": self._endless, "elsewhere": self._elsewhere, "trap": self._trap}
        handlers = {name: receiver.handle for name, receiver in self.good.items()} | others
        return [web.post(f"/{name}", handler) for name, handler in handlers.items()]

    @asynccontextmanager
    async def subscribed(self, api: HttpClient) -> AsyncIterator[Receivers]:
        """Have all of them told of everything during the block, and one that is not there."""
        app = web.Application(client_max_size=16 * 1024 * 1024)
        app.add_routes(self.routes())
        async with TestServer(app) as server:
            names = [*self.good, "silent", "endless", "elsewhere"]
            urls = {name: str(server.make_url(f"/{name}")) for name in names}
            urls["dead"] = f"http://127.0.0.1:{choose_port(None)}/"
            made = {name: (await api.ask("POST", "/api/v1/webhooks", {"url": url})).body for name, url in urls.items()}
            for name, receiver in self.good.items():
                receiver.secret = made[name]["secret"]
            try:
                yield self
            finally:
                for one in made.values():
                    await api.ask("DELETE", f"/api/v1/webhooks/{one['id']}")
                self._ended.set()

    async def _silent(self, _: web.Request) -> web.Response:
        self.held += 1
        await self._ended.wait()
        return web.Response()

    async def _endless(self, request: web.Request) -> web.StreamResponse:
        answer = web.StreamResponse()
        await answer.prepare(request)
        while not self._ended.is_set():
            await answer.write(b"x" * 65_536)
        return answer

    async def _elsewhere(self, _: web.Request) -> web.Response:
        return web.Response(status=307, headers={"Location": "/trap"})

    async def _trap(self, _: web.Request) -> web.Response:
        self.trapped += 1
        return web.Response()


async def cursor_now(api: HttpClient) -> str:
    """Return the cursor after everything that was told so far."""
    answer = await api.ask("GET", "/api/v1/events?limit=0")
    assert answer.status == 200, answer
    return str(answer.body["cursor"])


async def told_since(api: HttpClient, cursor: str) -> list[JsonObject]:
    """Return all events after a cursor, in their order."""
    found: list[JsonObject] = []
    while True:
        answer = await api.ask("GET", f"/api/v1/events?cursor={cursor}&limit={PAGE}")
        assert answer.status == 200, answer
        found += answer.body["items"]
        cursor = answer.body["cursor"]
        if len(answer.body["items"]) < PAGE:
            return found
