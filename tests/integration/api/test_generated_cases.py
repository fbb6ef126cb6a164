"""No generated request, of whoever it comes, is answered by a fault of ours or otherwise than `/openapi.json` says.

`make fuzz ARGS="--minutes 30 --seed 7"` goes on with more.
"""

from __future__ import annotations

import itertools
import os
import time
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from aiohttp.test_utils import TestClient, TestServer

from gateway.api.openapi import make_openapi
from gateway.api.routes import PREFIX, ROUTES
from gateway.app import build_app
from inbox.people.access import Role, Scope
from inbox.people.accounts import NewOperator, create_operator, issue_sign_in
from inbox.people.api_keys import ApiKeyRequest, create_api_key
from inbox.storage.runtime import Runtime
from tests.integration.api.generated_cases import NOBODY, Callers, Cases, operations_of
from tests.integration.api.one_of_everything import one_of_everything
from tests.integration.api.support import Client, make_team

pytestmark = pytest.mark.asyncio(loop_scope="module")

SEED = int(os.environ.get("FUZZ_SEED", "1"))
MINUTES = float(os.environ.get("FUZZ_MINUTES", "0"))
"""0: one short round, for the suite."""
KEY = "key"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def client(shared_runtime: Runtime) -> AsyncIterator[Client]:
    async with TestClient(TestServer(build_app(shared_runtime))) as opened:
        yield opened


async def make_callers(runtime: Runtime, client: Client, name: str) -> Callers:
    """Make a shop with everything, and somebody of each role in it."""
    team = await make_team(runtime, client, name)
    ids = await one_of_everything(team)
    tokens: dict[str, str | None] = {NOBODY: None}
    for role in Role:
        new = NewOperator(name=role.value, email=f"one.{role.value}@{name}.example", role=role)
        made = await create_operator(runtime.database, team.owner.workspace_id, new, now=runtime.clock.now())
        tokens[role.value] = await issue_sign_in(
            runtime.database, team.owner.workspace_id, made.id, runtime.clock.now(), days=30
        )
    scopes = ApiKeyRequest(name="reader", scopes=(Scope.READ, Scope.WRITE))
    key = await create_api_key(runtime.database, team.owner.workspace_id, scopes, now=runtime.clock.now())
    return Callers(client, {**tokens, KEY: key.token}, ids)


async def one_round(callers: Callers, seed: int, *, good: int, bad: int) -> None:
    """Ask every operation; each case comes from the next in the row of roles."""
    cases = Cases(seed, callers.ids)
    roles = itertools.cycle(("owner", KEY, "operator", "administrator", "supervisor", NOBODY, "owner", "manager"))
    for operation in operations_of(make_openapi(ROUTES, prefix=PREFIX, version="1")):
        made = [case for case in cases.of(operation, good=good, bad=bad) for _ in range(2)]
        assert await callers.faults(zip(roles, made, strict=False)) == [], f"seed {seed}"


async def test_every_answer_is_documented(shared_runtime: Runtime, client: Client) -> None:
    end = time.monotonic() + MINUTES * 60
    many = {"good": 20, "bad": 20} if MINUTES else {"good": 2, "bad": 1}
    for seed in itertools.count(SEED):
        callers = await make_callers(shared_runtime, client, f"shop{seed}")
        await one_round(callers, seed, **many)
        done = {label for label, status in callers.answered if status < 300}
        assert len(done) > len(ROUTES) / 2, "the cases reach too little"
        if time.monotonic() >= end:
            break
