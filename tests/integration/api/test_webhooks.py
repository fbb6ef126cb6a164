"""Outgoing webhooks over the API."""

from __future__ import annotations

from typing import Any

import pytest

from inbox.storage.database import Database
from inbox.subscriptions.delivery_rules import DeliveryState
from inbox.subscriptions.subscription_models import MAX_WEBHOOKS
from tests.integration.api.support import Team

HOOK = {"url": "https://example.com/hook"}


async def made(team: Team, **fields: Any) -> dict[str, Any]:
    answer = await team.owner.post("/webhooks", {**HOOK, **fields})
    assert answer.status == 201, answer.body
    return dict(answer.body)


async def test_the_secret_is_shown_once(team: Team) -> None:
    webhook = await made(team, events=["message.*"], description="CRM")
    assert webhook["secret"].startswith("whsec_")
    shown = (await team.owner.get(f"/webhooks/{webhook['id']}")).body
    listed = (await team.owner.get("/webhooks")).body["items"]
    assert listed == [shown]
    assert shown == {name: value for name, value in webhook.items() if name != "secret"}


async def test_the_same_request_again_makes_no_second_one(team: Team) -> None:
    first = await team.owner.post("/webhooks", HOOK, Idempotency_Key="k1")
    again = await team.owner.post("/webhooks", HOOK, Idempotency_Key="k1")
    assert first.body == again.body
    assert len((await team.owner.get("/webhooks")).body["items"]) == 1


async def test_a_rotation_shows_a_new_secret(team: Team) -> None:
    webhook = await made(team)
    rotated = (await team.owner.post(f"/webhooks/{webhook['id']}/rotate-secret", {"keep_hours": 2})).body
    assert rotated["secret"] != webhook["secret"]
    assert rotated["previous_secret_until"] is not None


@pytest.mark.parametrize(
    ("fields", "pointer"),
    [
        ({"url": "gopher://example.com"}, "/url"),
        ({"url": ""}, "/url"),
        ({"events": []}, "/events"),
        ({"events": ["Message created"]}, "/events/0"),
        ({"events": ["*", "message."]}, "/events/1"),
        ({"colour": "red"}, "/colour"),
    ],
)
async def test_odd_values_are_refused_at_their_place(team: Team, fields: dict[str, Any], pointer: str) -> None:
    answer = await team.owner.post("/webhooks", {**HOOK, **fields})
    assert (answer.status, answer.body["errors"][0]["pointer"]) == (422, pointer)


async def test_a_workspace_has_so_many_at_most(team: Team, database: Database) -> None:
    for _ in range(MAX_WEBHOOKS):
        await made(team)
    assert (await team.owner.post("/webhooks", HOOK)).body["code"] == "conflict"


async def test_only_administrators_see_them(team: Team) -> None:
    webhook = await made(team)
    assert (await team.operator.get("/webhooks")).status == 403
    assert (await team.operator.get(f"/webhooks/{webhook['id']}/deliveries")).status == 403
    assert (await team.key.get("/webhooks")).status == 200


async def test_what_administrators_do_stands_in_the_log(team: Team) -> None:
    webhook = await made(team)
    await team.owner.patch(f"/webhooks/{webhook['id']}", {"enabled": False})
    await team.owner.post(f"/webhooks/{webhook['id']}/rotate-secret", {})
    assert (await team.owner.delete(f"/webhooks/{webhook['id']}")).status == 204
    log = (await team.owner.get("/audit")).body["items"]
    actions = [entry["action"] for entry in log if entry["object_id"] == webhook["id"]]
    assert actions == ["webhook.deleted", "webhook.secret_rotated", "webhook.changed", "webhook.made"]
    assert (await team.owner.get(f"/webhooks/{webhook['id']}")).status == 404


async def store_deliveries(database: Database, team: Team, webhook_id: str, states: list[DeliveryState]) -> None:
    now = await server_time(database)
    await database.webhook_deliveries.insert_many(
        [
            {
                "_id": f"{webhook_id}:e{number}",
                "workspace_id": team.owner.workspace_id,
                "webhook_id": webhook_id,
                "event_id": f"e{number}",
                "type": "message.created",
                "order_key": "c1",
                "place": f"{number:04d}",
                "at": now,
                "body": b'{"type":"message.created","timestamp":"2026-05-04T00:00:00Z","data":{"n":1}}',
                "state": state.value,
                "created_at": now,
                "due_at": now,
                "attempts": [],
                "tries": 0,
                "expires_at": now,
            }
            for number, state in enumerate(states)
        ]
    )


async def server_time(database: Database) -> Any:
    return (await database.command("hello"))["localTime"]


async def test_deliveries_are_listed_newest_first_and_replayed(team: Team, database: Database) -> None:
    webhook = await made(team)
    states = [DeliveryState.DELIVERED, DeliveryState.FAILED, DeliveryState.PENDING, DeliveryState.FAILED]
    await store_deliveries(database, team, webhook["id"], states)
    path = f"/webhooks/{webhook['id']}/deliveries"
    page = (await team.owner.get(f"{path}?limit=3")).body
    assert [one["event_id"] for one in page["items"]] == ["e3", "e2", "e1"]
    rest = (await team.owner.get(f"{path}?limit=3&cursor={page['next_cursor']}")).body
    assert [one["event_id"] for one in rest["items"]] == ["e0"]
    failed = (await team.owner.get(f"{path}?state=failed")).body["items"]
    assert [one["event_id"] for one in failed] == ["e3", "e1"]
    whole = (await team.owner.get(f"{path}/{webhook['id']}:e0")).body
    assert whole["payload"]["data"] == {"n": 1}
    again = (await team.owner.post(f"{path}/{webhook['id']}:e0/replay")).body
    assert (again["state"], again["next_attempt_at"] is not None) == ("pending", True)
    assert (await team.owner.post(f"/webhooks/{webhook['id']}/replay", {})).body == {"count": 2}
    assert (await team.owner.get(f"{path}?state=failed")).body["items"] == []
    assert (await team.owner.post(f"{path}/other/replay")).status == 404
