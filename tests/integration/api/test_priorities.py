"""Priority by hand and by channel: who may set it, who hears of it, who comes first."""

from __future__ import annotations

from typing import Any

import pytest

from inbox.storage.database import Database
from inbox.stream.events import decode_items
from tests.integration.api.support import Client, Team, customer_writes, whatsapp_channel


async def opened(client: Client, team: Team, wa_id: str, channel: dict[str, Any]) -> dict[str, Any]:
    await customer_writes(client, channel, f"hello {wa_id}", wa_id=wa_id)
    found: dict[str, Any] = (await team.owner.get("/conversations")).body["items"][0]
    return found


async def test_who_may_say_who_comes_first(client: Client, team: Team, strangers: Team, database: Database) -> None:
    channel = (await team.owner.post("/channels", whatsapp_channel())).body
    conversation = await opened(client, team, "16505550001", channel)
    path = f"/conversations/{conversation['id']}/priority"
    await database.events.delete_many({})
    assert (await team.operator.call("PUT", path, {"priority": 5})).status == 403
    assert (await strangers.owner.call("PUT", path, {"priority": 5})).status == 404
    answer = await team.owner.call("PUT", path, {"priority": 5})
    assert (answer.status, answer.body["priority"]) == (200, 5)
    again = await team.key.call("PUT", path, {"priority": 5})
    assert (again.status, again.body["version"]) == (200, answer.body["version"])
    (told,) = [item async for events in database.events.find({}) for item in decode_items(events["items"])]
    assert b'"conversation.updated"' in bytes(told.body)
    explained = (await team.owner.get(f"/conversations/{conversation['id']}/explain")).body["items"][-1]
    assert (explained["rule"], explained["answer"], explained["by"]) == ("priority", "5", f"operator:{team.owner.id}")
    await team.owner.post(f"/conversations/{conversation['id']}/close", {})
    assert (await team.owner.call("PUT", path, {"priority": 6})).body["code"] == "conversation_closed"


@pytest.mark.parametrize("priority", [-1, 101, 1.5, "high", None])
async def test_odd_priorities_are_named(team: Team, priority: Any) -> None:
    answer = await team.owner.call("PUT", "/conversations/x/priority", {"priority": priority})
    assert (answer.status, answer.body["errors"][0]["pointer"]) == (422, "/priority")


async def test_conversations_have_the_priority_of_their_channel(client: Client, team: Team) -> None:
    channel = (await team.owner.post("/channels", whatsapp_channel(priority=7))).body
    assert channel["priority"] == 7
    assert (await opened(client, team, "16505550001", channel))["priority"] == 7
    assert (await team.owner.patch(f"/channels/{channel['id']}", {"priority": 101})).status == 422
    assert (await team.owner.patch(f"/channels/{channel['id']}", {"name": "Still"})).body["priority"] == 7
