"""Updates that are nothing for the inbox, or of tomorrow: kept with what they are called, counted, in nobody's way."""

from __future__ import annotations

from typing import Any

from prometheus_client import REGISTRY

from inbox.storage.database import Database
from tests.integration.telegram.telegram_world import BOT_ID, CUSTOMER, USER, TelegramWorld, message
from tests.waiting import eventually

GROUP = {"id": -1001700000001, "title": "Garden club", "type": "supergroup"}


async def notices(world: TelegramWorld, database: Database, topic: str) -> int:
    return await database.notices.count_documents({"channel_id": world.channel["id"], "topic": topic})


def counted() -> float:
    return REGISTRY.get_sample_value("gateway_webhook_updates_total", {"outcome": "kept_raw"}) or 0


async def test_a_question_from_elsewhere_opens_nothing_and_is_kept(world: TelegramWorld, database: Database) -> None:
    await world.provider("POST", f"/control/telegram/{BOT_ID}/customers/{CUSTOMER}/guest", {"text": "@shop_bot hi"})

    async def kept() -> bool:
        return await notices(world, database, "guest_message") == 1

    await eventually(kept)
    assert (await world.owner.get("/conversations")).body["items"] == []


async def test_an_update_of_tomorrow_is_kept_once_and_what_follows_arrives(
    world: TelegramWorld, database: Database
) -> None:
    before = counted()
    for _ in range(2):
        assert await world.update(update_id=990_001, telepathy={"thought": {"of": 1}, "chat": GROUP}) == 200
    assert await world.update(message=message(1, text="hello", of_tomorrow={"deep": [1]}), aura=None) == 200
    (first,) = await world.messages((await world.conversation())["id"])
    assert first["content"] == {"type": "text", "text": "hello"}
    assert await notices(world, database, "telepathy") == 1
    assert counted() >= before + 2
    assert (await world.owner.get("/dead-letters")).body["items"] == []


async def test_what_only_the_bot_sees_opens_nothing_and_says_so(world: TelegramWorld, database: Database) -> None:
    whisper: dict[str, Any] = {"receiver_user": {"id": int(BOT_ID), "first_name": "Shop"}, "ephemeral_message_id": 3}
    assert await world.update(message=message(0, GROUP, text="psst", **whisper)) == 200
    assert (await world.owner.get("/conversations")).body["items"] == []
    await world.update(message=message(5, GROUP, text="hello all"))
    await world.update(message=message(0, GROUP, text="and this", **whisper))
    found = await world.messages((await world.conversation())["id"])
    name = USER["first_name"]
    assert [one["content"]["text"] for one in found] == [
        f"{name}:\nhello all",
        f"[Only the bot sees this]\n{name}:\nand this",
    ]
    kept = await database.notices.find({"channel_id": world.channel["id"]}).to_list(None)
    assert [b"psst" in one["raw"] for one in kept] == [True]
