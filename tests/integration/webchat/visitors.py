"""Visitors without a browser: they speak the protocol as docs/webchat.md describes it."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
import secrets
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import cache
from typing import Any

import aiohttp
import jsonschema_rs
from aiohttp import ClientWebSocketResponse

from gateway.api.asyncapi import make_asyncapi
from tests.integration.api.support import Actor, Client
from tests.schema_validators import validator_of
from tests.waiting import PATIENCE_SECONDS

SECRET = "a-secret-of-the-site"
ORIGIN = "https://shop.example"


async def webchat(owner: Actor, **changes: Any) -> dict[str, Any]:
    """Connect a web chat."""
    credentials = {"allowed_origins": [ORIGIN], "identity_secret": SECRET}
    body = {"kind": "webchat", "name": "Shop chat", "credentials": credentials, **changes}
    made = await owner.post("/channels", body)
    assert made.status == 201, made.body
    return dict(made.body)


def identity(secret: str = SECRET, *, algorithm: str = "HS256", **claims: Any) -> str:
    """Sign a visitor's identity as a site's back end does."""
    claims = {"id": "customer-7", "name": "Kerry", "exp": time.time() + 600, **claims}
    parts = ({"alg": algorithm, "typ": "JWT"}, claims)
    head = ".".join(_encoded(json.dumps(part).encode()) for part in parts)
    return f"{head}.{_encoded(hmac.new(secret.encode(), head.encode(), hashlib.sha256).digest())}"


def _encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


@cache
def _validator(type_: str) -> jsonschema_rs.Validator | None:
    document = make_asyncapi(version="1")
    message = document["components"]["messages"].get(f"visitor_hears_{type_}")
    if message is None:
        return None
    return validator_of(message["payload"], document)


def frame_faults(frame: dict[str, Any]) -> list[str]:
    """Say where a frame is not as documented."""
    validator = _validator(frame["type"])
    if validator is None:
        return [f"{frame['type']} is not documented"]
    return [f"{frame['type']}: {error.message} at {error.instance_path}" for error in validator.iter_errors(frame)]


class Visitor:
    """A visitor's page: what it has, and one socket after another.

    Attributes:
        thread: The messages that came, by id.
        given: Ids of the messages in the order in which they came, over all sockets.
        frames: Every frame of the present socket.
        faults: Where frames were not as `/asyncapi.json` says.
    """

    def __init__(self, client: Client, channel_id: str, **hello: Any) -> None:
        self._client = client
        self._path = f"/webchat/{channel_id}/socket"
        self._hello = hello
        self.token: str | None = None
        self.thread: dict[str, dict[str, Any]] = {}
        self.given: list[str] = []
        self.frames: list[dict[str, Any]] = []
        self.faults: list[str] = []
        self.closed: int | None = None
        self._socket: ClientWebSocketResponse | None = None
        self._reader: asyncio.Task[None] | None = None
        self._news = asyncio.Event()

    @property
    def newest(self) -> int:
        return max((message["seq"] for message in self.thread.values()), default=0)

    async def connect(self, *, fresh: bool = False, origin: str | None = ORIGIN, **hello: Any) -> dict[str, Any]:
        """Open a socket and give the welcome; `fresh` as a page that has nothing."""
        if fresh:
            self.thread, self.given = {}, []
        self.frames, self.closed = [], None
        headers = {} if origin is None else {"Origin": origin}
        self._socket = await self._client.ws_connect(self._path, headers=headers)
        known = {"after": self.newest, "have": list(self.thread)[-100:]} if self.thread else {}
        await self.say({"type": "hello", "token": self.token, **known, **self._hello, **hello})
        self._reader = asyncio.ensure_future(self._read(self._socket))
        return await self.frame("welcome")

    async def say(self, frame: dict[str, Any]) -> None:
        assert self._socket is not None
        await self._socket.send_str(json.dumps(frame))

    async def write(self, text: str, *, id_: str | None = None) -> str:
        """Write and wait until it is accepted; return the client's id."""
        return await self.send({"type": "text", "text": text}, id_=id_)

    async def send(self, content: dict[str, Any], *, id_: str | None = None, **more: Any) -> str:
        id_ = id_ or secrets.token_hex(8)
        await self.say({"type": "message", "id": id_, "content": content, **more})
        answer = await self.frame("accepted", "refused", where=lambda frame: frame["id"] == id_)
        assert answer["type"] == "accepted", answer
        return id_

    async def frame(self, *types: str, where: Callable[[dict[str, Any]], bool] = lambda _: True) -> dict[str, Any]:
        """Return the first frame of a type that came, or comes, on this socket."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while True:
                self._news.clear()
                assert self.faults == [], "a frame is not as documented"
                found = next((one for one in self.frames if one["type"] in types and where(one)), None)
                if found is not None:
                    return found
                assert self.closed is None, f"closed with {self.closed}, no {types}"
                await self._news.wait()

    async def said(self, text: str) -> dict[str, Any]:
        """Wait until the thread has a text."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while True:
                self._news.clear()
                for message in self.thread.values():
                    if message["content"].get("text") == text:
                        return message
                await self._news.wait()

    async def close_code(self) -> int:
        async with asyncio.timeout(PATIENCE_SECONDS):
            while self.closed is None:
                self._news.clear()
                await self._news.wait()
        return self.closed

    def texts(self) -> list[str]:
        """The thread as a page shows it."""
        ordered = sorted(self.thread.values(), key=lambda message: message["seq"])
        return [message["content"].get("text", message["content"]["type"]) for message in ordered]

    async def cut(self) -> None:
        """Lose the connection without a word."""
        if self._socket is not None and self._socket._response.connection is not None:
            transport = self._socket._response.connection.transport
            if transport is not None:
                transport.abort()
        await self._ended()

    async def leave(self) -> None:
        if self._socket is not None:
            await self._socket.close()
        await self._ended()

    async def _ended(self) -> None:
        if self._reader is not None:
            await self._reader

    async def _read(self, socket: ClientWebSocketResponse) -> None:
        async for message in socket:
            if message.type is aiohttp.WSMsgType.TEXT:
                self._take(message.json())
        self.closed = socket.close_code or 1006
        self._news.set()

    def _take(self, frame: dict[str, Any]) -> None:
        self.frames.append(frame)
        self.faults += frame_faults(frame)
        if frame["type"] == "welcome":
            self.token = frame["token"] or self.token
            if frame["reset"]:
                self.thread, self.given = {}, []
            for message in frame["messages"]:
                self._put(message)
            for message in frame["changed"]:
                self.thread[message["id"]] = message
        elif frame["type"] == "message":
            self._put(frame)
        elif frame["type"] == "update" and frame["id"] in self.thread:
            self.thread[frame["id"]] = frame
        self._news.set()

    def _put(self, message: dict[str, Any]) -> None:
        self.given.append(message["id"])
        self.thread[message["id"]] = message


@asynccontextmanager
async def visiting(client: Client, channel_id: str, **hello: Any) -> AsyncIterator[Visitor]:
    """A visitor who has got the welcome."""
    visitor = Visitor(client, channel_id, **hello)
    await visitor.connect()
    try:
        yield visitor
    finally:
        await visitor.leave()
