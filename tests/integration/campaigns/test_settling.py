"""Nobody is left waiting: what is counted, what a cancelled campaign leaves, what waits in the outbox."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import timedelta
from typing import Any

from inbox.arriving.inbound import DeliveryStatus
from inbox.foundation.clock import FixedClock
from inbox.sending.outgoing import reply_row
from templates_hsm.campaigns.audience.audience_store import AudienceWriter
from templates_hsm.campaigns.life.look_after import count_on
from templates_hsm.campaigns.model.campaign_models import QuietHours
from templates_hsm.campaigns.model.campaign_states import Action
from templates_hsm.campaigns.outcome.report import recipients_page
from templates_hsm.campaigns.outcome.settle_cancelled import settle_cancelled
from tests.integration.campaigns.campaign_world import PASSING, CampaignWorld, W, listing, phones, receive, report


async def test_what_waits_is_counted_from_the_first_to_the_last(world: CampaignWorld) -> None:
    campaign = await world.running(listing(phones(10)))
    assert await world.counts(campaign.id) == {"total": 10, "waiting": 10}
    await world.feed(campaign.id, 3)
    assert await world.counts(campaign.id) == {"total": 10, "waiting": 10}
    await world.send_all()
    assert await world.counts(campaign.id) == {"total": 10, "waiting": 7, "sent": 3}


async def settle(world: CampaignWorld, campaign_id: str) -> bool:
    stored = await world.store.find(W, campaign_id)
    return await settle_cancelled(world.database, stored, at=world.clock.now(), batch=1)


async def states(world: CampaignWorld, campaign_id: str) -> Counter[tuple[str, str | None]]:
    page = await recipients_page(world.database, await world.store.find(W, campaign_id), limit=200, cursor=None)
    return Counter((one.state, one.reason) for one in page.items)


async def test_recipients_of_a_cancelled_campaign_end(world: CampaignWorld) -> None:
    campaign = await world.running(listing(phones(30)))
    await world.feed(campaign.id, 3)
    await world.send_all()
    await world.feed(campaign.id, 2)
    await world.store.act(W, campaign.id, Action.CANCEL)
    visits = 1
    while not await settle(world, campaign.id):
        visits += 1
    assert visits > 1, "who is killed between goes on from there"
    await world.send_all()
    assert await world.counts(campaign.id) == {"total": 30, "sent": 3, "skipped": 27}
    assert await states(world, campaign.id) == {("sent", None): 3, ("skipped", "cancelled"): 27}
    assert await world.database.campaigns.count_documents({"unsettled": True}) == 0


async def test_retry_that_is_cancelled_has_failed(world: CampaignWorld) -> None:
    campaign = await world.running(listing(phones(2)))
    await world.feed(campaign.id)
    await world.send_all(PASSING)
    await world.store.retry(W, campaign.id)
    assert await world.counts(campaign.id) == {"total": 2, "waiting": 2}
    await world.store.act(W, campaign.id, Action.CANCEL)
    assert await settle(world, campaign.id)
    assert await world.counts(campaign.id) == {"total": 2, "failed": 2}
    assert await states(world, campaign.id) == {("failed", "provider_unavailable"): 2}


async def test_retry_that_meets_a_cancel_leaves_nobody_waiting(world: CampaignWorld) -> None:
    for first in range(0, 20, 4):
        campaign = await world.running(listing(phones(4, first)))
        await world.feed(campaign.id)
        await world.send_all(PASSING)
        await asyncio.gather(
            world.store.retry(W, campaign.id),
            world.store.act(W, campaign.id, Action.CANCEL),
            return_exceptions=True,
        )
        while await world.database.campaigns.count_documents({"_id": campaign.id, "unsettled": True}):
            await settle(world, campaign.id)
        assert await world.counts(campaign.id) == {"total": 4, "failed": 4}


async def test_what_waited_in_the_outbox_respects_quiet_hours(world: CampaignWorld, clock: FixedClock) -> None:
    local = clock.now() + timedelta(hours=1)
    begin, end = (f"{(local + timedelta(hours=h)).hour:02}:00" for h in (2, 6))
    campaign = await world.running(quiet_hours=QuietHours(begin=begin, end=end))
    await world.feed(campaign.id)
    clock.advance(timedelta(hours=3))
    assert await world.send_all() == []
    clock.advance(timedelta(hours=4))
    assert await world.send_all() == phones(5)


async def test_paused_campaign_holds_back_no_reply(world: CampaignWorld, clock: FixedClock) -> None:
    await receive(world, phones(1)[0], "hello")
    campaign = await world.running(listing(phones(1)))
    await world.feed(campaign.id)
    await world.store.act(W, campaign.id, Action.PAUSE)
    assert await world.send_all() == []
    (waiting,) = await world.messages()
    reply = {k: v for k, v in waiting.items() if k not in ("tally", "recipient", "once", "campaign_id")}
    reply |= {"_id": "reply", "seq": waiting["seq"] + 1}
    await world.database.messages.insert_one(reply)
    await world.database.outbox.insert_one(reply_row(reply))
    assert await world.send_all() == phones(1)
    assert (await world.database.messages.find_one({"_id": "reply"}))["status"] == "sent"
    await world.store.resume(W, campaign.id)
    clock.advance(timedelta(seconds=3))
    assert await world.send_all() == phones(1)


async def test_offer_that_ended_while_its_message_waited_is_not_sent(world: CampaignWorld, clock: FixedClock) -> None:
    campaign = await world.running(listing(phones(1)))
    await world.feed(campaign.id)
    offer = {"expires_at": (clock.now() + timedelta(hours=1)).isoformat()}
    await world.database.messages.update_one({}, {"$set": {"content.parameters.offer": offer}})
    clock.advance(timedelta(hours=2))
    assert await world.send_all() == []
    assert await states(world, campaign.id) == {("skipped", "offer_ended"): 1}


async def test_campaign_that_is_over_is_counted_on(world: CampaignWorld, clock: FixedClock) -> None:
    campaign = await world.running(listing(phones(2)))
    await world.feed(campaign.id)
    await world.send_all()
    await world.store.act(W, campaign.id, Action.COMPLETE)
    clock.advance(timedelta(days=2))
    await report(world, DeliveryStatus.READ)
    stored = await world.store.find(W, campaign.id)
    await count_on(world.database, stored, at=clock.now())
    stored = await world.store.find(W, campaign.id)
    assert (stored["counts"]["read"], stored["count_at"] > clock.now() + timedelta(hours=1)) == (2, True)
    clock.advance(timedelta(days=40))
    await count_on(world.database, stored, at=clock.now())
    assert (await world.store.find(W, campaign.id))["count_at"] is None


async def test_list_of_contacts_by_tag_accounts_for_those_without_a_number(world: CampaignWorld) -> None:
    async def contacts() -> Any:
        for account in (phones(1)[0], "DE.abcdef"):
            yield {"_id": account, "identities": [{"kind": "whatsapp", "external_id": account}], "name": "Ann"}
        yield {"_id": "c3", "identities": [{"kind": "telegram", "external_id": "7"}]}

    audience = await AudienceWriter(world.database, W, "p1").write_contacts(contacts(), "whatsapp")
    assert (audience.lines, audience.accepted, audience.rejected) == (3, 1, 2)
