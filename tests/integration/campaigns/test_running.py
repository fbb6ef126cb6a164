"""The worker's side of campaigns: the last look before the end, and a broken campaign beside a good one."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
import pytest_asyncio

from inbox.foundation.clock import FixedClock
from inbox.foundation.problems import ProblemError
from inbox.model.provider_error import ProviderError
from inbox.storage.database import Database
from inbox.storage.runtime import Runtime
from templates_hsm.campaigns.life.look_after import look_after
from templates_hsm.campaigns.model.campaign_models import StopRule
from templates_hsm.campaigns.model.campaign_states import Action
from tests.integration.campaigns.campaign_world import CHANNEL, CampaignWorld, W, listing, phones
from tests.integration.campaigns.test_segment_audience import contacts, ready
from tests.integration.inbox.command_order import watched
from tests.waiting import eventually
from workers.run_campaigns import Campaigner

SOON_SECONDS = 20.0
UNREACHABLE = ProviderError(code="unreachable", explanation="Nobody has this number.")


@pytest_asyncio.fixture
async def campaigner(runtime: Runtime) -> AsyncIterator[Campaigner]:
    made = Campaigner(runtime, lambda _: None)
    yield made
    await made.stop()


async def until(world: CampaignWorld, campaign_id: str, *states: str) -> dict[str, Any]:
    async def reached() -> dict[str, Any] | None:
        found = await world.store.find(W, campaign_id)
        return found if found["state"] in states else None

    return await eventually(reached, f"the campaign is {' or '.join(states)}")


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


async def test_a_deleted_channel_stops_what_runs_and_what_is_planned(world: CampaignWorld) -> None:
    running = await world.running()
    planned = await world.start((await world.campaign(schedule_at=world.clock.now() + timedelta(hours=1))).id)
    paused = await world.store.act(W, (await world.running()).id, Action.PAUSE)
    gone = {"deleted_at": world.clock.now(), "enabled": False}
    await world.database.channels.update_one({"_id": CHANNEL.id}, {"$set": gone})
    stored = await world.store.find(W, running.id)
    assert await look_after(world.database, stored, at=world.clock.now()) == "channel_deleted"
    assert await world.store.stop_all(W, CHANNEL.id) == 2
    assert await world.store.stop_all(W, CHANNEL.id) == 0
    for campaign_id in (running.id, planned.id):
        stopped = await world.store.find(W, campaign_id)
        assert (stopped["state"], stopped["reason"]) == ("stopped", "channel_deleted")
    with pytest.raises(ProblemError):
        await world.store.resume(W, paused.id)


@pytest.mark.parametrize("action", [Action.PAUSE, Action.CANCEL, Action.COMPLETE, Action.STOP])
async def test_nothing_is_counted_while_a_transaction_is_open(
    database: Database, database_url: str, clock: FixedClock, action: Action
) -> None:
    """A count of a million messages takes longer than a transaction may rest."""
    with watched(database_url) as (seen, order):
        world = CampaignWorld(seen, clock)
        await world.prepare()
        made = await world.running()
        await world.feed(made.id)
        order.listening = True
        after = await world.store.act(W, made.id, action)
        order.listening = False
        assert ("commitTransaction", True) in order.commands
        assert order.strangers() == []
        assert after.counts.waiting == 5


async def test_a_campaign_to_a_segment_is_written_down_and_sent_whoever_dies(
    world: CampaignWorld, runtime: Runtime
) -> None:
    """Each worker is stopped at once; the next one goes on where it was."""
    people = 2_500
    await contacts(world, people)
    made = await ready(world)
    await world.start(made.id)
    while (await world.store.find(W, made.id)).get("filling"):
        short_lived = Campaigner(runtime, lambda _: None)
        await short_lived.sweep()
        rounds = (await world.store.find(W, made.id)).get("rounds", 0)
        async with asyncio.timeout(SOON_SECONDS):
            while (await world.store.find(W, made.id)).get("rounds", 0) == rounds:
                continue
        await short_lived.stop()
    filled = await world.store.get(W, made.id)
    assert filled.audience is not None
    assert (filled.audience.accepted, filled.audience.lines, filled.counts.total) == (people, people, people)


async def test_a_segment_without_anybody_is_a_campaign_that_is_over(
    world: CampaignWorld, campaigner: Campaigner
) -> None:
    made = await ready(world)
    await world.start(made.id)
    await campaigner.sweep()
    ended = await until(world, made.id, "completed", "stopped")
    assert (ended["state"], await world.counts(made.id)) == ("completed", {})


async def test_a_planned_campaign_whose_segment_is_gone_says_why_it_stopped(
    world: CampaignWorld, campaigner: Campaigner
) -> None:
    made = await ready(world)
    at = world.clock.now() + timedelta(hours=1)
    await world.store.patch(W, made.id, {"schedule_at": at.isoformat()})
    await world.start(made.id)
    await world.database.segments.delete_many({"workspace_id": W})
    world.clock.advance(timedelta(hours=2))
    await campaigner.sweep()
    stopped = await until(world, made.id, "stopped")
    assert stopped["reason"] == "segment_unusable"
