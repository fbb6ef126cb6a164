"""A sandbox with a bot, aiogram as the bot's client, and a receiver of its webhooks."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.types import Update
from aiohttp import web
from sandbox_world import serving

from channels.sandbox.app import SandboxConfig, make_app
from channels.sandbox.clock import SandboxClock
from channels.sandbox.telegram.state import BotConfig
from tests.waiting import PATIENCE_SECONDS, eventually

BOT_ID = 7_000_000_001
TOKEN = f"{BOT_ID}:AAH-token_1"
USER = 5_000_000_111
SECRET = "hook-secret_1"


@dataclass
class Hook:
    """The bot's webhook: records, and answers as it is told."""

    url: str = ""
    updates: list[dict[str, Any]] = field(default_factory=list)
    secrets: list[str | None] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)
    methods: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    refused_chats: set[int] = field(default_factory=set)
    running: int = 0
    most_running: int = 0
    changed: asyncio.Condition = field(default_factory=asyncio.Condition)
    gate: asyncio.Event = field(default_factory=asyncio.Event)

    async def receive(self, request: web.Request) -> web.Response:
        update = await request.json()
        self.running += 1
        self.most_running = max(self.most_running, self.running)
        async with self.changed:
            self.changed.notify_all()
        await self.gate.wait()
        self.running -= 1
        status = self.answers.pop(0) if self.answers else 200
        if update.get("message", {}).get("chat", {}).get("id") in self.refused_chats:
            status = 500
        async with self.changed:
            self.secrets.append(request.headers.get("X-Telegram-Bot-Api-Secret-Token"))
            if status == 200:
                self.updates.append(update)
            self.changed.notify_all()
        return _asking(*self.methods.pop(0)) if self.methods and status == 200 else web.Response(status=status)

    async def until(self, ready: Callable[[], Any]) -> None:
        async with asyncio.timeout(PATIENCE_SECONDS), self.changed:
            await self.changed.wait_for(ready)

    async def next(self, kind: str, count: int = 1) -> Update:
        """The newest update of a kind as aiogram reads it, once there are so many."""
        await self.until(lambda: len(self.of(kind)) >= count)
        return Update.model_validate(self.of(kind)[-1])

    def of(self, kind: str) -> list[dict[str, Any]]:
        return [update for update in self.updates if kind in update]

    @property
    def texts(self) -> list[str]:
        return [update["message"]["text"] for update in self.of("message")]


def _asking(kind: str, method: dict[str, Any]) -> web.Response:
    """An answer that names a method, in one of the forms that Telegram reads."""
    if kind == "json":
        return web.json_response(method)
    form = aiohttp.FormData(method)
    if kind == "multipart":
        form = aiohttp.FormData(default_to_multipart=True)
        for name, value in method.items():
            form.add_field(name, value)
    return web.Response(body=form())


@dataclass
class TelegramWorld:
    """Everything that a test talks to."""

    base_url: str
    http: aiohttp.ClientSession
    bot: Bot
    hook: Hook

    async def call(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        data = json.dumps(body) if body is not None else None
        async with self.http.request(method, self.base_url + path, data=data) as answer:
            text = await answer.text()
            return answer.status, json.loads(text) if text.startswith(("{", "[")) else text

    async def api(self, method: str, token: str = TOKEN, **params: Any) -> dict[str, Any]:
        """A method by plain HTTP with JSON; the whole envelope."""
        async with self.http.post(f"{self.base_url}/bot{token}/{method}", json=params) as answer:
            envelope = dict(await answer.json())
            assert answer.status == envelope.get("error_code", 200)
            return envelope

    async def control(self, action: str, body: Any = None, user: int = USER, expected: int = 200) -> dict[str, Any]:
        status, answer = await self.call("POST", f"{customer(user)}/{action}", body)
        assert status == expected, answer
        return dict(answer)

    async def write(self, text: str = "Hello", user: int = USER, **message: Any) -> dict[str, Any]:
        body = message if "text" not in message and message and text == "Hello" else {"text": text} | message
        return await self.control("messages", body, user, expected=201)

    async def thread(self, user: int = USER) -> dict[str, Any]:
        return dict((await self.call("GET", f"{customer(user)}/thread"))[1])

    async def faults(self, **faults: Any) -> None:
        status, answer = await self.call("PUT", "/control/faults", faults)
        assert status == 200, answer

    async def until_shown(self, text: str) -> None:
        """Look again until the customer sees a text."""

        async def shown() -> bool:
            return text in [one.get("text") for one in (await self.thread())["messages"]]

        await eventually(shown, f"the customer sees {text!r}")

    async def until_polled(self) -> None:
        """Ask again until a poll waits."""

        async def polling() -> bool:
            return bool((await self.call("GET", "/control/telegram/bots"))[1]["bots"][0]["polling"])

        await eventually(polling, "a poll waits")

    async def listen(self, **options: Any) -> None:
        await self.bot.set_webhook(self.hook.url, secret_token=SECRET, **options)


def customer(user: int = USER) -> str:
    return f"/control/telegram/{BOT_ID}/customers/{user}"


@asynccontextmanager
async def hooking() -> AsyncIterator[Hook]:
    hook = Hook()
    hook.gate.set()
    app = web.Application(client_max_size=4 * 1024 * 1024)
    app.router.add_post("/hook", hook.receive)
    async with serving(app) as url:
        hook.url = f"{url}/hook"
        yield hook


@asynccontextmanager
async def aiogram_bot(base_url: str, token: str = TOKEN) -> AsyncIterator[Bot]:
    session = AiohttpSession(api=TelegramAPIServer.from_base(base_url))
    try:
        yield Bot(token, session)
    finally:
        # Its own `close` waits a quarter of a second for TLS, which is not used here.
        if session._session is not None:
            await session._session.close()


@asynccontextmanager
async def telegram_world(
    clock: SandboxClock | None = None, *, state_file: Path | None = None, **settings: Any
) -> AsyncIterator[TelegramWorld]:
    config = SandboxConfig(bots=[BotConfig(token=TOKEN, username="shop_bot", name="The Shop")], **settings)
    async with (
        hooking() as hook,
        aiohttp.ClientSession() as http,
        serving(make_app(config, clock or SandboxClock(None), state_file=state_file)) as base_url,
        aiogram_bot(base_url) as bot,
    ):
        yield TelegramWorld(base_url, http, bot, hook)
