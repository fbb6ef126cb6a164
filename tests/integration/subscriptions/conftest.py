"""A receiver and a workspace with events."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from inbox.foundation.clock import FixedClock
from inbox.storage.runtime import Runtime
from tests.integration.subscriptions.webhook_world import Receiver, World, listen


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    receiver = Receiver()
    server = await listen(receiver)
    receiver.url = str(server.make_url("/hook"))
    yield receiver
    receiver.holds.set()
    await server.close()


@pytest.fixture
async def world(runtime: Runtime, clock: FixedClock) -> AsyncIterator[World]:
    world = World(runtime, clock)
    yield world
    await world.sender.stop()
