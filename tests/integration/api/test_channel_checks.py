"""Channels through the API, checked against the emulator of the provider."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from aiohttp.test_utils import TestServer

from channels.sandbox.app import SandboxConfig, make_app
from channels.sandbox.graph.state import NumberConfig
from inbox.foundation.settings import Settings
from tests.integration.api.support import Team, whatsapp_channel

SECRETS = ("token-1", "secret-1", "verify-1")


@pytest_asyncio.fixture
async def provider() -> AsyncIterator[str]:
    number = NumberConfig(phone_number_id="1001", waba_id="2001", access_token="token-1", app_secret="secret-1")
    async with TestServer(make_app(SandboxConfig(numbers=[number]))) as server:
        yield str(server.make_url("")).rstrip("/")


async def test_good_credentials_are_told_from_bad_ones(team: Team, provider: str) -> None:
    made = (await team.owner.post("/channels", whatsapp_channel(provider_base_url=provider + "/"))).body
    assert made["health"] == {"status": "unknown", "detail": None, "at": None, "troubles": []}
    assert made["provider_base_url"] == provider
    checked = await team.owner.post(f"/channels/{made['id']}/check")
    assert (checked.status, checked.body["health"]["status"]) == (200, "ok")
    assert "Sandbox Business" in checked.body["health"]["detail"]
    patched = await team.owner.patch(f"/channels/{made['id']}", {"credentials": {"access_token": "wrong"}})
    assert patched.body["health"]["status"] == "unknown"
    checked = await team.owner.post(f"/channels/{made['id']}/check")
    assert (checked.status, checked.body["health"]["status"]) == (200, "failing")
    assert (await team.operator.get(f"/channels/{made['id']}")).body == checked.body


async def test_no_answer_shows_a_credential(team: Team) -> None:
    made = await team.owner.post("/channels", whatsapp_channel())
    shown = [
        made,
        await team.owner.get("/channels"),
        await team.owner.get(f"/channels/{made.body['id']}"),
        await team.owner.patch(f"/channels/{made.body['id']}", {"name": "New"}),
    ]
    for answer in shown:
        assert not [secret for secret in SECRETS if secret in str(answer.body)]


async def test_a_deleted_channel_is_gone_and_its_number_free(team: Team) -> None:
    made = (await team.owner.post("/channels", whatsapp_channel())).body
    taken = await team.owner.post("/channels", whatsapp_channel())
    assert (taken.status, taken.body["code"]) == (409, "duplicate")
    assert (await team.owner.delete(f"/channels/{made['id']}")).status == 204
    for method in ("GET", "PATCH", "DELETE"):
        assert (await team.owner.call(method, f"/channels/{made['id']}", {})).status == 404
    assert (await team.owner.get("/channels")).body["items"] == []
    assert (await team.owner.post("/channels", whatsapp_channel())).status == 201


class TestWithPublicAddressesOnly:
    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        return settings.model_copy(update={"allow_private_urls": False})

    async def test_a_private_provider_is_refused(self, team: Team) -> None:
        answer = await team.owner.post("/channels", whatsapp_channel(provider_base_url="http://169.254.169.254/"))
        assert (answer.status, answer.body["errors"][0]["pointer"]) == (422, "/provider_base_url")
