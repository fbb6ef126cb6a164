"""Nothing of one workspace is visible in another: tried on every route of the table."""

from __future__ import annotations

from typing import Any

import pytest

from gateway.api.call import Route, Who
from gateway.api.routes import ROUTES
from tests.integration.api.support import Team, whatsapp_channel

BODIES: dict[tuple[str, str], Any] = {
    ("PATCH", "/channels/{id}"): {"name": "Stolen"},
}
"""A good body for each route that needs one, so that nothing but the id can be what is refused."""

BY_ID = [route for route in ROUTES if "{" in route.path]
LISTS = [r for r in ROUTES if r.method == "GET" and "{" not in r.path and r.who is not Who.CHECKED_BY_HANDLER]
"""Without the events, which have tests of their own."""


async def foreign_ids(team: Team) -> dict[str, str]:
    """Make one of everything and give its id by the path's first word."""
    channel = (await team.owner.post("/channels", whatsapp_channel())).body
    return {"operators": team.operator.id, "api-keys": team.key.id, "channels": channel["id"]}


@pytest.mark.parametrize("route", BY_ID, ids=lambda route: f"{route.method} {route.path}")
async def test_an_id_of_another_workspace_is_not_found(team: Team, strangers: Team, route: Route) -> None:
    foreign = (await foreign_ids(strangers))[route.path.split("/")[1]]
    for known in (foreign, "0" * 24, "%00", "..%2f", "x" * 2000):
        body = BODIES[route.method, route.path] if route.request is not None else None
        answer = await team.owner.call(route.method, route.path.replace("{id}", known), body)
        assert (answer.status, answer.body["code"]) == (404, "not_found"), known


@pytest.mark.parametrize("route", LISTS, ids=lambda route: f"{route.method} {route.path}")
async def test_lists_hold_nothing_of_another_workspace(team: Team, strangers: Team, route: Route) -> None:
    foreign = {*(await foreign_ids(strangers)).values(), strangers.owner.workspace_id, strangers.owner.id}
    answer = await team.owner.call(route.method, route.path)
    assert answer.status == 200
    assert not [known for known in foreign if known in str(answer.body)]


@pytest.mark.parametrize("route", [r for r in ROUTES if r.who is not Who.ANYONE], ids=lambda r: f"{r.method} {r.path}")
async def test_every_other_route_asks_for_a_token(nobody: Any, route: Route) -> None:
    answer = await nobody.call(route.method, route.path.replace("{id}", "x"))
    assert (answer.status, answer.body["code"]) == (401, "unauthenticated")
