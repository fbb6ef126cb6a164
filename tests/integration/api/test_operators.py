"""Operators, statuses, presence, groups and hours through the API."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
import pytest_asyncio

from inbox.foundation.clock import FixedClock
from inbox.foundation.ending_tasks import end_tasks
from inbox.storage.database import Database
from inbox.storage.runtime import Runtime
from queueing.operators.presence import Presence
from queueing.routing.route_queue import Routing
from tests.integration.api.support import PASSWORD, Actor, Answer, Client, Team, customer_writes, whatsapp_channel
from workers.relay.relay import Relay
from workers.relay.relay_log import Keep

UNKNOWN = "0" * 24
AT_ONCE = 30
BEN = {"name": "Ben", "email": "ben@shop.example", "password": PASSWORD, "capacity": 1, "skills": {"english": 5}}


async def signed_in(client: Client, email: str, password: str = PASSWORD) -> Actor:
    made = await Actor(client, None).post("/auth/login", {"email": email, "password": password})
    assert made.status == 200, made.body
    return Actor(client, made.body["token"], made.body["workspace_id"], made.body["operator"]["id"])


@pytest_asyncio.fixture
async def ben(team: Team, client: Client) -> Actor:
    made = await team.owner.post("/operators", BEN)
    assert made.status == 201, made.body
    return await signed_in(client, BEN["email"])


@pytest_asyncio.fixture
async def assigned(team: Team, ben: Actor) -> str:
    """The path of a conversation that Ben has."""
    channel = (await team.owner.post("/channels", whatsapp_channel())).body
    await customer_writes(team.owner.client, channel, "help")
    conversation = (await team.owner.get("/conversations")).body["items"][0]
    path = f"/conversations/{conversation['id']}"
    assert (await ben.post(f"{path}/assign", {"operator_id": ben.id})).status == 200
    return path


def refused(answer: Answer, pointer: str) -> bool:
    return answer.status == 422 and answer.body["errors"][0]["pointer"] == pointer


async def put(actor: Actor, path: str, body: Any) -> Answer:
    return await actor.call("PUT", path, body)


async def test_supervisors_set_skills_and_capacity_in_their_groups_and_nothing_else(
    team: Team, client: Client, ben: Actor
) -> None:
    owner = team.owner
    made = {
        role: (await owner.post("/operators", {**BEN, "email": f"{role}@shop.example", "role": role})).body["id"]
        for role in ("supervisor", "manager")
    }
    lead, manager = [await signed_in(client, f"{role}@shop.example") for role in made]
    night = (await owner.post("/groups", {"name": "Night", "supervisor_ids": [made["supervisor"]]})).body["id"]
    await owner.patch(f"/operators/{ben.id}", {"group_ids": [night]})
    workload = {"capacity": 7, "skills": {"german": 3}}
    answer = await lead.patch(f"/operators/{ben.id}", workload)
    assert (answer.status, answer.body["capacity"], answer.body["skills"]["german"]) == (200, 7, 3), answer.body
    for body in ({"role": "manager"}, {"capacity": 2, "active": False}, {"group_ids": []}, {"name": "B"}, {"x": 1}):
        for who in (lead, manager):
            refusal = await who.patch(f"/operators/{ben.id}", body)
            assert (refusal.status, refusal.body["code"]) == (403, "forbidden"), body
    for other in (team.operator.id, made["manager"], owner.id):
        assert (await lead.patch(f"/operators/{other}", workload)).status == 403
    assert (await manager.patch(f"/operators/{team.operator.id}", workload)).status == 200
    assert (await manager.patch(f"/operators/{owner.id}", workload)).status == 403
    assert (await ben.patch(f"/operators/{ben.id}", workload)).status == 403
    assert refused(await lead.patch(f"/operators/{ben.id}", {"skills": {"german": 6}}), "/skills/german")
    assert (await lead.patch(f"/operators/{UNKNOWN}", workload)).status == 404
    shown = (await owner.get(f"/operators/{ben.id}")).body
    assert (shown["name"], shown["role"], shown["active"], shown["capacity"]) == ("Ben", "operator", True, 7)
    acts = (await owner.get("/audit?action=operator.changed")).body["items"]
    assert [act["by"] for act in acts][:2] == [f"operator:{made['manager']}", f"operator:{made['supervisor']}"]


async def test_many_operators_are_added_at_once(team: Team) -> None:
    """Their passwords are hashed before they stand in line for the workspace."""
    people = [{**BEN, "email": f"ben{n}@shop.example"} for n in range(AT_ONCE)]
    answers = await asyncio.gather(*(team.owner.post("/operators", person) for person in people))
    assert [answer.status for answer in answers] == [201] * AT_ONCE


async def test_an_operator_is_added_and_changed(team: Team, ben: Actor) -> None:
    shown = (await team.owner.get(f"/operators/{ben.id}")).body
    assert (shown["capacity"], shown["skills"], shown["role"], shown["status"]) == (
        1,
        {"english": 5},
        "operator",
        "offline",
    )
    group = (await team.owner.post("/groups", {"name": "Night", "supervisor_ids": [team.owner.id]})).body
    patch = {
        "capacity": None,
        "group_ids": [group["id"]],
        "skills": {"english": None, "german": 2},
        "role": "supervisor",
    }
    changed = (await team.owner.patch(f"/operators/{ben.id}", patch)).body
    assert (changed["capacity"], changed["skills"], changed["role"]) == (None, {"german": 2}, "supervisor")
    assert changed["group_ids"] == [group["id"]]
    assert refused(await team.owner.patch(f"/operators/{ben.id}", {"group_ids": [UNKNOWN]}), "/group_ids/0")
    assert refused(await team.owner.patch(f"/operators/{ben.id}", {"skills": {"german": 6}}), "/skills/german")
    assert (await team.owner.post("/operators", BEN)).body["code"] == "duplicate"
    assert (await team.operator.post("/operators", BEN)).status == 403


async def test_nobody_makes_somebody_more_than_themselves(team: Team, ben: Actor) -> None:
    assert (await team.owner.patch(f"/operators/{ben.id}", {"role": "administrator"})).status == 200
    await asyncio.sleep(0)
    assert (await team.key.post("/operators", {**BEN, "email": "x@shop.example", "role": "owner"})).status == 403
    assert (await team.key.patch(f"/operators/{ben.id}", {"role": "owner"})).status == 403
    assert (await team.key.patch(f"/operators/{team.owner.id}", {"name": "Nobody"})).status == 403
    assert (await team.key.delete(f"/operators/{team.owner.id}")).status == 403


async def test_a_workspace_keeps_an_owner(team: Team, ben: Actor) -> None:
    path = f"/operators/{team.owner.id}"
    for answer in (
        await team.owner.patch(path, {"role": "manager"}),
        await team.owner.patch(path, {"active": False}),
        await team.owner.delete(path),
    ):
        assert (answer.status, answer.body["code"]) == (409, "conflict")
    assert (await team.owner.patch(f"/operators/{ben.id}", {"role": "owner"})).status == 200
    assert (await team.owner.patch(path, {"role": "manager"})).status == 200


async def test_an_operator_with_conversations_leaves_them_to_somebody(
    team: Team, ben: Actor, assigned: str, client: Client
) -> None:
    path = f"/operators/{ben.id}"
    for answer in (await team.owner.delete(path), await team.owner.patch(path, {"active": False})):
        assert (answer.status, answer.body["code"]) == (409, "in_use")
    assert refused(await team.owner.delete(f"{path}?move_to={UNKNOWN}"), "/move_to")
    assert (await team.owner.delete(f"{path}?move_to={team.operator.id}")).status == 204
    assert (await team.owner.get(assigned)).body["operator_id"] == team.operator.id
    assert not (await team.owner.get(path)).body["active"]
    login = await Actor(client, None).post("/auth/login", {"email": BEN["email"], "password": PASSWORD})
    assert login.status == 401
    assert (await team.owner.delete(path)).status == 204
    back = await put(team.owner, f"{path}/status", {"status": "ready"})
    assert (back.status, back.body["code"]) == (409, "conflict")


async def test_who_is_deleted_leaves_queues_and_groups(team: Team, ben: Actor) -> None:
    queue = (await team.owner.post("/queues", {"name": "Night", "operator_ids": [ben.id, team.operator.id]})).body
    group = (await team.owner.post("/groups", {"name": "Night", "supervisor_ids": [ben.id]})).body
    await team.owner.patch(f"/operators/{ben.id}", {"group_ids": [group["id"]]})
    assert (await team.owner.delete(f"/operators/{ben.id}")).status == 204
    after = (await team.owner.get(f"/queues/{queue['id']}")).body
    assert (after["operator_ids"], after["version"]) == ([team.operator.id], queue["version"] + 1)
    assert (await team.owner.get(f"/groups/{group['id']}")).body["supervisor_ids"] == []
    assert (await team.owner.delete(f"/groups/{group['id']}")).status == 204, "nobody is in it any more"


async def test_or_to_a_queue(team: Team, ben: Actor, assigned: str) -> None:
    queue = (await team.owner.post("/queues", {"name": "Sales", "limit": 1})).body
    assert (await team.owner.delete(f"/operators/{ben.id}?move_to={queue['id']}")).status == 204
    moved = (await team.owner.get(assigned)).body
    assert (moved["state"], moved["queue_id"], moved["operator_id"]) == ("queued", queue["id"], None)
    told = (await team.owner.get(f"{assigned}/explain")).body["items"]
    assert told[-1]["rule"] == "operator_removed"


async def test_an_invited_operator_sets_a_password_by_link(team: Team, client: Client) -> None:
    person = {"name": "Cleo", "email": "cleo@shop.example", "role": "supervisor"}
    first = await team.owner.post("/invitations", person, Idempotency_Key="cleo")
    again = await team.owner.post("/invitations", person, Idempotency_Key="cleo")
    assert (first.status, first.body) == (201, again.body)
    assert "/#/password/gwp_" in first.body["link"]
    later = (await team.owner.post("/invitations", person)).body
    assert later["operator"]["id"] == first.body["operator"]["id"]
    token = later["link"].rpartition("/")[2]
    set_ = await Actor(client, None).post("/auth/password", {"token": token, "password": "a long password"})
    assert set_.status == 200
    assert (await team.owner.post("/invitations", person)).body["code"] == "duplicate"
    assert (await team.key.post("/invitations", {**person, "email": "o@shop.example", "role": "owner"})).status == 403


async def test_statuses_are_set_and_logged(team: Team, ben: Actor, clock: FixedClock) -> None:
    mine = await put(ben, "/operators/me/status", {"status": "ready"})
    assert (mine.status, mine.body["status"]) == (200, "ready")
    clock.advance(timedelta(seconds=5))
    lunch = (await team.owner.post("/statuses", {"name": "Lunch"})).body
    assert lunch["counts_as"] == "unavailable"
    assert (await put(team.owner, f"/operators/{ben.id}/status", {"status": lunch["id"]})).body["status"] == lunch["id"]
    assert (await team.owner.delete(f"/statuses/{lunch['id']}")).body["code"] == "in_use"
    assert (await put(ben, f"/operators/{team.owner.id}/status", {"status": "ready"})).status == 403
    assert refused(await put(ben, "/operators/me/status", {"status": "asleep"}), "/status")
    assert refused(await put(ben, "/operators/me/status", {"status": "ready", "next": "asleep"}), "/next")
    assert (await put(team.key, "/operators/me/status", {"status": "ready"})).status == 404
    log = (await ben.get("/operators/me/status-history")).body["items"]
    assert [(c["previous"], c["status"], c["by"]) for c in log] == [
        ("ready", lunch["id"], f"operator:{team.owner.id}"),
        ("offline", "ready", f"operator:{ben.id}"),
    ]
    assert (await team.owner.get(f"/operators/{ben.id}/status-history?limit=1")).body["items"] == log[:1]
    assert (await team.operator.get(f"/operators/{ben.id}/status-history")).status == 403


async def test_a_planned_status_waits_for_the_last_conversation(
    team: Team, ben: Actor, assigned: str, runtime: Runtime
) -> None:
    planned = (await put(ben, "/operators/me/status", {"status": "ready", "next": "offline"})).body
    assert (planned["status"], planned["next_status"]) == ("ready", "offline")
    assert (await ben.post(f"{assigned}/close", {})).status == 200
    at_once = (await put(ben, "/operators/me/status", {"status": "ready", "next": "unavailable"})).body
    assert (at_once["status"], at_once["next_status"]) == ("unavailable", None)


async def test_the_own_password_and_sign_ins(team: Team, ben: Actor, client: Client) -> None:
    other = await signed_in(client, BEN["email"])
    sessions = (await ben.get("/me/sessions")).body["items"]
    assert [s["current"] for s in sessions].count(True) == 1
    assert len(sessions) == 2
    wrong = await put(ben, "/me/password", {"old_password": "wrong", "password": "another long one"})
    assert refused(wrong, "/old_password")
    assert (await put(ben, "/me/password", {"old_password": PASSWORD, "password": "another long one"})).status == 204
    assert len((await ben.get("/me/sessions")).body["items"]) == 1
    third = await signed_in(client, BEN["email"], "another long one")
    assert (await third.delete("/me/sessions")).status == 204
    assert len((await third.get("/me/sessions")).body["items"]) == 1
    assert other.token != third.token


@pytest.mark.parametrize(
    ("fields", "pointer"),
    [
        ({"time_zone": "Mars/Olympus"}, "/time_zone"),
        ({"week": {"someday": []}}, "/week/someday"),
        ({"week": {"monday": [{"from": "18:00", "to": "09:00"}]}}, "/week/monday/0/from"),
        ({"week": {"monday": [{"from": "9:00", "to": "18:00"}]}}, "/week/monday/0/from"),
        ({"week": {"monday": [{"from": "09:00", "to": "18:00"}, {"from": "17:00", "to": "20:00"}]}}, "/week/monday"),
        ({"holidays": ["2026-02-30"]}, "/holidays/0"),
        ({"holiday_country": "XX"}, "/holiday_country"),
    ],
)
async def test_business_hours_that_can_not_be(team: Team, fields: dict[str, Any], pointer: str) -> None:
    answer = await team.owner.post("/business-hours", {"name": "Office", "time_zone": "UTC", **fields})
    assert answer.status == 422, answer.body
    assert answer.body["errors"][0]["pointer"] == pointer


async def test_business_hours(team: Team) -> None:
    office = {
        "name": "Office",
        "time_zone": "Europe/Lisbon",
        "week": {"monday": [{"from": "09:00", "to": "13:00"}, {"from": "14:00", "to": "24:00"}]},
        "holidays": ["2026-12-24"],
        "holiday_country": "PT",
    }
    made = await team.owner.post("/business-hours", office)
    assert (made.status, {name: made.body[name] for name in office}) == (201, office)
    path = f"/business-hours/{made.body['id']}"
    changed = (await team.owner.patch(path, {"week": {"tuesday": [{"from": "10:00", "to": "11:00"}]}})).body
    assert set(changed["week"]) == {"monday", "tuesday"}
    queue = (await team.owner.post("/queues", {"name": "Sales", "business_hours_id": made.body["id"]})).body
    assert (await team.owner.delete(path)).body["code"] == "in_use"
    assert (await team.owner.delete(f"/queues/{queue['id']}")).status == 204
    assert (await team.owner.delete(path)).status == 204
    assert (await team.owner.get("/business-hours")).body["items"] == []


async def test_groups(team: Team) -> None:
    assert refused(
        await team.owner.post("/groups", {"name": "Night", "supervisor_ids": [UNKNOWN]}), "/supervisor_ids/0"
    )
    group = (await team.owner.post("/groups", {"name": "Night"})).body
    path = f"/groups/{group['id']}"
    assert (await team.operator.patch(path, {"name": "Day"})).status == 403
    assert (await team.owner.patch(path, {"name": "Day"})).body["name"] == "Day"
    queue = (await team.owner.post("/queues", {"name": "Sales", "group_ids": [group["id"]]})).body
    assert (await team.owner.delete(path)).body["code"] == "in_use"
    assert (await team.owner.patch(f"/queues/{queue['id']}", {"group_ids": []})).status == 200
    assert (await team.owner.delete(path)).status == 204


@pytest_asyncio.fixture
async def relayed(runtime: Runtime, team: Team, ben: Actor) -> AsyncIterator[None]:
    """A relay runs, without which sockets are told to come back later."""
    relay = Relay(runtime.database, runtime.redis, runtime.clock, keep=Keep(count=1000, seconds=3600))
    task = asyncio.create_task(relay.run())
    async with asyncio.timeout(20):
        while (await team.owner.get("/events?limit=0")).status != 200:  # noqa: ASYNC110 - another part is waited for
            await asyncio.sleep(0.05)
    yield
    await end_tasks({task})


async def test_an_open_socket_is_presence(
    team: Team, ben: Actor, client: Client, database: Database, relayed: None
) -> None:
    headers = {"Authorization": f"Bearer {ben.token}"}
    async with client.ws_connect("/api/v1/events", headers=headers) as socket:
        assert (await socket.receive_json())["type"] == "hello"
        for _ in range(200):
            operator = await database.operators.find_one({"_id": ben.id})
            assert operator is not None
            if operator["status"] == "online":
                break
            await asyncio.sleep(0.02)
    assert operator["status"] == "online"
    log = (await ben.get("/operators/me/status-history")).body["items"]
    assert [(c["reason"], c["status"]) for c in log] == [("entered", "online")]


async def test_calls_renew_but_let_nobody_in(team: Team, ben: Actor, database: Database, runtime: Runtime) -> None:
    await ben.get("/me")
    assert (await ben.get("/me")).body["status"] == "offline"
    await put(ben, "/operators/me/status", {"status": "ready"})
    lease = (await database.operators.find_one({"_id": ben.id}) or {})["presence_until"]
    assert lease == runtime.clock.now() + timedelta(seconds=60)
    assert await Presence(database, runtime.clock).end_absences() == 0


async def test_distribution_reaches_the_socket_owner(team: Team, ben: Actor, runtime: Runtime) -> None:
    queue = (await team.owner.post("/queues", {"name": "Sales", "operator_ids": [ben.id]})).body
    channel = (await team.owner.post("/channels", whatsapp_channel(queue_id=queue["id"]))).body
    await put(ben, "/operators/me/status", {"status": "ready"})
    await customer_writes(team.owner.client, channel, "help")
    await Routing(runtime.database, runtime.clock).route(ben.workspace_id, queue["id"])
    mine = (await ben.get("/conversations?view=mine")).body["items"]
    assert [(c["state"], c["operator_id"]) for c in mine] == [("assigned", ben.id)]
