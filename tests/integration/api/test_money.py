"""Rate cards, costs, the price of a message and budgets, over the API."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from inbox.money.budgets import BudgetKeeper, is_spent
from inbox.money.ledger import LedgerKeeper
from inbox.storage.runtime import Runtime
from inbox.stream.events import decode_items
from tests.integration.api.support import Actor, Team, whatsapp_channel

CARD = b"""effective_date,currency,market,category,rate
2026-01-01,USD,BR,marketing,0.0625
2026-01-01,USD,BR,utility,0.0068
"""


async def channel_of(team: Team) -> str:
    return str((await team.owner.post("/channels", whatsapp_channel())).body["id"])


async def delivered(runtime: Runtime, team: Team, channel_id: str, count: int, **pricing: str) -> None:
    """Have messages be delivered that another system sent on the same number."""
    now = runtime.clock.now()
    told = {"type": "regular", "category": "marketing", **pricing}
    await runtime.database.charge_reports.insert_many(
        [
            {
                "_id": f"{channel_id}:{pricing}:{n}",
                "workspace_id": team.owner.workspace_id,
                "channel_id": channel_id,
                "provider_id": f"wamid.{n}.{sorted(pricing.items())}",
                "message_id": None,
                "recipient": "5511987654321",
                "status": "delivered",
                "at": now,
                "pricing": told,
            }
            for n in range(count)
        ]
    )
    while await LedgerKeeper(runtime.database).keep_up():
        pass


async def upload(actor: Actor, data: bytes = CARD, query: str = "", **headers: str) -> Any:
    return await actor.post(f"/rate-cards{query}", data, Content_Type="text/csv", **headers)


async def test_a_card_is_uploaded_listed_and_shown(team: Team, strangers: Team) -> None:
    made = await upload(team.owner)
    assert made.status == 201
    assert made.body["rates"] == {"55": {"marketing": "0.0625", "utility": "0.0068"}}
    assert made.body["unread"] == []
    listed = (await team.owner.get("/rate-cards")).body["items"]
    assert [(card["id"], card["currency"], card["markets"]) for card in listed] == [(made.body["id"], "USD", 1)]
    assert (await team.owner.get(f"/rate-cards/{made.body['id']}")).body["rates"] == made.body["rates"]
    assert (await strangers.owner.get(f"/rate-cards/{made.body['id']}")).status == 404
    assert (await strangers.owner.get("/rate-cards")).body["items"] == []
    assert (await team.operator.get("/rate-cards")).status == 403
    assert (await team.owner.get("/audit")).body["items"][0]["action"] == "rate_card.uploaded"


async def test_the_same_upload_again_makes_no_second_card(team: Team) -> None:
    first = await upload(team.owner, Idempotency_Key="k")
    again = await upload(team.owner, Idempotency_Key="k")
    other = await upload(team.owner, CARD.replace(b"0.0625", b"0.07"), Idempotency_Key="k")
    assert first.body == again.body
    assert (other.status, other.body["code"]) == (422, "idempotency_conflict")
    assert len((await team.owner.get("/rate-cards")).body["items"]) == 1


@pytest.mark.parametrize(
    ("data", "query", "status"),
    [
        (b"no card", "", 422),
        (b"", "", 422),
        (CARD, "?channel_id=unknown", 404),
        (CARD, "?currency=dollars", 422),
        (CARD, "?effective_date=soon", 422),
        (b"x" * (2 * 1024 * 1024 + 1), "", 413),
    ],
)
async def test_what_is_no_card_is_refused(team: Team, data: bytes, query: str, status: int) -> None:
    assert (await upload(team.owner, data, query)).status == status
    assert (await team.owner.get("/rate-cards")).body["items"] == []


async def test_costs_by_category_with_what_is_free_and_unknown_apart(team: Team, runtime: Runtime) -> None:
    await upload(team.owner)
    channel_id = await channel_of(team)
    await delivered(runtime, team, channel_id, 2)
    await delivered(runtime, team, channel_id, 1, type="free_entry_point")
    await delivered(runtime, team, channel_id, 1, category="authentication")
    report = (await team.owner.get("/reports/costs?group_by=category")).body
    assert [(row["key"], row["charged"], row["free"], row["unknown"], row["costs"]) for row in report["rows"]] == [
        ("authentication", 0, 0, 1, []),
        ("marketing", 2, 1, 0, [{"currency": "USD", "amount": "0.125"}]),
    ]
    by_channel = (await team.owner.get(f"/reports/costs?group_by=channel&channel_id={channel_id}")).body
    assert [(row["key"], row["name"], row["messages"]) for row in by_channel["rows"]] == [(channel_id, "Sales", 4)]
    assert (await team.operator.get("/reports/costs")).status == 403


async def test_costs_as_csv(team: Team, runtime: Runtime) -> None:
    await upload(team.owner)
    await delivered(runtime, team, await channel_of(team), 1)
    async with team.owner.client.get(
        "/api/v1/reports/costs?format=csv&group_by=market", headers={"Authorization": f"Bearer {team.owner.token}"}
    ) as answer:
        assert answer.content_type == "text/csv"
        assert (await answer.text()).splitlines() == [
            "market,name,messages,charged,free,unknown,currency,amount",
            "55,,1,1,0,0,USD,0.0625",
        ]


@pytest.mark.parametrize(
    "query", ["from=2026-02-01&to=2026-01-01", "from=2020-01-01&to=2026-01-01", "group_by=colour", "from=1"]
)
async def test_odd_spans_are_refused(team: Team, query: str) -> None:
    assert (await team.owner.get(f"/reports/costs?{query}")).status == 422


async def test_the_first_and_the_last_days_of_the_calendar(team: Team) -> None:
    for query in ("to=0001-01-01", "from=9999-12-31", "to=9999-12-31"):
        assert (await team.owner.get(f"/reports/costs?{query}")).status == 200, query


async def test_a_budget_warns_once_and_stops_marketing_when_it_is_spent(team: Team, runtime: Runtime) -> None:
    await upload(team.owner)
    channel_id = await channel_of(team)
    path = f"/channels/{channel_id}/budget"
    assert (await team.owner.get(path)).body["monthly_amount"] is None
    set_ = await team.owner.call(
        "PUT", path, {"monthly_amount": "0.125", "currency": "USD", "warn_at_percent": 50, "stops": True}
    )
    assert (set_.status, set_.body["spent"]) == (200, "0.00")

    await delivered(runtime, team, channel_id, 1)
    await look_twice(runtime)
    assert await levels(runtime) == ["warning"]
    assert not await is_spent(runtime.database, team.owner.workspace_id, channel_id, now=runtime.clock.now())

    await delivered(runtime, team, channel_id, 1, subtype="")
    await look_twice(runtime)
    assert await levels(runtime) == ["warning", "spent"]
    assert (await team.owner.get(path)).body["spent"] == "0.125"
    assert await is_spent(runtime.database, team.owner.workspace_id, channel_id, now=runtime.clock.now())

    await team.owner.call("PUT", path, {"monthly_amount": "10", "currency": "USD", "stops": True})
    await look_twice(runtime)
    assert not await is_spent(runtime.database, team.owner.workspace_id, channel_id, now=runtime.clock.now())


async def look_twice(runtime: Runtime) -> None:
    for _ in range(2):
        await BudgetKeeper(runtime.database, runtime.clock).look()


async def levels(runtime: Runtime) -> list[str]:
    documents = await runtime.database.events.find({}).sort("_id", 1).to_list(None)
    bodies = [msgspec.json.decode(item.body) for d in documents for item in decode_items(d["items"])]
    return [body["data"]["level"] for body in bodies if body["type"] == "budget.warning"]


@pytest.mark.parametrize(
    ("fields", "pointer"),
    [
        ({"monthly_amount": "-1", "currency": "USD"}, "/monthly_amount"),
        ({"monthly_amount": "0", "currency": "USD"}, "/monthly_amount"),
        ({"monthly_amount": 5, "currency": "USD"}, "/monthly_amount"),
        ({"monthly_amount": "5", "currency": "usd"}, "/currency"),
        ({"monthly_amount": "5", "currency": "USD", "warn_at_percent": 101}, "/warn_at_percent"),
    ],
)
async def test_odd_budgets_are_refused_at_their_place(team: Team, fields: dict[str, Any], pointer: str) -> None:
    answer = await team.owner.call("PUT", f"/channels/{await channel_of(team)}/budget", fields)
    assert (answer.status, answer.body["errors"][0]["pointer"]) == (422, pointer)


async def test_budgets_are_the_administrators_and_nobody_elses(team: Team, strangers: Team) -> None:
    path = f"/channels/{await channel_of(team)}/budget"
    fields = {"monthly_amount": "5", "currency": "USD"}
    assert (await team.operator.get(path)).status == 403
    assert (await team.operator.call("PUT", path, fields)).status == 403
    assert (await strangers.owner.get(path)).status == 404
    assert (await strangers.owner.call("PUT", path, fields)).status == 404
