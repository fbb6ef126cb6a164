"""The real application, and the Python client of each of its callers."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest_asyncio
from aiohttp.test_utils import TestClient, TestServer

from gateway.app import build_app
from inbox.storage.runtime import Runtime
from messaging_gateway_client import Gateway
from tests.integration.api.support import Client, Team, make_team


@dataclass(frozen=True)
class Clients:
    """A workspace's callers."""

    team: Team
    owner: Gateway
    operator: Gateway
    key: Gateway
    base_url: str


@pytest_asyncio.fixture
async def server(runtime: Runtime) -> AsyncIterator[Client]:
    async with TestClient(TestServer(build_app(runtime))) as opened:
        yield opened


@pytest_asyncio.fixture
async def clients(runtime: Runtime, server: Client) -> AsyncIterator[Clients]:
    team, base_url = await make_team(runtime, server, "shop"), str(server.make_url(""))
    async with (
        Gateway(base_url, team.owner.token) as owner,
        Gateway(base_url, team.operator.token) as operator,
        Gateway(base_url, team.key.token) as key,
    ):
        yield Clients(team, owner, operator, key, base_url)
