"""Business accounts both ways: an owner's own chats come in, and answers go there in the owner's name."""

from __future__ import annotations

import time
from typing import Any

import pytest

from tests.integration.telegram.telegram_world import BOT_ID, CUSTOMER, TelegramWorld
from tests.waiting import eventually

CONNECTION = "owner-1"
BASE = f"/control/telegram/{BOT_ID}/businesses"
CHAT = f"{BASE}/{CONNECTION}/customers/{CUSTOMER}"


async def connected(world: TelegramWorld, **rights: bool) -> None:
    await world.provider("POST", BASE, {"id": CONNECTION, "name": "Olga", **rights})


async def said(world: TelegramWorld, text: str, **more: Any) -> Any:
    return await world.provider("POST", f"{CHAT}/messages", {"text": text, **more})


async def conversation_with(world: TelegramWorld, count: int) -> dict[str, Any]:
    """Return the business conversation once it has so many messages."""

    async def look() -> Any:
        found = (await world.owner.get("/conversations")).body["items"]
        own = [one for one in found if one["identity"]["external_id"] == f"{CUSTOMER}:b{CONNECTION}"]
        return own and len(await world.messages(own[0]["id"])) == count and own[0]

    return dict(await eventually(look))


async def test_a_chat_of_the_owner_is_answered_in_the_owners_name(world: TelegramWorld) -> None:
    await connected(world)
    await said(world, "Is it still there?")
    await said(world, "Yes, it is", by="owner")
    conversation = await conversation_with(world, 2)
    authors = [message["author"]["kind"] for message in await world.messages(conversation["id"])]
    assert authors == ["contact", "external"]
    await world.owner.post(f"/conversations/{conversation['id']}/assign", {"operator_id": world.owner.id})
    sent = await world.settled(await world.send(conversation["id"], {"type": "text", "text": "Come by"}))
    assert (sent["status"], sent["error"]) == ("sent", None)
    thread = (await world.provider("GET", f"{CHAT}/thread"))["messages"]
    assert [message["text"] for message in thread] == ["Is it still there?", "Yes, it is", "Come by"]
    assert thread[-1]["from"]["first_name"] == "Olga"
    assert len(await world.messages(conversation["id"])) == 3


async def test_it_is_another_chat_than_the_bots_own_with_the_same_person(world: TelegramWorld) -> None:
    await connected(world)
    await world.provider("POST", f"/control/telegram/{BOT_ID}/customers/{CUSTOMER}/messages", {"text": "to the bot"})
    await said(world, "to the owner")

    async def both() -> Any:
        return {one["identity"]["external_id"] for one in (await world.owner.get("/conversations")).body["items"]} == {
            str(CUSTOMER),
            f"{CUSTOMER}:b{CONNECTION}",
        }

    await eventually(both)


@pytest.mark.parametrize("rights", [{"is_enabled": False}, {"can_reply": False}])
async def test_without_the_right_to_reply_it_fails_with_what_to_do(
    world: TelegramWorld, rights: dict[str, bool]
) -> None:
    await connected(world)
    await said(world, "hello")
    conversation = await conversation_with(world, 1)
    await world.owner.post(f"/conversations/{conversation['id']}/assign", {"operator_id": world.owner.id})
    await connected(world, **rights)
    failed = await world.settled(await world.send(conversation["id"], {"type": "text", "text": "hi"}))
    assert (failed["status"], failed["error"]["code"]) == ("failed", "channel_rights")
    assert "connect it again" in failed["error"]["explanation"]


async def test_a_customer_who_has_not_written_for_a_day_is_not_answered(world: TelegramWorld) -> None:
    await connected(world)
    await said(world, "hello", date=int(time.time()) - 25 * 3600)
    conversation = await conversation_with(world, 1)
    await world.owner.post(f"/conversations/{conversation['id']}/assign", {"operator_id": world.owner.id})
    failed = await world.settled(await world.send(conversation["id"], {"type": "text", "text": "hi"}))
    assert (failed["status"], failed["error"]["code"]) == ("failed", "window_closed")


async def test_what_is_deleted_in_the_owners_chat_is_deleted_here(world: TelegramWorld) -> None:
    await connected(world)
    wrong = await said(world, "sorry, wrong chat")
    await said(world, "hello")
    conversation = await conversation_with(world, 2)
    await world.provider("POST", f"{CHAT}/deletions", {"message_ids": [wrong["message_id"]]})

    async def gone() -> Any:
        return (await world.messages(conversation["id"]))[0]["deleted_at"]

    await eventually(gone)


async def test_our_own_messages_are_changed_and_taken_back(world: TelegramWorld) -> None:
    await connected(world)
    await said(world, "hello")
    conversation = await conversation_with(world, 1)
    await world.owner.post(f"/conversations/{conversation['id']}/assign", {"operator_id": world.owner.id})
    sent = await world.settled(await world.send(conversation["id"], {"type": "text", "text": "hallo"}))
    assert (await world.owner.delete(f"/messages/{sent['id']}")).status in (200, 204)

    async def taken_back() -> Any:
        await world.teller.tell_due()
        thread = (await world.provider("GET", f"{CHAT}/thread"))["messages"]
        return [message["text"] for message in thread] == ["hello"]

    await eventually(taken_back)
