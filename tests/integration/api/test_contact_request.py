"""A customer without a phone number is asked for it, shares it, and is one contact with it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest_asyncio
from aiohttp.test_utils import TestServer

from channels.sandbox.app import SandboxConfig, make_app
from tests.integration.api.support import Team
from tests.integration.api.template_world import Shop, open_shop, thread, working
from tests.waiting import eventually

CUSTOMER = "US.13491208655302741918"
MESSAGES = f"/whatsapp/1001/customers/{CUSTOMER}/messages"


@pytest_asyncio.fixture
async def shop(team: Team) -> AsyncIterator[Shop]:
    async with TestServer(make_app(SandboxConfig())) as server, aiohttp.ClientSession() as control:
        yield await open_shop(team, str(server.make_url("")).rstrip("/"), control)


async def one_conversation(shop: Shop) -> dict[str, Any]:
    items = (await shop.owner.get("/conversations?view=all")).body["items"]
    return items[0] if len(items) == 1 else {}


async def test_the_number_that_is_shared_is_the_contacts(shop: Shop) -> None:
    await shop.at_provider("POST", MESSAGES, {"type": "text", "text": {"body": "Hello?"}})
    talk = await eventually(lambda: one_conversation(shop), "the conversation")
    await shop.owner.post(f"/conversations/{talk['id']}/assign", {"operator_id": shop.owner.id})
    asked = {"content": {"type": "contact_request", "text": "May we have your number?"}}
    assert (await shop.owner.post(f"/conversations/{talk['id']}/messages", asked)).status == 201
    async with working(shop.runtime):
        (seen,) = await eventually(lambda: thread(shop, CUSTOMER), "the customer is asked")
    assert (seen["interactive"]["type"], seen["interactive"]["body"]["text"]) == (
        "request_contact_info",
        "May we have your number?",
    )
    await shop.at_provider("POST", MESSAGES, {"type": "contacts", "contacts": [{"origin": "contact_request"}]})

    async def known() -> list[str]:
        contact = (await shop.owner.get(f"/contacts/{talk['contact']['id']}")).body
        return [one["external_id"] for one in contact["identities"] if one["external_id"].isdigit()] or [
            alias for one in contact["identities"] for alias in one.get("aliases", ()) if alias.isdigit()
        ]

    (phone,) = await eventually(known, "the contact has the number")
    assert phone.startswith("1555")
    assert (await one_conversation(shop))["id"] == talk["id"]
