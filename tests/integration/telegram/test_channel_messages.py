"""Direct messages of a channel: each person is a conversation, and is answered in their own topic."""

from __future__ import annotations

from typing import Any

from tests.integration.telegram.telegram_world import BOT_ID, TelegramWorld, message
from tests.waiting import eventually

DESK = {"id": -1001700000009, "title": "Shop news", "type": "supergroup", "is_direct_messages": True}
ANN, BO = 700001, 700002


async def writes(world: TelegramWorld, who: int, name: str, **content: Any) -> None:
    path = f"/control/telegram/{BOT_ID}/customers/{who}/messages"
    await world.provider("POST", path, {**content, "chat": DESK, "from": {"first_name": name}})


async def test_each_person_is_a_conversation_that_is_answered_in_its_topic(world: TelegramWorld) -> None:
    await writes(world, ANN, "Ann", text="Is it open?")
    await writes(world, BO, "Bo", text="Buy roses", suggested_post_info={"state": "pending"})

    async def both() -> Any:
        found = (await world.owner.get("/conversations")).body["items"]
        return len(found) == 2 and {one["contact"]["name"]: one for one in found}

    found = await eventually(both)
    assert set(found) == {"Ann", "Bo"}
    assert found["Ann"]["identity"]["external_id"] == f"{DESK['id']}:d{ANN}"
    (suggested,) = await world.messages(found["Bo"]["id"])
    assert suggested["content"]["text"] == "[Suggested post]\nBuy roses"
    await world.owner.post(f"/conversations/{found['Ann']['id']}/assign", {"operator_id": world.owner.id})
    sent = await world.settled(await world.send(found["Ann"]["id"], {"type": "text", "text": "Until six"}))
    assert (sent["status"], sent["error"]) == ("sent", None)
    (call,) = await world.calls("sendMessage")
    assert (call["chat_id"], call["direct_messages_topic_id"]) == (str(DESK["id"]), str(ANN))
    await world.owner.post(f"/conversations/{found['Ann']['id']}/typing", {})
    await world.teller.tell_all()
    assert await world.calls("sendChatAction") == []  # it would be shown to nobody, or to all
    await writes(world, ANN, "Ann", text="Thanks")

    async def answered() -> Any:
        texts = {one["content"]["text"] for one in await world.messages(found["Ann"]["id"])}
        return texts == {"Is it open?", "Until six", "Thanks"}

    await eventually(answered)


async def test_what_somebody_of_the_channel_answers_there_is_the_businesss(world: TelegramWorld) -> None:
    topic = {"topic_id": 41, "user": {"id": ANN, "first_name": "Ann"}}
    ann = {"from": topic["user"], "direct_messages_topic": topic}
    olga = {"from": {"id": 9, "first_name": "Olga"}, "direct_messages_topic": topic}
    await world.update(message={**message(1, DESK, text="Is it open?"), **ann})
    await world.update(message={**message(2, DESK, text="Until six"), **olga})
    await world.update(edited_message={**message(2, DESK, text="Until seven"), "edit_date": 1780000009, **olga})
    conversation = await world.conversation()
    assert (conversation["contact"]["name"], conversation["identity"]["external_id"]) == ("Ann", f"{DESK['id']}:d41")
    shown = [(one["author"]["kind"], one["content"]["text"]) for one in await world.messages(conversation["id"])]
    assert shown == [("contact", "Is it open?"), ("external", "Until seven")]
