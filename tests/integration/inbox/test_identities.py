"""A customer with several ids is one contact, whatever names the ids together, and in whatever order they come."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
import pytest_asyncio

from inbox.arriving.identity_linking import IdentityLinking, Named
from inbox.arriving.inbound import (
    Customer,
    CustomerNamed,
    DeliveryStatus,
    MessageEchoed,
    MessageEdited,
    MessageReceived,
    MessageRevoked,
    ReactionChanged,
    StatusChanged,
)
from inbox.conversation.conversations import closing
from inbox.foundation.clock import FixedClock
from inbox.foundation.problems import ProblemError
from inbox.messages.id_spellings import spellings
from inbox.model.close_reasons import CloseReason
from inbox.model.content import TextContent
from inbox.storage.database import Database
from inbox.storage.sequence import SequenceClock
from queueing.transfers.starting import Starting
from tests.integration.inbox.inbox_world import CHANNEL, OPERATOR, World
from tests.integration.inbox.statements import statements

PHONE, USER = "491512000001", "DE.K1"
BY_PHONE = Customer(external_id=PHONE, name="Hans")
BY_USER = Customer(external_id=USER, name="Hans")
BY_BOTH = Customer(external_id=PHONE, aliases=(USER,), name="Hans")
WAMID = "wamid.HBgMNDkxNTEyMDAwMDAxFQIAEhggMDEyMzQ1Njc4OUFCQ0RFRjAxMjM0NTY3ODlBQkNERUYA"
(OTHER_WAMID,) = spellings(WAMID, [USER])


@pytest_asyncio.fixture
async def world(database: Database, clock: FixedClock) -> World:
    made = World(database, clock)
    await made.prepare()
    return made


def said(text: str, customer: Customer, **fields: Any) -> MessageReceived:
    event = {"customer": customer, "provider_id": f"in-{text}", "content": TextContent(text=text), "raw": b"{}"}
    return MessageReceived(**event | fields)


def report(provider_id: str, customer: Customer) -> StatusChanged:
    return StatusChanged(provider_id=provider_id, status=DeliveryStatus.READ, customer=customer, raw=b"{}")


async def contact(world: World) -> dict[str, Any]:
    return await world.only("contacts")


@pytest.mark.parametrize("first", [BY_PHONE, BY_USER], ids=["phone first", "id first"])
async def test_ids_that_a_message_names_together(world: World, first: Customer) -> None:
    await world.receive(said("hello", first))
    await world.receive(said("STOP", BY_BOTH), process=1)
    known = await contact(world)
    assert set(known["identity_keys"]) == {f"whatsapp:{PHONE}", f"whatsapp:{USER}"}
    assert {identity["external_id"] for identity in known["identities"]} == {PHONE, USER}
    assert known["marketing"]["accepts"] is False
    for place, customer in enumerate((BY_PHONE, BY_USER, BY_BOTH)):
        await world.receive(said(f"more {place}", customer), process=place % 2)
    conversation = await world.only("conversations")
    assert conversation["identity"]["external_id"] == first.external_id
    assert len(await world.all("messages")) == 5


@pytest.mark.parametrize("how", ["status", "echo", "reaction", "answer"])
async def test_ids_that_something_else_names_together(world: World, how: str) -> None:
    await world.receive(said("hello", BY_PHONE))
    echo = MessageEchoed(customer=BY_BOTH, provider_id="echo", content=TextContent(text="hi"), raw=b"{}")
    reaction = ReactionChanged(customer=BY_BOTH, provider_id="r", target="in-hello", emoji="👍", raw=b"{}")
    answer = CustomerNamed(customer=BY_BOTH)
    told = {"status": report("of-nothing", BY_BOTH), "echo": echo, "reaction": reaction, "answer": answer}
    await world.receive(told[how])
    await world.receive(said("hidden", BY_USER), process=1)
    assert set((await contact(world))["identity_keys"]) == {f"whatsapp:{PHONE}", f"whatsapp:{USER}"}
    assert len(await world.all("conversations")) == 1


async def test_contacts_that_turn_out_to_be_one_are_joined(world: World) -> None:
    await world.receive(said("by phone", BY_PHONE))
    kept = str((await world.only("conversations"))["_id"])
    await world.transfers.assign(OPERATOR, kept, OPERATOR.id)
    await world.receive(said("STOP", BY_USER))
    of_phone = await world.only("contacts", {"identity_keys": f"whatsapp:{PHONE}"})
    of_user = await world.only("contacts", {"identity_keys": f"whatsapp:{USER}"})
    said_later = {"accepts": True, "at": world.clock.now(), "source": "operator"}
    await world.database.contacts.update_one(
        {"_id": of_phone["_id"]}, {"$set": {"tags": ["vip"], "marketing": said_later}}
    )
    await world.database.contacts.update_one({"_id": of_user["_id"]}, {"$set": {"tags": ["new", "vip"]}})
    await world.receive(said("both", BY_BOTH))
    joined = await contact(world)
    assert (joined["_id"], joined["joined_ids"]) == (of_phone["_id"], [of_user["_id"]])
    assert (joined["tags"], joined["marketing"]["accepts"]) == (["vip", "new"], False)
    conversations = await world.all("conversations")
    assert {c["contact_id"] for c in conversations} == {joined["_id"]}
    assert [(c["_id"], c.get("close_reason")) for c in conversations if c["open"]] == [(kept, None)]
    assert [(c["identity"]["external_id"], c["close_reason"]) for c in conversations if not c["open"]] == [
        (USER, CloseReason.MERGED)
    ]
    await world.receive(said("hidden again", BY_USER), process=1)
    assert (await world.only("messages", {"provider_id": "in-hidden again"}))["conversation_id"] == kept


async def test_who_opted_out_stays_so_when_joined_to_one_who_did_not(world: World) -> None:
    await world.receive(said("by phone", BY_PHONE))
    await world.receive(said("STOP", BY_USER))
    await world.receive(report("of-nothing", BY_BOTH), process=1)
    assert (await contact(world))["marketing"]["accepts"] is False
    told = [event["data"] for event in await world.events("contact.updated")]
    assert {identity["external_id"] for identity in told[-1]["identities"]} == {PHONE, USER}


async def test_one_batch_with_all_spellings_opens_one_conversation(world: World) -> None:
    await world.receive(said("a", BY_PHONE), said("b", BY_USER), said("c", BY_BOTH), said("d", BY_USER))
    conversation = await world.only("conversations")
    messages = await world.all("messages", {"conversation_id": conversation["_id"]})
    assert [m["content"]["text"] for m in sorted(messages, key=lambda m: m["seq"])] == ["a", "b", "c", "d"]
    assert set((await contact(world))["identity_keys"]) == {f"whatsapp:{PHONE}", f"whatsapp:{USER}"}


@pytest.mark.parametrize("turn", range(5))
async def test_two_processes_that_get_different_ids_at_once(world: World, turn: int) -> None:
    await world.receive(said("hello", BY_BOTH))
    opened = await world.only("conversations")
    await world.database.conversations.update_one({"_id": opened["_id"]}, {"$set": {"open": False}})
    both = (said(f"a{turn}", BY_PHONE), 0), (said(f"b{turn}", BY_USER), 1)
    await asyncio.gather(*(world.receive(event, process=process) for event, process in both))
    await world.only("conversations", {"open": True})


async def test_joining_while_messages_arrive(world: World) -> None:
    await world.receive(said("by phone", BY_PHONE), said("by id", BY_USER))
    texts = [said(f"{n}", (BY_PHONE, BY_USER, BY_BOTH)[n % 3]) for n in range(12)]
    await asyncio.gather(*(world.receive(text, process=n % 2) for n, text in enumerate(texts)))
    joined = await contact(world)
    assert len(await world.all("messages", {"provider_id": {"$regex": "^in-"}})) == 14
    assert {c["contact_id"] for c in await world.all("conversations")} == {joined["_id"]}
    await world.only("conversations", {"open": True})


@pytest.mark.parametrize("is_open", [True, False])
async def test_two_ids_of_one_account_that_come_at_once_meet_in_one_conversation(
    world: World, *, is_open: bool
) -> None:
    """Also where nothing of what comes names them together, so that they look like two customers."""
    await world.receive(said("first", BY_BOTH))
    if not is_open:
        first = await world.only("conversations")
        await world.transfers.assign(OPERATOR, first["_id"], OPERATOR.id)
        await world.conversations.close(OPERATOR, first["_id"], closing(OPERATOR, seen_seq=None, silent=False))
    came = [said(f"{n}", (BY_PHONE, BY_USER)[n % 2]) for n in range(3)]
    await world.receive(*came)
    conversation = await world.only("conversations", {"open": True})
    messages = await world.all("messages", {"provider_id": {"$in": [one.provider_id for one in came]}})
    assert {one["conversation_id"] for one in messages} == {conversation["_id"]}
    assert len({one["seq"] for one in messages}) == len(came)


async def test_ids_of_many_customers_are_named_in_the_statements_of_one(world: World) -> None:
    people = [Customer(external_id=f"49151300000{n}", name=f"C{n}") for n in range(6)]
    both = [Customer(external_id=one.external_id, aliases=(f"DE.M{n}",)) for n, one in enumerate(people)]
    await world.receive(*(said(f"hello {n}", one) for n, one in enumerate(people)))
    linking, before = IdentityLinking(world.database, world.clock), statements(world.database.name)
    told = len(await world.events("contact.updated"))
    await linking.write([Named(CHANNEL, one) for one in (*both[:2], *both[:2])])
    of_two = statements(world.database.name)
    await linking.write([Named(CHANNEL, one) for one in both[2:]])
    assert statements(world.database.name) - of_two <= of_two - before
    contacts = {c["identities"][0]["external_id"]: c for c in await world.all("contacts")}
    for number, one in enumerate(people):
        known = contacts[one.external_id]
        assert set(known["identity_keys"]) == {f"whatsapp:{one.external_id}", f"whatsapp:DE.M{number}"}
        assert f"@de.m{number}" in known["search_terms"]
    last = [event["data"] for event in await world.events("contact.updated")][told:]
    assert sorted(one["id"] for one in last) == sorted(c["_id"] for c in contacts.values())


async def test_one_who_has_to_be_joined_keeps_nobody_else_from_being_linked(world: World) -> None:
    other = Customer(external_id="491513000009", name="Other")
    await world.receive(said("by phone", BY_PHONE), said("by id", BY_USER), said("hi", other))
    named = [Named(CHANNEL, Customer(external_id=other.external_id, aliases=("DE.M9",))), Named(CHANNEL, BY_BOTH)]
    further = Customer(external_id=other.external_id, aliases=("DE.M10",))
    assert await IdentityLinking(world.database, world.clock).write([*named, Named(CHANNEL, further)]) == [None] * 3
    contacts = {frozenset(c["identity_keys"]) for c in await world.all("contacts")}
    assert contacts == {
        frozenset({f"whatsapp:{PHONE}", f"whatsapp:{USER}"}),
        frozenset({f"whatsapp:{other.external_id}", "whatsapp:DE.M9", "whatsapp:DE.M10"}),
    }


async def test_a_new_id_that_two_customers_of_a_batch_share_makes_them_one_and_holds_up_nobody(world: World) -> None:
    people = [Customer(external_id=f"49151500000{n}", name=f"C{n}") for n in range(5)]
    await world.receive(*(said(f"hello {n}", one) for n, one in enumerate(people)))
    ids = ["DE.S0", "DE.S", "DE.S2", "DE.S", "DE.S4"]
    named = [
        Named(CHANNEL, Customer(external_id=one.external_id, aliases=(id_,)))
        for one, id_ in zip(people, ids, strict=True)
    ]
    assert await IdentityLinking(world.database, world.clock).write(named) == [None] * 5
    keys = {frozenset(c["identity_keys"]) for c in await world.all("contacts")}
    alone = {frozenset({f"whatsapp:{people[n].external_id}", f"whatsapp:DE.S{n}"}) for n in (0, 2, 4)}
    both = frozenset({f"whatsapp:{people[1].external_id}", f"whatsapp:{people[3].external_id}", "whatsapp:DE.S"})
    assert keys == alone | {both}


@pytest.mark.parametrize("place", range(3))
async def test_a_contact_that_can_not_be_stored_holds_up_nobody_of_its_batch(world: World, place: int) -> None:
    people = [Customer(external_id=f"49151600000{n}", name=f"C{n}") for n in range(3)]
    await world.receive(*(said(f"hello {n}", one) for n, one in enumerate(people)))
    bad = {"identities.external_id": people[place].external_id}
    await world.database.contacts.update_one(bad, {"$set": {"version": "spoilt"}})
    named = [
        Named(CHANNEL, Customer(external_id=one.external_id, aliases=(f"DE.B{n}",))) for n, one in enumerate(people)
    ]
    assert await IdentityLinking(world.database, world.clock).write(named) == [None] * 3
    linked = {key for c in await world.all("contacts") for key in c["identity_keys"] if "DE.B" in key}
    assert linked == {f"whatsapp:DE.B{n}" for n in range(3) if n != place}


@pytest.mark.parametrize("turn", range(4))
async def test_two_processes_that_link_the_same_customers_at_once(world: World, turn: int) -> None:
    people = [Customer(external_id=f"4915140000{turn}{n}", name="N") for n in range(5)]
    await world.receive(*(said(f"hello {n}", one) for n, one in enumerate(people)))
    named = [
        Named(CHANNEL, Customer(external_id=p.external_id, aliases=(f"DE.T{turn}{n}",))) for n, p in enumerate(people)
    ]
    linkings = [IdentityLinking(world.database, world.clock) for _ in range(3)]
    outcomes = await asyncio.gather(*(linking.write(named[n:] + named[:n]) for n, linking in enumerate(linkings)))
    assert outcomes == [[None] * 5] * 3
    contacts = await world.all("contacts")
    assert [len(c["identity_keys"]) for c in contacts] == [2] * 5
    assert len(await world.events("contact.updated")) == 5


async def test_nothing_is_read_again_of_ids_that_are_linked(world: World) -> None:
    linking = IdentityLinking(world.database, world.clock)
    named = Named(CHANNEL, BY_BOTH)
    await linking.write([named])
    assert linking.is_news(named)
    await world.receive(said("hello", BY_BOTH))
    await linking.write([named])
    assert not linking.is_news(named)


@pytest.mark.parametrize("known", [WAMID, OTHER_WAMID], ids=["stored by phone", "stored by id"])
async def test_messages_are_found_by_either_name(world: World, known: str) -> None:
    other = ({WAMID, OTHER_WAMID} - {known}).pop()
    await world.receive(said("hello", BY_BOTH, provider_id=known))
    await world.receive(
        said("answer", BY_USER, reply_to=other),
        ReactionChanged(customer=BY_USER, provider_id="r", target=other, emoji="👍", raw=b"{}"),
        MessageEdited(customer=BY_USER, provider_id="e", target=other, content=TextContent(text="new"), raw=b"{}"),
    )
    found = await world.only("messages", {"provider_id": known})
    assert (found["content"]["text"], [r["emoji"] for r in found["reactions"]]) == ("new", ["👍"])
    assert (await world.only("messages", {"provider_id": "in-answer"}))["reply_to"] == found["_id"]
    await world.receive(MessageRevoked(customer=BY_PHONE, provider_id="d", target=other, raw=b"{}"))
    assert (await world.only("messages", {"provider_id": known}))["deleted_at"] is not None


async def test_a_report_by_the_other_name(world: World) -> None:
    conversation_id = await world.assigned_conversation(PHONE)
    sent = await world.write(conversation_id, "hi")
    await world.database.messages.update_one({"_id": sent.id}, {"$set": {"provider_id": WAMID, "status": "sent"}})
    await world.receive(report(OTHER_WAMID, BY_BOTH))
    assert (await world.only("messages", {"_id": sent.id}))["status"] == "read"


async def test_somebody_elses_message_is_not_found_by_its_own_part(world: World) -> None:
    await world.receive(said("hello", BY_BOTH, provider_id=WAMID))
    stranger = Customer(external_id="491512000002")
    (theirs,) = spellings(WAMID, [stranger.external_id])
    await world.receive(MessageRevoked(customer=stranger, provider_id="d", target=theirs, raw=b"{}"))
    assert (await world.only("messages", {"provider_id": WAMID})).get("deleted_at") is None


async def test_who_wrote_by_another_id_is_not_written_to_anew(world: World, clock: FixedClock) -> None:
    await world.receive(said("hello", BY_USER))
    await world.receive(said("my number too", BY_BOTH))
    starting = Starting(world.database, clock, SequenceClock(clock.server_seconds), world.transfers)
    with pytest.raises(ProblemError, match="open conversation") as refused:
        await world.database.transaction(
            lambda s: starting.start(OPERATOR, CHANNEL, "+49 1512 000001", TextContent(text="hi"), session=s)
        )
    assert refused.value.extra == {"conversation_id": (await world.only("conversations"))["_id"]}


async def test_an_alias_that_is_somebody_elses_by_now_stays_theirs(world: World) -> None:
    await world.receive(said("hello", BY_PHONE), said("another", Customer(external_id="DE.OLD")))
    own = {"kind": "whatsapp", "external_id": PHONE, "aliases": ["DE.OLD"]}
    await world.database.contacts.update_one({"identity_keys": f"whatsapp:{PHONE}"}, {"$set": {"identities": [own]}})
    await world.receive(said("both", BY_BOTH))
    linked = await world.only("contacts", {"identity_keys": f"whatsapp:{USER}"})
    assert linked["identity_keys"] == [f"whatsapp:{PHONE}", f"whatsapp:{USER}"]
    await world.only("contacts", {"identity_keys": "whatsapp:DE.OLD"})
