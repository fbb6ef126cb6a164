"""Each route is called once while MongoDB keeps a profile: no query of any of them reads a whole collection."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from typing import Any, Final

import pytest_asyncio

from gateway.api.call import Route
from gateway.api.routes import ROUTES
from inbox.storage.database import Database, Document
from tests.integration.api.one_of_everything import one_of_everything
from tests.integration.api.support import Actor, Team
from tests.integration.api.test_isolation import BODIES
from tests.integration.api.test_slow_queries import MONGODB_SLOW_MS

LAST: Final = {"POST": 1, "PATCH": 1, "PUT": 1, "DELETE": 2}
"""What changes comes behind what shows, what deletes at the end; what ends the sign-in is left out."""
LEFT_OUT: Final = ("/auth/logout", "/workspace/erasure", "/me/sessions", "/me/password")


@pytest_asyncio.fixture
async def ids(team: Team) -> dict[str, str]:
    return await one_of_everything(team)


@pytest_asyncio.fixture
async def profile(database: Database, ids: dict[str, str]) -> AsyncIterator[Any]:
    """All operations since then, each with what called it."""
    await database.command("profile", value=2)
    yield getattr(database, "system.profile")
    await database.command("profile", value=0, slowms=MONGODB_SLOW_MS)
    await getattr(database, "system.profile").drop()


async def test_no_route_reads_a_whole_collection(team: Team, ids: dict[str, str], profile: Any) -> None:
    answered = 0
    for route in sorted(ROUTES, key=lambda route: LAST.get(route.method, 0)):
        if route.path not in LEFT_OUT and route.served:
            answered += await _called(team.owner, route, ids) < 300
    ran = await profile.find({}).to_list(None)
    assert answered > len(ROUTES) // 2, answered
    assert len(ran) > len(ROUTES)
    faults = {_summary(one) for one in ran if _scans(one)}
    assert not faults, "\n".join(sorted(faults))


async def _called(who: Actor, route: Route, ids: dict[str, str]) -> int:
    first = route.path.split("/")[1]
    path = re.sub(r"{(\w+)}", lambda name: ids.get(first if name[1] == "id" else name[1], "0" * 24), route.path)
    body = BODIES.get((route.method, route.path), route.example) if route.request is not None else None
    return (await who.call(route.method, path, body)).status


def _scans(ran: Document) -> bool:
    return "COLLSCAN" in ran.get("planSummary", "") and not ran["ns"].endswith("system.profile")


def _summary(ran: Document) -> str:
    command = ran.get("command", {})
    asked = {name: command[name] for name in ("filter", "query", "q", "pipeline", "sort") if name in command}
    return f"{ran['op']} {ran['ns'].split('.', 1)[-1]} {_names(asked)}"


def _names(value: Any) -> Any:
    """Leave out what was asked for: the shape of a query is what has an index."""
    if isinstance(value, dict):
        return {name: _names(item) for name, item in value.items()}
    return [_names(item) for item in value] if isinstance(value, list) else "…"
