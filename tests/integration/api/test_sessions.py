"""Sign-ins are listed and ended; who is deactivated is out by every way in."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from inbox.people.accounts import issue_password_token
from inbox.people.api_keys import ApiKeyRequest, create_api_key
from inbox.people.sessions import SHOWN_CHARS
from inbox.people.tokens import TokenKind, token_hash
from inbox.storage.database import Database
from inbox.storage.runtime import Runtime
from tests.integration.api.support import PASSWORD, Actor, Client, Team

ANN = {"email": "ann@shop.example", "password": PASSWORD}
NO_WAY_OF_A_PERSON = {TokenKind.BOT}
"""A bot's token is good for the conversations that the bot holds; docs/people.md says to change it by hand."""
EVERYTHING = ["read", "write", "manage", "administer"]


async def signed_in(client: Client, device: str = "test") -> Actor:
    made = await Actor(client, None, headers={"User-Agent": device}).post("/auth/login", ANN)
    assert made.status == 200, made.body
    return Actor(client, made.body["token"], made.body["workspace_id"], made.body["operator"]["id"])


async def test_sign_ins_are_told_apart_and_ended_one_by_one(team: Team, client: Client) -> None:
    phone, desk = await signed_in(client, "Phone\u202e/1"), await signed_in(client, "D" * 300)
    shown = {one["device"]: one for one in (await phone.get("/me/sessions")).body["items"]}
    assert {device: one["current"] for device, one in shown.items()} == {"D" * 200: False, "Phone/1": True, None: False}
    its = {device: f"/me/sessions/{one['id']}" for device, one in shown.items()}
    assert (await desk.delete(its["Phone/1"])).status == 204
    assert ((await phone.get("/me")).status, (await desk.get("/me")).status) == (401, 200)
    assert (await desk.delete(its["Phone/1"])).status == 404
    assert (await desk.delete(its["D" * 200])).status == 204
    assert (await desk.get("/me")).status == 401, "one's own, too"


@pytest.mark.parametrize("wrong", ["", "g" * SHOWN_CHARS, "0" * 23, "0" * 64, "$ne"])
async def test_nothing_but_the_id_of_one_s_own_sign_in_ends_one(
    team: Team, strangers: Team, client: Client, wrong: str
) -> None:
    ann = await signed_in(client)
    foreign = token_hash(strangers.operator.token or "")[:SHOWN_CHARS]
    for id_ in (wrong or foreign, token_hash(team.owner.token or "")[:SHOWN_CHARS]):
        assert (await ann.delete(f"/me/sessions/{id_}")).status == 404
    assert [(await one.get("/me")).status for one in (ann, team.owner, strangers.operator)] == [200, 200, 200]


async def test_administrators_end_others_sign_ins_and_it_stands_in_the_log(team: Team, client: Client) -> None:
    phone, desk, path = (
        await signed_in(client, "phone"),
        await signed_in(client),
        f"/operators/{team.operator.id}/sessions",
    )
    assert (await team.operator.get(path)).status == 403
    shown = (await team.owner.get(path)).body["items"]
    assert [one["current"] for one in shown] == [False, False, False]
    lost = next(one["id"] for one in shown if one["device"] == "phone")
    assert (await team.owner.delete(f"{path}/{lost}")).status == 204
    assert ((await phone.get("/me")).status, (await desk.get("/me")).status) == (401, 200)
    assert (await team.owner.delete(path)).status == 204
    assert (await desk.get("/me")).status == 401
    assert (await signed_in(client)).token, "a person may come back"
    log = (await team.owner.get("/audit")).body["items"]
    assert [(one["action"], one["object_id"]) for one in log] == [("operator.sign_ins_ended", team.operator.id)] * 2


async def test_nobody_looks_at_the_sign_ins_of_who_ranks_above_them(team: Team, client: Client) -> None:
    key = (await team.owner.post("/api-keys", {"name": "crm"})).body
    program = Actor(client, key["token"])
    for method, path in (("GET", ""), ("DELETE", ""), ("DELETE", "/" + "0" * SHOWN_CHARS)):
        assert (await program.call(method, f"/operators/{team.owner.id}/sessions{path}")).status == 403


async def test_a_key_says_who_made_it_also_one_that_a_key_made(team: Team, client: Client) -> None:
    first = (await team.owner.post("/api-keys", {"name": "first", "scopes": EVERYTHING})).body
    second = (await Actor(client, first["token"]).post("/api-keys", {"name": "second"})).body
    assert first["made_by"] == second["made_by"] == team.owner.id
    listed = {one["name"]: one["made_by"] for one in (await team.owner.get("/api-keys")).body["items"]}
    assert listed == {"crm": None, "first": team.owner.id, "second": team.owner.id}


async def test_who_is_deactivated_is_out_by_every_way_in(
    team: Team, client: Client, runtime: Runtime, relayed: None
) -> None:
    """Each kind of token that they have, the tokens' tokens, open sockets, polling, and what was under way."""
    database, now = runtime.database, runtime.clock.now()
    assert (await team.owner.patch(f"/operators/{team.operator.id}", {"role": "administrator"})).status == 200
    ann = await signed_in(client)
    key = Actor(client, (await ann.post("/api-keys", {"name": "hers", "scopes": EVERYTHING})).body["token"])
    keys_key = Actor(client, (await key.post("/api-keys", {"name": "hers, too"})).body["token"])
    link = await issue_password_token(database, ann.workspace_id, ann.id, now)
    by_link = {"token": link, "password": "another good one 77"}

    async def refused(answer: Awaitable[object]) -> bool:
        return getattr(await answer, "status", None) == 401

    ways: dict[str, Callable[[], Awaitable[object]]] = {
        TokenKind.SIGN_IN: lambda: ann.get("/me"),
        "another sign-in": lambda: team.operator.get("/conversations"),
        "polling": lambda: ann.get("/events?limit=0"),
        TokenKind.API_KEY: lambda: key.get("/operators"),
        "a key of the key": lambda: keys_key.get("/operators"),
        "polling by key": lambda: keys_key.get("/events?limit=0"),
        TokenKind.PASSWORD_LINK: lambda: Actor(client, None).post("/auth/password", by_link),
        "password": lambda: Actor(client, None).post("/auth/login", ANN),
    }
    assert set(TokenKind) - NO_WAY_OF_A_PERSON <= set(ways), "a new kind of token is a new way in"
    before = [name for name, way in ways.items() if name != TokenKind.PASSWORD_LINK and await refused(way())]
    assert before == []
    sockets = [
        await client.ws_connect("/api/v1/events", headers={"Authorization": f"Bearer {one.token}"})
        for one in (ann, team.operator, keys_key)
    ]
    for socket in sockets:
        assert (await socket.receive_json())["type"] == "hello"

    assert (await team.owner.delete(f"/operators/{ann.id}")).status == 204

    assert [name for name, way in ways.items() if not await refused(way())] == []
    for socket in sockets:
        async with asyncio.timeout(20):
            while not socket.closed:
                await socket.receive()
        assert socket.close_code == 4401
    left = await database.tokens.find({"$or": [{"owner_id": ann.id}, {"made_by": ann.id}]}).to_list(None)
    assert left == []
    assert (await team.key.get("/operators")).status == 200, "nobody else's key"


async def test_what_was_under_way_while_they_left_does_not_wake_up_when_they_return(
    team: Team, client: Client, database: Database, runtime: Runtime
) -> None:
    now, path = runtime.clock.now(), f"/operators/{team.operator.id}"
    assert (await team.owner.patch(path, {"active": False})).status == 200
    asked = ApiKeyRequest(name="late")
    made = await create_api_key(database, team.owner.workspace_id, asked, now=now, made_by=team.operator.id)
    late = Actor(client, made.token)
    assert (await late.get("/operators")).status == 401
    assert (await team.owner.patch(path, {"active": True})).status == 200
    assert (await late.get("/operators")).status == 401
