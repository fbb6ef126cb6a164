"""What queue and channel ask for before a close holds people back, never rules and programs."""

from __future__ import annotations

from typing import Any

from inbox.conversation.conversations import Conversations
from inbox.model.close_reasons import CloseReason, close_by_rule
from inbox.storage.runtime import Runtime
from tests.integration.api.support import Team, customer_writes, whatsapp_channel


async def waiting(team: Team, channel: dict[str, Any], wa_id: str) -> str:
    """Have a customer write; return the path of the conversation."""
    await customer_writes(team.owner.client, channel, f"help {wa_id}", wa_id=wa_id)
    return f"/conversations/{(await team.owner.get('/conversations')).body['items'][0]['id']}"


async def test_a_person_closes_only_what_is_filled_in(team: Team, runtime: Runtime) -> None:
    owner, ann = team.owner, team.operator
    queue = (await owner.post("/queues", {"name": "Sales", "required_before_close": ["tag", "topic"]})).body
    asked = whatsapp_channel(required_before_close=["note"], queue_id=queue["id"])
    channel = (await owner.post("/channels", asked)).body
    assert (queue["required_before_close"], channel["required_before_close"]) == (["tag", "topic"], ["note"])
    path = await waiting(team, channel, "16505551111")
    await owner.post(f"{path}/assign", {"operator_id": ann.id})
    refused = await ann.post(f"{path}/close", {})
    assert (refused.status, refused.body["code"]) == (409, "required_before_close")
    assert [error["pointer"] for error in refused.body["errors"]] == ["/topics", "/tags", "/note"]
    topic = (await owner.post("/topics", {"name": "Delivery"})).body["id"]
    for field, body, left in (
        ("topics", {"topics": [topic]}, ["/tags", "/note"]),
        ("tags", {"tags": ["late"]}, ["/note"]),
    ):
        assert (await ann.call("PUT", f"{path}/{field}", body)).status == 200
        still = await ann.post(f"{path}/close", {})
        assert [error["pointer"] for error in still.body["errors"]] == left
    await ann.call("PUT", f"{path}/note", {"text": "sent again"})
    assert (await ann.post(f"{path}/close", {})).body["state"] == "closed"

    by_key = await waiting(team, channel, "16505552222")
    assert (await team.key.post(f"{by_key}/close", {})).body["close_reason"] == "api"
    by_rule = (await waiting(team, channel, "16505553333")).rpartition("/")[2]
    seen = await runtime.database.conversations.find_one({"_id": by_rule})
    assert seen is not None
    closed = await Conversations(runtime.database, runtime.clock).close_as_seen(
        seen, close_by_rule(CloseReason.INACTIVITY)
    )
    assert closed is not None, "silence is not held back"


async def test_a_note_is_not_asked_for_where_nobody_may_write_one(team: Team) -> None:
    channel = (await team.owner.post("/channels", whatsapp_channel(required_before_close=["note"]))).body
    path = await waiting(team, channel, "16505551111")
    assert (await team.operator.post(f"{path}/close", {})).status == 200
    odd = await team.owner.patch(f"/channels/{channel['id']}", {"required_before_close": ["note", "smile"]})
    assert (odd.status, odd.body["errors"][0]["pointer"]) == (422, "/required_before_close/1")
    none = await team.owner.patch(f"/channels/{channel['id']}", {"required_before_close": []})
    assert none.body["required_before_close"] == []
