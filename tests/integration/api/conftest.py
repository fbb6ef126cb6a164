"""The real application over the real servers, with two workspaces that must not see each other."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest_asyncio
from aiohttp.test_utils import TestClient, TestServer

from gateway.app import build_app
from inbox.foundation.ending_tasks import end_tasks
from inbox.storage.runtime import Runtime
from tests.integration.api.support import Actor, Client, Team, make_team
from workers.relay.relay import Relay
from workers.relay.relay_log import Keep


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


@pytest_asyncio.fixture
async def relayed(runtime: Runtime, team: Team) -> AsyncIterator[None]:
    """A relay runs, without which sockets are told to come back later."""
    relay = Relay(runtime.database, runtime.redis, runtime.clock, keep=Keep(count=1000, seconds=3600))
    task = asyncio.create_task(relay.run())
    async with asyncio.timeout(20):
        while (await team.owner.get("/events?limit=0")).status != 200:  # noqa: ASYNC110 - another part is waited for
            await asyncio.sleep(0.05)
    yield
    await end_tasks({task})
