"""Every route with every role, every scope of a key, and nobody: who may is who the table of rights names."""

from __future__ import annotations

import itertools
import re
from collections.abc import AsyncIterator, Mapping

import pytest
import pytest_asyncio
from aiohttp.test_utils import TestClient, TestServer

from gateway.api.call import Route
from gateway.api.routes import PREFIX, ROUTES
from gateway.app import build_app
from inbox.people.access import RIGHTS, Role, Scope, roles_of
from inbox.people.accounts import NewOperator, create_operator, issue_sign_in
from inbox.people.api_keys import ApiKeyRequest, create_api_key
from inbox.storage.runtime import Runtime
from tests.integration.api.support import Actor, Client, make_team

pytestmark = pytest.mark.asyncio(loop_scope="module")

IN_ORDER = sorted(ROUTES, key=lambda route: route.path == "/auth/logout")
"""What ends the sign-in of who tries comes last."""
NO_JSON = b"{"
"""A body that is looked at only after the rights were: nothing that is tried here does anything."""

Callers = Mapping[Role | Scope | None, Actor]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def client(shared_runtime: Runtime) -> AsyncIterator[Client]:
    async with TestClient(TestServer(build_app(shared_runtime))) as opened:
        yield opened


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def callers(shared_runtime: Runtime, client: Client) -> Callers:
    workspace_id = (await make_team(shared_runtime, client, "shop")).owner.workspace_id
    database, now = shared_runtime.database, shared_runtime.clock.now()
    made: dict[Role | Scope | None, Actor] = {None: Actor(client, None)}
    for role in Role:
        new = NewOperator(name=role.value, email=f"one.{role.value}@shop.example", role=role)
        person = await create_operator(database, workspace_id, new, now=now)
        made[role] = Actor(client, await issue_sign_in(database, workspace_id, person.id, now, days=30))
    for scope in Scope:
        key = await create_api_key(database, workspace_id, ApiKeyRequest(name=scope.value, scopes=(scope,)), now=now)
        made[scope] = Actor(client, key.token)
    return made


def expected(route: Route, caller: Role | Scope | None) -> int | None:
    """Return the status with which the table refuses; None where it allows."""
    if route.action is None:
        return None
    if caller is None:
        return 401
    if isinstance(caller, Role):
        return None if caller in roles_of(route.action) else 403
    return None if RIGHTS[route.action].scope is caller else 403


async def test_who_may_call(callers: Callers) -> None:
    wrong = []
    for route, (caller, actor) in itertools.product(IN_ORDER, callers.items()):
        status = await _status(route, actor)
        refused = expected(route, caller)
        right = status == refused if refused else route.action is None or status not in {401, 403}
        wrong += [] if right else [f"{caller} {route.method} {route.path}: {status}, not {refused}"]
    assert wrong == []


async def _status(route: Route, actor: Actor) -> int:
    address = PREFIX + re.sub(r"{\w+}", "0" * 24, route.path)
    headers = {"Authorization": f"Bearer {actor.token}"} if actor.token else {}
    body = None if route.request is None else NO_JSON
    async with actor.client.request(route.method, address, data=body, headers=headers) as answer:
        return answer.status
