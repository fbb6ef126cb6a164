from __future__ import annotations

import pytest_asyncio

from inbox.foundation.clock import FixedClock
from inbox.storage.database import Database
from tests.integration.queueing.queue_world import QueueWorld


@pytest_asyncio.fixture
async def world(database: Database, clock: FixedClock) -> QueueWorld:
    made = QueueWorld(database, clock)
    await made.prepare()
    return made
