"""Where answers go: to the topic that was written in, and to the new id of a group that moved."""

from __future__ import annotations

from functools import partial
from typing import Any

from inbox.arriving.ingest import Ingest
from inbox.contacts.suppression import Suppression
from inbox.storage.runtime import Runtime
from inbox.storage.sequence import SequenceClock
from tests.integration.telegram.telegram_world import BOT_ID, CUSTOMER, USER, TelegramWorld, message
from tests.waiting import eventually
from workers.sending.hear_answers import hear_answer

GROUP = -4001
FORUM = {"id": -1001700000001, "title": "Garden club", "type": "supergroup", "is_forum": True}


def topic(number: int, name: str) -> dict[str, Any]:
    opened = {"message_id": number, "chat": FORUM, "date": 1, "forum_topic_created": {"name": name}}
    return {"is_topic_message": True, "message_thread_id": number, "reply_to_message": opened}


async def test_each_topic_is_a_conversation_and_is_answered_where_it_is(world: TelegramWorld) -> None:
    await world.update(message=message(1, FORUM, text="where is it?", **topic(4711, "Orders")))
    await world.update(message=message(2, FORUM, text="too small", **topic(4712, "Returns")))
    await world.update(message=message(3, FORUM, text="hello"))
    found = (await world.owner.get("/conversations")).body["items"]
    names = {c["contact"]["name"]: c["id"] for c in found}
    assert set(names) == {"Garden club › Orders", "Garden club › Returns", "Garden club"}
    await world.owner.post(f"/conversations/{names['Garden club › Orders']}/assign", {"operator_id": world.owner.id})
    await world.settled(await world.send(names["Garden club › Orders"], {"type": "text", "text": "on its way"}))
    (call,) = await world.calls("sendMessage")
    assert (str(call["chat_id"]), str(call["message_thread_id"])) == (str(FORUM["id"]), "4711")


async def test_a_move_that_an_answer_tells_moves_contact_and_conversation_once(
    world: TelegramWorld, runtime: Runtime
) -> None:
    ingest = Ingest(
        runtime.database,
        runtime.clock,
        SequenceClock(runtime.clock.server_seconds),
        timeout_seconds=10,
        suppression=Suppression(runtime.database, str),
    )
    world.deliverer.hear = partial(hear_answer, ingest)
    customer = f"/control/telegram/{BOT_ID}/customers/{CUSTOMER}"
    written = {"text": "hello", "chat": {"id": GROUP, "title": "Garden club"}, "from": {"first_name": "Ludmila"}}
    await world.provider("POST", f"{customer}/messages", written)
    conversation = await world.taken()
    await world.provider("POST", f"/bot{BOT_ID}:AAH-test-token/deleteWebhook", {})  # no service message tells us
    moved = await world.provider("POST", f"/control/telegram/{BOT_ID}/chats/{GROUP}/migrate")
    new_id = moved["chat"]["id"]
    first = await world.settled(await world.send(conversation["id"], {"type": "text", "text": "x" * 5000}))
    assert (first["status"], first["provider_id"].partition(":")[0]) == ("sent", str(new_id))

    async def followed() -> Any:
        return (await world.conversation())["identity"]["external_id"] == str(new_id)

    await eventually(followed)
    await world.settled(await world.send(conversation["id"], {"type": "text", "text": "two"}))
    assert [str(call["chat_id"]) for call in await world.calls("sendMessage")] == [str(GROUP), *[str(new_id)] * 3]
    group = {"id": new_id, "title": "Garden club", "type": "supergroup"}
    await world.update(message=message(50, group, migrate_from_chat_id=GROUP))
    await world.update(message=message(51, group, text="we moved"))
    shown = await world.messages((await world.conversation())["id"])
    assert [m["content"].get("code") for m in shown].count("identity_changed") == 1
    assert (await world.conversation())["id"] == conversation["id"]


async def test_what_surrounds_a_message_is_told_by_the_api(world: TelegramWorld) -> None:
    group = {"id": GROUP, "title": "Garden club", "type": "group"}
    origin = {"type": "channel", "chat": {"id": -1001, "type": "channel", "title": "Shop news"}, "message_id": 5}
    place = {"latitude": 1.0, "longitude": 2.0}
    await world.update(message=message(1, group, location=place, external_reply={"origin": origin}))
    await world.update(message=message(2, group, text="/start@shop_bot campaign_77"))
    conversation = await world.conversation()
    first, second = await world.messages(conversation["id"])
    assert (first["sender"], first["quote"], first["referral"]) == (USER["first_name"], "[message] — Shop news", {})
    assert second["referral"] == {"start_parameter": "campaign_77"}
