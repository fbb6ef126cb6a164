"""A name that leads into our own network at the moment of connecting is not connected to."""

from __future__ import annotations

import asyncio

import aiohttp
import httpx
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from channels.telegram.bot_api import Connections
from channels.whatsapp.transport import AiohttpTransport


async def _hello(_: web.Request) -> web.Response:
    return web.Response(text="hello")


def _local_server() -> TestServer:
    app = web.Application()
    app.router.add_get("/", _hello)
    return TestServer(app)


async def test_whatsapp_connects_to_no_private_address() -> None:
    async with _local_server() as server:
        url = f"http://localhost:{server.port}/"
        strict, lenient = AiohttpTransport(), AiohttpTransport(allow_private=True)
        with pytest.raises(httpx.ConnectError):
            await strict.exchange("GET", url, headers={}, body=None)
        assert (await lenient.exchange("GET", url, headers={}, body=None)).content == b"hello"
        await asyncio.gather(strict.aclose(), lenient.aclose())


async def test_telegram_connects_to_no_private_address() -> None:
    async with _local_server() as server:
        url = f"http://localhost:{server.port}/"
        strict, lenient = Connections(), Connections(allow_private=True)
        with pytest.raises(aiohttp.ClientConnectorError):
            await strict.opened().get(url)
        async with lenient.opened().get(url) as answer:
            assert await answer.text() == "hello"
        await asyncio.gather(strict.close(), lenient.close())
