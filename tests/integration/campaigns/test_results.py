"""What a campaign achieved: answers, pressed buttons, opt-outs and costs, for each variant."""

from __future__ import annotations

import asyncio
import csv
import io
from datetime import timedelta
from typing import Any

from inbox.arriving.inbound import Customer, DeliveryStatus, MessageReceived
from inbox.arriving.ingest import Addressed, Ingest
from inbox.model.content import ChoiceContent
from inbox.storage.sequence import SequenceClock
from templates_hsm.campaigns.model.campaign_models import Campaign, Letter
from templates_hsm.campaigns.model.result_models import CampaignResults, Responses
from templates_hsm.campaigns.model.versions import letter_of
from templates_hsm.campaigns.outcome.report import report_lines
from templates_hsm.campaigns.outcome.results import campaign_results, count_further, results_csv
from tests.integration.campaigns.campaign_world import CHANNEL, CampaignWorld, W, listing, phones, receive, report
from tests.integration.campaigns.test_versions import SHARE, second, translation

NONE = Responses(answered=0, pressed=0, opted_out=0, charged=0, free=0, unknown=0)


async def sent(world: CampaignWorld, count: int = 4, **fields: Any) -> Campaign:
    made = await world.running(listing(phones(count)), **fields)
    await world.feed(made.id)
    await world.send_all()
    world.clock.advance(timedelta(minutes=1))
    return made


async def results(world: CampaignWorld, campaign_id: str, days: int = 3, **options: Any) -> CampaignResults:
    campaign = await world.store.find(W, campaign_id)
    return await campaign_results(world.database, campaign, days, now=world.clock.now(), **options)


async def came_back(world: CampaignWorld, campaign_id: str, days: int = 3) -> Responses:
    told = (await results(world, campaign_id, days)).total.responses
    assert told is not None
    return told


async def press(world: CampaignWorld, phone: str, answered: str) -> None:
    """A customer presses a button of a message."""
    clock = SequenceClock(world.clock.server_seconds)
    ingest = Ingest(world.database, world.clock, clock, timeout_seconds=20, suppression=world.suppression)
    event = MessageReceived(
        customer=Customer(external_id=phone, name="Ann"),
        provider_id=f"press-{phone}-{answered}",
        content=ChoiceContent(id="yes", title="Yes"),
        reply_to=answered,
        raw=b"{}",
    )
    await ingest.store([Addressed(CHANNEL, event)])


async def charge(world: CampaignWorld, place: int, **fields: Any) -> None:
    message = (await world.messages())[place]
    row = {
        "_id": f"{CHANNEL.id}:{message['provider_id']}",
        "workspace_id": W,
        "basis": "estimated",
        "amount": 62_500,
        "currency": "USD",
    }
    await world.database.charges.insert_one({**row, **fields})


async def test_who_wrote_back_in_time_has_answered(world: CampaignWorld) -> None:
    people = phones(4)
    await receive(world, people[3], "before")
    world.clock.advance(timedelta(minutes=1))
    made = await sent(world)
    assert await came_back(world, made.id) == NONE
    await receive(world, people[0], "first")
    await receive(world, people[0], "second")
    world.clock.advance(timedelta(days=2))
    await receive(world, people[1], "later")
    world.clock.advance(timedelta(days=2))
    await receive(world, people[2], "too late")
    assert (await came_back(world, made.id, 1)).answered == 1
    assert (await came_back(world, made.id)).answered == 2
    assert (await came_back(world, made.id, 10)).answered == 3


async def test_an_answer_in_a_conversation_that_was_open_counts(world: CampaignWorld) -> None:
    (phone,) = phones(1)
    await receive(world, phone, "before")
    world.clock.advance(timedelta(minutes=1))
    made = await sent(world, 1)
    await receive(world, phone, "thanks")
    assert (await came_back(world, made.id)).answered == 1


async def test_what_comes_on_another_channel_or_of_another_workspace_is_no_answer(world: CampaignWorld) -> None:
    made = await sent(world)
    await receive(world, phones(1)[0], "hello")
    await world.database.conversations.update_many({"open": True}, {"$set": {"channel_id": "c2"}})
    assert (await came_back(world, made.id)).answered == 0
    strangers = {"channel_id": CHANNEL.id, "workspace_id": "w2"}
    await world.database.conversations.update_many({"open": True}, {"$set": strangers})
    assert (await came_back(world, made.id)).answered == 0


async def test_buttons_of_the_message_are_told_apart_from_other_answers(world: CampaignWorld) -> None:
    people = phones(4)
    made = await sent(world)
    own = {message["to"]: message["provider_id"] for message in await world.messages()}
    await press(world, people[0], own[people[0]])
    await press(world, people[1], "something older")
    await receive(world, people[2], "words")
    told = await came_back(world, made.id)
    assert (told.answered, told.pressed) == (3, 1)


async def test_who_opted_out_after_it(world: CampaignWorld) -> None:
    made = await sent(world)
    await receive(world, phones(1)[0], "STOP")
    told = await came_back(world, made.id)
    assert (told.answered, told.opted_out) == (1, 1)


async def test_costs_are_of_what_was_delivered_and_unknown_is_not_nothing(world: CampaignWorld) -> None:
    made = await sent(world)
    await charge(world, 0)
    await charge(world, 1, basis="free", amount=0)
    delivered = [message["provider_id"] for message in (await world.messages())[:3]]
    await report(world, DeliveryStatus.DELIVERED, *delivered)
    told = await came_back(world, made.id)
    assert (told.charged, told.free, told.unknown) == (1, 1, 1)
    assert [(money.currency, money.amount) for money in told.costs] == [("USD", "0.0625")]


async def test_each_variant_has_its_own(world: CampaignWorld) -> None:
    await translation(world, "en", "A deal, {{1}}.", name="deal")
    made = await sent(world, 20, variant=second())
    assert made.audience is not None
    letters = {phone: letter_of(f"{made.audience.id}:{phone}", SHARE) for phone in phones(20)}
    in_b = [phone for phone, letter in letters.items() if letter is Letter.B]
    for phone in in_b[:2]:
        await receive(world, phone, "yes")
    told = await results(world, made.id)
    a, b = told.variants
    assert a.responses is not None
    assert b.responses is not None
    assert (a.variant, a.template.name, a.sent, a.responses.answered) == ("a", "sale", 20 - len(in_b), 0)
    assert (b.variant, b.template.name, b.sent, b.responses.answered) == ("b", "deal", len(in_b), 2)
    assert told.total.responses is not None
    assert (told.total.variant, told.total.sent, told.total.responses.answered) == (None, 20, 2)
    lines = list(csv.DictReader(io.StringIO(results_csv(told))))
    assert [(line["variant"], line["answered"]) for line in lines] == [("a", "0"), ("b", "2")]


async def test_a_large_campaign_is_counted_behind_whoever_is_killed(world: CampaignWorld) -> None:
    made = await sent(world, 9)
    for phone in phones(4):
        await receive(world, phone, "yes")
    told = await results(world, made.id, at_once=1)
    assert (told.is_counting, told.counted_at, told.total.sent, told.total.responses) == (True, None, 9, None)
    asked = await world.store.find(W, made.id)
    # each of several counts what is left, at once, and one more has an old copy of the campaign
    count = [count_further(world.database, asked, now=world.clock.now(), together=2) for _ in range(3)]
    await asyncio.gather(*count)
    await count_further(world.database, asked, now=world.clock.now(), together=2)
    told = await results(world, made.id, at_once=1)
    assert told.total.responses is not None
    assert (told.is_counting, told.counted_at) == (False, world.clock.now())
    assert told.total.responses.answered == 4
    world.clock.advance(timedelta(hours=1))
    again = await results(world, made.id, at_once=1)
    assert (again.is_counting, again.counted_at) == (True, told.counted_at)
    other_days = await results(world, made.id, 7, at_once=1)
    assert (other_days.is_counting, other_days.total.responses) == (True, None)


async def test_the_report_says_it_of_each_recipient(world: CampaignWorld) -> None:
    made = await sent(world, 3)
    await receive(world, phones(1)[0], "yes")
    await charge(world, 1)
    await report(world, DeliveryStatus.DELIVERED, (await world.messages())[1]["provider_id"])
    campaign = await world.store.find(W, made.id)
    text = "".join([piece async for piece in report_lines(world.database, campaign, timedelta(days=3))])
    lines = list(csv.DictReader(io.StringIO(text)))
    assert [bool(line["answered_at"]) for line in lines] == [True, False, False]
    assert [(line["cost"], line["currency"], line["language"]) for line in lines] == [
        ("", "", "en"),
        ("0.0625", "USD", "en"),
        ("", "", "en"),
    ]
