"""The real server, the real worker and the provider's emulator around one channel."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from aiohttp import ClientSession, web
from aiohttp.test_utils import TestClient, TestServer

from gateway.app import build_app
from inbox.foundation.ending_tasks import end_tasks
from inbox.storage.runtime import Runtime
from tests.integration.api.support import Actor, Client, make_team
from tests.waiting import eventually
from workers.process import work_until

if TYPE_CHECKING:
    from tests.contract.messenger import Messenger

PATIENCE_SECONDS = 20
PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(64)


@dataclass
class ContractWorld:
    """What a test of a connector works with."""

    runtime: Runtime
    client: Client
    owner: Actor
    provider_url: str
    http: ClientSession
    channel: dict[str, Any]
    link: str

    async def control(self, method: str, path: str, body: Any = None) -> Any:
        """Call the emulator's control API."""
        async with self.http.request(method, self.provider_url + path, json=body) as answer:
            assert answer.status < 300, await answer.text()
            return await answer.json()

    async def requests(self) -> list[dict[str, Any]]:
        """Return the emulator's raw log."""
        return list((await self.control("GET", "/control/requests"))["requests"])

    async def conversation(self, customer: str) -> dict[str, Any]:
        """Return a customer's open conversation, once it is there."""

        async def look() -> Any:
            found = (await self.owner.get("/conversations?limit=50")).body["items"]
            return next((one for one in found if one["identity"]["external_id"] == customer), None)

        return dict(await eventually(look))

    async def taken(self, customer: str) -> dict[str, Any]:
        """Return a customer's open conversation, with the owner as its operator."""
        conversation = await self.conversation(customer)
        answer = await self.owner.post(f"/conversations/{conversation['id']}/assign", {"operator_id": self.owner.id})
        assert answer.status == 200, answer.body
        return dict(answer.body)

    async def messages(self, conversation_id: str) -> list[dict[str, Any]]:
        """Return the thread."""
        return list((await self.owner.get(f"/conversations/{conversation_id}/messages")).body["items"])

    async def send(self, conversation_id: str, content: dict[str, Any], **more: Any) -> dict[str, Any]:
        """Have a message accepted."""
        answer = await self.owner.post(f"/conversations/{conversation_id}/messages", {"content": content, **more})
        assert answer.status == 201, answer.body
        return dict(answer.body)

    async def settled(self, message: dict[str, Any]) -> dict[str, Any]:
        """Let the message go out; return it when no attempt is under way any more."""

        async def look() -> Any:
            found = await self.messages(message["conversation_id"])
            return next(
                (m for m in found if m["id"] == message["id"] and m["status"] not in ("queued", "sending")), None
            )

        return dict(await eventually(look))


@asynccontextmanager
async def contract_world(runtime: Runtime, messenger: Messenger) -> AsyncIterator[ContractWorld]:
    """Start everything, connect the channel."""
    async with (
        TestServer(messenger.provider()) as provider,
        TestServer(_pictures()) as pictures,
        TestServer(build_app(runtime)) as server,
        TestClient(server) as client,
        ClientSession() as http,
        working(runtime),
    ):
        provider_url = str(provider.make_url("")).rstrip("/")
        team = await make_team(runtime, client, "shop")
        await team.owner.patch(f"/operators/{team.owner.id}", {"capacity": 100})
        made = await team.owner.post("/channels", messenger.channel(provider_url))
        assert made.status == 201, made.body
        world = ContractWorld(
            runtime=runtime,
            client=client,
            owner=team.owner,
            provider_url=provider_url,
            http=http,
            channel=made.body,
            link=str(pictures.make_url("/picture.png")),
        )
        await messenger.connected(world)
        yield world


@asynccontextmanager
async def working(runtime: Runtime) -> AsyncIterator[None]:
    """Have a worker during the block."""
    stop = asyncio.Event()
    worker = asyncio.ensure_future(work_until(stop, runtime))
    try:
        yield
    finally:
        stop.set()
        await asyncio.wait([worker], timeout=PATIENCE_SECONDS)
        await end_tasks([worker])


def _pictures() -> web.Application:
    """Somebody's web server, with a picture that messages can name by its link."""
    app = web.Application()
    app.router.add_get("/picture.png", _picture)
    return app


async def _picture(_: web.Request) -> web.Response:
    return web.Response(body=PICTURE, content_type="image/png")
