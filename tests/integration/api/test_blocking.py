"""A blocked customer: nothing of theirs stays open or opens, nothing is lost, also while they write."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import pytest_asyncio

from inbox.storage.database import Database
from inbox.stream.events import decode_items
from tests.integration.api.support import Answer, Team, customer_writes, whatsapp_channel

WA_ID = "16505551234"
ATTEMPTS = 50


@dataclass(frozen=True)
class Shop:
    """A channel, and a customer who wrote."""

    team: Team
    channel: dict[str, Any]
    contact: str

    async def write(self, text: str) -> None:
        await customer_writes(self.team.owner.client, self.channel, text, wa_id=WA_ID)

    async def write_until_taken(self, text: str) -> None:
        """Write; what is refused for a conflict is repeated, as the provider does.

        It is refused as long as the block's transaction holds the contact: on a busy machine that may be seconds, and a
        provider waits between its repeats.
        """
        for _ in range(ATTEMPTS):
            with suppress(AssertionError):
                await self.write(text)
                return
        await self.write(text)

    async def block(self, blocked: bool = True) -> Answer:
        return await self.team.owner.patch(self.contact, {"blocked": blocked})

    async def open_ones(self) -> list[dict[str, Any]]:
        return list((await self.team.owner.get("/conversations")).body["items"])


@pytest_asyncio.fixture
async def shop(team: Team) -> Shop:
    queue = (await team.owner.post("/queues", {"name": "Sales"})).body
    channel = (await team.owner.post("/channels", whatsapp_channel(queue_id=queue["id"]))).body
    await customer_writes(team.owner.client, channel, "hello", wa_id=WA_ID)
    contact_id = (await team.owner.get("/contacts")).body["items"][0]["id"]
    return Shop(team, channel, f"/contacts/{contact_id}")


async def told(database: Database) -> list[bytes]:
    documents = await database.events.find({}).sort("_id", 1).to_list(None)
    return [bytes(event.body) for one in documents for event in decode_items(one["items"])]


async def test_what_a_blocked_customer_writes_is_kept_and_nobody_is_told(shop: Shop, database: Database) -> None:
    owner = shop.team.owner
    answer = await shop.block()
    assert (answer.status, answer.body["blocked"]) == (200, True)
    assert await shop.open_ones() == []
    (closed,) = (await owner.get("/conversations?state=closed")).body["items"]
    assert (closed["close_reason"], closed["contact"]["blocked"]) == ("contact_blocked", True)
    before = await told(database)
    await shop.write("are you there?")
    await shop.write("hello?")
    assert await told(database) == before
    assert await shop.open_ones() == []
    kept = (await owner.get(f"{shop.contact}/timeline")).body["items"]
    assert [message["content"]["text"] for message in kept] == ["hello", "are you there?", "hello?"]
    assert await database.conversations.count_documents({"state": "new"}) == 0
    assert (await shop.block(False)).body["blocked"] is False
    await shop.write("and now?")
    assert len(await shop.open_ones()) == 1


async def test_the_messenger_is_told_the_last_wish(shop: Shop, database: Database) -> None:
    await shop.block()
    (task,) = await database.provider_tasks.find({}).to_list(None)
    assert (task["kind"], task["to"], task["channel_id"]) == ("block", WA_ID, shop.channel["id"])
    await shop.block(False)
    (task,) = await database.provider_tasks.find({}).to_list(None)
    assert task["kind"] == "unblock"


async def test_only_a_supervisor_blocks_a_customer_whom_a_colleague_has(shop: Shop) -> None:
    owner, ann = shop.team.owner, shop.team.operator
    (conversation,) = await shop.open_ones()
    path = f"/conversations/{conversation['id']}"
    await owner.post(f"{path}/assign", {"operator_id": ann.id})
    await owner.post(f"{path}/assign", {"operator_id": owner.id, "take_over": True})
    assert (await ann.patch(shop.contact, {"blocked": True})).status == 404
    second = (await owner.post("/channels", whatsapp_channel("1002"))).body
    await customer_writes(owner.client, second, "here too", wa_id=WA_ID)
    refused = await ann.patch(shop.contact, {"blocked": True})
    assert (refused.status, refused.body["code"]) == (403, "not_assigned")
    assert (await owner.get(shop.contact)).body["blocked"] is False
    assert len(await shop.open_ones()) == 2
    assert (await shop.block()).status == 200
    assert await shop.open_ones() == []
    odd = await owner.patch(shop.contact, {"blocked": "yes"})
    assert (odd.status, odd.body["errors"][0]["pointer"]) == (422, "/blocked")


async def test_a_block_while_the_customer_writes_leaves_nothing_open_and_loses_nothing(
    shop: Shop, database: Database
) -> None:
    written = ["hello"]
    for turn in range(4):
        texts = [f"turn {turn}, {n}" for n in range(3)]
        written += texts
        *_, blocked = await asyncio.gather(*(shop.write_until_taken(text) for text in texts), shop.block())
        assert blocked.status == 200, blocked.body
        assert await shop.open_ones() == []
        await asyncio.gather(shop.block(False), shop.write_until_taken(f"turn {turn}, at last"))
        written.append(f"turn {turn}, at last")
    stored = await database.messages.find({"void": {"$exists": False}}).to_list(None)
    assert sorted(message["content"]["text"] for message in stored) == sorted(written)
    conversations = {c["_id"]: c for c in await database.conversations.find({}).to_list(None)}
    assert all(message["conversation_id"] in conversations for message in stored)
