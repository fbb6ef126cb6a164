from __future__ import annotations

import pytest_asyncio

from inbox.foundation.clock import FixedClock
from inbox.storage.database import Database
from tests.integration.queueing_texts.texts_world import TextsWorld


@pytest_asyncio.fixture
async def world(database: Database, clock: FixedClock) -> TextsWorld:
    made = TextsWorld(database, clock)
    await made.prepare()
    return made
