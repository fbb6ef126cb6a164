"""A supervisor's reports by time are those of their queues together, in what is counted already and in what is not."""

from __future__ import annotations

from typing import Any

import pytest
import pytest_asyncio

from gateway.parts import PARTS
from inbox.foundation.clock import FixedClock
from inbox.foundation.ids import lowest_id
from inbox.people.access import Role
from inbox.people.accounts import NewOperator, create_operator, issue_sign_in
from inbox.reports.rollups import RollupKeeper
from inbox.reports.slots import SLOT, slot_of
from inbox.storage.database import Database
from tests.integration.api.support import Actor, Client, Team


@pytest_asyncio.fixture
async def supervisor(client: Client, team: Team) -> Actor:
    assert client.app is not None
    runtime = client.app[PARTS].runtime
    workspace_id, now = team.owner.workspace_id, runtime.clock.now()
    new = NewOperator(name="Sue", email="sue@shop.example", role=Role.SUPERVISOR, password="correct horse battery")
    made = await create_operator(runtime.database, workspace_id, new, now=now)
    return Actor(
        client, await issue_sign_in(runtime.database, workspace_id, made.id, now, days=1), workspace_id, made.id
    )


async def opened(actor: Actor, group_by: str) -> dict[str, Any]:
    answer = await actor.get(f"/reports/conversations?group_by={group_by}")
    assert answer.status == 200, answer.body
    column = answer.body["columns"].index("opened")
    found = {row["key"]: row["values"][column] for row in answer.body["rows"]}
    assert answer.body["total"][column] == sum(found.values())
    return found


async def test_times_are_those_of_ones_queues(
    team: Team, supervisor: Actor, database: Database, clock: FixedClock
) -> None:
    """Half of it lies in half hours that the worker has counted, half in the one that runs."""
    own = (await team.owner.post("/queues", {"name": "Own", "operator_ids": [supervisor.id]})).body["id"]
    second = (await team.owner.post("/queues", {"name": "Own too", "operator_ids": [supervisor.id]})).body["id"]
    other = (await team.owner.post("/queues", {"name": "Not theirs"})).body["id"]
    times = [slot_of(clock.now()) - 4 * SLOT, slot_of(clock.now())]
    await database.conversations.insert_many(
        {
            "_id": lowest_id(at.timestamp())[:12] + f"{10 * n + m:012x}",
            "workspace_id": team.owner.workspace_id,
            "channel_id": "ch",
            "identity": {"kind": "whatsapp", "external_id": f"{n}{m}"},
            "contact_id": "k",
            "open": True,
            "queue_id": queue,
            "operator_id": None,
            "opened_at": at,
            "routing_log": [],
            "tags": [],
        }
        for n, at in enumerate(times)
        for m, queue in enumerate((own, own, second, other, None))
    )
    await RollupKeeper(database, clock).keep_up()

    assert await opened(supervisor, "queue") == {own: 4, second: 2}
    assert await opened(supervisor, "nothing") == {"": 6}
    for group_by in ("day", "hour", "weekday"):
        assert sum((await opened(supervisor, group_by)).values()) == 6, group_by
        assert sum((await opened(team.owner, group_by)).values()) == 10, group_by


@pytest.mark.parametrize("group_by", ["channel", "tag", "topic"])
async def test_what_can_not_be_told_apart_by_queue_is_for_managers(supervisor: Actor, group_by: str) -> None:
    assert (await supervisor.get(f"/reports/waiting?group_by={group_by}")).status == 403
