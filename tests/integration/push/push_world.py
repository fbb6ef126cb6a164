"""A push service that answers as it is told, browsers that read what it passes on, and a worker's part for notices."""

from __future__ import annotations

import asyncio
import base64
import os
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import http_ece
import jwt
import msgspec
from aiohttp import web
from aiohttp.test_utils import TestServer
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from inbox.foundation.clock import FixedClock
from inbox.push.push_models import decoded
from inbox.storage.leases import Leases
from inbox.storage.runtime import Runtime
from tests.integration.api.support import Actor
from workers.push.send_notices import NoticeSender
from workers.push.write_notices import NoticeWriter
from workers.relay.relay_source import EventDocument, Place


class PushService:
    """A push service.

    Attributes:
        answers: Status for the next requests, in turn; then 201.
        holds: While it is not set, requests to the browsers that it names wait.
    """

    def __init__(self) -> None:
        self.url = ""
        self.answers: list[int] = []
        self.headers: dict[str, str] = {}
        self.held: set[str] = set()
        self.goes_on = asyncio.Event()
        self.requests: list[tuple[str, dict[str, str], bytes]] = []

    async def handle(self, request: web.Request) -> web.StreamResponse:
        name, body = request.match_info["name"], await request.read()
        self.requests.append((name, dict(request.headers), body))
        if name in self.held:
            await self.goes_on.wait()
        return web.Response(status=self.answers.pop(0) if self.answers else 201, headers=self.headers)


@dataclass
class Browser:
    """A browser with a subscription at the push service."""

    service: PushService
    name: str
    private: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    auth: bytes = field(default_factory=lambda: os.urandom(16))

    def subscription(self, **changes: Any) -> dict[str, Any]:
        """What `PushSubscription.toJSON()` says, as the page sends it."""
        point = self.private.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        keys = {"p256dh": _text(point), "auth": _text(self.auth)}
        return {"endpoint": f"{self.service.url}/send/{self.name}", "keys": keys, **changes}

    def read(self, public_key: str) -> list[dict[str, Any]]:
        """Read what came for this browser, after a look at who sent it."""
        return [
            self._read(headers, body, public_key) for name, headers, body in self.service.requests if name == self.name
        ]

    def _read(self, headers: dict[str, str], body: bytes, public_key: str) -> dict[str, Any]:
        shown = dict(part.strip().split("=", 1) for part in headers["Authorization"].removeprefix("vapid ").split(","))
        assert shown["k"] == public_key
        signed_by = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), decoded(public_key))
        jwt.decode(shown["t"], signed_by, algorithms=["ES256"], audience=self.service.url)
        plain = http_ece.decrypt(body, private_key=self.private, auth_secret=self.auth, version="aes128gcm")
        read: dict[str, Any] = msgspec.json.decode(plain)
        return read


async def listen(service: PushService) -> TestServer:
    app = web.Application()
    app.router.add_post("/send/{name}", service.handle)
    server = TestServer(app)
    await server.start_server()
    service.url = str(server.make_url("")).rstrip("/")
    return server


class World:
    """What a worker has for notices, over the events that were written so far."""

    def __init__(self, runtime: Runtime, clock: FixedClock) -> None:
        self.runtime = runtime
        self.clock = clock
        self.sender = NoticeSender(runtime, Leases(runtime.database, "one"))
        self._last = ""

    async def events(self) -> list[EventDocument]:
        """Return the relay's documents of what happened since the last time."""
        found = await self.runtime.database.events.find({"_id": {"$gt": self._last}}).sort("_id", 1).to_list(None)
        if found:
            self._last = found[-1]["_id"]
        return [
            EventDocument(Place(int(one["_id"][:8], 16), int(one["_id"][8:16], 16), 0), *_body(one)) for one in found
        ]

    async def write(self, events: list[EventDocument]) -> None:
        writer = NoticeWriter(self.runtime.database, self.runtime.clock, lambda _: None)
        await writer.write(events)

    async def tell(self) -> None:
        """Write what happened, and send what is due."""
        await self.write(await self.events())
        await self.send()

    async def send(self) -> None:
        await self.sender.sweep()
        await self.sender.finished()

    async def later(self, **time: float) -> None:
        """Send what is due after some time."""
        self.clock.advance(timedelta(**time))
        await self.send()


async def subscribe(actor: Actor, browser: Browser, **changes: Any) -> str:
    """Have an actor's sign-in told in a browser; return the installation's key."""
    answer = await actor.call("PUT", "/me/push", browser.subscription(**changes))
    assert answer.status == 200, answer.body
    return str(answer.body["public_key"])


def _body(one: Any) -> tuple[Any, Any, Any]:
    return one["workspace_id"], one["count"], one["items"]


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")
