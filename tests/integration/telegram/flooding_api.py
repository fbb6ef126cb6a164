"""A Bot API that answers `sendMessage` as a test decides: takes it, asks to wait, loses the answer."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import web

LOSE = -1
TAKE = 0
FIRST_ID = 1000
"""Above the ids of what customers wrote in the same chats."""
Decide = Callable[[str, str], int]
"""From chat and text to the seconds to wait, TAKE or LOSE."""


@dataclass
class FloodingApi:
    """The provider of one bot.

    Attributes:
        taken: The texts that each chat got, in order.
        asked: Requests in all.
        moved: Groups that have become supergroups, by their old ids.
    """

    decide: Decide
    base_url: str = ""
    taken: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    asked: int = 0
    moved: dict[str, int] = field(default_factory=dict)

    async def send(self, request: web.Request) -> web.StreamResponse:
        form = await request.post()
        chat, text = str(form["chat_id"]), str(form["text"])
        self.asked += 1
        if chat in self.moved:
            parameters = {"migrate_to_chat_id": self.moved[chat]}
            body = {"ok": False, "error_code": 400, "description": "Bad Request: moved", "parameters": parameters}
            return web.json_response(body, status=400)
        verdict = self.decide(chat, text)
        if verdict > TAKE:
            parameters = {"retry_after": verdict}
            body = {"ok": False, "error_code": 429, "description": "Too Many Requests", "parameters": parameters}
            return web.json_response(body, status=429)
        self.taken[chat].append(text)
        if verdict == LOSE and request.transport is not None:
            request.transport.close()
        message_id = FIRST_ID + sum(map(len, self.taken.values()))
        sent = {"message_id": message_id, "date": 1, "chat": {"id": int(chat), "type": "private"}, "text": text}
        return web.json_response({"ok": True, "result": sent})


@asynccontextmanager
async def flooding_api(decide: Decide) -> AsyncIterator[FloodingApi]:
    """Have it on a free port."""
    api = FloodingApi(decide)
    app = web.Application()
    app.router.add_post("/bot{token}/sendMessage", api.send)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    api.base_url = "http://{}:{}".format(*runner.addresses[0][:2])
    try:
        yield api
    finally:
        await runner.cleanup()
