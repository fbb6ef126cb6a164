from __future__ import annotations

import pytest_asyncio

from inbox.foundation.clock import FixedClock
from inbox.storage.database import Database
from tests.integration.campaigns.campaign_world import CampaignWorld


@pytest_asyncio.fixture
async def world(database: Database, clock: FixedClock) -> CampaignWorld:
    made = CampaignWorld(database, clock)
    await made.prepare()
    return made
