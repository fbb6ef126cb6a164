"""Who does not see a conversation sees neither its messages nor its contact nor its files: tried on every route."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import pytest_asyncio

from gateway.api.call import Route
from gateway.api.routes import ROUTES
from inbox.foundation.ids import new_id
from inbox.people.access import RIGHTS, Role, Scope
from inbox.people.accounts import NewOperator, create_operator, issue_sign_in
from inbox.storage.database import Database
from inbox.storage.runtime import Runtime
from tests.integration.api.support import Actor, Team, customer_writes, whatsapp_channel
from tests.integration.api.test_isolation import BODIES

SEEN_WITH_CONVERSATIONS = ("conversations", "contacts", "messages", "media")
WITHOUT_SIGHT = (Role.OPERATOR, Role.SUPERVISOR)
BY_SIGHT = [
    route
    for route in ROUTES
    if "{id}" in route.path
    and route.path.split("/")[1] in SEEN_WITH_CONVERSATIONS
    and (route.action is None or RIGHTS[route.action].least in WITHOUT_SIGHT)  # the others are for those who see all
]
WITH_SIGHT = (Role.MANAGER, Role.ADMINISTRATOR)
LISTS = ("/conversations", "/conversations?state=closed", "/conversations?q=kerry", "/contacts", "/contacts?q=kerry")


@dataclass(frozen=True)
class Secret:
    """A conversation that the owner has, with a file: ids by the first word of a path."""

    team: Team
    ids: dict[str, str]

    def path(self, route: Route) -> str:
        return route.path.replace("{id}", self.ids[route.path.split("/")[1]])


async def colleague(team: Team, runtime: Runtime, role: Role) -> Actor:
    """Sign somebody in who belongs to no queue and no group."""
    now = runtime.clock.now()
    new = NewOperator(name="Cleo", email=f"{role}@shop.example", role=role)
    made = await create_operator(runtime.database, team.owner.workspace_id, new, now=now)
    token = await issue_sign_in(runtime.database, team.owner.workspace_id, made.id, now, days=1)
    return Actor(team.owner.client, token, team.owner.workspace_id, made.id)


@pytest_asyncio.fixture
async def secret(team: Team, database: Database) -> Secret:
    channel = (await team.owner.post("/channels", whatsapp_channel())).body
    await customer_writes(team.owner.client, channel, "secret")
    conversation = (await team.owner.get("/conversations")).body["items"][0]
    await team.owner.post(f"/conversations/{conversation['id']}/assign", {"operator_id": team.owner.id})
    message = (await team.owner.get(f"/conversations/{conversation['id']}/messages")).body["items"][0]
    await team.owner.call("PUT", "/workspace/integration-page", {"url": "https://crm.example"})
    await team.owner.post("/workspace/integration-page/secret", {})
    now = datetime.now(UTC)
    file = {"_id": new_id(), "workspace_id": team.owner.workspace_id, "state": "stored", "created_at": now}
    await database.files.insert_one(file)
    content = {"type": "document", "media": {"id": file["_id"]}}
    await database.messages.update_one({"_id": message["id"]}, {"$set": {"content": content}})
    ids = {"conversations": conversation["id"], "contacts": conversation["contact"]["id"]}
    return Secret(team, {**ids, "messages": message["id"], "media": file["_id"]})


@pytest.mark.parametrize("role", WITHOUT_SIGHT)
async def test_what_is_not_seen_is_not_found_before_anything_else(secret: Secret, runtime: Runtime, role: Role) -> None:
    outsider = await colleague(secret.team, runtime, role)
    before = (await secret.team.owner.get(f"/contacts/{secret.ids['contacts']}")).body
    for route in BY_SIGHT:
        body = BODIES[route.method, route.path] if route.request is not None else None
        answer = await outsider.call(route.method, secret.path(route), body)
        assert (answer.status, answer.body["code"]) == (404, "not_found"), f"{route.method} {route.path}"
    for path in LISTS:
        assert (await outsider.get(path)).body["items"] == [], path
    assert (await secret.team.owner.get(f"/contacts/{secret.ids['contacts']}")).body == before


@pytest.mark.parametrize("role", WITH_SIGHT)
async def test_who_sees_all_sees_it(secret: Secret, runtime: Runtime, role: Role) -> None:
    manager = await colleague(secret.team, runtime, role)
    for route in BY_SIGHT:
        if route.method == "GET" and route.served and not route.path.endswith("/raw"):
            assert (await manager.get(secret.path(route))).status == 200, route.path
    for path in ("/conversations", "/contacts", "/contacts?q=kerry", "/conversations?q=kerry"):
        assert len((await manager.get(path)).body["items"]) == 1, path


@pytest.mark.parametrize(
    "body",
    [
        {"content": {"type": "image", "media": {"url": "http://127.0.0.1/x.png"}}},
        {"content": {"type": "image", "media": {"id": "none"}}},
        {"content": {"type": "text", "text": "x" * 60_000}},
        {"content": {"type": "text", "text": "hello"}, "reply_to": "none"},
    ],
)
async def test_a_bad_message_to_what_is_not_seen_is_not_found_either(secret: Secret, body: dict[str, Any]) -> None:
    answer = await secret.team.operator.post(f"/conversations/{secret.ids['conversations']}/messages", body)
    assert (answer.status, answer.body["code"]) == (404, "not_found")


async def test_a_file_of_others_can_not_be_had_by_sending_it(secret: Secret) -> None:
    channel = (await secret.team.owner.get("/channels")).body["items"][0]
    await customer_writes(secret.team.owner.client, channel, "mine", wa_id="16505550000")
    (mine,) = (await secret.team.operator.get("/conversations")).body["items"]
    await secret.team.operator.post(f"/conversations/{mine['id']}/assign", {"operator_id": secret.team.operator.id})
    stolen = {"content": {"type": "document", "media": {"id": secret.ids["media"]}}}
    answer = await secret.team.operator.post(f"/conversations/{mine['id']}/messages", stolen)
    assert (answer.status, answer.body["errors"][0]["pointer"]) == (422, "/content/media/id")


async def test_nor_by_putting_it_into_what_is_to_be_sent_later(secret: Secret, runtime: Runtime) -> None:
    owner, ann = secret.team.owner, secret.team.operator
    channel = (await owner.get("/channels")).body["items"][0]
    await customer_writes(owner.client, channel, "mine", wa_id="16505550000")
    (mine,) = (await ann.get("/conversations")).body["items"]
    path = f"/conversations/{mine['id']}"
    await ann.post(f"{path}/assign", {"operator_id": ann.id})
    at = (runtime.clock.now() + timedelta(hours=1)).isoformat()
    later = (await ann.post(f"{path}/messages", {"content": {"type": "text", "text": "x"}, "send_at": at})).body
    stolen = {"content": {"type": "document", "text": None, "media": {"id": secret.ids["media"]}}}
    answer = await ann.patch(f"/messages/{later['id']}", stolen)
    assert (answer.status, answer.body["errors"][0]["pointer"]) == (422, "/content/media/id")
    given = {"content": {"type": "document", "media": {"id": secret.ids["media"]}}, "send_at": at}
    await owner.post(f"{path}/assign", {"operator_id": owner.id, "take_over": True})
    shared = await owner.post(f"{path}/messages", given)
    assert shared.status == 201, shared.body
    assert (await owner.post(f"{path}/assign", {"operator_id": ann.id, "take_over": True})).status == 200
    kept = await ann.patch(f"/messages/{shared.body['id']}", {"content": {"caption": "as agreed"}})
    assert (kept.status, kept.body["content"]["media"]["id"]) == (200, secret.ids["media"]), kept.body


async def test_who_has_a_customer_sees_the_past_and_only_reads_it(secret: Secret) -> None:
    owner, ann, ids = secret.team.owner, secret.team.operator, secret.ids
    past = f"/conversations/{ids['conversations']}"
    assert (await owner.post(f"{past}/close", {})).status == 200
    assert (await ann.get(past)).status == 404
    channel = (await owner.get("/channels")).body["items"][0]
    await customer_writes(owner.client, channel, "again")
    (now,) = (await ann.get("/conversations")).body["items"]
    assert (await ann.get(past)).status == 404, "one that waits is nobody's yet"
    await ann.post(f"/conversations/{now['id']}/assign", {"operator_id": ann.id})
    for path in (past, f"{past}/messages", f"{past}/explain", f"/messages/{ids['messages']}/attempts"):
        assert (await ann.get(path)).status == 200, path
    assert (await ann.get(f"/media/{ids['media']}/link")).status == 200
    both = (await ann.get(f"/contacts/{ids['contacts']}/conversations")).body["items"]
    assert [c["id"] for c in both] == [now["id"], ids["conversations"]]
    assert [c["id"] for c in (await ann.get("/conversations?state=closed")).body["items"]] == [ids["conversations"]]
    for verb in ("close", "read", "typing", "messages", "transfer", "assign"):
        route = ("POST", f"/conversations/{{id}}/{verb}")
        answer = await ann.post(f"{past}/{verb}", BODIES.get(route))
        assert (answer.status, answer.body["code"]) == (409, "conversation_closed"), verb
    await ann.post(f"/conversations/{now['id']}/close", {})
    assert (await ann.get(past)).status == 404, "the customer is hers no more"


async def test_a_key_does_only_what_it_was_made_for(team: Team) -> None:
    """Every route with a key of each scope: refused for the scope, or not for that."""
    for scope in Scope:
        made = (await team.owner.post("/api-keys", {"name": scope, "scopes": [scope]})).body
        key = Actor(team.owner.client, made["token"])
        for route in ROUTES:
            body = BODIES.get((route.method, route.path))
            answer = await key.call(route.method, re.sub(r"{\w+}", "0" * 24, route.path), body)
            refused = isinstance(answer.body, dict) and answer.body.get("scope") is not None
            expected = route.needed_scope is not None and route.needed_scope is not scope
            assert refused == expected, f"{scope}: {route.method} {route.path}"
