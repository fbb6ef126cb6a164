"""One person under random sequences of ids: whatever names them, they are as many contacts as can be known to be.

The model has sets of ids: what is named together with an id that somebody owns is owned by the same contact from then
on, by messages, reports and answers alike. An opt-out by any id stops campaigns to all of them.
"""

from __future__ import annotations

import asyncio
import random
from datetime import timedelta

import pytest

from inbox.arriving.inbound import (
    Customer,
    CustomerNamed,
    DeliveryStatus,
    IdentityChanged,
    InboundEvent,
    MessageReceived,
    StatusChanged,
)
from inbox.arriving.ingest import Addressed, Ingest
from inbox.model.content import TextContent
from inbox.storage.sequence import SequenceClock
from tests.integration.campaigns.campaign_world import CHANNEL, CampaignWorld, W, listing, phones

(PHONE,) = phones(1)
IDS = (PHONE, "DE.user1", "DE.parent1", "DE.user2")
STEPS = 30


class Person:
    """The model: contacts as sets of ids, and which of them want no marketing."""

    def __init__(self, world: CampaignWorld, chance: random.Random) -> None:
        self.world = world
        self.chance = chance
        self.contacts: list[set[str]] = []
        self.opted_out: list[bool] = []
        self.texts: list[str] = []
        self.ingests = [
            Ingest(
                world.database,
                world.clock,
                SequenceClock(world.clock.server_seconds),
                timeout_seconds=20,
                suppression=world.suppression,
            )
            for _ in range(2)
        ]

    def owners(self, ids: set[str]) -> list[int]:
        return [place for place, own in enumerate(self.contacts) if own & ids]

    def named(self, ids: set[str]) -> None:
        """What is named together with an id that is owned is one contact."""
        owners = self.owners(ids)
        if not owners:
            return
        first, *others = owners
        self.contacts[first] |= ids.union(*(self.contacts[place] for place in others))
        self.opted_out[first] |= any(self.opted_out[place] for place in others)
        for place in reversed(others):
            del self.contacts[place], self.opted_out[place]

    def wrote(self, ids: set[str]) -> None:
        if not self.owners(ids):
            self.contacts.append(set())
            self.opted_out.append(False)
            self.contacts[-1] |= ids
        self.named(ids)

    def changed(self, previous: str, new: str) -> None:
        """A new id is the contact's that had the old one, unless it is somebody's already."""
        owners = self.owners({previous})
        if owners and not self.owners({new}):
            self.contacts[owners[0]].add(new)

    async def store(self, event: InboundEvent, process: int = 0) -> None:
        await self.ingests[process].store([Addressed(CHANNEL, event)])

    def customer(self) -> Customer:
        ids = self.chance.sample(IDS, self.chance.choice((1, 1, 2, 3)))
        return Customer(external_id=ids[0], aliases=tuple(ids[1:]))

    def message(self, customer: Customer, text: str) -> MessageReceived:
        self.texts.append(text)
        name = f"in-{len(self.texts)}"
        return MessageReceived(customer=customer, provider_id=name, content=TextContent(text=text), raw=b"{}")

    async def write(self) -> None:
        """Two messages come at the same moment, to two processes."""
        both = self.customer(), self.customer()
        events = [self.message(customer, f"text {len(self.texts)}") for customer in both]
        await asyncio.gather(*(self.store(event, process) for process, event in enumerate(events)))
        for customer in both:
            self.wrote({customer.external_id, *customer.aliases})

    async def stop(self) -> None:
        customer = self.customer()
        await self.store(self.message(customer, "STOP"))
        self.wrote({customer.external_id, *customer.aliases})
        self.opted_out[self.owners({customer.external_id})[0]] = True

    async def start(self) -> None:
        customer = Customer(external_id=self.chance.choice(IDS))
        await self.store(self.message(customer, "START"))
        self.wrote({customer.external_id})
        self.opted_out[self.owners({customer.external_id})[0]] = False

    async def name(self) -> None:
        """A report, or an answer, names ids together."""
        customer = self.customer()
        if self.chance.random() < 0.5:
            await self.store(CustomerNamed(customer=customer, raw=b"{}"))
        else:
            read = DeliveryStatus.READ
            await self.store(StatusChanged(provider_id="of-nothing", status=read, customer=customer, raw=b"{}"))
        self.named({customer.external_id, *customer.aliases})

    async def change_id(self) -> None:
        previous, new = self.chance.sample(IDS[1:], 2)
        name = f"change-{self.chance.random()}"
        moved = IdentityChanged(customer=Customer(external_id=new), previous=previous, provider_id=name, raw=b"{}")
        await self.store(moved)
        self.changed(previous, new)

    async def campaign(self) -> None:
        campaign = await self.world.running(listing([PHONE]))
        await self.world.feed(campaign.id)
        got = await self.world.send_all()
        owners = self.owners({PHONE})
        assert bool(got) is not any(self.opted_out[place] for place in owners)
        if not owners:
            self.wrote({PHONE})

    async def check(self) -> None:
        database, own = self.world.database, {"workspace_id": W}
        stored = await database.contacts.find(own).to_list(None)
        known = {
            frozenset(key.partition(":")[2] for key in contact["identity_keys"]): bool(contact.get("marketing"))
            and not contact["marketing"]["accepts"]
            for contact in stored
        }
        assert known == {frozenset(ids): out for ids, out in zip(self.contacts, self.opted_out, strict=True)}
        keys = {contact["_id"]: contact["identity_keys"] for contact in stored}
        conversations = await database.conversations.find(own).to_list(None)
        for one in conversations:
            assert f"whatsapp:{one['identity']['external_id']}" in keys[one["contact_id"]]
        came = await database.messages.count_documents({**own, "direction": "in", "is_notice": {"$ne": True}})
        assert came == len(self.texts)


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_one_person_is_one_contact(world: CampaignWorld, seed: int) -> None:
    person = Person(world, random.Random(seed))
    steps = [person.write, person.write, person.name, person.change_id, person.campaign, person.stop, person.start]
    for _ in range(STEPS):
        await person.chance.choice(steps)()
        world.clock.advance(timedelta(minutes=1))
        await person.check()
    await person.store(person.message(Customer(external_id=PHONE, aliases=IDS[1:]), "all of them"))
    person.wrote(set(IDS))
    await person.check()
    assert len(person.contacts) == 1
