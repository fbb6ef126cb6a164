"""Lists: filters, saved views, counts, and who may see and change a view."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import pytest_asyncio

from gateway.parts import PARTS
from inbox.people.access import Role
from inbox.people.accounts import NewOperator, create_operator, issue_sign_in
from tests.integration.api.support import Actor, Client, Team, customer_writes, whatsapp_channel


@pytest_asyncio.fixture
async def supervisor(client: Client, team: Team) -> Actor:
    assert client.app is not None
    runtime = client.app[PARTS].runtime
    workspace_id, now = team.owner.workspace_id, runtime.clock.now()
    new = NewOperator(name="Sue", email="sue@shop.example", role=Role.SUPERVISOR, password="correct horse battery")
    made = await create_operator(runtime.database, workspace_id, new, now=now)
    token = await issue_sign_in(runtime.database, workspace_id, made.id, now, days=1)
    return Actor(client, token, workspace_id, made.id)


@pytest_asyncio.fixture
async def conversations(client: Client, team: Team) -> list[dict[str, Any]]:
    """Two on one channel, of which the operator has one; one on another."""
    first = (await team.owner.post("/channels", whatsapp_channel())).body
    second = (await team.owner.post("/channels", whatsapp_channel("1002"))).body
    for number, channel in enumerate((first, first, second)):
        await customer_writes(client, channel, f"hello {number}", wa_id=f"1650555000{number}")
    listed: list[dict[str, Any]] = (await team.owner.get("/conversations?order=oldest")).body["items"]
    await team.operator.post(f"/conversations/{listed[0]['id']}/assign", {"operator_id": team.operator.id})
    return listed


async def ids(actor: Actor, query: str) -> list[str]:
    answer = await actor.get(f"/conversations?{query}")
    assert answer.status == 200, answer.body
    return [item["id"] for item in answer.body["items"]]


async def save(actor: Actor, **fields: Any) -> dict[str, Any]:
    answer = await actor.post("/views", {"name": "View", **fields})
    assert answer.status == 201, answer.body
    made: dict[str, Any] = answer.body
    return made


async def test_lists_are_narrowed_down(team: Team, conversations: list[dict[str, Any]], client: Client) -> None:
    assert client.app is not None
    database = client.app[PARTS].runtime.database
    one, two, three = (conversation["id"] for conversation in conversations)
    past = datetime.now(UTC) - timedelta(hours=1)
    await database.conversations.update_one({"_id": two}, {"$set": {"window_expires_at": past}})
    await database.conversations.update_one({"_id": three}, {"$set": {"channel_kind": "telegram"}})
    assert await ids(team.owner, f"operator_id={team.operator.id}") == [one]
    assert await ids(team.owner, "window=closed") == [two]
    assert await ids(team.owner, "window=open&order=oldest") == [one, three]
    assert await ids(team.owner, "from=2100-01-01T00:00:00Z") == []
    assert await ids(team.owner, "to=2100-01-01T00:00:00Z&order=oldest") == [one, two, three]
    contact = conversations[0]["contact"]["id"]
    past_of = f"/contacts/{contact}/conversations"
    assert len((await team.owner.get(past_of + "?from=2020-01-01T00:00:00Z")).body["items"]) == 1
    assert (await team.owner.get(past_of + "?to=2020-01-01T00:00:00Z")).body["items"] == []


async def test_a_view_shows_what_its_filter_says_and_the_caller_sees(
    team: Team, conversations: list[dict[str, Any]]
) -> None:
    one, two, three = (conversation["id"] for conversation in conversations)
    channel = conversations[0]["channel"]["id"]
    view = await save(team.owner, filter={"channel_id": channel}, order="oldest", shared=True)
    assert await ids(team.owner, f"view_id={view['id']}") == [one, two]
    assert await ids(team.owner, f"view_id={view['id']}&order=newest") == [two, one]
    assert await ids(team.owner, f"view_id={view['id']}&channel_id={conversations[2]['channel']['id']}") == [three]
    mine = await save(team.owner, name="Mine", filter={"view": "mine"}, shared=True)
    assert await ids(team.operator, f"view_id={mine['id']}") == [one]
    searching = await save(team.owner, filter={"q": "kerry"})
    views = (await team.owner.get("/views?counts=true")).body["items"]
    assert {item["id"]: item["count"] for item in views} == {view["id"]: 2, mine["id"]: 0, searching["id"]: None}
    counted = (await team.operator.get("/views?counts=true")).body["items"]
    assert {item["id"]: item["count"] for item in counted} == {view["id"]: 2, mine["id"]: 1}
    assert all(item["count"] is None for item in (await team.owner.get("/views")).body["items"])


async def test_ones_own_views_are_nobody_elses(team: Team, strangers: Team, supervisor: Actor) -> None:
    view = await save(team.operator, name="Own")
    path = f"/views/{view['id']}"
    for other in (team.owner, supervisor, strangers.owner):
        assert (await other.get("/views")).body["items"] == []
        assert (await other.get(f"/conversations?view_id={view['id']}")).status == 422
        assert (await other.patch(path, {"name": "Stolen"})).status == 404
        assert (await other.delete(path)).status == 404
    assert (await team.operator.patch(path, {"filter": {"state": "queued"}})).body["filter"]["state"] == "queued"
    patched = await team.operator.patch(path, {"filter": {"state": None, "from": "2026-01-01T00:00:00Z"}})
    assert patched.body["filter"]["state"] is None
    assert patched.body["filter"]["from"] == "2026-01-01T00:00:00Z"
    assert (await team.operator.patch(path, {"name": "Kept"})).body["filter"]["from"] == "2026-01-01T00:00:00Z"
    assert (await team.operator.delete(path)).status == 204
    assert (await team.operator.get("/views")).body["items"] == []


async def test_who_may_share_and_change_what_is_shared(team: Team, supervisor: Actor) -> None:
    assert (await team.operator.post("/views", {"name": "x", "shared": True})).status == 403
    own = await save(team.operator)
    assert (await team.operator.patch(f"/views/{own['id']}", {"shared": True})).status == 403
    shared = await save(supervisor, shared=True)
    path = f"/views/{shared['id']}"
    assert [view["id"] for view in (await team.operator.get("/views")).body["items"]] == [own["id"], shared["id"]]
    assert (await team.operator.patch(path, {"name": "x"})).status == 403
    assert (await team.operator.delete(path)).status == 403
    assert (await team.owner.patch(path, {"name": "By the owner"})).status == 200
    assert (await supervisor.patch(path, {"shared": False})).status == 200
    assert (await team.owner.patch(path, {"name": "x"})).status == 404


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, "/name"),
        ({"name": ""}, "/name"),
        ({"name": "x", "filter": {"state": "lost"}}, "/filter/state"),
        ({"name": "x", "filter": {"from": "2026-02-01T00:00:00Z", "to": "2026-01-01T00:00:00Z"}}, "/filter/from"),
        ({"name": "x", "filter": {"limit": 5}}, "/filter/limit"),
        ({"name": "x", "order": "loudest"}, "/order"),
    ],
)
async def test_odd_views_are_named(team: Team, body: dict[str, Any], pointer: str) -> None:
    answer = await team.owner.post("/views", body)
    assert (answer.status, answer.body["errors"][0]["pointer"]) == (422, pointer)


async def test_there_are_so_many_views_of_one_person(team: Team) -> None:
    for number in range(100):
        await save(team.operator, name=f"View {number}")
    assert (await team.operator.post("/views", {"name": "one more"})).body["code"] == "too_many_views"
    await save(team.owner, name="of somebody else")


async def test_views_are_counted_in_one_call(team: Team, conversations: list[dict[str, Any]]) -> None:
    one, two, _ = (conversation["id"] for conversation in conversations)
    await team.owner.post(f"/conversations/{two}/close", {"silent": True})
    channel = conversations[0]["channel"]["id"]
    view = await save(team.owner, filter={"channel_id": channel}, shared=True)
    searching = await save(team.owner, filter={"q": "kerry"})
    counts = (await team.operator.get("/conversations/counts")).body
    mine = {"count": 1, "more": False, "unread": 1}
    unassigned = {"count": 1, "more": False, "unread": None}
    both = {"count": 2, "more": False, "unread": None}
    assert counts == {
        "mine": mine,
        "unassigned": unassigned,
        "all": both,
        "closed": None,
        "saved": [],
        "exact_to": 1000,
    }
    await team.operator.post(f"/conversations/{one}/read")
    more = (await team.owner.get(f"/conversations/counts?closed=true&saved=true&channel_id={channel}")).body
    assert [more[part]["count"] for part in ("mine", "unassigned", "all", "closed")] == [0, 0, 1, 1]
    assert [(item["view_id"], item["count"]) for item in more["saved"]] == [(view["id"], 1), (searching["id"], None)]
    assert (await team.operator.get("/conversations/counts")).body["mine"]["unread"] == 0
    assert (await team.operator.get("/conversations/counts?state=closed")).status == 422
