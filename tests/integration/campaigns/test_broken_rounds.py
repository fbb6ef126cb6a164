"""A round of a campaign whose connection breaks between any two statements: everybody gets it once."""

from __future__ import annotations

import asyncio

import pytest

from inbox.foundation.clock import FixedClock
from inbox.foundation.ending_tasks import end_tasks
from inbox.storage.database import Database, is_transient, is_unavailable
from inbox.storage.sequence import SequenceClock
from templates_hsm.campaigns.feed.feeder import Feeder, FeedPace
from templates_hsm.campaigns.model.campaign_states import Action
from tests.integration.campaigns.campaign_world import CampaignWorld, W, listing, phones, receive
from tests.integration.inbox.cutting_proxy import CuttingProxy, Where

BOUNDARIES = range(0, 20)
"""A round has some fifteen statements."""
PEOPLE = 4


async def _feed(feeder: Feeder, campaign_id: str, clock: FixedClock) -> None:
    """Feed one round; what is lost is left to the next run, as by a worker."""
    try:
        await feeder.feed(W, campaign_id, 2, FeedPace(begin=clock.now()))
    except Exception as error:
        if not (is_unavailable(error) or is_transient(error)):
            raise


@pytest.mark.parametrize("where", Where)
async def test_everybody_gets_it_once(world: CampaignWorld, database_url: str, clock: FixedClock, where: Where) -> None:
    async def write(after: int) -> None:
        people = phones(PEOPLE, after * PEOPLE)
        await receive(world, people[0], f"hello {after}")
        campaign = await world.running(listing(people), name=f"Sale {after}")
        proxy = CuttingProxy()
        with proxy.before(database_url) as through:
            database = Database(through)
            feeder = Feeder(database, clock, world.suppression, SequenceClock(clock.server_seconds))
            await _feed(feeder, campaign.id, clock)
            proxy.cut(where, after)
            for _ in range(3):
                await _feed(feeder, campaign.id, clock)
            database.close()
        await world.feed(campaign.id)
        of_campaign = {"campaign_id": campaign.id, "direction": "out"}
        messages = await world.database.messages.find(of_campaign).sort("to", 1).to_list(None)
        assert [m["to"] for m in messages] == people, f"cut after {after}"
        ids = {m["_id"] for m in messages}
        assert await world.database.outbox.count_documents({"_id": {"$in": list(ids)}}) == PEOPLE, f"cut after {after}"
        assert (await world.counts(campaign.id))["total"] == PEOPLE

    for after in BOUNDARIES:
        await write(after)


async def test_a_pause_between_reading_and_writing_leaves_nothing_of_the_round(world: CampaignWorld) -> None:
    for turn in range(6):
        campaign = await world.running(listing(phones(30, turn * 30)), name=f"Sale {turn}")
        paused, *_ = await asyncio.gather(
            world.store.act(W, campaign.id, Action.PAUSE),
            *(world.feed(campaign.id, 10, process=process) for process in range(3)),
        )
        of_campaign = {"campaign_id": campaign.id, "direction": "out"}
        before = await world.database.messages.count_documents(of_campaign)
        assert (await world.feed(campaign.id, 10)).sent == 0
        assert await world.database.messages.count_documents(of_campaign) == before
        await world.store.resume(W, campaign.id)
        for _ in range(4):
            await world.feed(campaign.id, 10)
        messages = await world.database.messages.find(of_campaign).sort("to", 1).to_list(None)
        assert [m["to"] for m in messages] == phones(30, turn * 30), paused.id


async def test_a_round_that_is_cut_off_anywhere_is_wholly_there_or_not_at_all(world: CampaignWorld) -> None:
    """As when a worker stops, or another has taken the campaign's lease."""
    for turn in range(40):
        people = phones(2, turn * 2)
        campaign = await world.running(listing(people), name=f"Sale {turn}")
        round_ = asyncio.ensure_future(world.feed(campaign.id, 2))
        for _ in range(turn):
            await asyncio.sleep(0)
        await end_tasks([round_])
        of_campaign = {"campaign_id": campaign.id, "direction": "out"}
        assert await world.database.messages.count_documents(of_campaign) in {0, 2}, turn
        for _ in range(2):
            await world.feed(campaign.id, 2)
        messages = await world.database.messages.find(of_campaign).sort("to", 1).to_list(None)
        assert [m["to"] for m in messages] == people, turn
