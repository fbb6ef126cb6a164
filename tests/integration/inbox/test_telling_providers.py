"""Small things are told to providers, and templates read from them, side by side: a slow or broken one is alone."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest
import pytest_asyncio

from channels.contract import ChannelAccount
from channels.webchat.connector import WebchatConnector
from inbox.channel.channel_directory import ChannelDirectory
from inbox.channel.channel_models import WebchatChannelFields, WebchatCredentials
from inbox.channel.channel_store import ChannelStore
from inbox.channel.provider_tasks import CLAIM, MAX_ATTEMPTS, claim_task, forgets, task_done, task_failed
from inbox.model.channel_kind import ChannelKind
from inbox.storage.database import Database
from inbox.storage.runtime import Runtime
from templates_hsm.sync.template_reader import AT_ONCE as READ_AT_ONCE
from templates_hsm.sync.template_reader import TemplateReader
from workers.sending.tell_provider import AT_ONCE, ProviderTeller

SOON_SECONDS = 20.0
W = "w1"
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


class Messenger(WebchatConnector):
    """A messenger that may be slow with some messages, and breaks at others."""

    def __init__(self) -> None:
        self.answer = asyncio.Event()
        self.told: Counter[str] = Counter()
        self.quick = asyncio.Event()

    async def mark_read(self, provider_id: str, account: ChannelAccount) -> None:
        self.told[provider_id] += 1
        if provider_id.startswith("slow"):
            await self.answer.wait()
        if provider_id.startswith("broken"):
            raise ZeroDivisionError
        if provider_id.startswith("quick"):
            self.quick.set()

    async def set_blocked(self, to: str, account: ChannelAccount, *, blocked: bool) -> None:
        self.told[f"{'block' if blocked else 'unblock'} {to}"] += 1

    async def forget(self, to: str, account: ChannelAccount) -> None:
        self.told[f"forget {to}"] += 1


def task(channel_id: str, name: str, at: datetime, workspace_id: str = W) -> dict[str, Any]:
    return {
        "_id": f"read:{name}",
        "workspace_id": workspace_id,
        "channel_id": channel_id,
        "kind": "read",
        "to": "1",
        "provider_id": name,
        "emoji": "",
        "revision": at,
        "attempts": 0,
        "due_at": at,
    }


class World:
    """Two channels, and two processes that tell."""

    def __init__(self, runtime: Runtime, messenger: Messenger) -> None:
        self.runtime = runtime
        self.database = runtime.database
        self.messenger = messenger
        self.directory = ChannelDirectory(runtime.database, runtime.secret_box, clock=runtime.clock)
        connectors = dict.fromkeys(ChannelKind, messenger)
        self.tellers = [ProviderTeller(runtime, self.directory, connectors) for _ in range(2)]

    async def channel(self, name: str, workspace_id: str = W) -> str:
        credentials = WebchatCredentials(allowed_origins=("https://shop.example",), identity_secret="s" * 40)
        fields = WebchatChannelFields(name=name, credentials=credentials)
        store = ChannelStore(self.database, self.runtime.secret_box, self.runtime.settings)
        return (await store.create(workspace_id, fields, now=self.runtime.clock.now())).id

    async def ask(self, channel_id: str, *names: str, workspace_id: str = W) -> None:
        at = self.runtime.clock.now()
        await self.database.provider_tasks.insert_many([task(channel_id, name, at, workspace_id) for name in names])


@pytest_asyncio.fixture
async def world(runtime: Runtime) -> AsyncIterator[World]:
    made = World(runtime, Messenger())
    yield made
    for teller in made.tellers:
        await teller.stop()
    await made.directory.close()


async def test_a_slow_provider_keeps_nobody_else_waiting(world: World) -> None:
    slow, quick = await world.channel("slow"), await world.channel("quick")
    await world.ask(slow, *(f"slow{n}" for n in range(30)))
    await world.ask(quick, "quick")
    for _ in range(3):
        await world.tellers[0].tell_due()
    async with asyncio.timeout(SOON_SECONDS):
        await world.messenger.quick.wait()
    assert len(world.messenger.told) < AT_ONCE
    world.messenger.answer.set()
    await world.tellers[0].tell_all()
    assert set(world.messenger.told.values()) == {1}
    assert len(world.messenger.told) == 31
    assert await world.database.provider_tasks.count_documents({}) == 0


async def test_a_tenant_of_many_slow_channels_keeps_nobody_else_waiting(world: World) -> None:
    for number in range(AT_ONCE // 4 + 1):
        slow = await world.channel(f"slow {number}", "w0")
        await world.ask(slow, *(f"slow-{number}-{n}" for n in range(4)), workspace_id="w0")
    await world.tellers[0].tell_due()
    await world.ask(await world.channel("quick"), "quick")
    await world.tellers[0].tell_due()
    async with asyncio.timeout(SOON_SECONDS):
        await world.messenger.quick.wait()


async def test_a_block_and_its_end_are_told(world: World) -> None:
    channel, now = await world.channel("shop"), world.runtime.clock.now()
    for kind, to in (("block", "1"), ("unblock", "2")):
        asked = {**task(channel, kind, now), "kind": kind, "to": to, "provider_id": ""}
        await world.database.provider_tasks.insert_one(asked)
    await world.tellers[0].tell_all()
    assert world.messenger.told == Counter({"block 1": 1, "unblock 2": 1})


async def test_a_provider_is_told_to_forget_a_customer_and_asked_for_long(world: World) -> None:
    channel, now = await world.channel("shop"), world.runtime.clock.now()
    for _ in range(2):
        await forgets(world.database, W, [channel], ["US.1"], at=now)
    asked = await claim_task(world.database, channel, now)
    assert asked is not None
    tired = msgspec.structs.replace(asked, attempts=MAX_ATTEMPTS + 1)
    assert not await task_failed(world.database, tired, now, retryable=True)
    (kept,) = await world.database.provider_tasks.find({}).to_list(None)
    assert kept["due_at"] - now <= timedelta(hours=1)
    await world.database.provider_tasks.update_many({}, {"$set": {"due_at": now}})
    await world.tellers[0].tell_all()
    assert world.messenger.told == Counter({"forget US.1": 1})


async def test_two_processes_tell_each_thing_once(world: World) -> None:
    channel = await world.channel("shop")
    await world.ask(channel, *(f"m{n}" for n in range(40)))
    await asyncio.gather(*(teller.tell_all() for teller in world.tellers))
    assert world.messenger.told == Counter({f"m{n}": 1 for n in range(40)})


async def test_what_breaks_is_tried_again_and_given_up_and_hurts_no_other(world: World) -> None:
    channel = await world.channel("shop")
    await world.database.provider_tasks.insert_one({"_id": "0", "channel_id": channel, "due_at": LONG_AGO})
    await world.ask(channel, "broken", "m1", "m2")
    for _ in range(10):
        await world.tellers[0].tell_all()
        world.runtime.clock.advance(timedelta(minutes=5))  # type: ignore[attr-defined]
    assert world.messenger.told == Counter({"broken": 5, "m1": 1, "m2": 1})
    assert await world.database.provider_tasks.count_documents({}) == 0


async def test_what_takes_a_claimed_tasks_place_is_told_after_it(world: World) -> None:
    channel, now = await world.channel("shop"), world.runtime.clock.now()
    await world.ask(channel, "m1")
    first = await claim_task(world.database, channel, now)
    assert first is not None
    newer = {"provider_id": "m2", "revision": now + timedelta(seconds=1)}
    await world.database.provider_tasks.update_one({"_id": first.id}, {"$set": newer})
    assert await claim_task(world.database, channel, now) is None, "the older one is on its way"
    await task_done(world.database, first)
    second = await claim_task(world.database, channel, now)
    assert second is not None
    assert second.provider_id == "m2"
    assert await claim_task(world.database, channel, now + CLAIM) is not None, "a claim runs out"


class Accounts:
    """Meta, with accounts that don't answer, or answer nonsense."""

    def __init__(self) -> None:
        self.read: list[str] = []
        self.answer = asyncio.Event()

    async def list_templates(self, channel_id: str, *, name: str | None = None) -> Sequence[Mapping[str, object]]:
        self.read.append(channel_id)
        if channel_id.startswith("slow"):
            await self.answer.wait()
        if channel_id.startswith("broken"):
            raise ZeroDivisionError
        return []


async def follow(database: Database, now: datetime, *names: str, workspace_id: str = W) -> None:
    for place, name in enumerate(names):
        connected = {"kind": "whatsapp", "scope_key": name, "enabled": True, "deleted_at": None, "account_key": name}
        await database.channels.insert_one({"_id": name, "workspace_id": workspace_id, **connected})
        due = now - timedelta(minutes=len(names) - place)
        account = {"workspace_id": workspace_id, "waba_id": name, "due_at": due, "full_due_at": due}
        await database.template_accounts.insert_one({"_id": f"{workspace_id}:{name}", **account})


@pytest.mark.parametrize("first", ["slow", "broken"])
async def test_an_account_that_does_not_answer_delays_no_other(runtime: Runtime, first: str) -> None:
    accounts, now = Accounts(), runtime.clock.now()
    await follow(runtime.database, now, f"{first}1", f"{first}2", "good")
    reader = TemplateReader(runtime.database, runtime.clock, accounts)
    await reader.begin_due()
    async with asyncio.timeout(SOON_SECONDS):
        while not await runtime.database.template_accounts.find_one({"waba_id": "good", "full_due_at": {"$gt": now}}):
            continue
    assert "good" in accounts.read
    await reader.stop()


async def test_an_account_that_is_damaged_delays_no_other(runtime: Runtime) -> None:
    accounts, now = Accounts(), runtime.clock.now()
    damaged = {"_id": "damaged", "due_at": now - timedelta(hours=1)}
    await runtime.database.template_accounts.insert_one(damaged)  # type: ignore[arg-type]  # what nobody should store
    await follow(runtime.database, now, "good")
    reader = TemplateReader(runtime.database, runtime.clock, accounts)
    await reader.read_due()
    assert accounts.read == ["good"]
    found = await runtime.database.template_accounts.find_one({"_id": "damaged"})
    assert found is not None
    assert found["failing"]


async def test_a_tenant_of_slow_accounts_delays_no_other(runtime: Runtime) -> None:
    accounts, now = Accounts(), runtime.clock.now()
    await follow(runtime.database, now, *(f"slow{n}" for n in range(READ_AT_ONCE)), workspace_id="w0")
    await follow(runtime.database, now, "good")
    reader = TemplateReader(runtime.database, runtime.clock, accounts)
    async with asyncio.timeout(SOON_SECONDS):
        while "good" not in accounts.read:
            await reader.begin_due()
    await reader.stop()
