"""What one address and one chat may use, whoever the visitors are, and whose address counts."""

from __future__ import annotations

from ipaddress import ip_network

import aiohttp
import pytest
from redis.asyncio import Redis

from channels.webchat import limits
from inbox.foundation.settings import Settings
from inbox.storage.shared_rates import Allowance, SharedRate
from tests.integration.api.support import Client, Team
from tests.integration.webchat.visitors import ORIGIN, Visitor, visiting, webchat

NEAR, FAR = "203.0.113.7", "198.51.100.9"
AHEAD_SECONDS = 600.0


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """There is a proxy in front of us, on this machine."""
    return settings.model_copy(update={"trusted_proxies": (ip_network("127.0.0.1"),)})


async def use_up(redis: Redis, kind: str, holder: str) -> None:
    """Leave nothing of an allowance, as a flood does, nor of what comes back while a busy machine thinks."""
    again_seconds = limits.CONVERSATIONS_SECONDS if kind.startswith("begin") else limits.UPLOAD_BYTES_SECONDS
    room = again_seconds + 2 * AHEAD_SECONDS
    by_the_second = SharedRate(redis, kind, Allowance(at_once=room, again_seconds=room))
    assert await by_the_second.take(holder, again_seconds + AHEAD_SECONDS) == 0


async def upload(client: Client, channel_id: str, visitor: Visitor, address: str) -> aiohttp.ClientResponse:
    form = aiohttp.FormData()
    form.add_field("file", b"words", filename="Offer; invoice; final.txt")
    headers = {"Origin": ORIGIN, "Authorization": f"Bearer {visitor.token}", "X-Forwarded-For": f"1.1.1.1, {address}"}
    async with client.post(f"/webchat/{channel_id}/files", data=form, headers=headers) as answer:
        await answer.read()
        return answer


@pytest.mark.parametrize("kind", ["upload-address", "upload-channel"])
async def test_bytes_are_counted_by_address_and_by_chat(client: Client, team: Team, redis: Redis, kind: str) -> None:
    channel_id = (await webchat(team.owner))["id"]
    async with visiting(client, channel_id) as visitor:
        assert (await upload(client, channel_id, visitor, NEAR)).status == 201
        await redis.flushall()
        await use_up(redis, kind, NEAR if kind == "upload-address" else channel_id)
        refused = await upload(client, channel_id, visitor, NEAR)
        assert refused.status == 429
        assert 0 < int(refused.headers["Retry-After"]) <= limits.UPLOAD_BYTES_SECONDS
        elsewhere = await upload(client, channel_id, visitor, FAR)
        assert elsewhere.status == (201 if kind == "upload-address" else 429)


@pytest.mark.parametrize("kind", ["begin-address", "begin-channel"])
async def test_new_conversations_are_counted_by_address_and_by_chat(
    client: Client, team: Team, redis: Redis, kind: str
) -> None:
    channel_id = (await webchat(team.owner))["id"]
    async with visiting(client, channel_id) as earlier:
        await earlier.write("I was here before")
        await use_up(redis, kind, "127.0.0.1" if kind == "begin-address" else channel_id)
        await earlier.write("and go on")
        async with visiting(client, channel_id) as late:
            await late.say({"type": "message", "id": "too-late", "content": {"type": "text", "text": "me too"}})
            refused = await late.frame("refused", "accepted")
            assert (refused["type"], refused.get("code")) == ("refused", "rate_limited")
            assert refused["retry_after_seconds"] > 0
