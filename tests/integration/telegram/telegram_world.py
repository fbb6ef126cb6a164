"""A bot at the emulator and the real server; a test says when messages and tasks go out, so that it sees each step."""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Final

import msgspec
from aiohttp import ClientSession
from aiohttp.test_utils import TestClient, TestServer

import channels.telegram.send  # noqa: F401 - it stops the loop for seconds: as in a worker, load it first
from channels.registry import open_connectors
from channels.sandbox.app import SandboxConfig, make_app
from channels.sandbox.clock import SandboxClock
from channels.telegram.parse import ALLOWED_UPDATES
from gateway.app import build_app
from inbox.channel.channel_directory import ChannelDirectory
from inbox.files.gridfs_store import GridFsStore
from inbox.storage.runtime import Runtime
from tests.integration.api.support import Actor, Client, make_team
from tests.waiting import eventually
from workers.sending.deliver import Deliverer
from workers.sending.tell_provider import ProviderTeller

BOT_ID: Final = "7000000001"
TOKEN: Final = f"{BOT_ID}:AAH-test-token"
CUSTOMER: Final = 500100
PRIVATE: Final = {"id": CUSTOMER, "first_name": "Ludmila", "type": "private"}
USER: Final = {"id": CUSTOMER, "is_bot": False, "first_name": "Ludmila"}
PATIENCE_SECONDS: Final = 40
_ids = itertools.count(1_000_000)


@dataclass
class TelegramWorld:
    """What a test works with."""

    client: Client
    owner: Actor
    provider_url: str
    http: ClientSession
    channel: dict[str, Any]
    secret: str
    deliverer: Deliverer
    teller: ProviderTeller

    async def provider(self, method: str, path: str, body: Any = None) -> Any:
        """Call the emulator."""
        async with self.http.request(method, self.provider_url + path, json=body) as answer:
            assert answer.status < 300, await answer.text()
            return await answer.json()

    async def write(self, text: str, user: int = CUSTOMER) -> None:
        """The customer writes, at the emulator."""
        path = f"/control/telegram/{BOT_ID}/customers/{user}/messages"
        await self.provider("POST", path, {"text": text, "from": {"first_name": "Ludmila"}})

    async def thread(self, user: int = CUSTOMER) -> list[dict[str, Any]]:
        """Return what the customer sees."""
        path = f"/control/telegram/{BOT_ID}/customers/{user}/thread"
        return list((await self.provider("GET", path))["messages"])

    async def texts(self, user: int = CUSTOMER) -> list[str]:
        """Return the texts from the bot that the customer sees."""
        return [m["text"] for m in await self.thread(user) if m["direction"] == "in"]

    async def update(self, **parts: Any) -> int:
        """Post an update as Telegram does; return the answer's status."""
        headers = {"X-Telegram-Bot-Api-Secret-Token": self.secret}
        body = {"update_id": next(_ids), **parts}
        async with self.client.post(f"/webhooks/telegram/{self.channel['id']}", json=body, headers=headers) as answer:
            return answer.status

    async def requests(self, method: str) -> list[dict[str, Any]]:
        """Return the bot's requests of a method, from the emulator's raw log."""
        found = (await self.provider("GET", "/control/requests"))["requests"]
        return [request for request in found if request["path"].endswith(f"/{method}")]

    async def calls(self, method: str) -> list[dict[str, Any]]:
        """Return the bodies of the bot's calls of a method."""
        return [request["body"] for request in await self.requests(method)]

    async def conversation(self) -> dict[str, Any]:
        """Return the only open conversation, once it is there."""

        async def look() -> Any:
            return (await self.owner.get("/conversations")).body["items"]

        (found,) = await eventually(look)
        return dict(found)

    async def taken(self) -> dict[str, Any]:
        """Return the only open conversation, with the owner as its operator."""
        conversation = await self.conversation()
        answer = await self.owner.post(f"/conversations/{conversation['id']}/assign", {"operator_id": self.owner.id})
        assert answer.status == 200, answer.body
        return conversation

    async def messages(self, conversation_id: str) -> list[dict[str, Any]]:
        """Return the thread as the inbox has it."""
        return list((await self.owner.get(f"/conversations/{conversation_id}/messages?limit=200")).body["items"])

    async def send(self, conversation_id: str, content: dict[str, Any]) -> dict[str, Any]:
        """Have a message accepted."""
        answer = await self.owner.post(f"/conversations/{conversation_id}/messages", {"content": content})
        assert answer.status == 201, answer.body
        return dict(answer.body)

    async def settled(self, message: dict[str, Any]) -> dict[str, Any]:
        """Let the message go out; return it when no attempt is under way any more."""

        async def look() -> Any:
            await self.deliverer.sweep()
            found = await self.messages(message["conversation_id"])
            return [m for m in found if m["id"] == message["id"] and m["status"] not in ("queued", "sending")]

        return dict((await eventually(look))[0])

    async def answered(self, text: str) -> dict[str, Any]:
        """Have the owner answer the only conversation; return the message once it is sent."""
        conversation = await self.taken()
        return await self.settled(await self.send(conversation["id"], {"type": "text", "text": text}))


@asynccontextmanager
async def telegram_world(runtime: Runtime) -> AsyncIterator[TelegramWorld]:
    """Start everything, connect the bot."""
    bots = [{"token": TOKEN, "username": "shop_bot", "name": "Shop"}]
    connectors = open_connectors(allow_private=True)
    directory = ChannelDirectory(runtime.database, runtime.secret_box, clock=runtime.clock)
    async with (
        TestServer(make_app(msgspec.convert({"bots": bots}, SandboxConfig), SandboxClock(None))) as provider,
        TestServer(build_app(runtime)) as server,
        TestClient(server) as client,
        ClientSession() as http,
    ):
        provider_url = str(provider.make_url("")).rstrip("/")
        team = await make_team(runtime, client, "shop")
        fields = {"kind": "telegram", "name": "Bot", "provider_base_url": provider_url}
        made = await team.owner.post("/channels", {**fields, "credentials": {"bot_token": TOKEN}})
        assert made.status == 201, made.body
        record = await directory.get(made.body["id"])
        assert record is not None
        world = TelegramWorld(
            client=client,
            owner=team.owner,
            provider_url=provider_url,
            http=http,
            channel=made.body,
            secret=record.credentials["secret_token"],
            deliverer=Deliverer(runtime, directory, connectors, GridFsStore(runtime.database)),
            teller=ProviderTeller(runtime, directory, connectors),
        )
        await _call_the_test(world)
        try:
            yield world
        finally:
            await world.deliverer.stop()
            for connector in connectors.values():
                await connector.close()
            await directory.close()


async def _call_the_test(world: TelegramWorld) -> None:
    """Let the emulator call the test's server, whose address no setting knows."""
    url = str(world.client.make_url(f"/webhooks/telegram/{world.channel['id']}"))
    body = {"url": url, "secret_token": world.secret, "allowed_updates": list(ALLOWED_UPDATES)}
    await world.provider("POST", f"/bot{TOKEN}/setWebhook", body)


def message(message_id: int, chat: dict[str, Any] = PRIVATE, **content: Any) -> dict[str, Any]:
    """Make a customer's message."""
    return {"message_id": message_id, "from": USER, "chat": chat, "date": 1780000000 + message_id, **content}
