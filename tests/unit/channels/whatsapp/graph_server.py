"""A server that answers as the Graph API does, and remembers what it was asked."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

TAKEN = {"messaging_product": "whatsapp", "messages": [{"id": "wamid.new"}]}


@dataclass
class Graph:
    """Answers as told, by the last part of the address; without that it takes everything."""

    url: str = ""
    answers: dict[str, tuple[int, Any]] = field(default_factory=dict)
    paths: list[str] = field(default_factory=list)
    bodies: list[Any] = field(default_factory=list)

    def refuse(self, endpoint: str, code: int) -> None:
        self.answers[endpoint] = (400, {"error": {"code": code, "message": f"(#{code})", "type": "OAuthException"}})

    async def handle(self, request: web.Request) -> web.Response:
        self.paths.append(request.path)
        self.bodies.append(await request.json())
        status, answer = self.answers.get(request.path.rpartition("/")[2], (200, TAKEN))
        return web.json_response(answer, status=status)


@asynccontextmanager
async def graph_server() -> AsyncIterator[Graph]:
    graph = Graph()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", graph.handle)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    graph.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield graph
    await runner.cleanup()
