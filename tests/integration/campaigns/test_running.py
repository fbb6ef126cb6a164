"""The worker's side of campaigns: the last look before the end, and a broken campaign beside a good one."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest_asyncio

from inbox.arriving.inbound import ProviderError
from inbox.foundation.runtime import Runtime
from templates_hsm.campaigns.models import StopRule
from tests.integration.campaigns.campaign_world import CampaignWorld, W, listing, phones
from workers.run_campaigns import Campaigner

SOON_SECONDS = 20.0
UNREACHABLE = ProviderError(code="unreachable", explanation="Nobody has this number.")


@pytest_asyncio.fixture
async def campaigner(runtime: Runtime) -> AsyncIterator[Campaigner]:
    made = Campaigner(runtime, lambda _: None)
    yield made
    await made.stop()


async def until(world: CampaignWorld, campaign_id: str, *states: str) -> dict[str, Any]:
    async with asyncio.timeout(SOON_SECONDS):
        while (found := await world.store.find(W, campaign_id))["state"] not in states:
            continue
    return found


async def test_failures_after_the_last_look_stop_a_campaign_too(world: CampaignWorld, campaigner: Campaigner) -> None:
    """All is sent and refused between two looks: it is not called complete."""
    made = await world.running(listing(phones(20)), stop=StopRule(after=10, failed_share=0.3))
    await campaigner.sweep()
    async with asyncio.timeout(SOON_SECONDS):
        while await world.database.messages.count_documents({"status": "queued"}) < 20:
            continue
    await world.send_all(UNREACHABLE)
    ended = await until(world, made.id, "stopped", "completed")
    assert (ended["state"], ended["reason"]) == ("stopped", "too_many_failures")


async def test_a_campaign_that_nobody_can_read_stops_no_other(world: CampaignWorld, campaigner: Campaigner) -> None:
    poison = {"state": "scheduled", "schedule_at": world.clock.now(), "channel_id": "c0"}
    await world.database.campaigns.insert_one({"_id": "0", "workspace_id": "w0", **poison})
    ended = {"count_at": world.clock.now(), "state": "completed", "unsettled": True}
    await world.database.campaigns.insert_one({"_id": "1", "workspace_id": "w0", **ended})
    made = await world.running(listing(phones(3)))
    await campaigner.sweep()
    await campaigner.count_on()
    await campaigner.settle_cancelled()
    async with asyncio.timeout(SOON_SECONDS):
        while await world.database.messages.count_documents({"tally": made.id}) < 3:
            continue
