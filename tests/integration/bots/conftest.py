"""A workspace with a bot."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest_asyncio
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from gateway.app import build_app
from inbox.foundation.clock import FixedClock
from inbox.storage.runtime import Runtime
from tests.integration.api.support import make_team
from tests.integration.bots.bot_world import BotServer, BotWorld


@pytest_asyncio.fixture
async def server() -> AsyncIterator[BotServer]:
    bot = BotServer()
    app = web.Application()
    app.router.add_post("/bot", bot.handle)
    listening = TestServer(app)
    await listening.start_server()
    bot.url = str(listening.make_url("/bot"))
    yield bot
    bot.holds.set()
    await listening.close()


@pytest_asyncio.fixture
async def world(runtime: Runtime, clock: FixedClock, server: BotServer) -> AsyncIterator[BotWorld]:
    async with TestClient(TestServer(build_app(runtime))) as client:
        made = BotWorld(runtime, clock, await make_team(runtime, client, "shop"), server)
        await made.open()
        yield made
        await made.taker.stop()
