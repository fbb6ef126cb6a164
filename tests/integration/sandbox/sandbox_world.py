"""A sandbox on a real port, a receiver of its webhooks, and clients for both sides."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import httpx
from aiohttp import web
from pywa_async import WhatsApp

from channels.sandbox.app import SandboxConfig, make_app
from channels.sandbox.clock import SandboxClock
from channels.sandbox.graph.state import NumberConfig
from tests.waiting import PATIENCE_SECONDS

PHONE_ID = "106540352242922"
WABA_ID = "419561257915477"
TOKEN = "EAA-token"
SECRET = "app-secret"
VERIFY = "verify-me"
USER = "16505551234"


@dataclass
class Post:
    body: bytes
    headers: dict[str, str]

    @property
    def values(self) -> list[dict[str, Any]]:
        return [change["value"] for entry in json.loads(self.body)["entry"] for change in entry["changes"]]

    @property
    def signed(self) -> bool:
        digest = hmac.new(SECRET.encode(), self.body, hashlib.sha256).hexdigest()
        return self.headers.get("X-Hub-Signature-256") == f"sha256={digest}"


@dataclass
class Receiver:
    """The business's webhook: records, and answers as it is told."""

    url: str = ""
    posts: list[Post] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)
    changed: asyncio.Condition = field(default_factory=asyncio.Condition)
    gate: asyncio.Event = field(default_factory=asyncio.Event)

    async def challenge(self, request: web.Request) -> web.Response:
        if request.query.get("hub.verify_token") != VERIFY:
            return web.Response(status=403)
        return web.Response(text=request.query["hub.challenge"])

    async def receive(self, request: web.Request) -> web.Response:
        body = await request.read()
        await self.gate.wait()
        async with self.changed:
            self.posts.append(Post(body, dict(request.headers)))
            self.changed.notify_all()
        return web.Response(status=self.answers.pop(0) if self.answers else 200)

    async def until(self, ready: Callable[[], Any]) -> None:
        async with asyncio.timeout(PATIENCE_SECONDS), self.changed:
            await self.changed.wait_for(ready)

    def items(self, key: str) -> list[dict[str, Any]]:
        return [item for post in self.posts for value in post.values for item in value.get(key, ())]

    def statuses(self, message_id: str) -> list[str]:
        return [item["status"] for item in self.items("statuses") if item["id"] == message_id]

    async def status(self, message_id: str, status: str) -> dict[str, Any]:
        await self.until(lambda: status in self.statuses(message_id))
        return next(item for item in self.items("statuses") if item["id"] == message_id and item["status"] == status)


@dataclass
class World:
    """Everything that a test talks to."""

    base_url: str
    http: aiohttp.ClientSession
    wa: WhatsApp
    receiver: Receiver

    async def call(self, method: str, path: str, body: Any = None, **options: Any) -> tuple[int, Any]:
        if body is not None:
            options["data"] = body if isinstance(body, bytes) else json.dumps(body)
        async with self.http.request(method, self.base_url + path, **options) as answer:
            text = await answer.text()
            return answer.status, json.loads(text) if text.startswith(("{", "[")) else text

    async def graph(self, method: str, path: str, body: Any = None, token: str = TOKEN) -> tuple[int, Any]:
        return await self.call(method, f"/v23.0{path}", body, headers={"Authorization": f"Bearer {token}"})

    async def send(self, **message: Any) -> tuple[int, Any]:
        return await self.graph("POST", f"/{PHONE_ID}/messages", text_message() | message)

    async def write(self, text: str = "Hello", user: str = USER, **message: Any) -> dict[str, Any]:
        body = {"type": "text", "text": {"body": text}} | message
        status, written = await self.call("POST", f"{chat(user)}/messages", body)
        assert status == 201, written
        return dict(written)

    async def thread(self, user: str = USER) -> dict[str, Any]:
        return dict((await self.call("GET", f"{chat(user)}/thread"))[1])

    async def faults(self, **faults: Any) -> None:
        status, answer = await self.call("PUT", "/control/faults", faults)
        assert status == 200, answer

    async def stats(self) -> dict[str, Any]:
        return dict((await self.call("GET", "/control/stats"))[1])

    async def log(self) -> list[dict[str, Any]]:
        return list((await self.call("GET", "/control/requests"))[1]["requests"])


def chat(user: str = USER) -> str:
    return f"/control/whatsapp/{PHONE_ID}/customers/{user}"


def text_message(body: str = "Hi", to: str = f"+{USER}") -> dict[str, Any]:
    return {"messaging_product": "whatsapp", "to": to, "type": "text", "text": {"body": body}}


@asynccontextmanager
async def serving(app: web.Application) -> AsyncIterator[str]:
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


@asynccontextmanager
async def receiving() -> AsyncIterator[Receiver]:
    receiver = Receiver()
    receiver.gate.set()
    app = web.Application(client_max_size=4 * 1024 * 1024)
    app.router.add_get("/hook", receiver.challenge)
    app.router.add_post("/hook", receiver.receive)
    async with serving(app) as url:
        receiver.url = f"{url}/hook"
        yield receiver


@asynccontextmanager
async def world(clock: SandboxClock | None = None, **settings: Any) -> AsyncIterator[World]:
    """A sandbox with one number whose customer has not written yet."""
    async with receiving() as receiver, aiohttp.ClientSession() as http:
        config = SandboxConfig(
            numbers=[number_config(webhook_url=receiver.url)],
            **{"sent_delay_ms": 1, "delivered_delay_ms": 3} | settings,
        )
        async with serving(make_app(config, clock or SandboxClock(None))) as base_url:
            wa = pywa_client(base_url)
            try:
                yield World(base_url, http, wa, receiver)
            finally:
                await wa.api._session.aclose()


def number_config(**changes: Any) -> NumberConfig:
    settings = {
        "phone_number_id": PHONE_ID,
        "waba_id": WABA_ID,
        "access_token": TOKEN,
        "app_secret": SECRET,
        "verify_token": VERIFY,
    }
    return NumberConfig(**settings | changes)


def pywa_client(base_url: str, token: str = TOKEN) -> WhatsApp:
    session = httpx.AsyncClient(trust_env=False)
    wa = WhatsApp(phone_id=PHONE_ID, token=token, session=session, waba_id=WABA_ID)
    session.base_url = httpx.URL(f"{base_url}/v23.0")
    return wa
