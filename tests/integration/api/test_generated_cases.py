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

from gateway.api.routes import ROUTES
from gateway.app import build_app
from gateway.scim.scim_routes import PREFIX as SCIM
from gateway.scim.scim_routes import SCIM_ROUTES
from inbox.people.access import Role, Scope
from inbox.people.accounts import NewOperator, create_operator, issue_sign_in
from inbox.people.api_keys import ApiKeyRequest, create_api_key
from inbox.storage.runtime import Runtime
from tests.integration.api.documented import document
from tests.integration.api.generated_cases import NOBODY, Callers, Cases, operations_of
from tests.integration.api.one_of_everything import NOBODY_ANSWERS, one_of_everything
from tests.integration.api.support import Client, make_team

pytestmark = pytest.mark.asyncio(loop_scope="module")

SEED = int(os.environ.get("FUZZ_SEED", "1"))
MINUTES = float(os.environ.get("FUZZ_MINUTES", "0"))
"""0: one short round, for the suite."""
KEY = "key"
DIRECTORY = "directory"
BOT = "bot"
STRANGER = "stranger"
"""The owner of another workspace."""
OF_THE_API = (
    "owner",
    KEY,
    "operator",
    "administrator",
    "supervisor",
    NOBODY,
    "owner",
    "manager",
    BOT,
    STRANGER,
    DIRECTORY,
)
OF_SCIM = (DIRECTORY, DIRECTORY, NOBODY, DIRECTORY, "owner", DIRECTORY, KEY, "operator")


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
    for key, scopes in {KEY: (Scope.READ, Scope.WRITE), DIRECTORY: (Scope.PROVISION, Scope.ADMINISTER)}.items():
        wanted = ApiKeyRequest(name=key, scopes=scopes)
        made_key = await create_api_key(runtime.database, team.owner.workspace_id, wanted, now=runtime.clock.now())
        tokens[key] = made_key.token
    bot = await team.owner.post("/bots", {"name": "Sorter", "url": NOBODY_ANSWERS})
    tokens |= {BOT: bot.body["token"], STRANGER: (await make_team(runtime, client, f"{name}other")).owner.token}
    return Callers(client, tokens, ids | await _directory_ids(client, tokens[DIRECTORY], name))


async def _directory_ids(client: Client, token: str | None, name: str) -> dict[str, str]:
    """Make a person and a group as a directory does."""
    ids = {}
    for kind, body in {"Users": {"userName": f"dee@{name}.example"}, "Groups": {"displayName": "Evening"}}.items():
        headers = {"Authorization": f"Bearer {token}"}
        async with client.post(f"/scim/v2/{kind}", json=body, headers=headers) as answer:
            ids[kind] = str((await answer.json(content_type=None))["id"])
    return ids


async def one_round(callers: Callers, seed: int, *, good: int, bad: int) -> None:
    """Ask every operation; each case comes from the next in the row of roles."""
    cases = Cases(seed, callers.ids)
    of_the_api, of_scim = itertools.cycle(OF_THE_API), itertools.cycle(OF_SCIM)
    for operation in operations_of(dict(document())):
        roles = of_scim if operation.path.startswith(SCIM) else of_the_api
        made = [case for case in cases.of(operation, good=good, bad=bad) for _ in range(2)]
        assert await callers.faults(zip(roles, made, strict=False)) == [], f"seed {seed}"


async def test_every_answer_is_documented(shared_runtime: Runtime, client: Client) -> None:
    end = time.monotonic() + MINUTES * 60
    many = {"good": 20, "bad": 20} if MINUTES else {"good": 2, "bad": 1}
    for seed in itertools.count(SEED):
        callers = await make_callers(shared_runtime, client, f"shop{seed}")
        await one_round(callers, seed, **many)
        done = {label for label, status in callers.answered if status < 300}
        assert len(done) > (len(ROUTES) + len(SCIM_ROUTES)) / 2, "the cases reach too little"
        if time.monotonic() >= end:
            break
