"""What updates leave in the inbox, beyond messages: presses, blocks, groups that move, reactions."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from inbox.storage.database import Database
from tests.integration.telegram.telegram_world import BOT_ID, CUSTOMER, PRIVATE, USER, TelegramWorld, message

FIXTURES = Path(__file__).parents[2] / "fixtures" / "telegram"
GROUP = {"id": -4455, "title": "Garden club", "type": "group"}
SUPERGROUP = {"id": -1001700200300, "title": "Garden club", "type": "supergroup"}


def member(status: str, at: int) -> dict[str, Any]:
    return {"chat": PRIVATE, "from": USER, "date": at, "new_chat_member": {"status": status, "user": USER}}


async def thread(world: TelegramWorld) -> list[dict[str, Any]]:
    conversation = await world.conversation()
    return await world.messages(conversation["id"])


async def test_every_fixture_is_taken_and_none_twice(world: TelegramWorld) -> None:
    for _ in range(2):
        for path in sorted(FIXTURES.glob("*.json")):
            assert await world.update(**json.loads(path.read_text())) == 200, path.name
    assert (await world.owner.get("/dead-letters")).body["items"] == []
    conversations = (await world.owner.get("/conversations?limit=200")).body["items"]
    assert {c["identity"]["external_id"] for c in conversations} == {"500100", "-1001700200300", "-1001700200300:4"}
    messages = [m for c in conversations for m in (await world.messages(f"{c['id']}"))]
    assert len({m["provider_id"] for m in messages}) == len(messages)


async def test_a_pressed_button_is_a_choice_and_telegram_hears_that_it_arrived(world: TelegramWorld) -> None:
    await world.write("hello")
    conversation = await world.taken()
    buttons = {"type": "buttons", "text": "Reserve it?", "buttons": [{"id": "yes", "title": "Yes, please"}]}
    sent = await world.settled(await world.send(conversation["id"], buttons))
    (shown,) = [m for m in await world.thread() if m["direction"] == "in"]
    query = {"id": "77", "from": USER, "message": shown, "chat_instance": "1", "data": "yes"}
    for _ in range(2):
        assert await world.update(callback_query=query) == 200
    await world.teller.tell_all()
    (choice,) = [m for m in await thread(world) if m["content"]["type"] == "choice"]
    assert choice["content"] == {"type": "choice", "id": "yes", "title": "Yes, please"}
    assert choice["reply_to"] == sent["id"]
    assert (await world.calls("answerCallbackQuery"))[0]["callback_query_id"] == "77"


async def test_a_block_is_a_state_of_the_contact_and_opens_nothing(world: TelegramWorld) -> None:
    await world.update(my_chat_member=member("kicked", 1780000100))
    assert (await world.owner.get("/conversations")).body["items"] == []
    await world.update(message=message(1, text="hello"))
    for _ in range(2):
        assert await world.update(my_chat_member=member("kicked", 1780000200)) == 200
    conversation = await world.conversation()
    assert conversation["contact"]["unreachable_on"] == [world.channel["id"]]
    assert [m["content"].get("code") for m in await thread(world)] == [None, "blocked_by_customer"]
    # An older report comes late: it changes nothing.
    await world.update(my_chat_member=member("member", 1780000150))
    assert (await world.conversation())["contact"]["unreachable_on"] == [world.channel["id"]]
    await world.update(my_chat_member=member("member", 1780000300))
    assert (await world.conversation())["contact"]["unreachable_on"] == []
    assert (await thread(world))[-1]["content"]["code"] == "unblocked_by_customer"


async def test_a_block_ends_with_what_the_customer_writes(world: TelegramWorld) -> None:
    await world.update(message=message(1, text="hello"))
    await world.update(my_chat_member=member("kicked", 1780000200))
    conversation = await world.conversation()
    contact = f"/contacts/{conversation['contact']['id']}"
    assert (await world.owner.get(contact)).body["unreachable_on"] == [world.channel["id"]]
    await world.update(message={**message(2, text="from before"), "date": 1780000100})
    assert (await world.owner.get(contact)).body["unreachable_on"] == [world.channel["id"]], "it came late"
    await world.update(message={**message(3, text="here again"), "date": 1780000202})
    assert (await world.owner.get(contact)).body["unreachable_on"] == []
    assert (await world.conversation())["contact"]["unreachable_on"] == []


async def test_a_block_ends_with_a_message_that_gets_through(world: TelegramWorld, database: Database) -> None:
    await world.write("hello")
    conversation = await world.taken()
    blocked = {f"reachability.{world.channel['id']}": {"reachable": False, "at": datetime(2026, 1, 1, tzinfo=UTC)}}
    await database.contacts.update_one({"_id": conversation["contact"]["id"]}, {"$set": blocked})
    assert (await world.conversation())["contact"]["unreachable_on"] == [world.channel["id"]]
    sent = await world.settled(await world.send(conversation["id"], {"type": "text", "text": "still there?"}))
    assert sent["status"] == "sent"
    assert (await world.conversation())["contact"]["unreachable_on"] == []


async def test_a_group_that_becomes_a_supergroup_keeps_its_conversation(world: TelegramWorld) -> None:
    await world.update(message=message(3, GROUP, text="who waters the roses?"))
    before = await world.conversation()
    await world.update(message=message(4, GROUP, migrate_to_chat_id=SUPERGROUP["id"]))
    await world.update(message=message(1, SUPERGROUP, migrate_from_chat_id=GROUP["id"]))
    await world.update(message=message(2, SUPERGROUP, text="I do"))
    after = await world.conversation()
    assert after["id"] == before["id"]
    assert after["identity"]["external_id"] == str(SUPERGROUP["id"])
    said = [m["content"].get("code") or m["content"]["text"] for m in await thread(world)]
    assert said == ["Ludmila:\nwho waters the roses?", "identity_changed", "Ludmila:\nI do"]


async def test_reactions_and_replies_find_their_message(world: TelegramWorld) -> None:
    await world.write("hello")
    sent = await world.answered("yes?")
    _, _, message_id = sent["provider_id"].partition(":")
    reaction = {"chat": PRIVATE, "user": USER, "message_id": int(message_id), "date": 1780000500, "old_reaction": []}
    await world.update(message_reaction={**reaction, "new_reaction": [{"type": "emoji", "emoji": "🔥"}]})
    await world.update(message=message(90, text="that", reply_to_message={**message(int(message_id)), "text": "yes?"}))
    shown = await thread(world)
    assert [r["emoji"] for m in shown if m["id"] == sent["id"] for r in m["reactions"]] == ["🔥"]
    assert [m["reply_to"] for m in shown if m["provider_id"] == "500100:90"] == [sent["id"]]


async def test_an_answer_to_any_part_of_a_long_text_finds_the_message(world: TelegramWorld) -> None:
    await world.write("hello")
    sent = await world.answered("x" * 9000)
    parts = [m["message_id"] for m in await world.thread() if m["direction"] == "in"]
    for place, part in enumerate(parts):
        await world.update(message=message(90 + place, text="that", reply_to_message=message(part, text="x")))
    reaction = {"chat": PRIVATE, "user": USER, "message_id": parts[-1], "date": 1780000500, "old_reaction": []}
    await world.update(message_reaction={**reaction, "new_reaction": [{"type": "emoji", "emoji": "🔥"}]})
    shown = await thread(world)
    assert [m["reply_to"] for m in shown if m["content"] == {"type": "text", "text": "that"}] == [sent["id"]] * 3
    assert [r["emoji"] for m in shown if m["id"] == sent["id"] for r in m["reactions"]] == ["🔥"]


async def test_an_album_is_one_group_of_messages(world: TelegramWorld) -> None:
    for name in ("album_photo", "album_video"):
        await world.update(**json.loads((FIXTURES / f"{name}.json").read_text()))
    assert [m["group_id"] for m in await thread(world)] == ["13700", "13700"]


async def test_a_blocked_bots_message_fails_once(world: TelegramWorld) -> None:
    await world.write("hello")
    conversation = await world.taken()
    path = f"/control/telegram/{BOT_ID}/customers/{CUSTOMER}"
    await world.provider("POST", f"{path}/block")
    failed = await world.settled(await world.send(conversation["id"], {"type": "text", "text": "still there?"}))
    assert (failed["status"], failed["error"]["code"]) == ("failed", "blocked_by_customer")
    assert len(await world.calls("sendMessage")) == 1
    assert (await world.conversation())["contact"]["unreachable_on"] == [world.channel["id"]]


async def test_a_new_contact_has_the_language_of_its_app_until_a_person_says_otherwise(world: TelegramWorld) -> None:
    writer = {**USER, "language_code": "ru"}
    await world.update(message={**message(1, text="hello"), "from": writer})
    contact_id = (await world.conversation())["contact"]["id"]
    assert (await world.owner.get(f"/contacts/{contact_id}")).body["language"] == "ru"
    await world.owner.patch(f"/contacts/{contact_id}", {"language": "pt"})
    await world.update(message={**message(2, text="hello again"), "from": writer})
    assert (await world.owner.get(f"/contacts/{contact_id}")).body["language"] == "pt"
