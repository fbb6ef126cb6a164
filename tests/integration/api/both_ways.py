"""Two servers of one application: one with the front, one that is aiohttp alone. What they say is compared."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Final

from prometheus_client import REGISTRY
from structlog.testing import capture_logs

from channels.telegram.verify import SECRET_HEADER
from gateway.app import build_app
from gateway.http.front import Front
from gateway.http.http_parts import HTTP, HttpParts
from gateway.http.middleware import SERVER
from gateway.http.running import CountingRunner
from gateway.server import KEEP_ALIVE_SECONDS
from gateway.webhooks import lean_route
from inbox.channel.channel_directory import ChannelDirectory
from inbox.channel.channel_models import (
    TelegramChannelFields,
    TelegramCredentials,
    WhatsAppChannelFields,
    WhatsAppCredentials,
)
from inbox.channel.channel_store import ChannelStore
from inbox.storage.runtime import Runtime

APP_SECRET: Final = "secret-1"
NUMBER: Final = "700100200300"
"""Whom the captured webhooks are for."""
ANSWER_SECONDS: Final = 20.0
_FIGURES: Final = ("gateway_requests_total", "gateway_request_seconds_count", "gateway_webhook_updates_total")
_ITS_OWN: Final = ("x-request-id",)
"""Headers that differ between any two answers; the application's clock stands still in tests."""


@dataclass(frozen=True)
class Way:
    """One of the two servers, with channels of its own that are alike."""

    port: int
    whatsapp: str
    telegram: str
    secret_token: str


@dataclass(frozen=True)
class Heard:
    """What came of some bytes: the answer on the wire, the change of the figures, and what was logged."""

    answers: Sequence[tuple[bytes, Sequence[tuple[str, str]], bytes]]
    figures: Mapping[str, float]
    logged: Sequence[Mapping[str, Any]]


@dataclass(frozen=True)
class BothWays:
    """Both servers."""

    lean: Way
    plain: Way
    front: Front
    http: HttpParts


@asynccontextmanager
async def both_ways(runtime: Runtime, *, keep_alive_seconds: float = KEEP_ALIVE_SECONDS) -> AsyncIterator[BothWays]:
    """Serve one application on two ports."""
    app = build_app(runtime)
    runner = CountingRunner(app, access_log=None, keepalive_timeout=keep_alive_seconds)
    await runner.setup()
    assert runner.server is not None
    front = Front(runner.server, app[HTTP], lean_route(app), keep_alive_seconds=keep_alive_seconds)
    loop = asyncio.get_running_loop()
    servers = [await loop.create_server(factory, "127.0.0.1", 0) for factory in (front, runner.server)]
    try:
        ways = [await _way(runtime, f"w{n}", server.sockets[0].getsockname()[1]) for n, server in enumerate(servers)]
        yield BothWays(*ways, front=front, http=app[HTTP])
    finally:
        for server in servers:
            server.close()
        await front.close()
        await runner.cleanup()


def webhook(path: str, body: bytes, **headers: str) -> bytes:
    """Return a request as a provider sends it."""
    fields = {"Host": "gateway.example.com", "User-Agent": "facebookexternalua", "Accept": "*/*", **headers}
    fields["Content-Length"] = str(len(body))
    lines = [f"POST {path} HTTP/1.1", *(f"{name.replace('_', '-')}: {value}" for name, value in fields.items())]
    return "\r\n".join([*lines, "", ""]).encode() + body


def of_whatsapp(way: Way, body: bytes, **headers: str) -> bytes:
    """Return Meta's request with a body, signed."""
    signature = hmac.new(APP_SECRET.encode(), body, hashlib.sha256).hexdigest()
    return webhook(f"/webhooks/whatsapp/{way.whatsapp}", body, X_Hub_Signature_256=f"sha256={signature}", **headers)


def of_telegram(way: Way, body: bytes) -> bytes:
    """Return Telegram's request with a body."""
    return webhook(f"/webhooks/telegram/{way.telegram}", body, **{SECRET_HEADER: way.secret_token})


async def say(way: Way, *pieces: bytes, answers: int = 1) -> Heard:
    """Send pieces over a new connection, each when the one before was taken; read so many answers, or to its end."""
    before = _figures()
    with capture_logs() as logged:
        reader, writer = await asyncio.open_connection("127.0.0.1", way.port)
        async with asyncio.timeout(ANSWER_SECONDS):
            for piece in pieces:
                writer.write(piece)
                await writer.drain()
            found = [answer for _ in range(answers) if (answer := await _answer(reader, way)) is not None]
        writer.close()
    after = _figures()
    changed = {name: after[name] - before.get(name, 0.0) for name in after if after[name] != before.get(name, 0.0)}
    return Heard(found, changed, [_without_ids(line) for line in logged])


async def _answer(reader: asyncio.StreamReader, way: Way) -> tuple[bytes, Sequence[tuple[str, str]], bytes] | None:
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except (asyncio.IncompleteReadError, ConnectionError):
        return None
    start, *lines = head.decode().split("\r\n")[:-2]
    headers = [(name, value) for name, _, value in (line.partition(": ") for line in lines)]
    length = int(dict(headers).get("Content-Length", "0"))
    assert ("Server", SERVER) in headers, "an answer that is not ours"
    body = (await reader.readexactly(length)).replace(way.whatsapp.encode(), b"ID")
    return start.encode(), [h for h in headers if h[0].lower() not in _ITS_OWN], body


def _figures() -> dict[str, float]:
    return {
        f"{sample.name}{sorted(sample.labels.items())}": sample.value
        for family in REGISTRY.restricted_registry(_FIGURES).collect()
        for sample in family.samples
        if sample.name in _FIGURES
    }


def _without_ids(line: Mapping[str, Any]) -> Mapping[str, Any]:
    return {name: value for name, value in line.items() if not name.endswith("_id") and name != "exc_info"}


async def _way(runtime: Runtime, workspace_id: str, port: int) -> Way:
    store, now = ChannelStore(runtime.database, runtime.secret_box, runtime.settings), runtime.clock.now()
    meta = WhatsAppCredentials(
        phone_number_id=NUMBER, waba_id="800100200300", access_token="t", app_secret=APP_SECRET, verify_token="v"
    )
    bot = TelegramCredentials(bot_token=f"1234567890:{'A' * 35}")
    number = await store.create(workspace_id, WhatsAppChannelFields(name="n", credentials=meta), now=now)
    bots = await store.create(workspace_id, TelegramChannelFields(name="b", credentials=bot), now=now)
    record = await ChannelDirectory(runtime.database, runtime.secret_box, clock=runtime.clock).get(bots.id)
    assert record is not None
    return Way(port, number.id, bots.id, record.credentials["secret_token"])
