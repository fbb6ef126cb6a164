"""The real application and the real worker around one web chat."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest_asyncio
from aiohttp.test_utils import TestClient, TestServer

from gateway.app import build_app
from inbox.foundation.ending_tasks import end_tasks
from inbox.storage.runtime import Runtime
from tests.integration.api.support import Actor, Client, Team, make_team
from tests.integration.webchat.visitors import webchat
from tests.integration.webchat.webchat_world import Shop
from workers.process import work_until


@pytest_asyncio.fixture
async def client(runtime: Runtime) -> AsyncIterator[Client]:
    async with TestClient(TestServer(build_app(runtime))) as opened:
        yield opened


@pytest_asyncio.fixture
async def team(runtime: Runtime, client: Client) -> Team:
    return await make_team(runtime, client, "shop")


@pytest_asyncio.fixture
async def working(runtime: Runtime) -> AsyncIterator[None]:
    """A worker that sends, relays events and routes."""
    stop = asyncio.Event()
    worker = asyncio.ensure_future(work_until(stop, runtime))
    yield
    stop.set()
    try:
        async with asyncio.timeout(20):
            await worker
    finally:
        await end_tasks([worker])


@pytest_asyncio.fixture
async def shop(client: Client, team: Team, working: None) -> Shop:
    return Shop(client, team, await webchat(team.owner))


@pytest_asyncio.fixture
async def strangers(runtime: Runtime, client: Client) -> Actor:
    """The owner of another business."""
    return (await make_team(runtime, client, "other")).owner
