"""A number of the phone app: its contacts and conversations come over once, and nobody hears of it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest
import pytest_asyncio
from aiohttp.test_utils import TestClient, TestServer, unused_port

from channels.registry import open_connectors
from channels.sandbox.app import SandboxConfig, make_app
from gateway.app import build_app
from inbox.channel.channel_directory import ChannelDirectory
from inbox.foundation.ids import made_at, new_id
from inbox.foundation.settings import Settings
from inbox.reports.facts import count_slot
from inbox.reports.slots import slot_of
from inbox.storage.leases import Leases
from inbox.storage.runtime import Runtime
from tests.integration.api.connecting_world import NUMBER, Provider, check, codes, connected, do
from tests.integration.api.support import Client, Team
from tests.waiting import eventually
from workers.import_history import HistoryKeeper

CUSTOMER = "16505551234"


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"public_url": f"http://127.0.0.1:{unused_port()}"})


@pytest_asyncio.fixture
async def client(runtime: Runtime) -> AsyncIterator[Client]:
    port = int(runtime.settings.public_url.rpartition(":")[2])
    async with TestClient(TestServer(build_app(runtime), port=port)) as opened:
        yield opened


@pytest_asyncio.fixture
async def provider() -> AsyncIterator[Provider]:
    async with TestClient(TestServer(make_app(SandboxConfig(numbers=[NUMBER])))) as opened:
        made = Provider(opened)
        await made.number(registered=True, is_on_biz_app=True)
        yield made


class Keeper:
    """The worker's part that imports."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._connectors = open_connectors(allow_private=True)
        self._directory = ChannelDirectory(runtime.database, runtime.secret_box, clock=runtime.clock)
        leases = Leases(runtime.database, new_id())
        self._keeper = HistoryKeeper(runtime, leases, self._directory, self._connectors)

    async def imports(self, channel: dict[str, Any], notices: int) -> None:
        """Import once so many notices have come."""
        came = {"workspace_id": {"$exists": True}, "channel_id": channel["id"]}

        async def here() -> bool:
            return await self._runtime.database.notices.count_documents(came) >= notices

        await eventually(here)
        await self._keeper.sweep()
        await self._keeper.finished(channel["id"])

    async def close(self) -> None:
        await self._keeper.stop()
        for connector in self._connectors.values():
            await connector.close()
        await self._directory.close()


@pytest_asyncio.fixture
async def keeper(runtime: Runtime) -> AsyncIterator[Keeper]:
    made = Keeper(runtime)
    yield made
    await made.close()


async def wrote(provider: Provider, text: str, customer: str = CUSTOMER) -> None:
    await provider.control("PUT", f"/control/whatsapp/1001/customers/{customer}", {"profile_name": "Kerry"})
    message = {"type": "text", "text": {"body": text}}
    await provider.control("POST", f"/control/whatsapp/1001/customers/{customer}/messages", message)


async def test_contacts_and_history_come_over_and_nobody_hears_of_it(
    team: Team, provider: Provider, runtime: Runtime, keeper: Keeper
) -> None:
    owner = team.owner
    await wrote(provider, "years ago")
    await wrote(provider, "and again")
    channel = await connected(owner, provider)
    looked = codes(await check(owner, channel))
    assert looked["registered"] == ("not_needed", "used_with_app")
    assert looked["history"] == ("open", "history_not_asked")
    assert codes((await do(owner, channel, "webhook")).body)["webhook"][0] == "done"
    events = await runtime.database.events.count_documents({"workspace_id": owner.workspace_id})
    assert codes((await do(owner, channel, "contacts")).body)["contacts"] == ("waiting", "contacts_asked")
    asked = await do(owner, channel, "history")
    assert codes(asked.body)["history"] == ("waiting", "history_asked")
    again = await do(owner, channel, "history")
    assert (again.status, again.body["code"]) == (409, "conflict")
    await keeper.imports(channel, 4)

    done = codes(await check(owner, channel))
    assert done["contacts"] == ("done", "contacts_imported")
    assert done["history"] == ("done", "history_imported")
    (conversation,) = (await owner.get("/conversations?view=all&state=closed")).body["items"]
    assert conversation["contact"]["name"] == "Kerry"
    assert (conversation["state"], conversation["close_reason"], conversation["unread"]) == ("closed", "import", 0)
    assert not conversation["window"]["open"]
    thread = (await owner.get(f"/conversations/{conversation['id']}/messages")).body["items"]
    assert [one["content"]["text"] for one in thread] == ["years ago", "and again"]
    assert (await owner.get("/conversations?view=all&state=queued")).body["items"] == []
    after = await runtime.database.events.count_documents({"workspace_id": owner.workspace_id})
    assert after - events == 0
    assert await runtime.database.outbox.find_one({"channel_id": channel["id"]}) is None


async def test_no_report_counts_what_was_imported(
    team: Team, provider: Provider, runtime: Runtime, keeper: Keeper
) -> None:
    await wrote(provider, "years ago")
    channel = await connected(team.owner, provider)
    for step in ("webhook", "history"):
        await do(team.owner, channel, step)
    await keeper.imports(channel, 1)
    own = {"workspace_id": team.owner.workspace_id, "channel_id": channel["id"]}
    stored = await runtime.database.conversations.find_one(own)
    assert (stored["close_reason"], stored["closed_by"]) == ("import", "import")
    of_an_earlier_version = {"$set": {"close_reason": "api"}}
    for change in ({"$set": {"close_reason": "import"}}, of_an_earlier_version):
        await runtime.database.conversations.update_one(own, change)
        for at in (stored["closed_at"], datetime.fromtimestamp(made_at(stored["_id"]), tz=UTC)):
            counted = await count_slot(runtime.database, team.owner.workspace_id, slot_of(at))
            assert not any(counted.values())


async def test_what_comes_twice_is_there_once(team: Team, provider: Provider, runtime: Runtime, keeper: Keeper) -> None:
    await wrote(provider, "once")
    channel = await connected(team.owner, provider)
    await do(team.owner, channel, "webhook")
    await do(team.owner, channel, "history")
    await keeper.imports(channel, 3)
    of = {"workspace_id": team.owner.workspace_id, "topic": "history"}
    await runtime.database.notices.update_many(of, {"$set": {"handled_at": None}})
    await keeper.imports(channel, 3)
    (conversation,) = (await team.owner.get("/conversations?view=all&state=closed")).body["items"]
    thread = (await team.owner.get(f"/conversations/{conversation['id']}/messages")).body["items"]
    assert [one["content"]["text"] for one in thread] == ["once"]


async def test_an_old_opt_out_holds_and_an_old_opt_in_counts_for_nothing(
    team: Team, provider: Provider, keeper: Keeper
) -> None:
    for customer, said in ((CUSTOMER, "STOP"), ("16505550001", "START")):
        await wrote(provider, "hello", customer)
        await wrote(provider, said, customer)
    channel = await connected(team.owner, provider)
    await do(team.owner, channel, "webhook")
    await do(team.owner, channel, "history")
    await keeper.imports(channel, 3)
    found = (await team.owner.get("/contacts")).body["items"]
    accepts = {one["identities"][0]["external_id"]: (one["marketing"] or {}).get("accepts") for one in found}
    assert accepts == {CUSTOMER: False, "16505550001": None}


async def test_a_business_that_shares_nothing_is_told_so(team: Team, provider: Provider, keeper: Keeper) -> None:
    await provider.number(registered=True, is_on_biz_app=True, shares_history=False)
    channel = await connected(team.owner, provider)
    await do(team.owner, channel, "webhook")
    await do(team.owner, channel, "history")
    await keeper.imports(channel, 1)
    assert codes(await check(team.owner, channel))["history"] == ("not_needed", "history_declined")


async def test_a_lost_answer_is_settled_by_what_comes(team: Team, provider: Provider, keeper: Keeper) -> None:
    await wrote(provider, "hello")
    channel = await connected(team.owner, provider)
    await do(team.owner, channel, "webhook")
    await provider.faults(lose_response_rate=1)
    assert codes((await do(team.owner, channel, "contacts")).body)["contacts"] == ("in_doubt", "answer_lost")
    assert (await do(team.owner, channel, "contacts")).body["code"] == "step_in_doubt"
    await provider.faults(lose_response_rate=0)
    assert codes(await check(team.owner, channel))["contacts"] == ("in_doubt", "answer_lost")
    await keeper.imports(channel, 1)
    assert codes(await check(team.owner, channel))["contacts"] == ("done", "contacts_imported")


async def test_a_part_that_nobody_can_read_stops_no_other(
    team: Team, provider: Provider, runtime: Runtime, keeper: Keeper
) -> None:
    await wrote(provider, "years ago")
    channel = await connected(team.owner, provider)
    broken = {"workspace_id": team.owner.workspace_id, "channel_id": channel["id"], "topic": "history"}
    await runtime.database.notices.insert_one({"_id": "0", **broken, "handled_at": None})
    await do(team.owner, channel, "webhook")
    await do(team.owner, channel, "history")
    await keeper.imports(channel, 4)
    (conversation,) = (await team.owner.get("/conversations?view=all&state=closed")).body["items"]
    assert codes(await check(team.owner, channel))["history"] == ("done", "history_imported")
    thread = (await team.owner.get(f"/conversations/{conversation['id']}/messages")).body["items"]
    assert [one["content"]["text"] for one in thread] == ["years ago"]
