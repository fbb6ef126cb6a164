"""Random merges and partings while customers write, campaigns run and statuses come, on the real database.

The model is small: which numbers are one customer, which number asked for no marketing, what each wrote. Whatever
happens at the same moment, nothing is lost, nothing lies with somebody else, and whoever is one customer with a number
that opted out gets no campaign.
"""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any

import pytest

from inbox.arriving.inbound import DeliveryStatus
from inbox.contacts.contact_models import ContactQuery
from inbox.contacts.contact_store import ContactStore
from inbox.conversation.contact_merging import ContactMerging
from inbox.conversation.conversations import Conversations
from inbox.messages.timeline import TimelineQuery, read_timeline
from inbox.model.close_reasons import CloseReason, close_by_rule
from inbox.people.access import Caller, CallerKind, Role
from tests.integration.campaigns.campaign_world import CampaignWorld, W, listing, phones, receive, report

OWNER = Caller(workspace_id=W, kind=CallerKind.OPERATOR, id="boss", role=Role.OWNER)
NUMBERS = phones(5)
STEPS = 28
Group = tuple[str, ...]
"""Numbers that are one customer, the head's first."""


class Town:
    """People with their numbers, and what must be true of them."""

    def __init__(self, world: CampaignWorld, chance: random.Random) -> None:
        self.world = world
        self.chance = chance
        self.contacts = ContactStore(world.database, world.clock, world.suppression)
        self.merging = ContactMerging(world.database, world.clock, self.contacts)
        self.conversations = Conversations(world.database, world.clock)
        self.groups: list[Group] = [(number,) for number in NUMBERS]
        self.opted_out: set[str] = set()
        self.written: dict[str, list[str]] = {number: [] for number in NUMBERS}
        self.sent: Counter[str] = Counter()
        self.ids: dict[str, str] = {}

    async def begin(self) -> None:
        await asyncio.gather(*(self.write(number) for number in NUMBERS))
        for contact in await self.world.database.contacts.find({}).to_list(None):
            self.ids[contact["identities"][0]["external_id"]] = contact["_id"]

    # what may happen

    async def write(self, number: str, text: str | None = None) -> None:
        said = text or f"{number} says {len(self.written[number])}"
        said = said if said not in self.written[number] else f"{said} " + "!" * len(self.written[number])
        self.written[number].append(said)
        await receive(self.world, number, said)

    async def wish(self, number: str, accepts: bool) -> None:
        await self.write(number, "START" if accepts else "STOP")
        (self.opted_out.discard if accepts else self.opted_out.add)(number)

    async def merge(self, into: str, other: str) -> None:
        await self.merging.merge(OWNER, self.ids[into], self.ids[other])

    async def part(self, number: str) -> None:
        if len(self.group_of(number, self.groups)) > 1:
            await self.merging.unmerge(OWNER, self.ids[number])

    async def close(self, number: str) -> None:
        opened = {"workspace_id": W, "identity.external_id": number, "open": True}
        conversation = await self.world.database.conversations.find_one(opened)
        if conversation is not None:
            await self.conversations.close_as_seen(conversation, close_by_rule(CloseReason.INACTIVITY))

    async def campaign(self) -> set[str]:
        """Write to everybody; return who got it. What was sent is then reported to have been read."""
        made = await self.world.running(listing(NUMBERS))
        await self.world.feed(made.id)
        got = await self.world.send_all()
        self.sent.update(got)
        assert len(got) == len(set(got)), "nobody twice"
        return set(got)

    # how the model follows

    def group_of(self, number: str, groups: Sequence[Group]) -> Group:
        return next(group for group in groups if number in group)

    def merged(self, groups: Sequence[Group], into: str, other: str) -> list[Group]:
        one, two = self.group_of(into, groups), self.group_of(other, groups)
        rest = [group for group in groups if group not in (one, two)]
        return list(groups) if one == two else [*rest, one + two]

    def parted(self, groups: Sequence[Group], number: str) -> list[Group]:
        group = self.group_of(number, groups)
        rest = [other for other in groups if other != group]
        if group[0] == number:
            return [*rest, *((one,) for one in group)]
        return [*rest, tuple(one for one in group if one != number), (number,)]

    def willing(self, groups: Iterable[Group]) -> set[str]:
        return {number for group in groups if self.opted_out.isdisjoint(group) for number in group}

    # what must be true

    async def stored_groups(self) -> list[Group]:
        """Read who is with whom; all of a family name the same."""
        numbers = {contact_id: number for number, contact_id in self.ids.items()}
        contacts = await self.world.database.contacts.find({"workspace_id": W}).to_list(None)
        families = {contact["_id"]: tuple(contact.get("family", (contact["_id"],))) for contact in contacts}
        assert sorted(families) == sorted(numbers), "no contact came or went"
        for family in families.values():
            assert {families[member] for member in family} == {family}
        return [tuple(numbers[member] for member in family) for family in sorted(set(families.values()))]

    async def check(self) -> None:
        assert sorted(await self.stored_groups()) == sorted(self.groups)
        await self._check_messages()
        await self._check_customers()

    async def _check_messages(self) -> None:
        """Each message is there once, in a conversation of its own number, of which one is open at most."""
        conversations = {one["_id"]: one for one in await self.world.database.conversations.find({}).to_list(None)}
        opened = Counter(one["identity"]["external_id"] for one in conversations.values() if one["open"])
        assert set(opened.values()) <= {1}
        for one in conversations.values():
            assert one["contact_id"] == self.ids[one["identity"]["external_id"]]
        messages = await self.world.database.messages.find({"void": {"$exists": False}}).to_list(None)
        there: dict[str, list[str]] = {number: [] for number in NUMBERS}
        sent: Counter[str] = Counter()
        for message in messages:
            number = conversations[message["conversation_id"]]["identity"]["external_id"]
            if message["direction"] == "in":
                there[number].append(message["content"]["text"])
            else:
                assert message["to"] == number
                sent[number] += not was_withheld(message)
        assert {n: sorted(said) for n, said in there.items()} == {n: sorted(said) for n, said in self.written.items()}
        assert +sent == self.sent

    async def _check_customers(self) -> None:
        """Everybody stands in the list once, with their accounts, wishes and messages, and those of nobody else."""
        listed = (await self.contacts.list(OWNER, ContactQuery())).items
        shown = {tuple(i.external_id for i in one.identities): one for one in listed}
        assert sorted(shown) == sorted(self.groups)
        assert len(listed) == len(shown)
        for group, contact in shown.items():
            assert contact.id == self.ids[group[0]]
            refuses = contact.marketing is not None and not contact.marketing.accepts
            assert refuses == (not self.opted_out.isdisjoint(group))
            query = TimelineQuery(limit=200)
            now = self.world.clock.now()
            timeline = await read_timeline(self.world.database, OWNER, contact.all_ids, query, now=now)
            said = [message.content.text for message in timeline.items if message.direction == "in"]  # type: ignore[union-attr]
            assert sorted(said) == sorted(text for number in group for text in self.written[number])


async def step(town: Town) -> None:
    """Let something happen; often several things at the same moment."""
    chance = town.chance
    one, two, three = chance.sample(NUMBERS, 3)
    before = list(town.groups)
    match chance.randrange(8):
        case 0:
            await asyncio.gather(town.write(one), town.write(two), town.close(three), town.write(three))
        case 1:
            await asyncio.gather(town.merge(one, two), town.write(one), town.write(two), town.close(one))
            town.groups = town.merged(before, one, two)
        case 2:
            await asyncio.gather(town.part(one), town.write(one), town.write(two), town.close(two))
            town.groups = town.parted(before, one)
        case 3:
            await town.wish(one, accepts=chance.random() < 0.5)
        case 4:
            assert await town.campaign() == town.willing(before)
        case 5:
            await asyncio.gather(town.merge(one, two), town.merge(two, one), town.merge(three, one))
            town.groups = await town.stored_groups()
            assert {*one_customer(town.groups, one)} >= {one, two, three}
            assert regrouped(town.groups) == regrouped(town.merged(town.merged(before, one, two), three, one))
        case 6:
            got, *_ = await asyncio.gather(town.campaign(), town.merge(one, two), town.write(three))
            town.groups = town.merged(before, one, two)
            assert town.willing(town.groups) <= got <= town.willing(before)
        case 7:
            got, *_ = await asyncio.gather(town.campaign(), town.part(one), report(town.world, DeliveryStatus.READ))
            town.groups = town.parted(before, one)
            assert town.willing(before) <= got <= town.willing(town.groups)


def was_withheld(message: dict[str, Any]) -> bool:
    """Tell whether a campaign's message was stopped because the customer had become one with somebody who opted out."""
    return message["status"] == "failed" and message["error"]["code"] == "opted_out"


def one_customer(groups: Sequence[Group], number: str) -> Group:
    return next(group for group in groups if number in group)


def regrouped(groups: Iterable[Group]) -> set[frozenset[str]]:
    """Whatever the order: who is head depends on who came first."""
    return {frozenset(group) for group in groups}


@pytest.mark.parametrize("seed", [1, 2])
async def test_nothing_is_lost_or_misplaced_and_opt_outs_hold(world: CampaignWorld, seed: int) -> None:
    town = Town(world, random.Random(seed))
    await town.begin()
    await town.check()
    for number in range(STEPS):
        await step(town)
        town.world.clock.advance(timedelta(minutes=1))
        assert sorted(await town.stored_groups()) == sorted(town.groups)
        if number % 8 == 0:
            await town.check()
    await report(town.world, DeliveryStatus.READ)
    assert {m["status"] for m in await town.world.messages() if not was_withheld(m)} == {"read"}
    for number in NUMBERS:
        await town.part(number)
        town.groups = town.parted(town.groups, number)
    await town.check()
    assert await town.campaign() == set(NUMBERS) - town.opted_out
