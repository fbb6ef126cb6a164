"""A channel with a bot, the bot's own server, and what tells it of its turns."""

from __future__ import annotations

import asyncio
from typing import Any

import msgspec
from aiohttp import web
from standardwebhooks import Webhook as Verifier

from inbox.foundation.clock import FixedClock
from inbox.storage.leases import Leases
from inbox.storage.runtime import Runtime
from queueing.routing.route_queue import Routing
from tests.integration.api.documented import undocumented_request
from tests.integration.api.support import Actor, Answer, Team, customer_writes, whatsapp_channel
from workers.bots.take_turns import TurnTaker


class BotServer:
    """The business's server.

    Attributes:
        status: What it answers.
        body: Likewise.
        holds: While it is not set, requests wait.
        told: Headers and body of all requests.
        heard: Has a place for each of them.
    """

    def __init__(self) -> None:
        self.url = ""
        self.status = 200
        self.body = "ok"
        self.location = ""
        self.holds = asyncio.Event()
        self.holds.set()
        self.heard = asyncio.Semaphore(0)
        self.told: list[tuple[dict[str, str], bytes]] = []
        self.faults: list[str] = []

    async def handle(self, request: web.Request) -> web.StreamResponse:
        self.told.append((dict(request.headers), await request.read()))
        self.faults += undocumented_request("bot.turn", await request.json())
        self.heard.release()
        await self.holds.wait()
        headers = {"Location": self.location} if self.location else {}
        return web.Response(status=self.status, text=self.body, headers=headers)

    @property
    def turns(self) -> list[dict[str, Any]]:
        """What the requests said; all of it as documented."""
        assert self.faults == []
        return [msgspec.json.decode(body)["data"] for _, body in self.told]


class BotWorld:
    """A workspace whose WhatsApp number begins with a bot."""

    def __init__(self, runtime: Runtime, clock: FixedClock, team: Team, server: BotServer) -> None:
        self.runtime = runtime
        self.database = runtime.database
        self.clock = clock
        self.team = team
        self.server = server
        self.asked: list[str] = []
        self.taker = TurnTaker(runtime, Leases(runtime.database, "one"), self.asked.append)
        self.channel: dict[str, Any] = {}
        self.queue = ""
        self.made: dict[str, Any] = {}
        self.bot = team.operator

    async def open(self, **fields: Any) -> None:
        """Make the bot, a queue and a channel."""
        owner = self.team.owner
        made = await owner.post("/bots", {"name": "First answers", "url": self.server.url, **fields})
        assert made.status == 201, made.body
        self.made = made.body
        self.bot = Actor(owner.client, self.made["token"], owner.workspace_id, self.made["id"])
        queue = {"name": "Sales", "operator_ids": [self.team.operator.id], "hold_when_nobody": True}
        self.queue = (await owner.post("/queues", queue)).body["id"]
        whole = whatsapp_channel(queue_id=self.queue, bot_id=self.bot.id)
        self.channel = (await owner.post("/channels", whole)).body

    async def write(self, text: str, **who: str) -> None:
        """Have a customer write."""
        await customer_writes(self.team.owner.client, self.channel, text, **who)

    async def tell(self) -> None:
        """Do all that is due for bots."""
        async with asyncio.timeout(20):
            while await self.taker.sweep():
                await self.taker.drain()

    async def ask(self, text: str = "hello", **who: str) -> dict[str, Any]:
        """Have a customer write and the bot be told; return what it was told."""
        await self.write(text, **who)
        await self.tell()
        return self.server.turns[-1]

    async def answer(self, turn: dict[str, Any], *texts: str, **more: Any) -> Answer:
        """Answer as the bot."""
        messages = [{"type": "text", "text": text} for text in texts]
        body = {"seen_seq": turn["seen_seq"], "messages": messages, **more}
        return await self.bot.post(f"/conversations/{turn['conversation']['id']}/turn", body)

    async def conversation(self) -> dict[str, Any]:
        """Return the conversation as the owner sees it."""
        found = await self.team.owner.get("/conversations")
        return dict(found.body["items"][0])

    async def said(self, conversation_id: str) -> list[tuple[str, str]]:
        """Return who said what."""
        items = (await self.team.owner.get(f"/conversations/{conversation_id}/messages")).body["items"]
        return [(message["author"]["kind"], message["content"]["text"]) for message in items]

    async def route(self) -> None:
        """Have the queue asked."""
        await Routing(self.database, self.clock).route(self.team.owner.workspace_id, self.queue)

    def verified(self) -> list[Any]:
        """Check all requests as the bot's library does."""
        return [Verifier(self.made["secret"]).verify(body, headers) for headers, body in self.server.told]
