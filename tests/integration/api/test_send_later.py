"""Sending later, and answering what one has seen, through the API."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest_asyncio

from inbox.foundation.clock import FixedClock
from tests.integration.api.support import Team, customer_writes, whatsapp_channel


def words(text: str = "later", **more: Any) -> dict[str, Any]:
    return {"content": {"type": "text", "text": text}, **more}


@pytest_asyncio.fixture
async def free(team: Team) -> str:
    """The path of a conversation that nobody has."""
    channel = (await team.owner.post("/channels", whatsapp_channel())).body
    await customer_writes(team.owner.client, channel, "help")
    return f"/conversations/{(await team.operator.get('/conversations')).body['items'][0]['id']}"


@pytest_asyncio.fixture
async def taken(team: Team, free: str) -> str:
    """The path of a conversation that Ann has."""
    assert (await team.operator.post(f"{free}/assign", {"operator_id": team.operator.id})).status == 200
    return free


async def test_it_is_seen_in_the_thread_changed_and_withdrawn(team: Team, taken: str, clock: FixedClock) -> None:
    ann, at = team.operator, (clock.now() + timedelta(hours=1)).isoformat()
    twins = await asyncio.gather(
        *(ann.post(f"{taken}/messages", words(send_at=at), Idempotency_Key="once") for _ in range(3))
    )
    assert {(twin.status, twin.body["status"]) for twin in twins} == {(201, "scheduled")}
    assert len({twin.body["id"] for twin in twins}) == 1
    id_ = twins[0].body["id"]
    thread = (await ann.get(f"{taken}/messages")).body["items"]
    assert [(m["id"], m["status"]) for m in thread][1:] == [(id_, "scheduled")]
    assert (await ann.get(taken)).body["last_message"]["preview"] == "help"
    changed = await ann.patch(f"/messages/{id_}", {"content": {"text": "sooner"}})
    assert (changed.status, changed.body["content"]["text"], changed.body["status"]) == (200, "sooner", "scheduled")
    assert (await team.owner.patch(f"/messages/{id_}", {"content": {"text": "x"}})).body["code"] == "not_assigned"
    assert (await ann.delete(f"/messages/{id_}")).status == 204
    (gone,) = [m for m in (await ann.get(f"{taken}/messages")).body["items"] if m["id"] == id_]
    assert (gone["status"], gone["error"]["code"]) == ("failed", "withdrawn")


async def test_odd_times_are_told_by_pointer(team: Team, taken: str, clock: FixedClock) -> None:
    held = {"template": {"name": "sale", "language": "en"}}
    soon = (clock.now() + timedelta(hours=1)).isoformat()
    for more in (
        {"send_at": clock.now().isoformat()},
        {"send_at": "2999-01-01T00:00:00Z"},
        {"send_at": "2026-12-24T10:00:00"},
        {"send_at": "tomorrow"},
        {"send_at": soon, "held": held},
    ):
        answer = await team.operator.post(f"{taken}/messages", words(**more))
        assert (answer.status, answer.body["errors"][0]["pointer"]) == (422, "/send_at"), more
    long = await team.operator.post(f"{taken}/messages", words("x" * 5_000, send_at=soon))
    assert (long.status, long.body["errors"][0]["pointer"]) == (422, "/content/text")
    assert (await team.owner.post(f"{taken}/messages", words(send_at=soon))).body["code"] == "not_assigned"
    sent = (await team.operator.post(f"{taken}/messages", words("now"))).body
    late = await team.operator.patch(f"/messages/{sent['id']}", {"send_at": soon})
    assert late.status in {409, 422}


async def test_an_answer_to_what_a_colleague_has_answered_is_told(team: Team, free: str) -> None:
    key, owner, ann = team.key, team.owner, team.operator
    seen = (await key.get(free)).body["last_message"]["seq"]
    first = await key.post(f"{free}/messages", words("by a program", seen_seq=seen))
    assert first.status == 201
    assert (await key.post(f"{free}/messages", words("again", seen_seq=seen))).status == 201, "one's own is no news"
    await ann.post(f"{free}/assign", {"operator_id": ann.id})
    stale = await ann.post(f"{free}/messages", words("me too", seen_seq=seen))
    assert (stale.status, stale.body["code"]) == (409, "stale_state")
    assert stale.body["seq"] > first.body["seq"]
    assert (await ann.post(f"{free}/messages", words("me too", seen_seq=stale.body["seq"]))).status == 201
    assert (await ann.post(f"{free}/messages", words("not asked for"))).status == 201
    assert (await owner.post(f"{free}/messages", words(seen_seq=-1))).body["errors"][0]["pointer"] == "/seen_seq"


async def test_of_programs_that_answer_at_once_one_is_first(team: Team, free: str) -> None:
    made = [(await team.owner.post("/api-keys", {"name": f"bot {n}", "scopes": ["write"]})).body for n in range(4)]
    seen = (await team.key.get(free)).body["last_message"]["seq"]

    async def answer(token: str) -> int:
        body, headers = words("hello", seen_seq=seen), {"Authorization": f"Bearer {token}"}
        async with team.owner.client.post(f"/api/v1{free}/messages", json=body, headers=headers) as response:
            return response.status

    statuses = await asyncio.gather(*(answer(one["token"]) for one in made))
    assert sorted(statuses) == [201, 409, 409, 409]
