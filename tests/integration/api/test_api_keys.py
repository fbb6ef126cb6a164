"""API keys: what they may do, and when they end."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from inbox.foundation.clock import FixedClock
from inbox.people.tokens import token_hash
from inbox.storage.database import Database
from tests.integration.api.support import Actor, Team

EVERYTHING = ["read", "write", "manage", "administer"]


async def key_with(team: Team, **asked: Any) -> tuple[Actor, dict[str, Any]]:
    made = await team.owner.post("/api-keys", {"name": "crm", **asked})
    assert made.status == 201, made.body
    return Actor(team.owner.client, made.body["token"], team.owner.workspace_id, made.body["id"]), made.body


def person(role: str) -> dict[str, str]:
    return {"name": "Cleo", "email": f"{role}@shop.example", "role": role}


async def test_a_key_makes_administrators_and_keys_only_if_it_may(team: Team) -> None:
    managing, made = await key_with(team)
    assert made["scopes"] == ["read", "write", "manage"]
    assert (await managing.post("/operators", person("manager"))).status == 201
    for role in ("administrator", "owner"):
        assert (await managing.post("/operators", person(role))).body["code"] == "forbidden"
        assert (await managing.post("/invitations", person(role))).body["code"] == "forbidden"
    further = await managing.post("/api-keys", {"name": "more", "scopes": EVERYTHING})
    assert (further.status, further.body["scope"]) == (403, "administer")
    assert (await managing.patch(f"/operators/{team.owner.id}", {"name": "Taken over"})).body["code"] == "forbidden"
    administering, _ = await key_with(team, scopes=EVERYTHING)
    assert (await administering.post("/operators", person("administrator"))).status == 201
    assert (await administering.post("/operators", person("owner"))).body["code"] == "forbidden"
    assert (await administering.post("/api-keys", {"name": "more"})).status == 201


async def test_a_key_ends(team: Team, clock: FixedClock) -> None:
    key, made = await key_with(team)
    assert made["expires_at"] == (clock.now() + timedelta(days=365)).isoformat().replace("+00:00", "Z")
    short, _ = await key_with(team, expires_at=(clock.now() + timedelta(hours=1)).isoformat())
    assert (await short.get("/channels")).status == 200
    clock.advance(timedelta(hours=1))
    assert (await short.get("/channels")).status == 401
    assert (await key.get("/channels")).status == 200


@pytest.mark.parametrize(
    ("asked", "pointer"),
    [
        ({"expires_at": "2020-01-01T00:00:00Z"}, "/expires_at"),
        ({"expires_at": "2999-01-01T00:00:00Z"}, "/expires_at"),
        ({"expires_at": "2027-01-01T00:00:00"}, "/expires_at"),
        ({"scopes": []}, "/scopes"),
        ({"scopes": ["everything"]}, "/scopes/0"),
        ({"name": "  "}, "/name"),
    ],
)
async def test_a_key_that_can_not_be(team: Team, asked: dict[str, Any], pointer: str) -> None:
    answer = await team.owner.post("/api-keys", {"name": "crm", **asked})
    assert (answer.status, answer.body["errors"][0]["pointer"]) == (422, pointer)


async def test_a_key_from_before_scopes_does_what_it_did(team: Team, database: Database) -> None:
    key, made = await key_with(team)
    old = {"$unset": {"scopes": ""}, "$set": {"expires_at": None}}
    await database.tokens.update_one({"_id": token_hash(made["token"])}, old)
    assert (await key.post("/operators", person("administrator"))).status == 201
    listed = (await team.owner.get("/api-keys")).body["items"]
    (shown,) = [one for one in listed if one["id"] == made["id"]]
    assert (shown["scopes"], shown["expires_at"]) == (EVERYTHING, None)


async def test_keys_made_and_deleted_stand_in_the_log(team: Team) -> None:
    _, made = await key_with(team)
    await team.owner.delete(f"/api-keys/{made['id']}")
    lines = (await team.owner.get("/audit")).body["items"]
    assert [(line["action"], line["object_id"]) for line in lines] == [
        ("api_key.deleted", made["id"]),
        ("api_key.made", made["id"]),
    ]
