"""Checklists in the chats of a business account: sent, marked by the customer, changed; refused elsewhere."""

from __future__ import annotations

from typing import Any

from tests.integration.telegram.telegram_world import BOT_ID, CUSTOMER, TelegramWorld
from tests.waiting import eventually

BASE = f"/control/telegram/{BOT_ID}/businesses"
CHAT = f"{BASE}/owner-1/customers/{CUSTOMER}"
LIST = {"type": "checklist", "title": "To bring", "tasks": [{"text": "passport"}, {"text": "photo"}]}


async def test_a_checklist_goes_out_is_marked_and_changed(world: TelegramWorld) -> None:
    await world.provider("POST", BASE, {"id": "owner-1", "name": "Olga"})
    await world.provider("POST", f"{CHAT}/messages", {"text": "What do I bring?"})
    conversation = await world.taken()
    sent = await world.settled(await world.send(conversation["id"], {**LIST, "others_can_mark": True}))
    assert (sent["status"], sent["error"]) == ("sent", None)
    shown = (await world.provider("GET", f"{CHAT}/thread"))["messages"][-1]
    assert shown["checklist"]["tasks"] == [{"id": 1, "text": "passport"}, {"id": 2, "text": "photo"}]
    await world.provider("POST", f"{CHAT}/tasks", {"message_id": shown["message_id"], "done": [2]})

    async def ticked() -> Any:
        found = await world.messages(conversation["id"])
        (ours,) = [one for one in found if one["id"] == sent["id"]]
        lines = [one["content"].get("text") for one in found if one["content"]["type"] == "system"]
        done = [task.get("done", False) for task in ours["content"]["tasks"]]
        return done == [False, True] and lines == ["Tasks of a checklist were marked: ☑ photo"]

    await eventually(ticked)


async def test_a_customers_checklist_is_shown_and_ours_is_changed(world: TelegramWorld) -> None:
    await world.provider("POST", BASE, {"id": "owner-1", "name": "Olga"})
    given = {"title": "Mine", "tasks": [{"id": 1, "text": "roses"}]}
    await world.provider("POST", f"{CHAT}/messages", {"checklist": given})
    conversation = await world.taken()
    assert conversation["last_message"]["preview"] == "Mine"
    sent = await world.settled(await world.send(conversation["id"], LIST))
    new = {"title": "To bring along", "tasks": [{"text": "passport"}]}
    changed = await world.owner.patch(f"/messages/{sent['id']}", {"content": new})
    assert changed.status == 200, changed.body

    async def told() -> Any:
        await world.teller.tell_due()
        return (await world.provider("GET", f"{CHAT}/thread"))["messages"][-1]["checklist"]["title"] == new["title"]

    await eventually(told)


async def test_in_the_bots_own_chat_it_fails_with_the_reason(world: TelegramWorld) -> None:
    await world.write("hello")
    conversation = await world.taken()
    failed = await world.settled(await world.send(conversation["id"], LIST))
    assert (failed["status"], failed["error"]["code"]) == ("failed", "content_refused")
    assert "business account" in failed["error"]["explanation"]
    assert await world.calls("sendChecklist") == []
