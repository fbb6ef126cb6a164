"""Targets over the API: set for a queue, shown in conversations, lists and the live picture."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from inbox.foundation.clock import FixedClock
from inbox.storage.database import Database
from queueing.routing.route_queue import Routing
from queueing.targets.target_marks import mark_looks
from queueing.targets.target_sweep import TargetSweep
from tests.integration.api.support import Client, Team, customer_writes, whatsapp_channel


async def test_what_is_due_is_shown_wherever_somebody_looks(
    client: Client, team: Team, database: Database, clock: FixedClock
) -> None:
    workspace_id = team.owner.workspace_id
    fields = {"name": "Sales", "first_answer_target_seconds": 60, "target_warning_seconds": 20}
    queue = (await team.owner.post("/queues", fields)).body
    assert {name: queue[name] for name in fields} == fields
    channel = (await team.owner.post("/channels", whatsapp_channel(queue_id=queue["id"]))).body
    for number in range(3):
        await customer_writes(client, channel, f"hello {number}", wa_id=f"1650555000{number}")
        clock.advance(timedelta(seconds=25))
    await Routing(database, clock).route(workspace_id, queue["id"])
    ids = [one["_id"] async for one in database.conversations.find({}).sort("_id", 1)]
    await mark_looks(database, dict.fromkeys(ids, workspace_id), clock.now())
    await TargetSweep(database, clock).look_due()
    listed = (await team.owner.get("/conversations?order=due&limit=2")).body
    assert [one["id"] for one in listed["items"]] == ids[:2]
    rest = (await team.owner.get(f"/conversations?order=due&limit=2&cursor={listed['next_cursor']}")).body
    assert [one["id"] for one in rest["items"]] == ids[2:]
    first = listed["items"][0]["target"]
    assert (first["kind"], first["breached"], sorted(first)) == (
        "first_answer",
        True,
        ["breached", "due_at", "kind", "since"],
    )
    late = (await team.owner.get("/conversations?target=breached")).body["items"]
    assert [one["id"] for one in late] == ids[:1]
    assert len((await team.owner.get("/conversations?target=running")).body["items"]) == 3
    live = (await team.owner.get("/reports/live")).body
    (now,) = live["queues"]
    assert (now["overdue"], now["next_due_at"]) == (1, listed["items"][1]["target"]["due_at"])
    view = await team.owner.post("/views", {"name": "Late", "filter": {"target": "breached"}, "order": "due"})
    assert view.status == 201, view.body
    in_view = (await team.owner.get(f"/conversations?view_id={view.body['id']}")).body["items"]
    assert [one["id"] for one in in_view] == ids[:1]


@pytest.mark.parametrize(
    "field", ["first_answer_target_seconds", "next_answer_target_seconds", "target_warning_seconds"]
)
@pytest.mark.parametrize("value", [9, 604_801, 1.5, "soon", True])
async def test_odd_targets_are_named(team: Team, field: str, value: Any) -> None:
    answer = await team.owner.post("/queues", {"name": "Sales", field: value})
    assert (answer.status, answer.body["errors"][0]["pointer"]) == (422, f"/{field}")
