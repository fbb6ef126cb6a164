"""The audit log: no act of administrators without an entry, whatever is refused, repeated or cut off."""

from __future__ import annotations

import asyncio
import csv
import io
from typing import Any

import msgspec
import pytest

from gateway.api.audited import AUDITED, UNAUDITED, WRITES_ITS_OWN, audited
from gateway.api.call import Call, Route, Who
from gateway.api.routes import ROUTES
from gateway.parts import PARTS
from inbox.people.access import Caller, CallerKind, Role
from inbox.people.audit import Act
from tests.integration.api.support import API, Actor, Client, Team, customer_writes, whatsapp_channel

TABLES = (AUDITED, WRITES_ITS_OWN, UNAUDITED)


def test_every_act_of_administrators_is_in_one_of_the_tables() -> None:
    """Whoever adds a call of administrators says here what stands in the log, or why nothing does."""
    acts = {(r.method, r.path) for r in ROUTES if r.who is Who.ADMINISTRATORS and r.method != "GET"}
    listed = [key for table in TABLES for key in table]
    assert sorted(acts - set(listed)) == []
    assert len(listed) == len(set(listed)), "each in one table"
    assert sorted(set(listed) - {(r.method, r.path) for r in ROUTES}) == []
    assert set(WRITES_ITS_OWN.values()) <= set(Act)


async def entries(team: Team, query: str = "") -> list[dict[str, Any]]:
    answer = await team.owner.get(f"/audit{query}")
    assert answer.status == 200, answer.body
    return list(answer.body["items"])


async def test_what_is_made_changed_and_deleted_stands_there(team: Team) -> None:
    made = (await team.owner.post("/queues", {"name": "Sales"}, Idempotency_Key="k")).body
    await team.owner.post("/queues", {"name": "Sales"}, Idempotency_Key="k")
    assert (await team.key.patch(f"/queues/{made['id']}", {"name": "Help", "limit": 5})).status == 200
    assert (await team.owner.delete(f"/queues/{made['id']}")).status == 204
    log = await entries(team)
    assert [entry["action"] for entry in log] == ["queue.deleted", "queue.changed", "queue.made"]
    assert {entry["object_id"] for entry in log} == {made["id"]}
    assert [entry["by"] for entry in log[1:]] == [f"api_key:{team.key.id}", f"operator:{team.owner.id}"]
    assert (log[1]["fields"], log[1]["is_done"]) == (["limit", "name"], True)


async def test_it_is_narrowed_down_by_person_object_and_kind_of_act(team: Team) -> None:
    queue = (await team.owner.post("/queues", {"name": "Sales"})).body["id"]
    await team.key.patch(f"/queues/{queue}", {"limit": 5})
    await team.owner.post("/tags", {"name": "queue"})

    async def found(query: str) -> list[str]:
        return [entry["action"] for entry in await entries(team, query)]

    assert await found("?action=queue") == ["queue.changed", "queue.made"]
    assert await found("?action=queue.made") == ["queue.made"]
    assert await found(f"?by=operator:{team.owner.id}") == ["tag.made", "queue.made"]
    assert await found(f"?object_id={queue}&by=api_key:{team.key.id}") == ["queue.changed"]
    assert await found("?action=que") == []


async def test_what_is_refused_leaves_nothing(team: Team) -> None:
    assert (await team.owner.patch(f"/queues/{'0' * 24}", {"name": "x"})).status == 404
    assert (await team.owner.post("/queues", {"name": ""})).status == 422
    assert (await team.operator.post("/queues", {"name": "x"})).status == 403
    assert await entries(team) == []


async def test_who_reads_raw_bytes_stands_there(team: Team) -> None:
    channel = (await team.owner.post("/channels", whatsapp_channel())).body
    await customer_writes(team.owner.client, channel, "hello")
    talk = (await team.owner.get("/conversations")).body["items"][0]
    (message,) = (await team.owner.get(f"/conversations/{talk['id']}/messages")).body["items"]
    await team.owner.get(f"/messages/{message['id']}/raw")
    (entry,) = await entries(team, "?action=message.raw_read")
    assert (entry["object_id"], entry["by"]) == (message["id"], f"operator:{team.owner.id}")


async def test_an_act_that_was_cut_off_is_marked(team: Team, client: Client) -> None:
    """The entry is there before the act: what becomes of the process then does not take it away."""

    async def cut_off(_: object) -> None:
        raise asyncio.CancelledError

    assert client.app is not None
    route = Route(method="POST", path="/queues", handler=cut_off, summary="", tag="")
    caller = Caller(workspace_id=team.owner.workspace_id, kind=CallerKind.OPERATOR, id=team.owner.id, role=Role.OWNER)
    request: Any = None
    call: Call[Any, Any] = Call(client.app[PARTS], route, request, {}, {"name": "x"}, None, caller, None)
    with pytest.raises(asyncio.CancelledError):
        await audited(call, "queue.made")
    (entry,) = await entries(team)
    assert (entry["action"], entry["fields"], entry["is_done"]) == ("queue.made", ["name"], False)


async def _exported(actor: Actor, query: str) -> bytes:
    headers = {"Authorization": f"Bearer {actor.token}"}
    async with actor.client.get(f"{API}/audit/export{query}", headers=headers) as answer:
        assert answer.status == 200
        return await answer.read()


async def test_it_is_exported_as_csv_and_json_lines(team: Team) -> None:
    await asyncio.gather(*(team.owner.post("/tags", {"name": name}) for name in ("one", "two")))
    rows = list(csv.DictReader(io.StringIO((await _exported(team.owner, "")).decode())))
    assert [row["action"] for row in rows] == ["tag.made", "tag.made", "audit.exported"]
    lines = (await _exported(team.owner, "?format=jsonl&action=tag.made")).splitlines()
    assert [msgspec.json.decode(line)["object_id"] for line in lines] == [row["object_id"] for row in rows[:2]]
    assert (await team.operator.get("/audit/export")).status == 403


async def test_no_reason_is_a_formula_in_the_export(team: Team) -> None:
    body = {"phones": ["+491512000000"], "reason": "\uff1d1+1;@SUM(A1)"}
    answer = await team.owner.post("/opt-outs/remove", body)
    assert answer.status < 300, answer.body
    rows = list(csv.DictReader(io.StringIO((await _exported(team.owner, "")).decode())))
    assert "'\uff1d1+1;'@SUM(A1)" in [row["reason"] for row in rows]


@pytest.mark.parametrize("query", ["?by=operator:nobody", "?until=2020-01-01T00:00:00Z", "?object_id=x"])
async def test_it_is_narrowed_down(team: Team, query: str) -> None:
    await team.owner.post("/tags", {"name": "one"})
    assert len(await entries(team)) == 1
    assert await entries(team, query) == []
