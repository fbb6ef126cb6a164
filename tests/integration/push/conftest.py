"""A team, a push service, and a worker's part for notices."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from inbox.foundation.clock import FixedClock
from inbox.storage.runtime import Runtime
from tests.integration.api.conftest import client, nobody, strangers, team
from tests.integration.push.push_world import PushService, World, listen

__all__ = ["client", "nobody", "strangers", "team"]


@pytest.fixture
async def service() -> AsyncIterator[PushService]:
    service = PushService()
    server = await listen(service)
    yield service
    service.goes_on.set()
    await server.close()


@pytest.fixture
async def world(runtime: Runtime, clock: FixedClock) -> AsyncIterator[World]:
    world = World(runtime, clock)
    yield world
    await world.sender.stop()
