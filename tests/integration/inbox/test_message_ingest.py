"""Arriving messages: each once, in the one open conversation, whatever comes at the same moment."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from inbox.arriving.inbound import Customer, MessageEchoed, MessageReceived
from inbox.conversation.conversations import closing
from inbox.foundation.clock import FixedClock
from inbox.foundation.problems import ProblemError
from inbox.model.content import ImageContent, Media, SystemContent
from tests.integration.inbox.inbox_world import CHANNEL, OPERATOR, OTHER_CHANNEL, OWNER, World, bodies, text


async def test_first_message_opens_contact_and_conversation(world: World, clock: FixedClock) -> None:
    sent_at = clock.now() - timedelta(minutes=2)
    await world.receive(text("hello", provider_id="m1", at=sent_at))

    conversation = await world.only("conversations")
    assert (conversation["state"], conversation["open"]) == ("queued", True)
    assert conversation["window_expires_at"] == sent_at + timedelta(hours=24)
    message = await world.only("messages")
    assert (message["status"], message["direction"], message["raw"]) == ("received", "in", b"hello")
    assert [event["type"] for event in await world.events()] == ["conversation.created", "message.created"]
    assert (await world.only("contacts"))["name"] == "Ann"


async def test_same_webhook_ten_times_at_once_in_two_processes(world: World) -> None:
    one = text("once", provider_id="m1")
    await asyncio.gather(*(world.receive(one, process=i % 2) for i in range(10)))
    await world.only("messages")
    await world.only("conversations")
    assert len(await world.events("message.created")) == 1


async def test_repeat_within_one_webhook(world: World) -> None:
    await world.receive(text("once", provider_id="m1"), text("once", provider_id="m1"))
    await world.only("messages")


async def test_fifty_first_messages_of_one_customer_at_once(world: World) -> None:
    await asyncio.gather(*(world.receive(text(f"{i}", provider_id=f"m{i}"), process=i % 2) for i in range(50)))
    await world.only("contacts")
    conversation = await world.only("conversations")
    messages = await world.all("messages")
    assert len(messages) == 50
    assert {m["conversation_id"] for m in messages} == {conversation["_id"]}
    assert len({m["seq"] for m in messages}) == 50
    assert len(await world.events("conversation.created")) == 1


async def test_batch_split_and_reordered(world: World) -> None:
    events = [text(f"{i}", provider_id=f"m{i}", customer=f"7900{i % 3}") for i in range(12)]
    await world.receive(*events[:7])
    await asyncio.gather(world.receive(*reversed(events)), world.receive(*events[5:], process=1))
    assert len(await world.all("messages")) == 12
    assert len(await world.all("conversations")) == 3


async def test_order_within_one_webhook_is_kept(world: World) -> None:
    await world.receive(*(text(f"{i}", provider_id=f"m{i}") for i in range(5)))
    found = sorted(await world.all("messages"), key=lambda m: m["seq"])
    assert bodies(found) == ["0", "1", "2", "3", "4"]


async def test_customers_of_one_moment_stand_in_the_order_in_which_they_came(world: World) -> None:
    """A batch has one time: what decides who is next in a queue then is the order of ids."""
    customers = [f"7900{number:03}" for number in range(30)]
    webhooks = [text("hello", customer=customer, provider_id=customer) for customer in customers]
    await asyncio.gather(*(world.receive(webhook) for webhook in webhooks))
    line = await world.database.conversations.find({}).sort([("opened_at", 1), ("_id", 1)]).to_list(None)
    assert [conversation["identity"]["external_id"] for conversation in line] == customers


async def test_one_customer_on_two_channels_and_in_two_workspaces(world: World) -> None:
    second = type(CHANNEL)(workspace_id="w1", id="c9", kind=CHANNEL.kind, name="Second number")
    await asyncio.gather(
        world.receive(text("a", provider_id="m1")),
        world.receive(text("b", provider_id="m1"), channel=second),
        world.receive(text("c", provider_id="m1"), channel=OTHER_CHANNEL),
    )
    contacts = await world.all("contacts")
    assert sorted(c["workspace_id"] for c in contacts) == ["w1", "w2"]
    assert len(await world.all("conversations")) == 3
    assert len(await world.all("messages")) == 3


async def test_alias_finds_the_same_contact_and_conversation(world: World) -> None:
    with_phone = MessageReceived(
        customer=Customer(external_id="5511912345678", aliases=("551112345678", "BR.1"), name="Rio"),
        provider_id="m1",
        content=SystemContent(code="x"),
    )
    await world.receive(with_phone)
    await world.receive(text("by the other spelling", provider_id="m2", customer="551112345678"), process=1)
    await world.receive(text("by the user id", provider_id="m3", customer="BR.1"), process=1)
    await world.only("contacts")
    await world.only("conversations")


async def test_closed_conversation_takes_nothing_more(world: World) -> None:
    await world.receive(text("first", provider_id="m1"))
    first = await world.only("conversations")
    await world.conversations.close(OWNER, first["_id"], closing(OWNER, seen_seq=None, silent=False))

    await world.receive(text("second", provider_id="m2"))  # the cache of this process still names the first one
    second = await world.only("conversations", {"open": True})
    assert second["_id"] != first["_id"]
    assert second["contact_id"] == first["contact_id"]
    assert (await world.only("messages", {"provider_id": "m2"}))["conversation_id"] == second["_id"]


async def test_next_conversation_knows_who_had_the_last_one(world: World) -> None:
    first = await world.assigned_conversation()
    await world.conversations.close(OPERATOR, first, closing(OPERATOR, seen_seq=None, silent=False))
    await world.receive(text("me again", provider_id="m2"))
    second = await world.only("conversations", {"open": True})
    assert (second["operator_id"], second["last_operator_id"]) == (None, OPERATOR.id)


async def test_window_survives_a_close(world: World, clock: FixedClock) -> None:
    await world.receive(text("first", provider_id="m1"))
    first = await world.only("conversations")
    await world.conversations.close(OWNER, first["_id"], closing(OWNER, seen_seq=None, silent=False))
    clock.advance(timedelta(hours=1))
    echo = MessageEchoed(
        customer=Customer(external_id="79001112233"), provider_id="m2", content=SystemContent(code="x"), raw=b""
    )
    await world.receive(echo)
    second = await world.only("conversations", {"open": True})
    assert second["window_expires_at"] == first["window_expires_at"]


async def test_system_messages_and_echoes_open_no_window(world: World) -> None:
    await world.receive(text("system", provider_id="m1", opens_window=False))
    assert "window_expires_at" not in await world.only("conversations")


@pytest.mark.parametrize("seen", [True, False], ids=["close says what it saw", "close says nothing"])
async def test_message_and_close_at_the_same_moment(world: World, seen: bool) -> None:
    """A hundred and fifty times each: a message is in a conversation whose close knew of it, or in an open one."""
    rounds, at_once = 15, 10
    for number in range(rounds):
        customers = [f"7900{i}" for i in range(at_once)]
        await world.receive(*(text("opens", provider_id=f"o{number}-{c}", customer=c) for c in customers))
        open_ones = await world.all("conversations", {"open": True})
        assert len(open_ones) == at_once
        await asyncio.gather(
            *(_close(world, c["_id"], seen) for c in open_ones),
            *(world.receive(text("races", provider_id=f"r{number}-{c}", customer=c), process=1) for c in customers),
        )
    await _nothing_landed_in_closed(world, expected=2 * rounds * at_once)


async def _close(world: World, conversation_id: str, seen: bool) -> None:
    newest = await world.database.messages.find_one({"conversation_id": conversation_id}, sort=[("seq", -1)])
    try:
        how = closing(OWNER, seen_seq=newest["seq"] if seen else None, silent=False)
        await world.conversations.close(OWNER, conversation_id, how)
    except ProblemError as problem:
        if problem.code != "stale_state":
            raise


async def _nothing_landed_in_closed(world: World, *, expected: int) -> None:
    newest_at_close = {
        event["data"]["id"]: event["data"]["last_message"]["seq"] for event in await world.events("conversation.closed")
    }
    conversations = {c["_id"]: c for c in await world.all("conversations")}
    messages = await world.all("messages", {"void": {"$exists": False}})
    assert len(messages) == expected
    for message in messages:
        conversation = conversations[message["conversation_id"]]
        assert conversation["open"] or message["seq"] <= newest_at_close[conversation["_id"]]
    told = {event["data"]["id"]: event["data"]["conversation_id"] for event in await world.events("message.created")}
    assert told == {message["_id"]: message["conversation_id"] for message in messages}


async def test_profile_name_follows_unless_an_operator_named_the_contact(world: World) -> None:
    await world.receive(text("a", provider_id="m1"))
    renamed = MessageReceived(
        customer=Customer(external_id="79001112233", name="$Annette"),
        provider_id="m2",
        content=ImageContent(media=Media(provider_media_id="p1"), caption="me"),
    )
    await world.receive(renamed)
    assert (await world.only("contacts"))["name"] == "$Annette"
    assert [e["data"]["name"] for e in await world.events("contact.updated")] == ["$Annette"]
    await world.database.contacts.update_one({}, {"$set": {"name": "Mrs. A."}})
    await world.receive(text("c", provider_id="m3"))
    assert (await world.only("contacts"))["name"] == "Mrs. A."


async def test_reply_names_our_message(world: World) -> None:
    await world.receive(text("question", provider_id="m1"))
    await world.receive(text("answer", provider_id="m2", reply_to="m1"), text("?", provider_id="m3", reply_to="gone"))
    first = await world.only("messages", {"provider_id": "m1"})
    assert (await world.only("messages", {"provider_id": "m2"}))["reply_to"] == first["_id"]
    assert (await world.only("messages", {"provider_id": "m3"}))["reply_to"] is None


@pytest.mark.parametrize(
    "poison",
    [
        pytest.param(text("\ud83d", provider_id="bad"), id="lone surrogate"),
        pytest.param(
            MessageReceived(
                customer=Customer(external_id="79001112233"),
                provider_id="bad",
                content=ImageContent(media=Media(bytes=10**20)),
                raw=b"raw",
            ),
            id="integer of 20 digits",
        ),
        pytest.param(
            MessageReceived(
                customer=Customer(external_id="79001112233"),
                provider_id="bad",
                content=SystemContent(code="x", data={"a\0b": "NUL in a key"}),
                raw=b"raw",
            ),
            id="NUL in a key",
        ),
        pytest.param(text("name", provider_id="bad", customer="\ud83d"), id="lone surrogate in the customer's id"),
    ],
)
async def test_poison_harms_no_other(world: World, poison: MessageReceived) -> None:
    good = [text(f"{i}", provider_id=f"m{i}", customer=f"7900{i % 7}") for i in range(99)]
    await asyncio.gather(
        world.receive(*good[:50], poison, *good[50:]),
        world.receive(text("another tenant", provider_id="t1"), channel=OTHER_CHANNEL),
    )
    assert len(await world.all("messages")) == 100
    letter = await world.only("dead_letters")
    assert letter["workspace_id"] == "w1"
    assert letter["raw"] == poison.raw
    assert len(await world.events("message.created")) == 100


async def test_a_conversation_says_what_led_the_customer_here(world: World) -> None:
    ad = {"source_type": "ad", "headline": "Autumn", "ctwa_clid": "Af-1"}
    await world.receive(text("plain", provider_id="m1"), text("from the ad", provider_id="m2", referral=ad))
    await world.receive(text("from another", provider_id="m3", referral={"source_type": "post"}))
    assert (await world.only("conversations"))["referral"] == ad
    (created,) = await world.events("conversation.created")
    assert created["data"]["referral"] == ad
    await world.receive(text("no ad", provider_id="m4", customer="7900"))
    plain = await world.only("conversations", {"identity.external_id": "7900"})
    assert "referral" not in plain
