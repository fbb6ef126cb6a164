"""Which events end the rest of which sweep: whatever makes something due earlier comes with one that it heeds."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from datetime import timedelta
from typing import Any

import msgspec
import pytest_asyncio

from inbox.arriving.identity_linking import IdentityLinking, Named
from inbox.arriving.inbound import Customer
from inbox.contacts.suppression import Suppression
from inbox.conversation.snoozing import SnoozeRequest, Snoozing
from inbox.erasing.contact_erasing import ContactErasing
from inbox.foundation.clock import FixedClock
from inbox.storage.database import Database
from inbox.storage.runtime import Runtime
from inbox.stream.events import decode_items
from tests.integration.api.support import Team
from tests.integration.inbox.inbox_world import CHANNEL, OPERATOR, OWNER, World, text
from workers.news import News
from workers.parts.assembly import assemble
from workers.parts.part import open_common
from workers.sweep import Sweep

PHONE, USER = "491512000001", "DE.K1"
BEN = {"name": "Ben", "email": "ben@shop.example"}
MAIL_SERVER = {"host": "127.0.0.1", "port": 1, "security": "none", "sender": "inbox@shop.example"}


@pytest_asyncio.fixture
async def sweeps(runtime: Runtime) -> AsyncIterator[Mapping[str, Sweep]]:
    """All sweeps of the process by name; none of them runs."""
    async with open_common(runtime) as common:
        assembled = assemble(common, News(runtime.redis, runtime.clock))
        yield {sweep.name: sweep for part in assembled.parts for sweep in part.sweeps}
        for part in assembled.parts:
            for stop in part.stops:
                await stop()


@pytest_asyncio.fixture
async def world(database: Database, clock: FixedClock) -> World:
    made = World(database, clock)
    await made.prepare()
    return made


class Heard:
    """The kinds of events since it was made."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._before: set[Any] = set()

    async def begin(self) -> Heard:
        self._before = {one["_id"] async for one in self._database.events.find({}, {"_id": 1})}
        return self

    async def kinds(self) -> frozenset[str]:
        found = await self._database.events.find({"_id": {"$nin": list(self._before)}}).to_list(None)
        told = (msgspec.json.decode(item.body)["type"] for one in found for item in decode_items(one["items"]))
        return frozenset(told)


async def assert_heeded(sweep: Sweep, heard: Heard) -> None:
    kinds = await heard.kinds()
    assert kinds, "nothing was told"
    assert not kinds <= sweep.heedless, f"{sweep.name} sleeps on after {sorted(kinds)}"


async def test_an_erasure_that_begins(world: World, sweeps: Mapping[str, Sweep]) -> None:
    await world.assigned_conversation()
    contact = await world.only("contacts")
    erasing = ContactErasing(world.database, world.clock, Suppression(world.database, str))
    heard = await Heard(world.database).begin()
    await erasing.begin(OWNER, contact["_id"])
    assert await sweeps["erase"].next_due() == world.clock.now()
    await assert_heeded(sweeps["erase"], heard)


async def test_an_invitation_that_waits_to_be_mailed(team: Team, runtime: Runtime, sweeps: Mapping[str, Sweep]) -> None:
    assert (await team.owner.call("PUT", "/mail-server", MAIL_SERVER)).status == 200
    heard = await Heard(runtime.database).begin()
    assert (await team.owner.post("/invitations", BEN)).body["mailed"] is True
    assert await sweeps["mails"].next_due() is not None
    await assert_heeded(sweeps["mails"], heard)


async def test_a_customer_with_a_held_reply_who_turns_out_to_have_answered_by_another_id(
    world: World, sweeps: Mapping[str, Sweep]
) -> None:
    await world.receive(text("by phone", provider_id="a", customer=PHONE))
    await world.receive(text("by id", provider_id="b", customer=USER))
    heard = await Heard(world.database).begin()
    named = Named(CHANNEL, Customer(external_id=PHONE, aliases=(USER,)))
    assert await IdentityLinking(world.database, world.clock).write([named]) == [None]
    await assert_heeded(sweeps["release_held"], heard)


async def test_a_conversation_that_is_set_aside(world: World, sweeps: Mapping[str, Sweep]) -> None:
    conversation_id = await world.assigned_conversation()
    heard = await Heard(world.database).begin()
    until = world.clock.now() + timedelta(minutes=5)
    await Snoozing(world.database, world.clock).snooze(OPERATOR, conversation_id, SnoozeRequest(until=until))
    assert await sweeps["remind"].next_due() == until
    await assert_heeded(sweeps["remind"], heard)
