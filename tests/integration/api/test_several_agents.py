"""Meta's agent answers first, an operator takes over: the server, a worker, and the emulator of WhatsApp."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import aiohttp
import msgspec
import pytest_asyncio
from aiohttp.test_utils import TestServer

from channels.abilities import ControlAct, ControlsThreads
from channels.accounts import account_of
from channels.sandbox.app import SandboxConfig, make_app
from gateway.parts import PARTS
from inbox.channel.channel_directory import ChannelDirectory
from inbox.foundation.clock import Clock
from inbox.model.channel_kind import ChannelKind
from inbox.model.control import ControlAction
from inbox.stream.events import EventType, decode_items
from queueing.bots.agents import AgentsLeft
from tests.integration.api.support import Answer, Team
from tests.integration.api.template_world import CUSTOMER, Shop, message_of, open_shop, thread, working
from tests.waiting import eventually

CUSTOMERS = f"/whatsapp/1001/customers/{CUSTOMER}"


@pytest_asyncio.fixture
async def shop(team: Team) -> AsyncIterator[Shop]:
    async with TestServer(make_app(SandboxConfig())) as server, aiohttp.ClientSession() as control:
        shop = await open_shop(team, str(server.make_url("")).rstrip("/"), control)
        await shop.at_provider("PUT", "/whatsapp/1001/agent", {"enabled": True})
        yield shop


async def writes(shop: Shop, text: str = "Hello?") -> None:
    await shop.at_provider("POST", f"{CUSTOMERS}/messages", {"type": "text", "text": {"body": text}})


async def talk(shop: Shop, **wanted: Any) -> dict[str, Any]:
    """Wait for the customer's conversation to be so."""

    async def found() -> dict[str, Any]:
        items = (await shop.owner.get("/conversations?view=all")).body["items"]
        return next((one for one in items if all(one[name] == value for name, value in wanted.items())), {})

    return await eventually(found, f"a conversation with {wanted}")


async def said(shop: Shop, conversation: dict[str, Any], count: int) -> list[tuple[str, str]]:
    """Wait until so many messages are there; return who wrote what."""

    async def found() -> list[Any]:
        items = (await shop.owner.get(f"/conversations/{conversation['id']}/messages")).body["items"]
        return items if len(items) >= count else []

    items = await eventually(found, f"{count} messages")
    return [(one["author"]["kind"], one["content"].get("text") or "") for one in items]


async def send(shop: Shop, conversation: dict[str, Any], text: str = "I am Bob") -> Answer:
    body = {"content": {"type": "text", "text": text}}
    return await shop.owner.post(f"/conversations/{conversation['id']}/messages", body)


async def take(shop: Shop, conversation: dict[str, Any], action: str = "take") -> Answer:
    return await shop.owner.post(f"/conversations/{conversation['id']}/control", {"action": action})


async def assigned(shop: Shop) -> dict[str, Any]:
    conversation = await talk(shop)
    await shop.owner.post(f"/conversations/{conversation['id']}/assign", {"operator_id": shop.owner.id})
    return conversation


async def pass_on(shop: Shop) -> list[str]:
    """Let workers look for what agents have left; return the queues that are asked."""
    asked: list[str] = []
    await AgentsLeft(shop.runtime.database, shop.runtime.clock, asked.append).pass_on()
    return asked


async def test_what_the_agent_says_is_shown_and_nobody_of_us_answers(shop: Shop) -> None:
    await writes(shop)
    conversation = await talk(shop, state="bot")
    assert (conversation["control"]["ours"], conversation["window"]["open"]) == (False, True)
    kinds = [kind for kind, _ in await said(shop, conversation, 2)]
    assert kinds == ["contact", "agent"]
    assert await shop.runtime.database.bot_turns.find_one({}) is None
    assert await shop.runtime.database.cues.find_one({}) is None
    await pass_on(shop)
    assert (await talk(shop))["state"] == "bot"
    owned = await assigned(shop)
    refused = await send(shop, owned)
    assert (refused.status, refused.body["code"]) == (409, "not_in_control")


async def test_an_operator_takes_over(shop: Shop) -> None:
    await writes(shop)
    conversation = await assigned(shop)
    await said(shop, conversation, 2)
    taken = await take(shop, conversation)
    assert (taken.status, taken.body["control"]["ours"]) == (200, True)
    assert (await shop.at_provider("GET", f"{CUSTOMERS}/thread"))["customer"]["owner"] == "app"
    assert (await send(shop, conversation)).status == 201
    async with working(shop.runtime):
        await eventually(lambda: _texts(shop, "I am Bob"), "the customer sees it")
    await writes(shop, "Thank you")
    after = await said(shop, conversation, 4)
    assert ("contact", "Thank you") in after
    assert (await talk(shop))["control"]["ours"] is True
    stored = await shop.runtime.database.events.find({}).to_list(None)
    bodies = [msgspec.json.decode(item.body) for document in stored for item in decode_items(document["items"])]
    told = [body["data"]["control"]["ours"] for body in bodies if body["type"] == EventType.CONTROL_CHANGED]
    assert told == [True]


async def _texts(shop: Shop, text: str) -> bool:
    return any(message.get("text", {}).get("body") == text for message in await thread(shop))


async def test_who_is_handed_over_waits_for_people_with_what_was_said(shop: Shop) -> None:
    await writes(shop, "I want a human")
    conversation = await talk(shop)

    async def handed() -> bool:
        return bool((await talk(shop))["control"]["ours"])

    await eventually(handed, "the handover")
    lines = await said(shop, conversation, 3)
    assert ("contact", "The customer wrote 1 messages to the assistant and wants to talk to a person.") in lines
    await pass_on(shop)
    waiting = await talk(shop, state="queued")
    assert (waiting["id"], waiting["bot_id"], waiting["operator_id"]) == (conversation["id"], None, None)
    owned = await assigned(shop)
    assert (await send(shop, owned)).status == 201


async def test_a_chat_is_passed_back(shop: Shop) -> None:
    await writes(shop, "human please")
    conversation = await assigned(shop)

    async def handed() -> bool:
        return bool((await talk(shop))["control"]["ours"])

    await eventually(handed, "the handover")
    shop.runtime.clock.advance(timedelta(seconds=2))  # type: ignore[attr-defined]
    assert (await take(shop, conversation, "pass")).body["control"]["ours"] is False
    assert (await send(shop, conversation)).body["code"] == "not_in_control"
    again = await take(shop, conversation, "release")
    assert (again.status, again.body["code"]) == (502, "provider_failed")


async def alone(shop: Shop) -> None:
    """Have the number be one that may not take a chat from Meta's agent."""
    number = {
        "phone_number_id": "1001",
        "waba_id": "2001",
        "access_token": "token-1",
        "app_secret": "secret-1",
        "verify_token": "verify-1",
        "webhook_url": str(shop.owner.client.make_url(f"/webhooks/whatsapp/{shop.channel['id']}")),
    }
    await shop.at_provider("POST", "/whatsapp/numbers", {**number, "agent": True, "agent_role": "customer_service"})


async def test_only_the_agent_for_escalations_takes_a_chat(shop: Shop) -> None:
    await alone(shop)
    await writes(shop)
    conversation = await assigned(shop)
    refused = await take(shop, conversation)
    assert (refused.status, refused.body["code"]) == (409, "not_in_control")
    assert (await talk(shop))["control"]["ours"] is False


async def test_a_refusal_tells_of_an_agent_that_no_news_told_of(shop: Shop) -> None:
    await alone(shop)
    await writes(shop)
    conversation = await assigned(shop)
    await said(shop, conversation, 2)
    await shop.runtime.database.conversations.update_one({"_id": conversation["id"]}, {"$unset": {"control": ""}})
    sent = await send(shop, conversation)
    assert sent.status == 201

    async def failed() -> dict[str, Any]:
        message = await message_of(shop, conversation["id"], sent.body["id"])
        return message if message["status"] == "failed" else {}

    async with working(shop.runtime):
        assert (await eventually(failed, "it is refused"))["error"]["provider_code"] == "131070"
    assert (await talk(shop))["control"]["ours"] is False
    assert (await send(shop, conversation)).body["code"] == "not_in_control"


async def test_a_server_that_dies_after_the_messenger_said_yes_leaves_a_chat_that_can_be_taken_again(
    shop: Shop,
) -> None:
    await writes(shop)
    conversation = await assigned(shop)
    await said(shop, conversation, 2)
    record = await ChannelDirectory(shop.runtime.database, shop.runtime.secret_box, clock=shop.runtime.clock).get(
        shop.channel["id"]
    )
    connector = shop.owner.client.app[PARTS].channels.connectors[ChannelKind.WHATSAPP]  # type: ignore[union-attr]
    assert record is not None
    assert isinstance(connector, ControlsThreads)
    took = ControlAct(action=ControlAction.TAKE)
    await connector.control_thread(to=CUSTOMER, act=took, account=account_of(record))
    assert (await talk(shop))["control"]["ours"] is False, "nobody noted it"
    assert (await take(shop, conversation)).body["control"]["ours"] is True
    assert (await send(shop, conversation)).status == 201


async def test_what_waited_when_another_took_the_chat_is_not_sent(shop: Shop) -> None:
    await shop.at_provider("PUT", "/whatsapp/1001/agent", {"enabled": False})
    await writes(shop)
    conversation = await assigned(shop)
    sent = await send(shop, conversation)
    taken = {"$max": {"control.agent_at": shop.runtime.clock.now() + timedelta(seconds=1)}}
    await shop.runtime.database.conversations.update_one({"_id": conversation["id"]}, taken)

    async def failed() -> dict[str, Any]:
        message = await message_of(shop, conversation["id"], sent.body["id"])
        return message if message["status"] == "failed" else {}

    async with working(shop.runtime):
        assert (await eventually(failed, "it is not sent"))["error"]["code"] == "not_in_control"
    assert await thread(shop) == []


async def test_an_agent_that_is_silent_for_a_day_holds_nothing(shop: Shop, clock: Clock) -> None:
    await writes(shop)
    conversation = await talk(shop, state="bot")
    await said(shop, conversation, 2)
    clock.advance(timedelta(hours=25))
    await pass_on(shop)
    assert (await talk(shop))["state"] == "queued"


async def test_a_channel_without_other_agents_says_so(team: Team, shop: Shop) -> None:
    await shop.at_provider("PUT", "/whatsapp/1001/agent", {"enabled": False})
    await writes(shop)
    conversation = await talk(shop)
    assert conversation["control"] is None
