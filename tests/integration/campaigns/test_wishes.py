"""Who is opted out by what they write: some words count only as the answer to a marketing message."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from inbox.arriving.inbound import (
    Customer,
    DeliveryStatus,
    MarketingPreferenceChanged,
    MessageReceived,
    StatusChanged,
)
from inbox.arriving.ingest import Addressed, Ingest
from inbox.contacts.contact_models import OptOutSource
from inbox.model.authors import Author, AuthorKind
from inbox.model.content import TextContent
from inbox.sending.outgoing import outgoing_document
from inbox.storage.sequence import SequenceClock
from tests.integration.campaigns.campaign_world import CHANNEL, CampaignWorld, W, listing, phones

(ANN,) = phones(1)


async def write(world: CampaignWorld, text: str, **fields: Any) -> None:
    ingest = Ingest(
        world.database,
        world.clock,
        SequenceClock(world.clock.server_seconds),
        timeout_seconds=20,
        suppression=world.suppression,
    )
    event = MessageReceived(
        customer=Customer(external_id=ANN),
        provider_id=f"in-{text}",
        content=TextContent(text=text),
        raw=b"{}",
        **fields,
    )
    await ingest.store([Addressed(CHANNEL, event)])


async def hear(world: CampaignWorld, *events: MessageReceived | StatusChanged | MarketingPreferenceChanged) -> None:
    ingest = Ingest(
        world.database,
        world.clock,
        SequenceClock(world.clock.server_seconds),
        timeout_seconds=20,
        suppression=world.suppression,
    )
    await ingest.store([Addressed(CHANNEL, event) for event in events])


async def accepts(world: CampaignWorld) -> bool | None:
    contact = await world.database.contacts.find_one({"workspace_id": W})
    assert contact is not None
    return contact["marketing"]["accepts"] if "marketing" in contact else None


async def campaign_arrives(world: CampaignWorld) -> None:
    campaign = await world.running(listing([ANN]))
    await world.feed(campaign.id)
    assert await world.send_all() == [ANN]
    world.clock.advance(timedelta(minutes=1))


async def business_writes(world: CampaignWorld, kind: AuthorKind) -> str:
    conversation = await world.database.conversations.find_one({"workspace_id": W, "open": True})
    assert conversation is not None
    seq = SequenceClock(world.clock.server_seconds).next()
    message = outgoing_document(conversation, TextContent(text="Hi."), Author(kind), seq, world.clock.now())
    await world.database.messages.insert_one(message | {"provider_id": "p-hi"})
    return "p-hi"


async def test_cancel_in_a_service_conversation_is_no_opt_out(world: CampaignWorld) -> None:
    await write(world, "My order 7, please")
    await write(world, "Cancel")
    assert await accepts(world) is None
    await write(world, "STOP")
    assert await accepts(world) is False


async def test_cancel_after_a_campaign_is_one(world: CampaignWorld) -> None:
    await campaign_arrives(world)
    await write(world, "Cancel")
    assert await accepts(world) is False


async def test_long_after_a_campaign_it_is_none(world: CampaignWorld) -> None:
    await campaign_arrives(world)
    world.clock.advance(timedelta(days=4))
    await write(world, "Cancel")
    assert await accepts(world) is None


@pytest.mark.parametrize(
    ("who", "opted_out"),
    [(AuthorKind.OPERATOR, None), (AuthorKind.AUTO, False)],
    ids=["an operator", "an automatic text"],
)
async def test_who_wrote_after_the_campaign(world: CampaignWorld, who: AuthorKind, opted_out: bool | None) -> None:
    await campaign_arrives(world)
    await write(world, "What is this?")
    world.clock.advance(timedelta(minutes=1))
    await business_writes(world, who)
    world.clock.advance(timedelta(minutes=1))
    await write(world, "Cancel")
    assert await accepts(world) is opted_out


async def test_a_campaign_that_is_answered_by_name(world: CampaignWorld) -> None:
    await campaign_arrives(world)
    (sent,) = await world.messages()
    await write(world, "What is this?")
    world.clock.advance(timedelta(minutes=1))
    await business_writes(world, AuthorKind.OPERATOR)
    world.clock.advance(timedelta(minutes=1))
    await write(world, "end", reply_to=sent["provider_id"])
    assert await accepts(world) is False


async def test_a_message_that_is_answered_by_name_though_a_campaign_came_later(world: CampaignWorld) -> None:
    await write(world, "My order 7, please")
    world.clock.advance(timedelta(minutes=1))
    asked = await business_writes(world, AuthorKind.OPERATOR)
    world.clock.advance(timedelta(minutes=1))
    await campaign_arrives(world)
    await write(world, "Cancel", reply_to=asked)
    assert await accepts(world) is None
    await write(world, "cancel")
    assert await accepts(world) is False


@pytest.mark.parametrize(("category", "opted_out"), [("marketing", False), ("utility", None)])
async def test_a_template_that_an_operator_sent(world: CampaignWorld, category: str, opted_out: bool | None) -> None:
    await world.database.templates.update_one({"_id": "t1"}, {"$set": {"category": category}})
    await write(world, "Hello")
    world.clock.advance(timedelta(minutes=1))
    await business_writes(world, AuthorKind.OPERATOR)
    content = {"type": "template", "name": "sale", "language": "en", "parameters": {}}
    await world.database.messages.update_one({"provider_id": "p-hi"}, {"$set": {"content": content}})
    world.clock.advance(timedelta(minutes=1))
    await write(world, "cancel")
    assert await accepts(world) is opted_out


def stop_of(customer: Customer) -> MessageReceived:
    return MessageReceived(customer=customer, provider_id="stop", content=TextContent(text="STOP"), raw=b"{}")


async def test_a_stop_of_a_customer_who_hides_the_number_holds(world: CampaignWorld) -> None:
    first = await world.running(listing([ANN]))
    await world.feed(first.id)
    await world.send_all()
    (sent,) = await world.messages()
    named = Customer(external_id=ANN, aliases=("DE.H1",))
    read = StatusChanged(provider_id=sent["provider_id"], status=DeliveryStatus.READ, customer=named, raw=b"{}")
    await hear(world, read)
    await hear(world, stop_of(Customer(external_id="DE.H1")))
    conversation = await world.database.conversations.find_one({"workspace_id": W, "open": True})
    assert conversation is not None
    assert conversation["campaign_id"] == first.id
    second = await world.running(listing([ANN]))
    await world.feed(second.id)
    assert await world.counts(second.id) == {"total": 1, "skipped": 1}
    assert await world.database.contacts.count_documents({"workspace_id": W}) == 1


async def test_a_number_on_the_list_stands_for_all_ids_of_its_customer(world: CampaignWorld) -> None:
    await write(world, "hello")
    await hear(world, stop_of(Customer(external_id=ANN, aliases=("DE.H1",))))
    await world.database.contacts.update_one({"workspace_id": W}, {"$unset": {"marketing": ""}})
    await world.suppression.add(W, ["whatsapp:DE.H1"], OptOutSource.OPERATOR, world.clock.now())
    campaign = await world.running(listing([ANN]))
    await world.feed(campaign.id)
    assert await world.counts(campaign.id) == {"total": 1, "skipped": 1}


async def test_a_campaign_goes_into_the_open_conversation_under_another_id(world: CampaignWorld) -> None:
    hidden = Customer(external_id="DE.H1")
    hello = MessageReceived(customer=hidden, provider_id="hello", content=TextContent(text="hello"), raw=b"{}")
    both = Customer(external_id=ANN, aliases=("DE.H1",))
    named = StatusChanged(provider_id="of-nothing", status=DeliveryStatus.READ, customer=both, raw=b"{}")
    await hear(world, hello)
    await hear(world, named)
    campaign = await world.running(listing([ANN]))
    await world.feed(campaign.id)
    (message,) = await world.messages()
    opened = await world.database.conversations.find_one({"workspace_id": W})
    assert opened is not None
    assert (message["conversation_id"], opened["open"]) == (opened["_id"], True)


async def is_listed(world: CampaignWorld) -> bool:
    return await world.suppression.holds(W, [f"whatsapp:{ANN}"])


async def test_what_a_customer_writes_stands_on_the_suppression_list(world: CampaignWorld) -> None:
    await write(world, "STOP")
    assert await is_listed(world)
    await write(world, "START")
    assert not await is_listed(world)


async def test_a_customer_takes_back_what_the_business_put_on_the_list(world: CampaignWorld) -> None:
    await world.suppression.add(W, [f"whatsapp:{ANN}"], OptOutSource.OPERATOR, world.clock.now())
    await write(world, "hello")
    assert await is_listed(world)
    await write(world, "START")
    campaign = await world.running(listing([ANN]))
    await world.feed(campaign.id)
    assert await world.send_all() == [ANN]


async def test_a_preference_of_somebody_unknown_holds_when_a_campaign_comes(world: CampaignWorld) -> None:
    customer = Customer(external_id=ANN)
    for wanted, got in ((False, []), (True, [ANN])):
        await hear(world, MarketingPreferenceChanged(customer=customer, accepts_marketing=wanted, raw=b"{}"))
        assert await is_listed(world) is not wanted
        campaign = await world.running(listing([ANN]))
        await world.feed(campaign.id)
        assert await world.send_all() == got
    world.clock.advance(timedelta(minutes=1))
    await hear(world, MarketingPreferenceChanged(customer=customer, accepts_marketing=False, raw=b"{}"))
    assert (await is_listed(world), await accepts(world)) == (True, False)
