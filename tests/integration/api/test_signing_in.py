"""Who gets in, and who does not."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import replace
from ipaddress import ip_network

import pytest
from aiohttp.test_utils import TestClient, TestServer

from gateway.app import build_app
from inbox.foundation.clock import FixedClock
from inbox.people.accounts import issue_password_token
from inbox.people.login_limit import MAX_FAILURES
from inbox.storage.database import Database
from inbox.storage.runtime import Runtime
from tests.integration.api.support import PASSWORD, Actor, Team


def credentials(name: str = "shop", password: str = PASSWORD) -> dict[str, str]:
    return {"email": f"ann@{name}.example", "password": password}


async def test_a_sign_in_gives_a_token_that_works_until_signing_out(nobody: Actor, team: Team) -> None:
    answer = await nobody.post("/auth/login", credentials())
    assert answer.status == 200
    assert answer.body["operator"]["id"] == team.operator.id
    ann = Actor(nobody.client, answer.body["token"])
    shown = await ann.get("/me")
    assert (shown.status, shown.body) == (200, answer.body["operator"])
    assert (await ann.post("/auth/logout")).status == 204
    assert (await ann.get("/me")).status == 401


async def test_an_operator_looks_as_the_contract_says(team: Team, clock: FixedClock) -> None:
    shown = (await team.operator.get("/me")).body
    assert shown == {
        "id": team.operator.id,
        "name": "Ann",
        "email": "ann@shop.example",
        "role": "operator",
        "status": "offline",
        "status_since": clock.now().isoformat().replace("+00:00", "Z"),
        "next_status": None,
        "capacity": None,
        "active": True,
        "group_ids": [],
        "skills": {},
    }


@pytest.mark.parametrize(
    "header",
    [None, "", "Bearer", "Bearer ", "Basic YTpi", "Bearer gwt_nonsense", "Bearer " + "x" * 4000, "gwt_" + "A" * 43],
)
async def test_without_a_good_token_nothing_is_answered(nobody: Actor, header: str | None) -> None:
    sent = {} if header is None else {"Authorization": header}
    answer = await nobody.call("GET", "/me", **sent)
    assert (answer.status, answer.body["code"]) == (401, "unauthenticated")
    assert answer.headers["WWW-Authenticate"] == "Bearer"


async def test_failures_are_throttled_by_email_and_address(nobody: Actor, team: Team) -> None:
    wrong = [await nobody.post("/auth/login", credentials(password="wrong")) for _ in range(MAX_FAILURES)]
    assert {answer.status for answer in wrong} == {401}
    answer = await nobody.post("/auth/login", credentials())
    assert (answer.status, answer.body["code"]) == (429, "too_many_requests")
    assert 0 < int(answer.headers["Retry-After"]) <= 900
    other = await nobody.post("/auth/login", {"email": "owner@shop.example", "password": "wrong"})
    assert other.status == 401


async def test_many_guesses_at_once_are_no_more_tries(nobody: Actor, team: Team) -> None:
    guesses = (nobody.post("/auth/login", credentials(password=f"guess {n}")) for n in range(MAX_FAILURES * 2))
    told = Counter(answer.status for answer in await asyncio.gather(*guesses))
    # A machine that can't hash so many passwords in time answers 503 to some: that is no try either.
    assert told[401] <= MAX_FAILURES, told
    assert told[429] > 0, told
    assert told[401] + told[429] + told[503] == 2 * MAX_FAILURES, told


async def test_the_same_email_in_two_workspaces_is_told_apart_by_the_workspace(
    nobody: Actor, team: Team, strangers: Team
) -> None:
    right = await nobody.post("/auth/login", {**credentials(), "workspace_id": team.operator.workspace_id})
    wrong = await nobody.post("/auth/login", {**credentials(), "workspace_id": strangers.operator.workspace_id})
    assert (right.status, wrong.status) == (200, 401)


async def test_a_password_link_sets_a_password_and_signs_in(
    nobody: Actor, team: Team, database: Database, clock: FixedClock
) -> None:
    token = await issue_password_token(database, team.owner.workspace_id, team.owner.id, clock.now())
    short = await nobody.post("/auth/password", {"token": token, "password": "short"})
    assert (short.status, short.body["errors"][0]["pointer"]) == (422, "/password")
    answer = await nobody.post("/auth/password", {"token": token, "password": "long enough now"})
    assert (answer.status, answer.body["operator"]["id"]) == (200, team.owner.id)
    again = await nobody.post("/auth/password", {"token": token, "password": "long enough now"})
    assert again.status == 401
    signed_in = await nobody.post("/auth/login", {"email": "owner@shop.example", "password": "long enough now"})
    assert signed_in.status == 200


async def test_an_operator_may_not_do_what_administrators_do(team: Team) -> None:
    for method, path in [("GET", "/api-keys"), ("POST", "/channels"), ("PATCH", "/workspace")]:
        answer = await team.operator.call(method, path, {})
        assert (answer.status, answer.body["code"]) == (403, "forbidden"), path


async def test_an_api_key_is_an_administrator_but_no_person(team: Team) -> None:
    assert (await team.key.get("/api-keys")).status == 200
    assert (await team.key.get("/me")).status == 403


async def test_an_api_key_is_shown_once_and_refused_after_deletion(team: Team) -> None:
    made = await team.owner.post("/api-keys", {"name": "bot"})
    assert made.status == 201
    bot = Actor(team.owner.client, made.body["token"])
    listed = (await team.owner.get("/api-keys")).body["items"]
    assert [key["name"] for key in listed] == ["crm", "bot"]
    assert all("token" not in key for key in listed)
    assert (await team.owner.delete(f"/api-keys/{made.body['id']}")).status == 204
    assert (await bot.get("/workspace")).status == 401
    assert (await team.owner.delete(f"/api-keys/{made.body['id']}")).status == 404


async def test_somebody_elses_wrong_guesses_keep_nobody_out(runtime: Runtime, team: Team) -> None:
    behind = runtime.settings.model_copy(update={"trusted_proxies": (ip_network("127.0.0.1"),)})
    async with TestClient(TestServer(build_app(replace(runtime, settings=behind)))) as client:
        somebody = Actor(client, None, headers={"X-Forwarded-For": "203.0.113.7"})
        for number in range(MAX_FAILURES + 1):
            guess = await somebody.post("/auth/login", credentials(password=f"guess {number}"))
        assert guess.status == 429
        ann = Actor(client, None, headers={"X-Forwarded-For": "203.0.113.7, 198.51.100.9"})
        assert (await ann.post("/auth/login", credentials())).status == 200


async def test_a_link_that_is_none_is_refused_before_anything_is_hashed(nobody: Actor, team: Team) -> None:
    """As many as the line for hashing would not take, with a password that would be refused as well."""
    junk = {"token": "gwp_" + "A" * 43, "password": "0123456789"}
    answers = await asyncio.gather(*(nobody.post("/auth/password", junk) for _ in range(400)))
    assert {answer.status for answer in answers} == {401}
