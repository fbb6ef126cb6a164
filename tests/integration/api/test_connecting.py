"""Connecting step by step, against the emulators: each outcome has its code, nothing is repeated blindly."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
import pytest_asyncio
from aiohttp.test_utils import TestClient, TestServer, unused_port

from channels.sandbox.app import SandboxConfig, make_app
from channels.sandbox.telegram.state import BotConfig
from gateway.app import build_app
from inbox.channel.connecting import ChannelConnecting
from inbox.channel.connecting_models import Step
from inbox.foundation.clock import FixedClock
from inbox.foundation.settings import Settings
from inbox.storage.runtime import Runtime
from tests.integration.api.connecting_world import BOT, NUMBER, PIN, Provider, check, codes, connected, do
from tests.integration.api.support import Client, Team, customer_writes


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
    config = SandboxConfig(numbers=[NUMBER], bots=[BotConfig(token=BOT)])
    async with TestClient(TestServer(make_app(config))) as opened:
        yield Provider(opened)


async def test_a_number_is_connected_from_the_token_to_the_first_message(team: Team, provider: Provider) -> None:
    owner = team.owner
    channel = await connected(owner, provider)
    before = (await owner.get(f"/channels/{channel['id']}/connecting")).body
    assert (before["next"], before["done"]) == ("token", False)
    looked = await check(owner, channel)
    assert codes(looked) == {
        "token": ("done", "token_taken"),
        "app_secret": ("done", "app_secret_right"),
        "number": ("done", "number_reached"),
        "account": ("done", "number_of_account"),
        "registered": ("open", "not_registered"),
        "webhook": ("open", "not_subscribed"),
        "topics": ("done", "topics_set"),
        "contacts": ("not_needed", "not_with_app"),
        "history": ("not_needed", "not_with_app"),
        "first_message": ("waiting", "nobody_wrote"),
    }
    assert looked["next"] == "registered"
    assert all(step["advice"] for step in looked["steps"] if step["state"] in ("open", "waiting"))
    done = await do(owner, channel, "registered", pin=PIN)
    assert codes(done.body)["registered"] == ("done", "registered")
    done = await do(owner, channel, "webhook")
    assert codes(done.body)["webhook"] == ("done", "webhook_set")
    assert done.body["next"] == "first_message"
    await customer_writes(owner.client, channel, "hello")
    shown = (await owner.get(f"/channels/{channel['id']}/connecting")).body
    assert (shown["done"], shown["next"]) == (True, None)
    assert (await owner.get(f"/channels/{channel['id']}")).body["health"]["status"] == "ok"


@pytest.mark.parametrize(
    ("number", "credentials", "step", "code"),
    [
        ({}, {"access_token": "wrong"}, "token", "token_refused"),
        ({"token_expires_at": 1_000_000_000}, {}, "token", "token_expired"),
        ({"token_scopes": ["whatsapp_business_messaging"]}, {}, "token", "token_lacks_rights"),
        ({}, {"app_secret": "another"}, "app_secret", "app_secret_wrong"),
        ({}, {"phone_number_id": "1009"}, "number", "number_not_found"),
        ({"code_verification_status": "NOT_VERIFIED"}, {}, "number", "number_not_verified"),
        ({"name_status": "DECLINED"}, {}, "number", "name_declined"),
        ({}, {"waba_id": "2009"}, "account", "account_not_found"),
    ],
)
async def test_each_fault_has_its_code_and_says_what_to_do(
    team: Team, provider: Provider, number: dict[str, Any], credentials: dict[str, str], step: str, code: str
) -> None:
    await provider.number(**number)
    channel = await connected(team.owner, provider, **credentials)
    looked = await check(team.owner, channel)
    assert codes(looked)[step] == ("failing", code)
    (shown,) = [one for one in looked["steps"] if one["name"] == step]
    assert shown["detail"]
    assert shown["advice"]
    assert "token-1" not in str(looked)


async def test_a_token_that_ends_is_named_with_its_day(team: Team, provider: Provider) -> None:
    await provider.number(token_expires_at=4_000_000_000)
    looked = await check(team.owner, await connected(team.owner, provider))
    (token,) = [step for step in looked["steps"] if step["name"] == "token"]
    assert (token["state"], token["code"]) == ("done", "token_expires")
    assert "2096-10-02" in token["detail"]


async def test_a_number_that_the_phone_app_uses_is_not_registered(team: Team, provider: Provider) -> None:
    await provider.number(registered=True, is_on_biz_app=True)
    looked = await check(team.owner, await connected(team.owner, provider))
    assert codes(looked)["registered"] == ("not_needed", "used_with_app")


async def test_a_wrong_pin_is_an_outcome_and_may_be_corrected(team: Team, provider: Provider) -> None:
    channel = await connected(team.owner, provider)
    wrong = await do(team.owner, channel, "registered", pin="000000")
    assert codes(wrong.body)["registered"] == ("failing", "pin_wrong")
    assert codes((await do(team.owner, channel, "registered", pin=PIN)).body)["registered"][0] == "done"
    missing = await do(team.owner, channel, "registered")
    assert (missing.status, missing.body["errors"][0]["pointer"]) == (422, "/pin")


async def test_a_lost_answer_is_never_followed_by_a_blind_repeat(team: Team, provider: Provider) -> None:
    channel = await connected(team.owner, provider)
    await provider.faults(lose_response_rate=1)
    lost = await do(team.owner, channel, "registered", pin=PIN)
    assert codes(lost.body)["registered"] == ("in_doubt", "answer_lost")
    again = await do(team.owner, channel, "registered", pin=PIN)
    assert (again.status, again.body["code"]) == (409, "step_in_doubt")
    assert len(await provider.calls("/register")) == 1
    await provider.faults(lose_response_rate=0)
    assert codes(await check(team.owner, channel))["registered"] == ("done", "registered")


async def test_what_a_killed_process_began_is_open_again_once_the_provider_says_it_did_not_happen(
    team: Team, provider: Provider, runtime: Runtime, clock: FixedClock
) -> None:
    channel = await connected(team.owner, provider)
    begun = ChannelConnecting(runtime.database)
    await begun.begin(team.owner.workspace_id, channel["id"], Step.REGISTERED, now=clock.now())
    assert codes(await check(team.owner, channel))["registered"] == ("in_doubt", "answer_lost")
    clock.advance(timedelta(seconds=31))
    assert codes(await check(team.owner, channel))["registered"] == ("open", "not_registered")


class TestWithAnAddressThatNobodyReaches:
    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        return settings.model_copy(update={"public_url": "http://127.0.0.1:9"})

    @pytest_asyncio.fixture
    async def client(self, runtime: Runtime) -> AsyncIterator[Client]:
        async with TestClient(TestServer(build_app(runtime))) as opened:
            yield opened

    async def test_metas_refusal_of_the_address_is_told(self, team: Team, provider: Provider) -> None:
        channel = await connected(team.owner, provider)
        refused = await do(team.owner, channel, "webhook")
        assert codes(refused.body)["webhook"] == ("failing", "webhook_unreachable")
        (step,) = [step for step in refused.body["steps"] if step["name"] == "webhook"]
        assert "GATEWAY_PUBLIC_URL" in step["advice"]
        assert step["copy"] == channel["webhook_url"]


async def test_a_bot_is_connected(team: Team, provider: Provider) -> None:
    owner = team.owner
    body = {"kind": "telegram", "name": "Bot", "provider_base_url": provider.url, "credentials": {"bot_token": BOT}}
    channel = (await owner.post("/channels", body)).body
    looked = await check(owner, channel)
    assert codes(looked)["token"] == ("done", "token_taken")
    assert codes((await do(owner, channel, "updates")).body)["updates"] == ("done", "webhook_set")
    none = await do(owner, channel, "registered", pin=PIN)
    assert (none.status, none.body["code"]) == (422, "unsupported_by_channel")
    await owner.patch(f"/channels/{channel['id']}", {"credentials": {"bot_token": f"{BOT}x"}})
    refused = await check(owner, channel)
    assert codes(refused)["token"] == ("failing", "token_refused")
    assert codes(refused)["updates"] == ("open", None)


async def test_a_widget_is_seen_on_its_page(team: Team, client: Client) -> None:
    owner = team.owner
    credentials = {"allowed_origins": ["https://shop.example"], "identity_secret": "s3cret"}
    channel = (await owner.post("/channels", {"kind": "webchat", "name": "Chat", "credentials": credentials})).body
    looked = await check(owner, channel)
    assert codes(looked) == {
        "origins": ("done", "origins_entered"),
        "page": ("waiting", "page_not_seen"),
        "first_message": ("waiting", "nobody_wrote"),
    }
    (page,) = [step for step in looked["steps"] if step["name"] == "page"]
    assert page["copy"] == f'<script src="{channel["widget_url"]}" async></script>'

    async def opens(origin: str) -> None:
        path = f"/webchat/{channel['id']}/socket"
        async with client.get(path, headers={"Origin": origin}) as response:
            assert response.status in (400, 403)

    await opens("https://other.example")
    assert codes(await check(owner, channel))["page"] == ("failing", "origin_refused")
    await opens("https://shop.example")
    assert codes(await check(owner, channel))["page"] == ("done", "page_seen")


async def test_only_administrators_connect(team: Team, provider: Provider) -> None:
    channel = await connected(team.owner, provider)
    assert (await team.operator.get(f"/channels/{channel['id']}/connecting")).status == 403
    assert (await do(team.operator, channel, "webhook")).status == 403
