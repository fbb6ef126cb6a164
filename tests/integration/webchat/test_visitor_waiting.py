"""What visitors are told while they wait."""

from __future__ import annotations

from typing import Any

from tests.integration.api.support import Client, Team
from tests.integration.webchat.visitors import Visitor, webchat


async def test_place_and_presence_are_told_as_they_change(client: Client, team: Team, working: None) -> None:
    queue = {"name": "Sales", "operator_ids": [team.operator.id], "hold_when_nobody": True}
    made = await team.owner.post("/queues", queue)
    assert made.status == 201, made.body
    channel = await webchat(team.owner, queue_id=made.body["id"])
    first, second = Visitor(client, channel["id"]), Visitor(client, channel["id"])
    for visitor, place in ((first, 1), (second, 2)):
        await visitor.connect()
        await visitor.frame("availability", where=lambda frame: frame["reason"] == "nobody")
        await visitor.write(f"number {place}")
        await visitor.frame("queue", where=_at(place))
    answer = await team.operator.call("PUT", "/operators/me/status", {"status": "ready"})
    assert answer.status == 200, answer.body
    for visitor in (first, second):
        await visitor.frame("availability", where=lambda frame: frame["open"])
        await visitor.frame("conversation", where=lambda frame: frame["state"] == "active" and frame["agent"] == "Ann")
        await visitor.leave()


async def test_who_waits_behind_moves_up(client: Client, team: Team, working: None) -> None:
    made = await team.owner.post("/queues", {"name": "Sales", "operator_ids": [team.operator.id]} | _HOLDS)
    channel = await webchat(team.owner, queue_id=made.body["id"])
    visitors = [Visitor(client, channel["id"]) for _ in range(2)]
    for place, visitor in enumerate(visitors, start=1):
        await visitor.connect()
        await visitor.write("hello")
        await visitor.frame("queue", where=_at(place))
    waiting = (await team.owner.get("/conversations?view=all&order=oldest")).body["items"]
    await team.owner.post(f"/conversations/{waiting[0]['id']}/close", {})
    await visitors[1].frame("queue", where=_at(1))
    for visitor in visitors:
        await visitor.leave()


_HOLDS = {"hold_when_nobody": True}


def _at(place: int) -> Any:
    return lambda frame: frame["position"] == place
