"""`/asyncapi.json` has every event, is sound in itself, and says what the stream really carries."""

from __future__ import annotations

import re
from typing import Any

import msgspec
import pytest_asyncio

from inbox.storage.runtime import Runtime
from inbox.stream.events import EventType, decode_items
from tests.integration.api.one_of_everything import one_of_everything
from tests.integration.api.support import Client, Team
from tests.schema_validators import validator_of

AT_LEAST = {
    *("conversation.created", "conversation.assigned", "conversation.updated", "conversation.closed"),
    *("message.created", "message.updated", "note.updated", "draft.updated", "contact.updated"),
    *("tag.updated", "topic.updated", "contact_field.updated", "queue.updated", "operator.status"),
    *("channel.health", "campaign.progress"),
}
"""What the calls below tell of."""


@pytest_asyncio.fixture
async def document(client: Client) -> dict[str, Any]:
    async with client.get("/asyncapi.json") as response:
        assert response.status == 200
        return dict(await response.json())


def faults(document: dict[str, Any], name: str, payload: Any) -> list[str]:
    schema = document["components"]["messages"][name]["payload"]
    validator = validator_of(schema, document, validate_formats=True)
    return [f"{name}: {error.message} at {error.instance_path}" for error in validator.iter_errors(payload)]


def at(document: dict[str, Any], ref: str) -> Any:
    found: Any = document
    for name in ref.removeprefix("#/").split("/"):
        found = found[name]
    return found


async def test_it_is_sound(document: dict[str, Any]) -> None:
    messages = document["components"]["messages"]
    assert document["asyncapi"] == "3.0.0"
    assert {event.value for event in EventType} <= set(messages)
    for ref in set(re.findall(r"'\$ref': '([^']+)'", str(document))):
        assert at(document, ref), ref
    for name, message in messages.items():
        assert [faults(document, name, example["payload"]) for example in message["examples"]] == [[]]
    channels = document["channels"]
    known = [ref["$ref"] for channel in channels.values() for ref in channel["messages"].values()]
    assert sorted(known) == sorted(f"#/components/messages/{name}" for name in messages)
    used = [one["$ref"] for operation in document["operations"].values() for one in operation["messages"]]
    own = [f"#/channels/{name}/messages/{one}" for name, channel in channels.items() for one in channel["messages"]]
    assert sorted(used) == sorted(own)


async def test_frames_of_both_sockets_are_there(document: dict[str, Any]) -> None:
    messages = document["components"]["messages"]
    looking = {"type": "looking", "conversation_id": "c", "operator_id": "o", "looking": True, "writing": False}
    assert faults(document, "looking", looking) == []
    assert {name for name in messages if name.startswith("visitor_says")} == {
        f"visitor_says_{type_}" for type_ in ("hello", "message", "ack", "read", "history", "typing", "ping")
    }
    assert faults(document, "visitor_says_hello", {"type": "hello"}) == []
    assert faults(document, "visitor_says_message", {"type": "message", "id": "12345678"}) != []


async def test_what_happens_is_told_as_documented(
    runtime: Runtime, client: Client, team: Team, document: dict[str, Any]
) -> None:
    ids, owner = await one_of_everything(team), team.owner
    conversation = f"/conversations/{ids['conversations']}"
    await owner.call("PUT", f"{conversation}/note", {"text": "Waits."})
    await owner.call("PUT", f"{conversation}/draft", {"content": {"type": "text", "text": "Hello"}})
    await owner.post(f"{conversation}/messages", {"content": {"type": "text", "text": "Hello!"}})
    await owner.call("PUT", f"/messages/{ids['messages']}/reaction", {"emoji": "👍"})
    await owner.patch(f"/contacts/{ids['contacts']}", {"name": "Kerry Fisher"})
    await owner.call("PUT", "/operators/me/status", {"status": "ready"})
    await owner.post(f"/channels/{ids['channels']}/check")
    await owner.post(f"{conversation}/close", {})
    await owner.post(f"/campaigns/{ids['campaigns']}/cancel")
    told: set[str] = set()
    async for stored in runtime.database.events.find({"workspace_id": owner.workspace_id}):
        for item in decode_items(stored["items"]):
            body = {"cursor": "c", **msgspec.json.decode(item.body)}
            assert faults(document, body["type"], body) == []
            told.add(body["type"])
    assert AT_LEAST - told == set()
