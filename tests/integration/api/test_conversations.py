"""Conversations and messages through the API, with customers who write by the real webhook."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest
import pytest_asyncio

from inbox.foundation.clock import FixedClock
from inbox.storage.database import Database
from tests.integration.api.support import Team, customer_writes, whatsapp_channel

HELLO = {"content": {"type": "text", "text": "hello"}}


@pytest_asyncio.fixture
async def channel(team: Team) -> dict[str, Any]:
    return dict((await team.owner.post("/channels", whatsapp_channel())).body)


@pytest_asyncio.fixture
async def conversation(team: Team, channel: dict[str, Any]) -> dict[str, Any]:
    await customer_writes(team.owner.client, channel, "help")
    return dict((await team.operator.get("/conversations")).body["items"][0])


@pytest_asyncio.fixture
async def taken(team: Team, conversation: dict[str, Any]) -> str:
    """The path of a conversation that the operator has taken."""
    path = f"/conversations/{conversation['id']}"
    assert (await team.operator.post(f"{path}/assign", {"operator_id": team.operator.id})).status == 200
    return path


async def test_what_a_customer_writes_is_there(team: Team, conversation: dict[str, Any]) -> None:
    assert conversation["state"] == "queued"
    assert conversation["last_message"]["preview"] == "help"
    assert (conversation["unread"], conversation["window"]["open"]) == (1, True)
    assert conversation["contact"]["name"] == "Kerry"
    path = f"/conversations/{conversation['id']}"
    assert (await team.operator.get(path)).body == conversation
    messages = (await team.operator.get(f"{path}/messages")).body["items"]
    assert [(m["content"], m["status"], m["direction"]) for m in messages] == [
        ({"type": "text", "text": "help"}, "received", "in")
    ]
    raw = await team.operator.get(f"/messages/{messages[0]['id']}/raw")
    assert raw.body["text"]["body"] == "help"
    read = await team.operator.post(f"{path}/read")
    assert read.body["unread"] == 0


async def test_only_who_has_it_writes(team: Team, conversation: dict[str, Any]) -> None:
    path = f"/conversations/{conversation['id']}"
    assert (await team.operator.post(f"{path}/messages", HELLO)).body["code"] == "not_assigned"
    assert (await team.operator.post(f"{path}/typing")).body["code"] == "not_assigned"
    await team.operator.post(f"{path}/assign", {"operator_id": team.operator.id})
    sent = await team.operator.post(f"{path}/messages", HELLO)
    assert (sent.status, sent.body["status"], sent.body["author"]["kind"]) == (201, "queued", "operator")
    assert (await team.operator.post(f"{path}/typing")).status == 204
    assert (await team.owner.post(f"{path}/messages", HELLO)).body["code"] == "not_assigned"
    again = await team.owner.post(f"{path}/assign", {"operator_id": team.owner.id})
    assert (again.status, again.body["code"]) == (409, "already_assigned")
    over = await team.owner.post(f"{path}/assign", {"operator_id": team.owner.id, "take_over": True})
    assert over.body["operator_id"] == team.owner.id
    assert (await team.operator.get(path)).status == 404


async def test_twenty_twins_send_one_message(team: Team, taken: str, database: Database) -> None:
    answers = await asyncio.gather(
        *(team.operator.post(f"{taken}/messages", HELLO, Idempotency_Key="twin") for _ in range(20))
    )
    assert {answer.status for answer in answers} == {201}
    assert len({answer.body["id"] for answer in answers}) == 1
    assert await database.messages.count_documents({"direction": "out"}) == 1


@pytest.mark.parametrize(
    ("content", "code", "pointer"),
    [
        ({"type": "text", "text": ""}, "invalid_request", "/content/text"),
        ({"type": "text", "text": "x" * 5000}, "content_invalid", "/content/text"),
        ({"type": "text", "text": "x", "colour": "red"}, "invalid_request", "/content/colour"),
        ({"type": "telepathy"}, "invalid_request", "/content/type"),
        ({"type": "choice", "id": "1", "title": "t"}, "invalid_request", "/content/type"),
        ({"type": "image", "media": {}}, "content_invalid", "/content/media"),
        ({"type": "image", "media": {"url": "file:///etc/passwd"}}, "content_invalid", "/content/media/url"),
        (
            {"type": "image", "media": {"url": "https://example.com/a.jpg", "provider_media_id": "1"}},
            "content_invalid",
            "/content/media/provider_media_id",
        ),
        ({"type": "location", "latitude": 91, "longitude": 0}, "invalid_request", "/content/latitude"),
    ],
)
async def test_what_can_not_be_sent_is_told_by_pointer(
    team: Team, taken: str, content: dict[str, Any], code: str, pointer: str
) -> None:
    answer = await team.operator.post(f"{taken}/messages", {"content": content})
    assert (answer.status, answer.body["code"], answer.body["errors"][0]["pointer"]) == (422, code, pointer)


async def test_outside_the_window_no_free_text_is_taken(team: Team, taken: str, clock: FixedClock) -> None:
    clock.advance(timedelta(hours=24, minutes=1))
    answer = await team.operator.post(f"{taken}/messages", HELLO)
    assert (answer.status, answer.body["code"], answer.body["templates"]) == (409, "window_closed", [])
    assert (await team.operator.get(taken)).body["window"]["open"] is False


async def test_a_close_says_what_it_has_seen(
    team: Team, taken: str, conversation: dict[str, Any], channel: dict[str, Any]
) -> None:
    seen = conversation["last_message"]["seq"]
    await customer_writes(team.owner.client, channel, "one more thing")
    stale = await team.operator.post(f"{taken}/close", {"seen_seq": seen})
    assert (stale.status, stale.body["code"]) == (409, "stale_state")
    closed = await team.operator.post(f"{taken}/close", {})
    assert (closed.body["state"], closed.body["close_reason"]) == ("closed", "operator")
    assert (await team.operator.get("/conversations")).body["items"] == []
    assert len((await team.operator.get("/conversations?state=closed")).body["items"]) == 1
    assert (await team.operator.post(f"{taken}/messages", HELLO)).body["code"] == "conversation_closed"


async def test_threads_are_read_in_parts(team: Team, taken: str, channel: dict[str, Any]) -> None:
    for number in range(4):
        await customer_writes(team.owner.client, channel, f"part {number}")
    newest = (await team.operator.get(f"{taken}/messages?limit=2")).body["items"]
    assert [m["content"]["text"] for m in newest] == ["part 2", "part 3"]
    before = (await team.operator.get(f"{taken}/messages?limit=2&before_seq={newest[0]['seq']}")).body["items"]
    assert [m["content"]["text"] for m in before] == ["part 0", "part 1"]
    after = (await team.operator.get(f"{taken}/messages?after_seq={before[-1]['seq']}")).body["items"]
    assert after == newest
    assert (await team.operator.get(f"{taken}/messages?after_seq=-1")).body["errors"][0]["pointer"] == "/after_seq"


async def test_a_reaction_needs_no_answer_of_the_provider(team: Team, taken: str) -> None:
    message = (await team.operator.get(f"{taken}/messages")).body["items"][0]
    reacted = await team.operator.call("PUT", f"/messages/{message['id']}/reaction", {"emoji": "👍"})
    assert [reaction["emoji"] for reaction in reacted.body["reactions"]] == ["👍"]
    assert (await team.operator.delete(f"/messages/{message['id']}/reaction")).status == 200


async def test_only_a_failed_message_is_sent_again(team: Team, taken: str, database: Database) -> None:
    sent = (await team.operator.post(f"{taken}/messages", HELLO)).body
    assert (await team.operator.post(f"/messages/{sent['id']}/retry")).body["code"] == "not_retryable"
    await database.messages.update_one({"_id": sent["id"]}, {"$set": {"status": "failed"}})
    again = await team.operator.post(f"/messages/{sent['id']}/retry", Idempotency_Key="retry")
    assert (again.status, again.body["retry_of"]) == (201, sent["id"])
    twin = await team.operator.post(f"/messages/{sent['id']}/retry", Idempotency_Key="retry")
    assert twin.body == again.body
    assert (await team.operator.get(f"/messages/{sent['id']}/attempts")).body == {"items": []}


async def test_dead_letters_are_shown_to_administrators(
    team: Team, strangers: Team, database: Database, clock: FixedClock
) -> None:
    for team_, letter in ((team, "a"), (strangers, "b")):
        await database.dead_letters.insert_one(
            {
                "_id": letter,
                "workspace_id": team_.owner.workspace_id,
                "channel_id": "c",
                "at": clock.now(),
                "account_key": None,
                "raw": b'{"odd": "\xff"}',
                "reason": "odd",
                "replayed_at": None,
            }
        )
    listed = (await team.owner.get("/dead-letters")).body
    assert [(item["id"], item["reason"], item["raw"]) for item in listed["items"]] == [
        ("a", "odd", '{"odd": "\ufffd"}')
    ]
    assert (await team.operator.get("/dead-letters")).status == 403
