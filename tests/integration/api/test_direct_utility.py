"""Utility messages without a template: offered, sent, refused, remembered."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import aiohttp
import pytest_asyncio
from aiohttp.test_utils import TestServer

from channels.sandbox.app import SandboxConfig, make_app
from inbox.foundation.clock import Clock
from tests.integration.api.support import Answer, Team
from tests.integration.api.template_world import Shop, conversation, message_of, open_shop, thread, working
from tests.waiting import eventually

WINDOW = timedelta(hours=25)
TEXT = {"type": "text", "text": "Your order 7 is on its way."}


@pytest_asyncio.fixture
async def shop(team: Team) -> AsyncIterator[Shop]:
    async with TestServer(make_app(SandboxConfig())) as server, aiohttp.ClientSession() as control:
        shop = await open_shop(team, str(server.make_url("")).rstrip("/"), control)
        await shop.plant("order_update", "Hello, your order is on its way to you.")
        await shop.sync()
        yield shop


async def send(shop: Shop, talk: dict[str, Any], **body: Any) -> Answer:
    return await shop.owner.post(f"/conversations/{talk['id']}/messages", {"content": TEXT} | body)


async def not_eligible(shop: Shop) -> None:
    number = {
        "phone_number_id": "1001",
        "waba_id": "2001",
        "access_token": "token-1",
        "app_secret": "secret-1",
        "verify_token": "verify-1",
        "webhook_url": str(shop.owner.client.make_url(f"/webhooks/whatsapp/{shop.channel['id']}")),
    }
    await shop.at_provider("POST", "/whatsapp/numbers", number | {"direct_send": "not_eligible"})


async def ended(shop: Shop, talk: dict[str, Any], message_id: str) -> dict[str, Any]:
    async def found() -> dict[str, Any]:
        message = await message_of(shop, talk["id"], message_id)
        return message if message["status"] not in {"queued", "sending"} else {}

    async with working(shop.runtime):
        return await eventually(found, "the message is sent or refused")


async def test_a_closed_window_offers_it_and_it_arrives_as_written(shop: Shop, clock: Clock) -> None:
    talk = await conversation(shop)
    clock.advance(WINDOW)
    refused = await send(shop, talk)
    assert (refused.status, refused.body["code"], refused.body["direct_utility"]) == (409, "window_closed", True)
    sent = await send(shop, talk, direct_utility={"template_name": "order_sent"})
    assert (sent.status, sent.body["direct_utility"]) == (201, {"template_name": "order_sent"})
    assert (await ended(shop, talk, sent.body["id"]))["status"] in {"sent", "delivered"}
    (seen,) = await thread(shop)
    assert (seen["text"]["body"], seen["category"]) == (TEXT["text"], "utility")


async def test_what_meta_makes_of_it_is_shown_as_what_it_is(shop: Shop, clock: Clock) -> None:
    talk = await conversation(shop)
    clock.advance(WINDOW)
    sent = await send(shop, talk, direct_utility={"template_name": "order_sent"})
    await ended(shop, talk, sent.body["id"])
    clock.advance(timedelta(seconds=1))
    await shop.sync()
    made = (await shop.by_name())["order_sent"]
    assert (made["generated"], made["usable"], made["category"]) == (True, False, "utility")
    assert "without a template" in made["reason"]
    assert (await shop.owner.patch(f"/templates/{made['id']}", {"category": "marketing"})).body["code"] == "conflict"
    assert (await shop.owner.delete(f"/templates/{made['id']}")).body["code"] == "conflict"
    assert (await shop.by_name())["order_update"]["generated"] is False
    offered = (await send(shop, talk)).body["templates"]
    assert [one["name"] for one in offered] == ["order_update"]


async def test_a_number_that_may_not_is_remembered_for_a_day(shop: Shop, clock: Clock) -> None:
    talk = await conversation(shop)
    clock.advance(WINDOW)
    await not_eligible(shop)
    first = await send(shop, talk, direct_utility={})
    message = await ended(shop, talk, first.body["id"])
    assert (message["status"], message["error"]["code"]) == ("failed", "direct_unavailable")

    async def known() -> Any:
        return (await shop.owner.get(f"/channels/{shop.channel['id']}")).body["direct_refused_until"]

    await eventually(known, "the channel remembers it")
    again = await send(shop, talk, direct_utility={})
    assert (again.status, again.body["code"], again.body["direct_utility"]) == (409, "direct_unavailable", False)
    assert [one["name"] for one in again.body["templates"]] == ["order_update"]
    assert (await shop.owner.post(f"/messages/{first.body['id']}/retry")).body["code"] == "direct_unavailable"
    assert (await send(shop, talk)).body["direct_utility"] is False
    clock.advance(timedelta(hours=24, seconds=1))
    assert (await send(shop, talk)).body["direct_utility"] is True


async def test_the_held_reply_comes_second(shop: Shop, clock: Clock) -> None:
    talk = await conversation(shop)
    clock.advance(WINDOW)
    both = {"direct_utility": {}, "held": {"template": {"name": "order_update", "language": "en"}}}
    first = await send(shop, talk, **both)
    assert (first.body["status"], first.body["direct_utility"]) == ("queued", {})
    until = {"$set": {"direct_refused_until": clock.now() + timedelta(hours=1)}}
    await shop.runtime.database.channels.update_one({"_id": shop.channel["id"]}, until)
    second = await send(shop, talk, **both)
    assert (second.status, second.body["status"], second.body["direct_utility"]) == (201, "held", None)


async def test_in_an_open_window_it_is_an_ordinary_reply(shop: Shop) -> None:
    talk = await conversation(shop)
    sent = await send(shop, talk, direct_utility={})
    assert (sent.status, sent.body["direct_utility"]) == (201, None)


async def test_only_a_text_can_go_so(shop: Shop, clock: Clock) -> None:
    talk = await conversation(shop)
    clock.advance(WINDOW)
    place = {"type": "location", "latitude": 1.0, "longitude": 2.0}
    refused = await send(shop, talk, content=place, direct_utility={})
    assert (refused.status, refused.body["code"]) == (422, "content_invalid")
    assert (await send(shop, talk, content=place)).body["direct_utility"] is False
    later = {"direct_utility": {}, "send_at": (clock.now() + timedelta(hours=1)).isoformat()}
    assert (await send(shop, talk, **later)).body["code"] == "invalid_request"
