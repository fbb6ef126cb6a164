"""Each recipient gets the message once, whoever feeds, however often; nobody who does not want it."""

from __future__ import annotations

import asyncio
import io
from datetime import timedelta
from typing import Any

import pytest

from inbox.arriving.inbound import DeliveryStatus
from inbox.contacts.contact_models import OptOutSource
from inbox.foundation.clock import FixedClock
from inbox.foundation.problems import ProblemError
from inbox.model.provider_error import ProviderError
from inbox.storage.isolation import Isolated
from templates_hsm.campaigns.audience.audience_csv import AudienceFile
from templates_hsm.campaigns.audience.audience_store import AudienceWriter, remove_abandoned
from templates_hsm.campaigns.life.look_after import look_after
from templates_hsm.campaigns.model.campaign_models import FrequencyCap, QuietHours
from templates_hsm.campaigns.model.campaign_states import Action
from templates_hsm.campaigns.outcome.retry_failed import MAX_TRIES
from tests.integration.campaigns.campaign_world import PASSING, CampaignWorld, W, listing, phones, receive, report
from tests.overtaken import told_from_here

REFUSED = ProviderError(code="undeliverable", explanation="No such user.")
PAUSED = ProviderError(code="template_paused", explanation="Paused.")


async def test_everybody_gets_one_message_with_own_values(world: CampaignWorld) -> None:
    campaign = await world.running()
    await world.feed(campaign.id)
    messages = await world.messages()
    assert [m["to"] for m in messages] == phones(5)
    assert [m["content"]["rendered"] for m in messages] == [f"Hello Ann{n}, 20 % off." for n in range(5)]
    assert {m["author"]["kind"] for m in messages} == {"campaign"}
    assert {row["lane"] async for row in world.database.outbox.find({})} == {2}
    conversations = await world.database.conversations.find({}).to_list(None)
    assert {(c["open"], c["state"], c["close_reason"], c["campaign_id"]) for c in conversations} == {
        (False, "closed", "campaign", campaign.id)
    }
    assert await world.send_all() == phones(5)
    assert await world.counts(campaign.id) == {"total": 5, "sent": 5}


async def test_many_feeders_send_nothing_twice_and_forget_nobody(world: CampaignWorld) -> None:
    campaign = await world.running(listing(phones(100)))
    for _ in range(12):
        await asyncio.gather(*(world.feed(campaign.id, 9, process=process) for process in range(3)))
    messages = await world.messages()
    assert [m["to"] for m in messages] == phones(100)


async def test_open_conversation_gets_it_and_the_answer_names_the_campaign(world: CampaignWorld) -> None:
    talking, silent = phones(2)
    await receive(world, talking, "hello")
    campaign = await world.running(listing(phones(2)))
    await world.feed(campaign.id)
    opened = await world.database.conversations.find_one({"open": True})
    message = await world.database.messages.find_one({"to": talking})
    assert message["conversation_id"] == opened["_id"]
    assert message["seq"] > (await world.database.messages.find_one({"direction": "in"}))["seq"]
    assert "campaign_id" not in opened
    await receive(world, silent, "yes please")
    answered = await world.database.conversations.find_one({"open": True, "identity.external_id": silent})
    assert answered["campaign_id"] == campaign.id


async def test_spellings_of_one_number_are_one_recipient(world: CampaignWorld) -> None:
    csv = "phone,name\n+5511987654321,A\n+551187654321,B\n+49 151 20000000,C\n015120000000,D\n,E\n"
    campaign = await world.campaign(csv, region="DE")
    assert campaign.audience is not None
    assert (campaign.audience.accepted, campaign.audience.duplicates, campaign.audience.rejected) == (2, 2, 1)
    assert campaign.audience.countries == {"55": 1, "49": 1}


@pytest.mark.parametrize("how", ["list", "contact", "keyword"])
async def test_who_opted_out_is_skipped(world: CampaignWorld, how: str) -> None:
    out = phones(1)[0]
    if how == "list":
        keys = [f"whatsapp:{out}"]
        await world.suppression.add(W, keys, OptOutSource.OPERATOR, world.clock.now())
    else:
        await receive(world, out, "STOP" if how == "keyword" else "hello")
    if how == "contact":
        await world.database.contacts.update_one({}, {"$set": {"marketing": {"accepts": False}}})
    campaign = await world.running(listing(phones(2)))
    await world.feed(campaign.id)
    assert [m["to"] for m in await world.messages()] == phones(2)[1:]
    assert await world.counts(campaign.id) == {"total": 2, "waiting": 1, "skipped": 1}


async def test_opt_out_at_the_last_moment_is_honoured(world: CampaignWorld) -> None:
    campaign = await world.running(listing(phones(3)))
    await world.feed(campaign.id)
    await receive(world, phones(3)[1], "STOP")
    assert await world.send_all() == [phones(3)[0], phones(3)[2]]
    assert await world.counts(campaign.id) == {"total": 3, "sent": 2, "skipped": 1}


async def test_consent_is_needed_unless_the_workspace_waives_it(world: CampaignWorld) -> None:
    campaign = await world.running(listing(phones(2)), consent=None)
    await world.feed(campaign.id)
    assert await world.counts(campaign.id) == {"total": 2, "skipped": 2}
    settings = {"settings": {"marketing_needs_consent": False}}
    await world.database.workspaces.update_one({"_id": W}, {"$set": settings})
    waived = await world.running(listing(phones(2)), consent=None)
    await world.feed(waived.id)
    assert await world.counts(waived.id) == {"total": 2, "waiting": 2}


async def test_consent_of_the_list_is_recorded(world: CampaignWorld) -> None:
    await receive(world, phones(1)[0], "hello")
    campaign = await world.running(listing(phones(2)))
    await world.feed(campaign.id)
    contacts = await world.database.contacts.find({}).to_list(None)
    assert [contact["consent"]["source"] for contact in contacts] == ["shop", "shop"]


async def test_frequency_cap_counts_all_campaigns(world: CampaignWorld, clock: FixedClock) -> None:
    cap = FrequencyCap(messages=1, days=7)
    first = await world.running(listing(phones(2)))
    await world.feed(first.id)
    second = await world.running(listing(phones(3)), frequency_cap=cap)
    await world.feed(second.id)
    assert await world.counts(second.id) == {"total": 3, "waiting": 1, "skipped": 2}
    clock.advance(timedelta(days=8))
    third = await world.running(listing(phones(3)), frequency_cap=cap)
    await world.feed(third.id)
    assert await world.counts(third.id) == {"total": 3, "waiting": 3}


async def test_quiet_hours_put_off(world: CampaignWorld, clock: FixedClock) -> None:
    local = clock.now() + timedelta(hours=1)
    begin, end = (f"{(local + timedelta(hours=h)).hour:02}:00" for h in (-2, 4))
    campaign = await world.running(quiet_hours=QuietHours(begin=begin, end=end))
    await world.feed(campaign.id)
    fed = await world.feed(campaign.id)
    assert (await world.messages(), fed.at_end) == ([], True)
    assert fed.next_at is not None
    clock.advance(timedelta(hours=6))
    await world.feed(campaign.id)
    assert len(await world.messages()) == 5


async def test_values_that_do_not_fit_skip_the_row_and_say_why(world: CampaignWorld) -> None:
    campaign = await world.running(f"phone,name\n+{phones(2)[0]},\n+{phones(2)[1]},Ann\n")
    await world.feed(campaign.id)
    (row,) = await world.database.campaign_recipients.find({"skipped": {"$exists": True}}).to_list(None)
    assert (row["skipped"], "/body/0" in row["detail"]) == ("values_dont_fit", True)


async def test_pause_holds_what_is_in_the_outbox_and_cancel_withholds_it(
    world: CampaignWorld, clock: FixedClock
) -> None:
    campaign = await world.running(listing(phones(4)))
    await world.feed(campaign.id, 2)
    await world.store.act(W, campaign.id, Action.PAUSE)
    assert await world.send_all() == []
    assert (await world.feed(campaign.id)).sent == 0
    await world.store.resume(W, campaign.id)
    clock.advance(timedelta(seconds=3))
    assert len(await world.send_all()) == 2
    await world.feed(campaign.id)
    await world.store.act(W, campaign.id, Action.CANCEL)
    assert await world.send_all() == []
    assert await world.counts(campaign.id) == {"total": 4, "sent": 2, "skipped": 2}


async def test_retry_sends_again_only_what_may_succeed(world: CampaignWorld) -> None:
    campaign = await world.running(listing(phones(3)))
    await world.feed(campaign.id, 1)
    await world.send_all(PASSING)
    await world.feed(campaign.id, 1)
    await world.send_all(REFUSED)
    await world.feed(campaign.id)
    await world.send_all()
    assert await world.counts(campaign.id) == {"total": 3, "sent": 1, "failed": 2}
    await world.store.retry(W, campaign.id)
    await world.feed(campaign.id)
    assert await world.send_all() == phones(1)
    assert await world.counts(campaign.id) == {"total": 3, "sent": 2, "failed": 1}
    again = [m for m in await world.messages() if m.get("retry_of")]
    assert [m["to"] for m in again] == phones(1)


@pytest.mark.parametrize("retried_first", [True, False])
async def test_a_message_that_was_sent_again_by_hand_holds_nobody_up(world: CampaignWorld, retried_first: bool) -> None:
    """Its row can't get another message: it is skipped, whenever the operator was faster, and the others go."""
    campaign = await world.running(listing(phones(3)))
    await world.feed(campaign.id, 2)
    await world.send_all(PASSING)
    by_hand = min(await world.messages(), key=lambda message: str(message["to"]))
    if retried_first:
        await world.store.retry(W, campaign.id)
    await world.send_again_by_hand(by_hand)
    if not retried_first:
        await world.store.retry(W, campaign.id)
    await world.feed(campaign.id)
    assert await world.send_all() == phones(2, 1)
    assert await world.counts(campaign.id) == {"total": 3, "sent": 2, "skipped": 1}
    rows = world.database.campaign_recipients.find({"skipped": "sent_again"})
    assert len(await rows.to_list(None)) == 1


async def test_retries_end(world: CampaignWorld) -> None:
    campaign = await world.running(listing(phones(1)))
    for _ in range(MAX_TRIES + 2):
        await world.feed(campaign.id)
        await world.send_all(PASSING)
        await world.store.retry(W, campaign.id)
    assert len(await world.messages()) == MAX_TRIES


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"status": "paused", "usable": False, "reason": "Paused."}, "template_paused"),
        ({"status": "disabled", "usable": False}, "template_disabled"),
        ({"category": "utility"}, "template_recategorised"),
        ({"components": [{"type": "BODY", "text": "Bye {{1}}"}]}, "template_edited"),
        ({"deleted_at": True}, "template_deleted"),
    ],
)
async def test_template_that_changes_stops_the_campaign(
    world: CampaignWorld, change: dict[str, Any], reason: str
) -> None:
    campaign = await world.running()
    await world.feed(campaign.id, 2)
    await world.database.templates.update_one({}, {"$set": change})
    stored = await world.store.find(W, campaign.id)
    assert await look_after(world.database, stored, at=world.clock.now()) == reason


async def test_campaign_that_stopped_goes_on_where_it_was(world: CampaignWorld, clock: FixedClock) -> None:
    campaign = await world.running()
    await world.feed(campaign.id, 2)
    await world.send_all(PAUSED)
    stored = await world.store.find(W, campaign.id)
    assert await look_after(world.database, stored, at=world.clock.now()) == "template_paused"
    await world.store.act(W, campaign.id, Action.STOP, reason="template_paused")
    assert (await world.store.get(W, campaign.id)).reason == "template_paused"
    await world.store.resume(W, campaign.id)
    stored = await world.store.find(W, campaign.id)
    assert await look_after(world.database, stored, at=clock.now()) is None
    await world.feed(campaign.id)
    assert await world.send_all() == phones(5)
    assert await world.counts(campaign.id) == {"total": 5, "sent": 5}


async def test_too_many_failures_stop_it_and_are_forgiven_on_resume(world: CampaignWorld) -> None:
    campaign = await world.running(listing(phones(60)))
    await world.feed(campaign.id, 55)
    await world.send_all(REFUSED)
    stored = await world.store.find(W, campaign.id)
    assert await look_after(world.database, stored, at=world.clock.now()) == "too_many_failures"
    await world.store.act(W, campaign.id, Action.STOP, reason="too_many_failures")
    await world.store.resume(W, campaign.id)
    stored = await world.store.find(W, campaign.id)
    assert await look_after(world.database, stored, at=world.clock.now()) is None


async def test_what_is_started_can_not_be_changed(world: CampaignWorld) -> None:
    campaign = await world.running()
    with pytest.raises(ProblemError) as refused:
        await world.store.patch(W, campaign.id, {"name": "Other"})
    assert refused.value.code == "conflict"
    with pytest.raises(ProblemError):
        await world.fill(campaign.id, listing(phones(9)))


async def test_start_before_its_time_waits(world: CampaignWorld, clock: FixedClock) -> None:
    campaign = await world.running(schedule_at=clock.now() + timedelta(hours=1))
    assert campaign.state == "scheduled"
    assert (await world.feed(campaign.id)).sent == 0
    clock.advance(timedelta(hours=1))
    assert (await world.start(campaign.id)).state == "running"


async def test_customer_of_whom_whatsapp_says_that_they_stopped_is_opted_out(world: CampaignWorld) -> None:
    stopped = ProviderError(code="marketing_refused", provider_code="131050", explanation="Stopped.")
    campaign = await world.running(listing(phones(2)))
    await world.feed(campaign.id, 1)
    await world.send_all(stopped)
    for _ in range(2):
        stored = await world.store.find(W, campaign.id)
        await look_after(world.database, stored, at=world.clock.now())
    contact = await world.database.contacts.find_one({"identity_keys": f"whatsapp:{phones(1)[0]}"})
    assert (contact["marketing"]["accepts"], contact["marketing"]["source"]) == (False, "provider")
    again = await world.running(listing(phones(2)))
    await world.feed(again.id)
    assert (await world.counts(again.id))["skipped"] == 1


async def test_number_that_is_switched_off_stops_the_campaign(world: CampaignWorld) -> None:
    campaign = await world.running()
    await world.database.channels.update_one({}, {"$set": {"enabled": False}})
    stored = await world.store.find(W, campaign.id)
    assert await look_after(world.database, stored, at=world.clock.now()) == "channel_disabled"


async def test_rows_of_lists_that_nobody_needs_are_removed(world: CampaignWorld, clock: FixedClock) -> None:
    campaign = await world.campaign(listing(phones(3)))
    clock.advance(timedelta(hours=2))
    await remove_abandoned(world.database, older_than=clock.now(), isolated=Isolated("uploads"))
    await world.fill(campaign.id, listing(phones(2, first=50)))
    broken = AudienceWriter(world.database, W, campaign.id)
    await world.database.audience_uploads.insert_one(
        {"_id": broken.audience_id, "workspace_id": W, "campaign_id": campaign.id, "at": clock.now()}
    )
    await broken.write_file(AudienceFile(io.StringIO(listing(phones(4, first=90))), None))
    clock.advance(timedelta(hours=2))
    assert await remove_abandoned(world.database, older_than=clock.now(), isolated=Isolated("uploads")) == 2
    rows = await world.database.campaign_recipients.find({}).to_list(None)
    assert sorted(row["_id"].rpartition(":")[2] for row in rows) == phones(2, first=50)


async def test_counts_do_not_tell_that_a_campaign_runs_which_was_paused_while_it_was_counted(
    world: CampaignWorld,
) -> None:
    campaign = await world.running()
    await world.feed(campaign.id, 2)
    await world.send_all()
    running = await world.store.find(W, campaign.id)
    await world.store.act(W, campaign.id, Action.PAUSE)
    await report(world, DeliveryStatus.DELIVERED)
    async with told_from_here(world.database, "campaign.progress") as told:
        await look_after(world.database, running, at=world.clock.now())
        (last,) = await told()
    assert (last["state"], last["counts"]["delivered"]) == ("paused", 2)
