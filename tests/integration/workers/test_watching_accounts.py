"""Notices and looks become a channel's health, with an event; again they change nothing."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest_asyncio
from aiohttp import ClientSession
from aiohttp.test_utils import TestServer

from channels.registry import open_connectors
from channels.sandbox.app import SandboxConfig, make_app
from channels.sandbox.graph.state import NumberConfig
from inbox.arriving.dead_letters import RawItem, RawItemIngest
from inbox.arriving.inbound import ProviderNotice
from inbox.channel.channel_directory import ChannelDirectory
from inbox.channel.channel_models import Channel, HealthStatus, WhatsAppChannelFields, WhatsAppCredentials
from inbox.channel.channel_store import ChannelStore
from inbox.model.channel_kind import ChannelKind
from inbox.model.channel_ref import ChannelRef
from inbox.storage.runtime import Runtime
from workers.watch_accounts import AccountWatcher

WORKSPACE = "w"


class World:
    """A number at the emulator, its channel, and the worker's part that watches it."""

    def __init__(self, runtime: Runtime, provider: TestServer) -> None:
        self.runtime = runtime
        self.store = ChannelStore(runtime.database, runtime.secret_box, runtime.settings)
        self._provider = provider
        self._connectors = open_connectors(allow_private=True)
        self._directory = ChannelDirectory(runtime.database, runtime.secret_box, clock=runtime.clock)
        self.watcher = AccountWatcher(runtime, self._directory, self._connectors)

    async def channel(self) -> Channel:
        credentials = WhatsAppCredentials(
            phone_number_id="1001", waba_id="2001", access_token="token-1", app_secret="s", verify_token="v"
        )
        url = str(self._provider.make_url("")).rstrip("/")
        fields = WhatsAppChannelFields(name="Sales", provider_base_url=url, credentials=credentials)
        return await self.store.create(WORKSPACE, fields, now=self.runtime.clock.now())

    async def told(self, channel: Channel, topic: str, value: Any) -> None:
        ref = ChannelRef(workspace_id=WORKSPACE, id=channel.id, kind=ChannelKind.WHATSAPP, name="Sales")
        notice = ProviderNotice(topic=topic, scope_key="2001", raw=msgspec.json.encode(value))
        await RawItemIngest(self.runtime.database, self.runtime.clock).write([RawItem(channel=ref, event=notice)])

    async def watched(self, channel: Channel) -> Channel:
        await self.watcher.sweep()
        await self.watcher.drain()
        return await self.store.get(WORKSPACE, channel.id)

    async def events(self) -> int:
        return await self.runtime.database.events.count_documents({"workspace_id": WORKSPACE})

    async def close(self) -> None:
        await self.watcher.stop()
        for connector in self._connectors.values():
            await connector.close()
        await self._directory.close()


def number(**changes: Any) -> NumberConfig:
    config = NumberConfig(phone_number_id="1001", waba_id="2001", access_token="token-1", app_secret="s")
    return msgspec.structs.replace(config, **changes)


@pytest_asyncio.fixture
async def emulated() -> AsyncIterator[tuple[TestServer, Any]]:
    app = make_app(SandboxConfig(numbers=[number()]))
    async with TestServer(app) as server:

        async def set_up(**changes: Any) -> None:
            async with ClientSession() as http:
                body = msgspec.to_builtins(number(**changes))
                async with http.post(server.make_url("/control/whatsapp/numbers"), json=body) as response:
                    assert response.status == 200

        yield server, set_up


@pytest_asyncio.fixture
async def world(runtime: Runtime, emulated: tuple[TestServer, Any]) -> AsyncIterator[World]:
    made = World(runtime, emulated[0])
    yield made
    await made.close()


async def test_a_notice_becomes_health_with_advice_and_an_event_once(world: World) -> None:
    channel = await world.channel()
    restriction = {"event": "ACCOUNT_RESTRICTION", "restriction_info": [{"restriction_type": "RESTRICTED_ADD_PHONE"}]}
    for _ in range(2):
        await world.told(channel, "account_update", restriction)
        health = (await world.watched(channel)).health
        assert health.status is HealthStatus.WARNING
        assert [trouble.code for trouble in health.troubles] == ["restricted"]
        assert await world.events() == 1


async def test_a_number_that_was_taken_off_fails_until_meta_serves_it_again(world: World, emulated: Any) -> None:
    channel = await world.channel()
    await emulated[1](access_token="another")
    await world.told(channel, "account_update", {"event": "ACCOUNT_OFFBOARDED"})
    health = (await world.watched(channel)).health
    assert health.status is HealthStatus.FAILING
    assert {trouble.code for trouble in health.troubles} == {"offboarded", "token_refused"}
    await emulated[1]()
    await world.told(channel, "account_update", {"event": "ACCOUNT_RECONNECTED"})
    assert (await world.watched(channel)).health.troubles == ()


async def test_a_token_that_ends_is_told_before(world: World, emulated: Any) -> None:
    channel = await world.channel()
    ends = datetime.now(UTC) + timedelta(days=10)
    await emulated[1](token_expires_at=int(ends.timestamp()), quality_rating="RED")
    await world.watcher.follow_new()
    shown = await world.watched(channel)
    assert shown.health.status is HealthStatus.WARNING
    assert {trouble.code for trouble in shown.health.troubles} == {"token_expires", "quality_low"}
    assert shown.account is not None
    assert shown.account.token_expires_at == ends.replace(microsecond=0)
    assert shown.account.number == "15550783881"


async def test_a_number_that_is_gone_is_told_from_a_token_that_is_refused(world: World, emulated: Any) -> None:
    channel = await world.channel()
    await emulated[1](phone_number_id="1009")
    await emulated[1](access_token="another")
    await world.watcher.follow_new()
    shown = await world.watched(channel)
    assert [trouble.code for trouble in shown.health.troubles] == ["number_not_found"]


async def test_a_provider_that_does_not_answer_says_nothing_of_the_account(world: World, emulated: Any) -> None:
    channel = await world.channel()
    await emulated[0].close()
    await world.watcher.follow_new()
    shown = await world.watched(channel)
    assert shown.health.troubles == ()
    stored = await world.runtime.database.channels.find_one({"_id": channel.id, "workspace_id": WORKSPACE})
    assert stored is not None
    assert stored["look_at"] > world.runtime.clock.now()


async def test_a_notice_that_nobody_can_read_stops_no_other(world: World, emulated: Any) -> None:
    """Also of another workspace, and neither the looks at accounts."""
    await world.runtime.database.notices.insert_one(
        {"_id": "0", "workspace_id": "other", "topic": "account_update", "handled_at": None}
    )
    channel = await world.channel()
    restriction = {"event": "ACCOUNT_RESTRICTION", "restriction_info": [{"restriction_type": "RESTRICTED_ADD_PHONE"}]}
    await emulated[1](quality_rating="RED")
    await world.told(channel, "account_update", restriction)
    for _ in range(2):
        health = (await world.watched(channel)).health
        assert {trouble.code for trouble in health.troubles} == {"restricted", "quality_low"}
