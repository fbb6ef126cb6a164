from __future__ import annotations

import pytest_asyncio

from inbox.foundation.clock import FixedClock
from inbox.storage.database import Database
from tests.integration.inbox.inbox_world import World


@pytest_asyncio.fixture
async def world(database: Database, clock: FixedClock) -> World:
    made = World(database, clock)
    await made.prepare()
    return made
