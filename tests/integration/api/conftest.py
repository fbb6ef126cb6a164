"""The real application over the real servers, with two workspaces that must not see each other."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest_asyncio
from aiohttp.test_utils import TestClient, TestServer

from gateway.app import build_app
from inbox.storage.runtime import Runtime
from tests.integration.api.support import Actor, Client, Team, make_team


@pytest_asyncio.fixture
async def client(runtime: Runtime) -> AsyncIterator[Client]:
    async with TestClient(TestServer(build_app(runtime))) as opened:
        yield opened


@pytest_asyncio.fixture
async def nobody(client: Client) -> Actor:
    return Actor(client, None)


@pytest_asyncio.fixture
async def team(runtime: Runtime, client: Client) -> Team:
    return await make_team(runtime, client, "shop")


@pytest_asyncio.fixture
async def strangers(runtime: Runtime, client: Client) -> Team:
    return await make_team(runtime, client, "other")
