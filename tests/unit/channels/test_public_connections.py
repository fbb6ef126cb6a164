"""Nothing leads into our own network at the moment of connecting: no name, no address in digits, no redirect."""

from __future__ import annotations

import asyncio

import aiohttp
import httpx
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from channels.telegram.bot_api import ConnectionPool
from channels.whatsapp.transport import AiohttpTransport

HOSTS = ["localhost", "127.0.0.1", "0x7f.1"]


async def _hello(_: web.Request) -> web.Response:
    return web.Response(text="hello")


def _local_server() -> TestServer:
    app = web.Application()
    app.router.add_get("/", _hello)
    return TestServer(app)


@pytest.mark.parametrize("host", HOSTS)
async def test_whatsapp_connects_to_no_private_address(host: str) -> None:
    async with _local_server() as server:
        url = f"http://{host}:{server.port}/"
        strict, lenient = AiohttpTransport(), AiohttpTransport(allow_private=True)
        with pytest.raises(httpx.ConnectError):
            await strict.exchange("GET", url, headers={}, body=None)
        assert (await lenient.exchange("GET", url, headers={}, body=None)).content == b"hello"
        await asyncio.gather(strict.aclose(), lenient.aclose())


@pytest.mark.parametrize("host", HOSTS)
async def test_telegram_connects_to_no_private_address(host: str) -> None:
    async with _local_server() as server:
        url = f"http://{host}:{server.port}/"
        strict, lenient = ConnectionPool(), ConnectionPool(allow_private=True)
        with pytest.raises(aiohttp.ClientConnectorError):
            await strict.opened().get(url)
        async with lenient.opened().get(url) as answer:
            assert await answer.text() == "hello"
        await asyncio.gather(strict.close(), lenient.close())
