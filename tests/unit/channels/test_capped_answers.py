"""A provider's server that answers without an end costs its own channel an error, and us no memory."""

from __future__ import annotations

import gzip
import tracemalloc
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from channels.contract import ChannelAccount
from channels.telegram.connector import TelegramConnector
from channels.whatsapp.connector import WhatsAppConnector
from inbox.foundation.capped_answers import MAX_LIST_BYTES
from inbox.model.channel_kind import ChannelKind
from inbox.model.content import TextContent
from inbox.sending.outbound import Certainty, OutboundFile, OutboundMessage, SendFailedError

PEAK_BYTES = 3 * MAX_LIST_BYTES
"""What is kept, its copy, and the client's own buffers."""
BOMB = gzip.compress(bytes(64 * MAX_LIST_BYTES), compresslevel=1)

Attempt = Callable[[WhatsAppConnector | TelegramConnector, ChannelAccount], Awaitable[object]]


async def _packed(_: web.Request) -> web.StreamResponse:
    return web.Response(body=BOMB, headers={"Content-Encoding": "gzip", "Content-Type": "application/json"})


async def _endless(request: web.Request) -> web.StreamResponse:
    answer = web.StreamResponse(headers={"Content-Type": "application/json"})
    await answer.prepare(request)
    for _ in range(64):
        await answer.write(b" " * MAX_LIST_BYTES)
    return answer


async def _elsewhere(request: web.Request) -> web.StreamResponse:
    return web.HTTPFound(f"{request.url.origin()}/elsewhere")


def _account(kind: ChannelKind, server: TestServer) -> ChannelAccount:
    return ChannelAccount(
        id="channel",
        workspace_id="workspace",
        kind=kind,
        credentials={
            "phone_number_id": "106540352242922",
            "waba_id": "102290129340398",
            "access_token": "token",
            "bot_token": "4321:abcdef",
            "secret_token": "secret",
        },
        provider_base_url=f"http://127.0.0.1:{server.port}",
    )


@asynccontextmanager
async def _server(handler: Callable[[web.Request], Awaitable[web.StreamResponse]]) -> AsyncIterator[TestServer]:
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", handler)
    async with TestServer(app) as server:
        yield server


async def _pieces() -> AsyncIterator[bytes]:
    yield b"file"


async def _send(connector: WhatsAppConnector | TelegramConnector, account: ChannelAccount) -> object:
    return await connector.send(OutboundMessage(id="m", to="4915112345678", content=TextContent(text="hi")), account)


async def _check(connector: WhatsAppConnector | TelegramConnector, account: ChannelAccount) -> object:
    return await connector.check_credentials(account)


async def _fetch(connector: WhatsAppConnector | TelegramConnector, account: ChannelAccount) -> object:
    async with connector.fetch_file("file", account) as fetched:
        return fetched


async def _upload(connector: WhatsAppConnector | TelegramConnector, account: ChannelAccount) -> object:
    assert isinstance(connector, WhatsAppConnector)
    return await connector.upload_file(OutboundFile(id="f", mime_type="image/png", size_bytes=4, open=_pieces), account)


async def _templates(connector: WhatsAppConnector | TelegramConnector, account: ChannelAccount) -> object:
    assert isinstance(connector, WhatsAppConnector)
    return await connector.list_templates(account, name=None)


async def _register(connector: WhatsAppConnector | TelegramConnector, account: ChannelAccount) -> object:
    assert isinstance(connector, TelegramConnector)
    return await connector.register_webhook("https://example.com/", account)


async def _poll(connector: WhatsAppConnector | TelegramConnector, account: ChannelAccount) -> object:
    assert isinstance(connector, TelegramConnector)
    return await connector.next_updates(None, account)


WHATSAPP = [_send, _check, _fetch, _upload, _templates]
TELEGRAM = [_send, _check, _fetch, _register, _poll]
CASES = [(ChannelKind.WHATSAPP, attempt) for attempt in WHATSAPP]
CASES += [(ChannelKind.TELEGRAM, attempt) for attempt in TELEGRAM]
NAMES = [f"{kind.value}{attempt.__name__}" for kind, attempt in CASES]


@pytest.mark.parametrize("answer", [_packed, _endless])
@pytest.mark.parametrize(("kind", "attempt"), CASES, ids=NAMES)
async def test_an_answer_without_an_end_is_a_final_error(
    kind: ChannelKind, attempt: Attempt, answer: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> None:
    async with _server(answer) as server, _connector(kind) as connector:
        with pytest.raises(SendFailedError) as caught:
            await attempt(connector, _account(kind, server))
    assert caught.value.error.code == "answer_too_large"
    assert not caught.value.error.retryable
    assert (caught.value.certainty is Certainty.UNKNOWN) or attempt is _upload


@pytest.mark.parametrize("kind", [ChannelKind.WHATSAPP, ChannelKind.TELEGRAM])
async def test_what_is_packed_is_not_unpacked_whole(kind: ChannelKind) -> None:
    async with _server(_packed) as server, _connector(kind) as connector:
        tracemalloc.start()
        try:
            with pytest.raises(SendFailedError):
                await _check(connector, _account(kind, server))
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
    assert peak < PEAK_BYTES


@pytest.mark.parametrize(("kind", "attempt"), CASES, ids=NAMES)
async def test_no_call_follows_a_redirect(kind: ChannelKind, attempt: Attempt) -> None:
    asked: list[str] = []

    async def answer(request: web.Request) -> web.StreamResponse:
        asked.append(request.path)
        return await _elsewhere(request)

    async with _server(answer) as server, _connector(kind) as connector:
        with pytest.raises(SendFailedError):
            await attempt(connector, _account(kind, server))
    assert asked
    assert "/elsewhere" not in asked


@asynccontextmanager
async def _connector(kind: ChannelKind) -> AsyncIterator[WhatsAppConnector | TelegramConnector]:
    made = (WhatsAppConnector if kind is ChannelKind.WHATSAPP else TelegramConnector)(allow_private=True)
    yield made
    await made.close()
