"""Erasure of a workspace: nobody gets in from that moment, and a raw search finds nothing of it afterwards."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
import pytest_asyncio

from inbox.erasing.erasing_tools import Tools
from inbox.erasing.steps import LATE
from inbox.erasing.workspace_places import KEPT, ORDER, OWN_FIELD
from inbox.erasing.workspace_steps import go_on
from inbox.files.gridfs_store import GridFsStore
from inbox.foundation.clock import FixedClock
from inbox.foundation.ids import new_id
from inbox.storage.documents import StoredCollections
from inbox.storage.leases import Leases
from inbox.storage.runtime import Runtime
from tests.document_fields import collection_types
from tests.integration.api.everywhere import (
    MARKED,
    NEIGHBOUR,
    put_everywhere,
    relaying,
    where_found,
    written_behind,
)
from tests.integration.api.support import PASSWORD, Actor, Client, Team, customer_writes, whatsapp_channel
from tests.integration.events.events_world import eventually
from workers.erase_workspaces import WorkspaceEraser

ERASURE = "/workspace/erasure"


@pytest.fixture
def tools(runtime: Runtime) -> Tools:
    return Tools(runtime.database, runtime.clock, runtime.redis, GridFsStore(runtime.database))


@pytest_asyncio.fixture
async def eraser(runtime: Runtime, tools: Tools) -> AsyncIterator[WorkspaceEraser]:
    worker = WorkspaceEraser(tools, Leases(runtime.database, new_id()))
    yield worker
    await worker.stop()


@pytest_asyncio.fixture
async def channel(team: Team) -> dict[str, Any]:
    assert (await team.owner.post("/webhooks", {"url": "http://127.0.0.1:9/hook"})).status == 201
    return dict((await team.owner.post("/channels", whatsapp_channel())).body)


async def shown(client: Client, certificate: str) -> dict[str, Any]:
    answer = await Actor(client, None).get(f"/workspace-erasure?certificate={certificate}")
    assert answer.status == 200
    return dict(answer.body)


async def erased(eraser: WorkspaceEraser, runtime: Runtime, clock: FixedClock) -> None:
    """Work until the erasure is done."""

    async def done() -> bool:
        clock.advance(timedelta(seconds=10))
        await eraser.sweep()
        for erasure in await runtime.database.workspace_erasures.find({}).to_list(None):
            await eraser.finished(erasure["_id"])
        return await runtime.database.workspace_erasures.find_one({"state": "done"}) is not None

    await eventually(done)


def test_every_collection_that_names_its_workspace_is_gone_through() -> None:
    assert sorted({*ORDER, *KEPT}) == sorted(StoredCollections.__annotations__)
    types = collection_types()
    nameless = {name for name in ORDER if "workspace_id" not in types[name].__annotations__}
    assert nameless == {*OWN_FIELD}


async def test_nothing_is_found_of_an_erased_workspace_and_another_keeps_everything(
    *,
    team: Team,
    strangers: Team,
    client: Client,
    runtime: Runtime,
    channel: dict[str, Any],
    eraser: WorkspaceEraser,
    clock: FixedClock,
    database_url: str,
) -> None:
    own = (team.owner.workspace_id, team.owner.id, channel["id"], "owner@shop.example", "ann@shop.example")
    traces = (*MARKED.traces, *(one.encode() for one in own))
    theirs = dict((await strangers.owner.post("/channels", whatsapp_channel("1002"))).body)
    async with relaying(runtime):
        await put_everywhere(strangers, runtime, theirs, NEIGHBOUR)
        await put_everywhere(team, runtime, channel, MARKED)
        await written_behind(runtime, team)
        await written_behind(runtime, strangers)
        neighbour = await where_found(database_url, runtime.redis, NEIGHBOUR.traces)
        begun = await team.owner.post(ERASURE, {"name": "shop"})
        assert (begun.status, begun.body["state"]) == (202, "working"), begun.body
        await erased(eraser, runtime, clock)

    found = await where_found(database_url, runtime.redis, traces)
    left = {name for name in found if not name.startswith("redis arq:job:")}  # wake-ups that no worker took
    assert left <= {"suppressions"}, found
    assert await where_found(database_url, runtime.redis, MARKED.traces) == {}
    assert await where_found(database_url, runtime.redis, NEIGHBOUR.traces) == neighbour
    certificate = await shown(client, begun.body["certificate"])
    assert certificate["state"] == "done"
    assert {"messages", "contacts", "operators", "files", "audit", "redis"} <= certificate["counts"].keys()
    stored = await runtime.database.workspace_erasures.find_one({})
    assert {*(stored or {})} == {"_id", "state", "requested_at", "finished_at", "mark", "counts"}


async def test_from_the_moment_of_asking_nobody_gets_in(
    team: Team, client: Client, channel: dict[str, Any], eraser: WorkspaceEraser, runtime: Runtime, clock: FixedClock
) -> None:
    await customer_writes(client, channel, "before")
    assert (await team.owner.post(ERASURE, {"name": "shop"})).status == 202
    for actor in (team.owner, team.operator):
        assert (await actor.get("/me")).status == 401
    login = {"email": "ann@shop.example", "password": PASSWORD}
    assert (await Actor(client, None).post("/auth/login", login)).status == 401

    async def key_is_refused() -> bool:
        return (await team.key.get("/conversations")).status == 401

    await eventually(key_is_refused)
    async with relaying(runtime):
        await erased(eraser, runtime, clock)

    async def channel_is_gone() -> bool:
        async with client.post(f"/webhooks/whatsapp/{channel['id']}", data=b"{}") as answer:
            return answer.status == 404

    await eventually(channel_is_gone)


async def test_what_is_written_late_goes_too(
    team: Team, client: Client, channel: dict[str, Any], eraser: WorkspaceEraser, runtime: Runtime, clock: FixedClock
) -> None:
    begun = (await team.owner.post(ERASURE, {"name": "shop"})).body
    await customer_writes(client, channel, "late")
    await eraser.sweep()
    for erasure in await runtime.database.workspace_erasures.find({}).to_list(None):
        await eraser.finished(erasure["_id"])
    assert (await shown(client, begun["certificate"]))["state"] == "working"
    await runtime.database.notes.insert_one(
        {
            "_id": new_id(),
            "workspace_id": team.owner.workspace_id,
            "conversation_id": new_id(),
            "operator_id": team.owner.id,
            "text": "late",
            "created_at": clock.now(),
            "updated_at": clock.now(),
        }
    )
    async with relaying(runtime):
        await erased(eraser, runtime, clock)
    for name in ("notes", "messages", "conversations", "contacts"):
        assert await getattr(runtime.database, name).count_documents({"workspace_id": team.owner.workspace_id}) == 0


async def test_it_goes_on_wherever_it_was_killed(
    team: Team, client: Client, runtime: Runtime, channel: dict[str, Any], tools: Tools, clock: FixedClock
) -> None:
    """Each part of the work is done twice, as after a kill before it was noted, and cut off once before."""
    async with relaying(runtime):
        await put_everywhere(team, runtime, channel, MARKED)
        assert (await team.owner.post(ERASURE, {"name": "shop"})).status == 202
        clock.advance(LATE)

        async def done() -> bool:
            erasure = await runtime.database.workspace_erasures.find_one({})
            assert erasure is not None
            if erasure["state"] == "done":
                return True
            working = asyncio.create_task(go_on(tools, erasure))
            await asyncio.sleep(0)
            working.cancel()
            with suppress(asyncio.CancelledError):
                await working
            for _ in range(2):
                await go_on(tools, erasure)
            return False

        while not await done():
            clock.advance(timedelta(seconds=1))
    assert await runtime.database.workspaces.count_documents({}) == 0


async def test_only_an_owner_in_person_who_types_the_name(team: Team, client: Client) -> None:
    assert (await team.operator.post(ERASURE, {"name": "shop"})).status == 403
    assert (await team.key.post(ERASURE, {"name": "shop"})).status == 403
    for wrong in ("Shop", "shop ", "other"):
        refused = await team.owner.post(ERASURE, {"name": wrong})
        assert (refused.status, refused.body["errors"][0]["pointer"]) == (422, "/name")
    for wrong in ({}, {"name": None}, {"name": "shop", "really": True}):
        assert (await team.owner.post(ERASURE, wrong)).status == 422
    assert (await team.owner.get("/me")).status == 200
    assert (await Actor(client, None).get("/workspace-erasure?certificate=nobodys")).status == 404
