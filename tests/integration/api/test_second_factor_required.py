"""A workspace that demands a second factor: who has none may set it up, and nothing else until then."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import pyotp
import pytest

from gateway.api.routes import ROUTES
from gateway.commands.second_factors import NotDoneError, second_factors_of
from inbox.foundation.clock import FixedClock
from inbox.people.authenticator import lacks_second_factor
from inbox.people.tokens import find_token
from inbox.storage.runtime import Runtime
from tests.integration.api.support import PASSWORD, Actor, Client, Team
from tests.waiting import eventually

OWN = "/me/second-factor"
DEMAND = {"settings": {"second_factor_required": True}}
OPEN = {("GET", "/me"), ("POST", "/auth/logout"), ("GET", OWN), ("POST", OWN), ("PUT", OWN)}
REFUSED = (403, "second_factor_required")


async def set_up(person: Actor, clock: FixedClock) -> None:
    begun = await person.post(OWN, {"password": PASSWORD})
    assert begun.status == 200, begun.body
    done = await person.call("PUT", OWN, {"code": pyotp.TOTP(begun.body["secret"]).at(clock.now())})
    assert done.status == 200, done.body


async def refusal(person: Actor) -> tuple[int, str]:
    answer = await person.get("/conversations")
    return answer.status, answer.body.get("code", "")


async def hears(person: Actor, wanted: tuple[int, str]) -> bool:
    return await refusal(person) == wanted


async def owner_has_one(runtime: Runtime, team: Team, clock: FixedClock) -> None:
    """Set the owner's up, who signs in by the operator's password."""
    operators = runtime.database.operators
    ann = await operators.find_one({"_id": team.operator.id})
    assert ann is not None
    await operators.update_one({"_id": team.owner.id}, {"$set": {"password_hash": ann["password_hash"]}})
    await set_up(team.owner, clock)


async def demand(runtime: Runtime, team: Team, clock: FixedClock) -> None:
    """Have the workspace demand one; its owner has one, its operator has none."""
    await owner_has_one(runtime, team, clock)
    assert (await team.owner.patch("/workspace", DEMAND)).status == 200
    await eventually(lambda: hears(team.operator, REFUSED))


async def test_who_has_none_may_set_it_up_and_nothing_else(runtime: Runtime, team: Team, clock: FixedClock) -> None:
    await demand(runtime, team, clock)
    for route in ROUTES:
        if route.action is None or not route.served or (route.method, route.path) in OPEN:
            continue
        answer = await team.operator.call(route.method, route.path.replace("{", "").replace("}", ""))
        assert (answer.status, answer.body["code"]) == REFUSED, route.path
    assert {(route.method, route.path) for route in ROUTES if route.setting_up} == OPEN
    assert (await team.operator.get("/me")).body["id"] == team.operator.id
    await set_up(team.operator, clock)
    assert await refusal(team.operator) == (200, "")
    assert (await team.owner.get("/conversations")).status == 200
    assert (await team.key.get("/conversations")).status == 200, "a program has no phone"


async def test_open_sockets_and_the_stream_end_too(
    runtime: Runtime, team: Team, client: Client, clock: FixedClock, relayed: None
) -> None:
    headers = {"Authorization": f"Bearer {team.operator.token}"}
    socket = await client.ws_connect("/api/v1/events", headers=headers)
    assert (await socket.receive_json())["type"] == "hello"
    await demand(runtime, team, clock)
    async with asyncio.timeout(30):
        while not socket.closed:
            await socket.receive()
    assert socket.close_code == 4401
    async with client.get("/api/v1/events", headers=headers) as listed:
        assert (listed.status, (await listed.json())["code"]) == REFUSED


async def test_nobody_turns_theirs_off_meanwhile(runtime: Runtime, team: Team, clock: FixedClock) -> None:
    await demand(runtime, team, clock)
    off = await team.owner.post(f"{OWN}/remove", {"password": PASSWORD, "code": "123456"})
    assert (off.status, off.body["code"]) == (409, "conflict")


async def test_administrators_see_who_lacks_one(runtime: Runtime, team: Team, clock: FixedClock) -> None:
    await owner_has_one(runtime, team, clock)
    listed = (await team.owner.get("/second-factors")).body["items"]
    has = {one["operator_id"]: one["enabled"] for one in listed}
    assert (has[team.owner.id], has[team.operator.id]) == (True, False)
    assert (await team.operator.get("/second-factors")).body["code"] == "forbidden"
    first = (await team.owner.get("/second-factors?limit=1")).body
    rest = (await team.owner.get(f"/second-factors?cursor={first['next_cursor']}")).body
    assert [*first["items"], *rest["items"]] == listed


@pytest.mark.parametrize(
    ("demanded", "since", "provider", "lacks"),
    [
        (False, None, None, False),
        (True, None, None, True),
        (True, datetime(2026, 1, 1, tzinfo=UTC), None, False),
        (True, None, "p1", False),  # the company's login demands what it likes
    ],
)
async def test_who_lacks_it(
    runtime: Runtime, team: Team, *, demanded: bool, since: datetime | None, provider: str | None, lacks: bool
) -> None:
    operator = await runtime.database.operators.find_one({"_id": team.operator.id})
    token = await find_token(runtime.database, team.operator.token or "", runtime.clock.now())
    assert operator is not None
    assert token is not None
    if since is not None:
        begun = {"since": since, "begun_at": since, "used_step": 0, "recovery": [], "wrong": 0, "wrong_at": None}
        operator["second_factor"] = begun  # type: ignore[typeddict-item]
    if provider is not None:
        token["openid_provider"] = provider
    assert lacks_second_factor({"second_factor_required": demanded}, operator, token) is lacks


async def test_from_the_shell_somebody_is_helped_and_the_demand_ends(
    runtime: Runtime, team: Team, clock: FixedClock
) -> None:
    await demand(runtime, team, clock)
    workspace_id, settings = team.owner.workspace_id, runtime.settings
    told = await second_factors_of(settings, workspace_id, remove_from=None, lift=False)
    owner = (await team.owner.get("/me")).body["email"]
    assert told.splitlines()[0] == "second factor demanded: yes"
    assert f"has one  {owner}" in told
    told = await second_factors_of(settings, workspace_id, remove_from=owner.upper(), lift=True)
    assert told.splitlines()[0] == "second factor demanded: no"
    assert f"lacks it  {owner}" in told
    await eventually(lambda: hears(team.operator, (200, "")))
    logged = [one for one in (await team.owner.get("/audit")).body["items"] if one["by"] == "command:gateway"]
    assert {one["action"] for one in logged} == {"operator.second_factor_removed", "workspace.changed"}
    for wrong in ({"remove_from": "nobody@shop.example", "lift": False}, {"remove_from": None, "lift": True}):
        with pytest.raises(NotDoneError):
            await second_factors_of(settings, "nowhere" if wrong["lift"] else workspace_id, **wrong)  # type: ignore[arg-type]
