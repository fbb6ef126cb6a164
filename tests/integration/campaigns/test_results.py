"""What a campaign achieved: answers, pressed buttons, opt-outs and costs, for each variant."""

from __future__ import annotations

import asyncio
import csv
import io
from datetime import timedelta
from typing import Any

import msgspec

from inbox.arriving.clicks import USER_ACTIONS, take_clicks
from inbox.arriving.inbound import Customer, DeliveryStatus, MessageReceived, ProviderNotice
from inbox.arriving.ingest import Addressed, Ingest
from inbox.model.content import ChoiceContent
from inbox.storage.sequence import SequenceClock
from templates_hsm.campaigns.model.campaign_models import Campaign, Letter
from templates_hsm.campaigns.model.campaign_states import Action
from templates_hsm.campaigns.model.result_models import CampaignResults, LinkClicks, Responses
from templates_hsm.campaigns.model.versions import letter_of
from templates_hsm.campaigns.outcome.link_clicks import link_clicks
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


async def told(world: CampaignWorld, *clicks: str, kind: str = "marketing_messages_link_click") -> None:
    """Meta tells of clicks on links."""
    at = str(int(world.clock.now().timestamp()))
    clock = SequenceClock(world.clock.server_seconds)
    ingest = Ingest(world.database, world.clock, clock, timeout_seconds=20, suppression=world.suppression)
    bodies = [
        {"action_type": kind, "timestamp": at, "marketing_messages_link_click_data": {"click_id": click}}
        for click in clicks
    ]
    events = [ProviderNotice(topic=USER_ACTIONS, raw=msgspec.json.encode(body)) for body in bodies]
    await ingest.store([Addressed(CHANNEL, event) for event in events])


async def clicks(world: CampaignWorld, campaign_id: str) -> LinkClicks | None:
    while await take_clicks(world.database, now=world.clock.now()):
        pass
    return await link_clicks(world.database, await world.store.find(W, campaign_id), now=world.clock.now())


async def test_clicks_on_links_count_once_however_often_they_are_told(world: CampaignWorld) -> None:
    await told(world, "before")
    world.clock.advance(timedelta(minutes=1))
    made = await sent(world)
    await told(world, "1", "2")
    await asyncio.gather(*(take_clicks(world.database, now=world.clock.now()) for _ in range(3)))
    world.clock.advance(timedelta(seconds=1))
    await told(world, "2", "3")
    await told(world, "3", kind="landing_page_view")
    await told(world, "4", kind="something_new")
    assert await clicks(world, made.id) == LinkClicks(clicked=3, pages_seen=1)
    assert await world.database.notices.count_documents({"handled_at": None}) == 0


async def test_clicks_that_may_be_another_campaigns_are_nobodys(world: CampaignWorld) -> None:
    first = await sent(world)
    await world.store.act(W, first.id, Action.COMPLETE)
    await told(world, "1")
    assert await clicks(world, first.id) == LinkClicks(clicked=1, pages_seen=0)
    world.clock.advance(timedelta(days=2))
    second_one = await sent(world)
    assert await clicks(world, first.id) is None
    assert await clicks(world, second_one.id) is None
    world.clock.advance(timedelta(days=30))
    third = await world.running()
    await world.store.act(W, second_one.id, Action.CANCEL)
    assert await clicks(world, third.id) is None
