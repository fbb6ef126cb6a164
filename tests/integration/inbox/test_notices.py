"""What a provider tells of a customer is no arrival: it changes the contact, and is shown where one is talking."""

from __future__ import annotations

from datetime import timedelta

import pytest

from inbox.arriving.inbound import Customer, IdentityChanged, InboundEvent, MessageReceived, ReachabilityChanged
from inbox.conversation.conversations import closing
from inbox.conversation.unanswered import read_unanswered
from inbox.foundation.clock import FixedClock
from inbox.model.content import SystemContent
from tests.integration.inbox.inbox_world import OPERATOR, World, text

ANN = Customer(external_id="79001112233", name="Ann")
NEW = Customer(external_id="79005556677")
NUMBER = IdentityChanged(customer=NEW, previous=ANN.external_id, provider_id="s1", text="A new number", raw=b"{}")
BLOCK = ReachabilityChanged(customer=ANN, provider_id="b1", reachable=False, raw=b"{1}")
NOTICE = MessageReceived(
    customer=ANN,
    provider_id="s2",
    content=SystemContent(code="customer_identity_changed"),
    opens_window=False,
    is_notice=True,
    raw=b"{2}",
)
NOTICES = [NUMBER, BLOCK, NOTICE]


def _name(event: InboundEvent) -> str:
    return type(event).__name__


@pytest.mark.parametrize("event", NOTICES, ids=_name)
async def test_a_notice_opens_no_conversation(world: World, event: InboundEvent) -> None:
    conversation_id = await world.assigned_conversation()
    await world.conversations.close(OPERATOR, conversation_id, closing(OPERATOR, seen_seq=None, silent=True))
    await world.receive(event)
    conversation = await world.only("conversations")
    assert conversation["state"] == "closed"
    assert len(await world.all("messages", {"void": {"$exists": False}})) == 1
    assert (await world.only("notices"))["raw"] == event.raw


@pytest.mark.parametrize("event", NOTICES, ids=_name)
async def test_a_notice_is_a_line_in_the_open_conversation_and_no_action(
    world: World, clock: FixedClock, event: InboundEvent
) -> None:
    """It is nothing to answer, it opens no window, and the silence goes on."""
    conversation_id = await world.assigned_conversation()
    await world.database.messages.update_one({}, {"$set": {"direction": "out"}})
    before = await world.only("conversations")
    clock.advance(timedelta(hours=1))
    await world.receive(event)
    await world.receive(event)
    after = await world.only("conversations")
    lines = await world.all("messages", {"content.type": "system"})
    assert [(line["conversation_id"], line["is_notice"]) for line in lines] == [(conversation_id, True)]
    kept = ("active_at", "window_expires_at", "state", "operator_id")
    assert [after[field] for field in kept] == [before[field] for field in kept]
    assert await read_unanswered(world.database, [conversation_id]) == {}


@pytest.mark.parametrize("event", NOTICES, ids=_name)
async def test_a_notice_about_a_stranger_is_kept(world: World, event: InboundEvent) -> None:
    await world.receive(event)
    assert await world.all("contacts") == await world.all("conversations") == await world.all("messages") == []
    await world.only("notices")


async def test_a_notice_beside_a_message_is_shown_with_it(world: World) -> None:
    await world.receive(NOTICE, text("hello", provider_id="m1"))
    assert len(await world.all("messages")) == 2
    await world.only("conversations")


async def test_a_new_number_changes_contact_and_conversation_and_tells_of_both(world: World) -> None:
    await world.receive(text("hello", provider_id="m1"))
    await world.receive(NUMBER)
    contact, conversation = await world.only("contacts"), await world.only("conversations")
    assert contact["identity_keys"] == ["whatsapp:79001112233", "whatsapp:79005556677"]
    assert [i["external_id"] for i in contact["identities"]] == ["79001112233", "79005556677"]
    assert conversation["identity"]["external_id"] == NEW.external_id
    (told,) = await world.events("contact.updated")
    assert [i["external_id"] for i in told["data"]["identities"]] == ["79001112233", "79005556677"]
    (moved,) = await world.events("conversation.updated")
    assert (moved["data"]["identity"]["external_id"], moved["data"]["version"]) == (
        NEW.external_id,
        (await world.all("conversations"))[0]["version"] - 1,
    ), "the line came after it"


async def test_a_new_number_that_somebody_has_stays_theirs(world: World) -> None:
    """The customer may have written from it already; the messages of neither are lost."""
    await world.receive(text("old", provider_id="m1"), text("new", provider_id="m2", customer=NEW.external_id))
    await world.receive(NUMBER)
    await world.receive(text("old", provider_id="m3"), text("new", provider_id="m4", customer=NEW.external_id))
    owners = {c["_id"]: c["identity_keys"] for c in await world.all("contacts")}
    assert sorted(owners.values()) == [["whatsapp:79001112233"], ["whatsapp:79005556677"]]
    by_conversation: dict[str, list[str]] = {}
    for message in await world.all("messages", {"content.type": "text"}):
        by_conversation.setdefault(message["conversation_id"], []).append(message["content"]["text"])
    assert sorted(by_conversation.values()) == [["new", "new"], ["old", "old"]]


async def test_two_new_numbers_in_one_batch_are_followed(world: World) -> None:
    await world.receive(text("hello", provider_id="m1"))
    third = Customer(external_id="79009998877")
    again = IdentityChanged(customer=third, previous=NEW.external_id, provider_id="s9", raw=b"{9}")
    await world.receive(NUMBER, again)
    await world.receive(text("it is me", provider_id="m2", customer=third.external_id))
    await world.only("contacts")
    assert (await world.only("conversations"))["identity"]["external_id"] == third.external_id
