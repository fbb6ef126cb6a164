"""Texts of one moment are one message where each message costs money."""

from __future__ import annotations

import asyncio

import msgspec
import pytest

from inbox.model.channel_kind import ChannelKind
from tests.integration.inbox.inbox_world import text
from tests.integration.queueing_texts.texts_world import CUSTOMER, QUEUE, QUEUED_CHANNEL, TextsWorld

BOTH = "greeting\n\nnobody_available"


@pytest.fixture(autouse=True)
async def joining(world: TextsWorld) -> None:
    await world.database.workspaces.update_one({}, {"$unset": {"settings.join_auto_replies": 1}})


async def test_texts_of_one_moment_are_one_message_that_remembers_both(world: TextsWorld) -> None:
    await world.customer_writes()
    await world.pass_time()
    assert await world.said() == [BOTH]
    message = await world.only("messages", {"content.text": BOTH})
    assert [name.split(":")[2] for name in message["once"]] == ["greeting", "nobody_available"]
    assert message["cue_id"].split(":")[1] == "greeting"
    assert await world.database.outbox.count_documents({"_id": message["_id"]}) == 1
    await world.customer_writes("again")
    await world.pass_time(60)
    assert await world.said() == [BOTH]


async def test_a_cue_that_is_noted_again_says_nothing_again(world: TextsWorld) -> None:
    """Whatever part of a joined message an occasion was."""
    await world.customer_writes()
    cues = await world.database.cues.find({}).to_list(None)
    await world.settle()
    await world.database.contacts.update_many({}, {"$unset": {"auto": 1}})
    await world.database.cues.insert_many(cues)
    await world.settle()
    assert await world.said() == [BOTH]


async def test_many_customers_at_once_get_one_message_each(world: TextsWorld) -> None:
    """More cues than a worker takes in one go, and two workers."""
    customers = [f"7900{number:03}" for number in range(70)]
    for customer in customers:
        await world.customer_writes(customer=customer)
    await world.pass_time(1)
    assert {customer: await world.said(customer) for customer in customers} == {
        customer: [BOTH] for customer in customers
    }


async def test_a_joined_message_is_one_turn(world: TextsWorld) -> None:
    await world.database.workspaces.update_one({}, {"$set": {"settings.auto_reply_spacing_seconds": 0}})
    for _ in range(8):
        await world.customer_writes()
        await world.pass_time(1)
        await world.take()
        await world.close(silent=True)
    said = await world.said()
    assert said[0] == BOTH
    assert len(said) == 5


async def test_texts_of_different_moments_stay_apart(world: TextsWorld) -> None:
    await world.set_queue(repeat_wait_text_seconds=60)
    await world.customer_writes()
    await world.pass_time(1)
    await world.pass_time(60)
    assert await world.said() == [BOTH, "waiting"]


async def test_two_customers_of_one_moment_get_their_own(world: TextsWorld) -> None:
    await asyncio.gather(world.customer_writes(), world.customer_writes(customer="7900"))
    await world.pass_time(1)
    assert (await world.said(), await world.said("7900")) == ([BOTH], [BOTH])


async def test_where_messages_are_free_each_text_stays_by_itself(world: TextsWorld) -> None:
    free = msgspec.structs.replace(QUEUED_CHANNEL, kind=ChannelKind.TELEGRAM)
    await world.receive(text("hello", provider_id="in-1", customer=CUSTOMER), channel=free)
    await world.routing.route("w1", QUEUE)
    await world.pass_time(1)
    assert await world.said() == ["greeting", "nobody_available"]


async def test_the_question_after_a_close_has_the_closing_text_above_it(world: TextsWorld) -> None:
    await world.set_texts(closed="bye", rating="How was it?")
    await world.customer_writes()
    conversation_id = await world.take()
    await world.close()
    await world.pass_time(10)
    assert await world.said() == ["bye\n\nHow was it?"]
    message = await world.only("messages", {"content.type": "list"})
    assert [name.split(":")[2] for name in message["once"]] == ["closed", "rating"]
    assert (await world.only("conversations", {"_id": conversation_id}))["rating"]["score"] is None
