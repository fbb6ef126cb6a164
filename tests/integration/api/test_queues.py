"""Queues through the API: their settings, the rules between them and channels, transfers, explanations."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest
import pytest_asyncio

from inbox.foundation.clock import FixedClock
from inbox.storage.database import Database
from inbox.storage.runtime import Runtime
from queueing.routing.route_queue import Routing
from tests.integration.api.support import Actor, Answer, Team, customer_writes, whatsapp_channel

UNKNOWN = "0" * 24


@pytest_asyncio.fixture
async def queue(team: Team) -> dict[str, Any]:
    made = await team.owner.post(
        "/queues", {"name": "Sales", "operator_ids": [team.operator.id], "max_wait_seconds": 300}
    )
    assert made.status == 201, made.body
    return dict(made.body)


@pytest_asyncio.fixture
async def channel(team: Team, queue: dict[str, Any]) -> dict[str, Any]:
    made = await team.owner.post("/channels", whatsapp_channel(queue_id=queue["id"]))
    assert made.status == 201, made.body
    return dict(made.body)


@pytest.fixture
def routing(runtime: Runtime) -> Routing:
    return Routing(runtime.database, runtime.clock)


async def status(database: Database, actor: Actor, value: str) -> None:
    await database.operators.update_one({"_id": actor.id}, {"$set": {"status": value}})


async def waiting_conversation(
    team: Team, channel: dict[str, Any], routing: Routing, *, wa_id: str = "16505551234"
) -> dict[str, Any]:
    await customer_writes(team.owner.client, channel, f"help {wa_id}", wa_id=wa_id)
    await routing.route(team.owner.workspace_id, channel["queue_id"])
    items = (await team.owner.get("/conversations")).body["items"]
    return next(c for c in items if c["identity"]["external_id"] == wa_id)


def refused(answer: Answer, pointer: str) -> bool:
    return answer.status == 422 and answer.body["errors"][0]["pointer"] == pointer


async def test_a_queue_is_made_changed_and_deleted(team: Team, queue: dict[str, Any], database: Database) -> None:
    assert (queue["strategy"], queue["waiting"], queue["available"], queue["version"]) == ("longest_idle", 0, False, 1)
    path = f"/queues/{queue['id']}"
    changed = await team.owner.patch(path, {"limit": 7, "max_wait_seconds": None, "texts": {"greeting": {"en": "Hi"}}})
    assert (changed.body["limit"], changed.body["max_wait_seconds"], changed.body["version"]) == (7, None, 2)
    assert (await team.operator.get(path)).body == changed.body
    assert (await team.operator.get("/queues")).body["items"] == [changed.body]
    await status(database, team.operator, "online")
    assert (await team.operator.get(path)).body["available"]
    assert (await team.owner.delete(path)).status == 204
    assert (await team.owner.get(path)).status == 404


async def test_only_administrators_change_queues(team: Team, queue: dict[str, Any]) -> None:
    assert (await team.operator.post("/queues", {"name": "Mine"})).status == 403
    assert (await team.operator.patch(f"/queues/{queue['id']}", {"name": "Mine"})).status == 403
    assert (await team.operator.delete(f"/queues/{queue['id']}")).status == 403
    assert (await team.key.patch(f"/queues/{queue['id']}", {"name": "By program"})).status == 200


@pytest.mark.parametrize(
    ("fields", "pointer"),
    [
        ({"next_queue_id": UNKNOWN}, "/next_queue_id"),
        ({"operator_ids": [UNKNOWN]}, "/operator_ids/0"),
        ({"group_ids": [UNKNOWN]}, "/group_ids/0"),
        ({"business_hours_id": UNKNOWN}, "/business_hours_id"),
        ({"limit": 0}, "/limit"),
        ({"texts": {"sometimes": {"en": "Hi"}}}, "/texts/sometimes"),
        ({"texts": {"greeting": {"en": ""}}}, "/texts/greeting/en"),
        ({"name": " \u200b\u00a0"}, "/name"),
        ({"colour": "red"}, "/colour"),
        ({"skills": ["english", "english"]}, "/skills"),
        ({"texts": {"greeting": {f"en-{number}": "Hi" for number in range(10, 61)}}}, "/texts/greeting"),
    ],
)
async def test_what_a_queue_names_must_exist(team: Team, fields: dict[str, Any], pointer: str) -> None:
    answer = await team.owner.post("/queues", {"name": "Sales", **fields})
    assert answer.status == 422
    assert answer.body["errors"][0]["pointer"] == pointer


@pytest.mark.parametrize("path", ["/queues", "/groups", "/statuses", "/business-hours"])
async def test_two_of_one_name_are_refused(team: Team, database: Database, path: str) -> None:
    further = {"time_zone": "UTC"} if path == "/business-hours" else {}
    first, twin = {"name": "Früh Schicht", **further}, {"name": " FRÜH  schicht ", **further}
    answers = await asyncio.gather(*(team.owner.post(path, body) for body in (first, twin)))
    assert sorted(answer.status for answer in answers) == [201, 409]
    refused = next(answer.body for answer in answers if answer.status == 409)
    assert (refused["code"], refused["errors"][0]["pointer"]) == ("duplicate", "/name")
    other = (await team.owner.post(path, {"name": "Late", **further})).body
    assert (await team.owner.patch(f"{path}/{other['id']}", {"name": "früh schicht"})).status == 409
    collection = getattr(database, path[1:].replace("-", "_"))
    await collection.update_one({"_id": other["id"]}, {"$set": {"name": "Früh Schicht"}})
    assert (await team.owner.patch(f"{path}/{other['id']}", {})).status == 200, "twins of old stay usable"


async def test_the_chain_of_queues_has_no_loop(team: Team, queue: dict[str, Any]) -> None:
    second = {"name": "Second", "on_overflow": "transfer", "next_queue_id": queue["id"]}
    second_id = (await team.owner.post("/queues", second)).body["id"]
    loop = await team.owner.patch(
        f"/queues/{queue['id']}", {"on_overflow": "transfer", "next_queue_id": second_id, "max_wait_seconds": 60}
    )
    assert refused(loop, "/next_queue_id")
    assert "Sales → Second → Sales" in loop.body["detail"]
    self_loop = {"on_max_wait": "transfer", "next_queue_id": queue["id"]}
    assert refused(await team.owner.patch(f"/queues/{queue['id']}", self_loop), "/next_queue_id")


async def test_auto_close_must_exceed_the_longest_wait(team: Team, queue: dict[str, Any]) -> None:
    short = whatsapp_channel(queue_id=queue["id"], auto_close={"unassigned_seconds": 300})
    assert refused(await team.owner.post("/channels", short), "/auto_close/unassigned_seconds")
    short["auto_close"] = {"unassigned_seconds": 301, "assigned_seconds": 300}
    assert refused(await team.owner.post("/channels", short), "/auto_close/assigned_seconds")
    short["auto_close"] = {"unassigned_seconds": 301}
    channel = (await team.owner.post("/channels", short)).body
    longer = await team.owner.patch(f"/queues/{queue['id']}", {"max_wait_seconds": 301})
    assert refused(longer, "/max_wait_seconds")
    assert "301 s" in longer.body["detail"]
    slow = (await team.owner.post("/queues", {"name": "Slow", "max_wait_seconds": 3600})).body
    chained = {"on_overflow": "transfer", "next_queue_id": slow["id"]}
    assert refused(await team.owner.patch(f"/queues/{queue['id']}", chained), "/next_queue_id")
    moved = await team.owner.patch(f"/channels/{channel['id']}", {"queue_id": slow["id"]})
    assert refused(moved, "/auto_close/unassigned_seconds")
    assert refused(await team.owner.patch(f"/channels/{channel['id']}", {"queue_id": UNKNOWN}), "/queue_id")
    assert (await team.owner.patch(f"/channels/{channel['id']}", {"auto_close": None})).status == 200
    assert (await team.owner.patch(f"/queues/{queue['id']}", chained)).status == 200


async def test_no_channel_is_connected_to_a_queue_that_is_being_deleted(team: Team) -> None:
    for number in range(5):
        queue = (await team.owner.post("/queues", {"name": f"Short-lived {number}"})).body
        connected, deleted = await asyncio.gather(
            team.owner.post("/channels", whatsapp_channel(str(5000 + number), queue_id=queue["id"])),
            team.owner.delete(f"/queues/{queue['id']}"),
        )
        assert (connected.status, deleted.status) in [(201, 409), (422, 204)]


async def test_a_queue_in_use_is_deleted_only_with_a_place_to_go(
    team: Team, queue: dict[str, Any], channel: dict[str, Any], routing: Routing
) -> None:
    first = await waiting_conversation(team, channel, routing)
    path = f"/queues/{queue['id']}"
    answer = await team.owner.delete(path)
    assert (answer.status, answer.body["code"]) == (409, "in_use")
    assert "1 channels" in answer.body["detail"]
    assert refused(await team.owner.delete(f"{path}?move_to={UNKNOWN}"), "/move_to")
    assert refused(await team.owner.delete(f"{path}?move_to={queue['id']}"), "/move_to")
    other = (await team.owner.post("/queues", {"name": "Other", "limit": 1})).body
    assert (await team.owner.delete(f"{path}?move_to={other['id']}")).status == 204
    moved = (await team.owner.get(f"/conversations/{first['id']}")).body
    assert (moved["queue_id"], moved["state"], moved["queued_at"]) == (other["id"], "queued", first["queued_at"])
    assert (await team.owner.get(f"/queues/{other['id']}")).body["waiting"] == 1
    assert (await team.owner.get(f"/channels/{channel['id']}")).body["queue_id"] == other["id"]


async def test_how_things_stand(
    team: Team, queue: dict[str, Any], channel: dict[str, Any], routing: Routing, clock: FixedClock, database: Database
) -> None:
    await waiting_conversation(team, channel, routing)
    clock.advance(timedelta(seconds=90))
    stats = (await team.operator.get(f"/queues/{queue['id']}/stats")).body
    assert stats == {
        "waiting": 1,
        "longest_wait_seconds": 90,
        "expected_wait_seconds": None,
        "members": 1,
        "online": 0,
        "ready": 0,
        "free_capacity": 0,
        "assigned": 0,
    }
    await status(database, team.operator, "ready")
    await routing.route(team.owner.workspace_id, queue["id"])
    stats = (await team.operator.get(f"/queues/{queue['id']}/stats")).body
    assert (stats["waiting"], stats["assigned"], stats["ready"], stats["free_capacity"]) == (0, 1, 1, 4)
    assert stats["expected_wait_seconds"] == 0


async def test_transfer_to_the_end_of_a_queue(
    team: Team, queue: dict[str, Any], channel: dict[str, Any], routing: Routing, clock: FixedClock, database: Database
) -> None:
    first = await waiting_conversation(team, channel, routing)
    clock.advance(timedelta(seconds=1))
    await waiting_conversation(team, channel, routing, wa_id="16505550002")
    path = f"/conversations/{first['id']}"
    assert (await team.owner.post(f"{path}/assign", {"operator_id": team.owner.id})).status == 200
    away = await team.owner.post(f"{path}/transfer", {"queue_id": queue["id"]})
    assert (away.status, away.body["code"]) == (409, "queue_unavailable")
    await status(database, team.operator, "online")
    assert (await team.owner.patch(f"/queues/{queue['id']}", {"limit": 1})).status == 200
    full = await team.owner.post(f"{path}/transfer", {"queue_id": queue["id"]})
    assert (full.status, full.body["code"]) == (409, "queue_full")
    assert (await team.owner.patch(f"/queues/{queue['id']}", {"limit": 2})).status == 200
    moved = (await team.owner.post(f"{path}/transfer", {"queue_id": queue["id"]})).body
    assert (moved["state"], moved["operator_id"], moved["queue_position"]) == ("queued", None, 2)


@pytest.mark.parametrize("body", [{}, {"operator_id": "a", "queue_id": "b"}, {"colour": "red"}])
async def test_a_transfer_names_one_target(team: Team, body: dict[str, Any]) -> None:
    answer = await team.owner.post(f"/conversations/{UNKNOWN}/transfer", body)
    assert (answer.status, answer.body["code"]) == (422, "invalid_request")


async def test_transfer_to_an_operator_who_is_there(
    team: Team, channel: dict[str, Any], routing: Routing, database: Database
) -> None:
    path = f"/conversations/{(await waiting_conversation(team, channel, routing))['id']}"
    target = {"operator_id": team.operator.id}
    assert (await team.owner.post(f"{path}/transfer", target)).body["code"] == "operator_unavailable"
    await status(database, team.operator, "online")
    moved = await team.owner.post(f"{path}/transfer", target)
    assert (moved.body["state"], moved.body["operator_id"]) == ("assigned", team.operator.id)
    await database.operators.update_one(
        {"_id": team.owner.id}, {"$set": {"status": "online", "capacity": 1, "load": 1}}
    )
    full = await team.operator.post(f"{path}/transfer", {"operator_id": team.owner.id})
    assert (full.status, full.body["code"]) == (409, "operator_full")


async def test_targets_are_listed_with_what_speaks_against_them(
    team: Team, queue: dict[str, Any], database: Database
) -> None:
    assert (await team.owner.get("/transfer-targets")).body == {"items": []}
    every = (await team.owner.get("/transfer-targets?available_only=false")).body["items"]
    assert [(t["kind"], t["available"]) for t in every] == [("queue", False), ("operator", False)]
    assert all(target["reason"] for target in every)
    await status(database, team.operator, "ready")
    there = (await team.owner.get("/transfer-targets")).body["items"]
    assert [(t["id"], t["reason"]) for t in there] == [(queue["id"], None), (team.operator.id, None)]
    await database.queues.update_one({"_id": queue["id"]}, {"$set": {"limit": 1, "waiting": 1, "capacity": 2}})
    await database.operators.update_one({"_id": team.operator.id}, {"$set": {"load": 2}})
    every = (await team.owner.get("/transfer-targets?available_only=false")).body["items"]
    assert ["full" in target["reason"] or "as they can" in target["reason"] for target in every] == [True, True]
    await team.owner.patch("/workspace", {"settings": {"manual_over_capacity": True}})
    there = (await team.owner.get("/transfer-targets")).body["items"]
    assert [target["id"] for target in there] == [team.operator.id]


async def test_a_conversation_explains_itself(
    team: Team, queue: dict[str, Any], channel: dict[str, Any], routing: Routing, database: Database
) -> None:
    conversation = await waiting_conversation(team, channel, routing)
    await status(database, team.operator, "ready")
    await routing.route(team.owner.workspace_id, queue["id"])
    path = f"/conversations/{conversation['id']}"
    assert (await team.operator.post(f"{path}/transfer", {"queue_id": queue["id"]})).status == 200
    await team.operator.post(f"{path}/close", {})
    told = (await team.owner.get(f"{path}/explain")).body
    assert [(note["rule"], note["answer"], note["by"]) for note in told["items"]] == [
        ("arrival", "new", "channel"),
        ("admission", "queued", "queue"),
        ("distribution", "longest_idle", "queue"),
        ("transfer", "queued", f"operator:{team.operator.id}"),
        ("close", "operator", f"operator:{team.operator.id}"),
    ]
    assert told["state"] == "closed"


async def test_one_that_came_without_a_queue_says_so(
    team: Team, queue: dict[str, Any], routing: Routing, database: Database
) -> None:
    conversation = await waiting_conversation(
        team, (await team.owner.post("/channels", whatsapp_channel())).body, routing
    )
    await status(database, team.operator, "online")
    path = f"/conversations/{conversation['id']}"
    assert (await team.owner.post(f"{path}/transfer", {"queue_id": queue["id"]})).status == 200
    told = (await team.owner.get(f"{path}/explain")).body["items"]
    assert [(note["rule"], note["answer"], note["queue_id"]) for note in told] == [
        ("arrival", "queued", None),
        ("transfer", "queued", queue["id"]),
    ]
