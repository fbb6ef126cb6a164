"""Embedded signup: a ticket is taken once, a code is exchanged once, a number becomes one channel."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
import pytest_asyncio
from aiohttp.test_utils import TestClient, TestServer
from pydantic import SecretStr

from channels.sandbox.app import SandboxConfig, make_app
from channels.sandbox.graph.state import NumberConfig
from gateway.app import build_app
from inbox.channel.signups import EXCHANGED_WITHIN, Signups
from inbox.foundation.clock import FixedClock
from inbox.foundation.settings import Settings
from inbox.storage.runtime import Runtime
from tests.integration.api.support import Actor, Client, Team

NUMBERS = [
    NumberConfig(phone_number_id="1001", waba_id="2001", access_token="token-1", app_secret="app-secret", app_id="77"),
    NumberConfig(phone_number_id="1002", waba_id="2002", access_token="token-2", app_secret="app-secret", app_id="77"),
]


@pytest_asyncio.fixture
async def meta() -> AsyncIterator[Client]:
    async with TestClient(TestServer(make_app(SandboxConfig(numbers=NUMBERS)))) as opened:
        yield opened


@pytest.fixture
def settings(settings: Settings, meta: Client) -> Settings:
    changes = {
        "meta_app_id": "77",
        "meta_app_secret": SecretStr("app-secret"),
        "meta_signup_config": "88",
        "meta_server": str(meta.make_url("")).rstrip("/"),
    }
    return settings.model_copy(update=changes)


@pytest_asyncio.fixture
async def client(runtime: Runtime) -> AsyncIterator[Client]:
    async with TestClient(TestServer(build_app(runtime))) as opened:
        yield opened


async def chosen(meta: Client, number: str = "1001", *, with_app: bool = False) -> dict[str, Any]:
    async with meta.post(f"/control/whatsapp/{number}/signups", json={"with_app": with_app}) as response:
        return dict(await response.json())


async def begun(owner: Actor, **fields: Any) -> tuple[str, str]:
    answer = await owner.post("/signups", {"name": "Sales", **fields})
    assert answer.status == 201, answer.body
    page, _, fragment = answer.body["page_url"].partition("#")
    assert page.endswith("/signup/whatsapp")
    return answer.body["id"], fragment.partition(":")[2]


def given(ticket: str, choice: dict[str, Any]) -> dict[str, Any]:
    return {"ticket": ticket, "code": choice["code"], **choice["data"]}


async def test_a_choice_in_metas_dialog_becomes_a_channel_once(team: Team, nobody: Actor, meta: Client) -> None:
    id_, ticket = await begun(team.owner)
    choice = await chosen(meta)
    done = await nobody.post("/signups/finish", given(ticket, choice))
    assert (done.status, done.body) == (200, {"state": "done", "code": None, "advice": None})
    shown = (await team.owner.get(f"/signups/{id_}")).body
    assert (shown["state"], shown["page_url"]) == ("done", None)
    channel = (await team.owner.get(f"/channels/{shown['channel_id']}")).body
    assert (channel["name"], channel["account_key"], channel["scope_key"]) == ("Sales", "1001", "2001")
    looked = (await team.owner.post(f"/channels/{channel['id']}/connecting/check")).body
    assert {step["name"]: step["state"] for step in looked["steps"]}["app_secret"] == "done"
    again = await nobody.post("/signups/finish", given(ticket, choice))
    assert (again.status, again.body["code"]) == (409, "conflict")
    assert len((await team.owner.get("/channels")).body["items"]) == 1


async def test_a_code_is_not_taken_twice_and_the_failure_says_what_to_do(
    team: Team, nobody: Actor, meta: Client
) -> None:
    _, first = await begun(team.owner)
    id_, second = await begun(team.owner)
    choice = await chosen(meta)
    await nobody.post("/signups/finish", given(first, choice))
    refused = await nobody.post("/signups/finish", given(second, choice))
    assert (refused.body["state"], refused.body["code"]) == ("failed", "code_refused")
    assert "begin anew" in (await team.owner.get(f"/signups/{id_}")).body["advice"]


async def test_a_number_of_another_account_is_refused(team: Team, nobody: Actor, meta: Client) -> None:
    _, ticket = await begun(team.owner)
    choice = await chosen(meta)
    choice["data"]["phone_number_id"] = "1002"
    refused = await nobody.post("/signups/finish", given(ticket, choice))
    assert refused.body["code"] == "number_not_found"


async def test_signing_up_again_gives_the_channel_its_new_token(team: Team, nobody: Actor, meta: Client) -> None:
    for _ in range(2):
        _, ticket = await begun(team.owner)
        assert (await nobody.post("/signups/finish", given(ticket, await chosen(meta)))).body["state"] == "done"
    assert len((await team.owner.get("/channels")).body["items"]) == 1


async def test_a_number_with_the_phone_app_is_found_by_its_account_and_sends_slower(
    team: Team, nobody: Actor, meta: Client
) -> None:
    id_, ticket = await begun(team.owner, with_app=True)
    choice = await chosen(meta, with_app=True)
    assert "phone_number_id" not in choice["data"]
    assert (await nobody.post("/signups/finish", given(ticket, choice))).body["state"] == "done"
    shown = (await team.owner.get(f"/signups/{id_}")).body
    channel = (await team.owner.get(f"/channels/{shown['channel_id']}")).body
    assert (channel["account_key"], channel["messages_per_second"]) == ("1001", 20)


async def test_a_lost_answer_is_not_followed_by_a_second_exchange(team: Team, nobody: Actor, meta: Client) -> None:
    id_, ticket = await begun(team.owner)
    choice = await chosen(meta)
    async with meta.put("/control/faults", json={"lose_response_rate": 1}):
        pass
    lost = await nobody.post("/signups/finish", given(ticket, choice))
    assert (lost.body["state"], lost.body["code"]) == ("failed", "provider_unreachable")
    async with meta.get("/control/requests", params={"after": "0"}) as response:
        asked = [one for one in (await response.json())["requests"] if one["path"].endswith("/oauth/access_token")]
    assert len(asked) == 1
    assert choice["code"] not in str(asked)
    assert (await team.owner.get(f"/signups/{id_}")).body["state"] == "failed"


async def test_who_dies_over_an_exchange_leaves_a_signup_that_failed_and_one_can_begin_anew(
    team: Team, nobody: Actor, meta: Client, runtime: Runtime, clock: FixedClock
) -> None:
    id_, ticket = await begun(team.owner)
    choice = await chosen(meta)
    signups = Signups(runtime.database, "")
    await signups.take(ticket, now=clock.now())
    assert (await team.owner.get(f"/signups/{id_}")).body["state"] == "taken", "somebody is at it"
    clock.advance(EXCHANGED_WITHIN + timedelta(seconds=1))
    left = (await team.owner.get(f"/signups/{id_}")).body
    assert (left["state"], left["code"]) == ("failed", "interrupted")
    assert "begin anew" in left["advice"]
    assert (await nobody.post("/signups/finish", given(ticket, choice))).status == 409, "a code is exchanged once"
    _, other = await begun(team.owner)
    assert (await nobody.post("/signups/finish", given(other, choice))).body["state"] == "done"
    assert len((await team.owner.get("/channels")).body["items"]) == 1


async def test_who_dies_between_the_channel_and_the_word_that_it_is_done_makes_no_second_one(
    team: Team, nobody: Actor, meta: Client, runtime: Runtime, clock: FixedClock
) -> None:
    id_, ticket = await begun(team.owner)
    assert (await nobody.post("/signups/finish", given(ticket, await chosen(meta)))).body["state"] == "done"
    unsaid = {"$set": {"state": "taken", "channel_id": None}}
    await runtime.database.signups.update_one({"_id": id_, "workspace_id": team.owner.workspace_id}, unsaid)
    clock.advance(EXCHANGED_WITHIN + timedelta(seconds=1))
    assert (await team.owner.get(f"/signups/{id_}")).body["code"] == "interrupted"
    _, anew = await begun(team.owner)
    assert (await nobody.post("/signups/finish", given(anew, await chosen(meta)))).body["state"] == "done"
    assert len((await team.owner.get("/channels")).body["items"]) == 1


async def test_a_ticket_that_nobody_gave_opens_nothing(team: Team, nobody: Actor, strangers: Team) -> None:
    id_, ticket = await begun(team.owner)
    wrong = {"code": "x", "waba_id": "2001", "phone_number_id": "1001"}
    for guess in (f"{id_}.{'a' * 43}", f"01a2b3c4.{ticket.partition('.')[2]}"):
        assert (await nobody.post("/signups/finish", {"ticket": guess, **wrong})).status == 404
    assert (await strangers.owner.get(f"/signups/{id_}")).status == 404
    assert (await team.operator.post("/signups", {"name": "Mine"})).status == 403


async def test_the_page_alone_may_load_metas_script(client: Client, meta: Client) -> None:
    server = str(meta.make_url("")).rstrip("/")
    async with client.get("/signup/whatsapp") as page:
        policy = page.headers["Content-Security-Policy"]
        assert page.headers["Cross-Origin-Opener-Policy"] == "same-origin-allow-popups"
        text = await page.text()
    assert f"script-src 'self' {server};" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert f'src="{server}/en_US/sdk.js"' in text
    assert "app-secret" not in text
    async with client.get("/") as workplace:
        assert server not in workplace.headers["Content-Security-Policy"]


class TestWithoutAnApp:
    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        return settings.model_copy(update={"meta_app_id": None})

    async def test_nothing_is_begun_and_there_is_no_page(self, team: Team, client: Client) -> None:
        refused = await team.owner.post("/signups", {"name": "Sales"})
        assert (refused.status, refused.body["code"]) == (409, "conflict")
        assert "GATEWAY_META_APP_ID" in refused.body["detail"]
        async with client.get("/signup/whatsapp") as page:
            assert page.status == 404
