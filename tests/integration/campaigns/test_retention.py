"""The rows of old campaigns go, and what they came to stays."""

from __future__ import annotations

from datetime import timedelta

import pytest

from inbox.foundation.problems import ProblemError
from inbox.storage.isolation import Isolated
from templates_hsm.campaigns.audience.audience_store import remove_abandoned
from templates_hsm.campaigns.life.campaign_store import CampaignStore
from templates_hsm.campaigns.life.list_retention import LISTS_KEPT, check_list_kept, end_old_lists
from templates_hsm.campaigns.model.campaign_states import Action
from tests.integration.campaigns.campaign_world import CampaignWorld, W, listing, phones

SENT, REST = phones(2), phones(3, 2)


async def rows(world: CampaignWorld) -> int:
    return int(await world.database.campaign_recipients.count_documents({"workspace_id": W}))


async def swept(world: CampaignWorld) -> int:
    ended = await end_old_lists(world.database, now=world.clock.now())
    later = world.clock.now() + timedelta(hours=1)
    await remove_abandoned(world.database, older_than=later, isolated=Isolated("uploads"))
    return ended


async def test_a_list_goes_half_a_year_after_the_end_and_its_counts_stay(world: CampaignWorld) -> None:
    store = CampaignStore(world.database, world.clock)
    campaign = await world.running(listing([*SENT, *REST]))
    await world.feed(campaign.id, 2)
    assert sorted(await world.send_all()) == sorted(SENT)
    await store.act(W, campaign.id, Action.CANCEL)
    counts = await world.counts(campaign.id)
    world.clock.advance(LISTS_KEPT - timedelta(seconds=1))
    assert (await swept(world), await rows(world)) == (0, 5)
    check_list_kept(await store.find(W, campaign.id))
    world.clock.advance(timedelta(seconds=2))
    assert (await swept(world), await rows(world)) == (1, 0)
    assert (await swept(world), await world.counts(campaign.id)) == (0, counts)
    assert len(await world.messages()) == 2
    with pytest.raises(ProblemError):
        check_list_kept(await store.find(W, campaign.id))
    with pytest.raises(ProblemError):
        await store.retry(W, campaign.id)


async def test_the_list_of_a_campaign_that_has_not_ended_stays(world: CampaignWorld) -> None:
    await world.running(listing(phones(3)))
    world.clock.advance(3 * LISTS_KEPT)
    assert (await swept(world), await rows(world)) == (0, 3)
