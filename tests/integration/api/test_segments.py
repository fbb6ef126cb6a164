"""Segments by the API: saved, looked into, and what becomes of them when tags and fields change."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from inbox.foundation.ids import new_id
from inbox.storage.database import Database
from tests.integration.api.support import Team, customer_writes, whatsapp_channel


async def contact(team: Team, database: Database, name: str, phone: str, **fields: Any) -> str:
    made = {
        "_id": new_id(),
        "workspace_id": team.owner.workspace_id,
        "name": name,
        "identities": [{"kind": "whatsapp", "external_id": phone}],
        "identity_keys": [f"whatsapp:{phone}"],
        "created_at": datetime.now(UTC),
        "version": 1,
        **fields,
    }
    await database.contacts.insert_one(made)
    return str(made["_id"])


async def names(team: Team, **wanted: Any) -> list[str]:
    answer = await team.owner.post("/segments/preview", {"filter": wanted})
    assert answer.status == 200, answer.body
    assert answer.body["customers"] == len(answer.body["first"])
    assert answer.body["is_all"]
    return [one["name"] for one in answer.body["first"]]


async def save(team: Team, name: str = "Regulars", **wanted: Any) -> dict[str, Any]:
    made = await team.owner.post("/segments", {"name": name, "filter": wanted})
    assert made.status == 201, made.body
    return dict(made.body)


async def test_a_filter_finds_customers(team: Team, database: Database) -> None:
    tag = (await team.owner.post("/tags", {"name": "vip"})).body
    plan = {"key": "plan", "name": "Plan", "type": "choice", "options": ["basic", "full"]}
    field = (await team.owner.post("/contact-fields", plan)).body
    await contact(team, database, "Ann", "4915120000000", tags=["vip"], language="de")
    await contact(team, database, "Bob", "4915120000001", tags=["vip"], fields={field["id"]: "full"})
    await contact(team, database, "Eve", "4915120000002", language="de-AT")

    assert await names(team) == ["Ann", "Bob", "Eve"]
    assert await names(team, any_tags=["VIP"]) == ["Ann", "Bob"]
    assert await names(team, no_tags=["vip"]) == ["Eve"]
    assert await names(team, languages=["de"]) == ["Ann", "Eve"]
    assert await names(team, any_tags=["vip"], languages=["de"]) == ["Ann"]
    assert await names(team, fields=[{"key": "plan", "value": "full"}]) == ["Bob"]
    assert await names(team, fields=[{"key": "plan", "test": "is_empty"}]) == ["Ann", "Eve"]
    assert await names(team, accounts=["telegram"]) == []
    assert tag["name"] == "vip"


async def test_who_wrote_lately(team: Team, database: Database) -> None:
    channel = (await team.owner.post("/channels", whatsapp_channel())).body
    await customer_writes(team.owner.client, channel, "hello")
    await contact(team, database, "Silent", "4915120000000")
    (writer,) = {one["name"] for one in (await team.owner.get("/contacts")).body["items"]} - {"Silent"}

    assert await names(team, seen_within_days=1) == [writer]
    assert await names(team, not_seen_for_days=1) == ["Silent"]
    long_ago = datetime.now(UTC) - timedelta(days=40)
    past = {"active_at": long_ago}
    await database.conversations.update_many({"workspace_id": team.owner.workspace_id}, {"$set": past})
    assert await names(team, seen_within_days=30) == []
    assert sorted(await names(team, not_seen_for_days=30)) == sorted(["Silent", writer])


async def test_what_an_operator_wrote_is_not_the_customer(team: Team, database: Database) -> None:
    channel = (await team.owner.post("/channels", whatsapp_channel())).body
    await customer_writes(team.owner.client, channel, "hello")
    await database.messages.update_many({"workspace_id": team.owner.workspace_id}, {"$set": {"direction": "out"}})
    assert await names(team, seen_within_days=1) == []


async def test_merged_contacts_are_one_customer_and_judged_together(team: Team, database: Database) -> None:
    await team.owner.post("/tags", {"name": "vip"})
    first = await contact(team, database, "Ann", "4915120000000", tags=["vip"])
    second = await contact(team, database, "Ann at work", "4915120000001", language="de")
    await team.owner.post(f"/contacts/{second}/merge", {"contact_id": first})
    answer = await team.owner.post("/segments/preview", {"filter": {"any_tags": ["vip"], "languages": ["de"]}})
    assert (answer.body["customers"], len(answer.body["first"])) == (1, 1)


async def test_a_renamed_tag_is_the_same_tag_and_a_deleted_one_is_missing(team: Team, database: Database) -> None:
    tag = (await team.owner.post("/tags", {"name": "complained"})).body
    await contact(team, database, "Ann", "4915120000000", tags=["complained"])
    await contact(team, database, "Bob", "4915120000001")
    made = await save(team, no_tags=["complained"])
    await team.owner.patch(f"/tags/{tag['id']}", {"name": "angry"})
    shown = (await team.owner.get(f"/segments/{made['id']}")).body
    assert shown["filter"]["no_tags"] == ["angry"]
    preview = (await team.owner.get(f"/segments/{made['id']}/preview")).body
    assert [one["name"] for one in preview["first"]] == ["Bob"]

    await database.contacts.update_many({"tags": "complained"}, {"$unset": {"tags": ""}})
    assert (await team.owner.delete(f"/tags/{tag['id']}")).status == 204
    assert (await team.owner.get(f"/segments/{made['id']}")).body["missing"] == ["complained"]
    refused = await team.owner.get(f"/segments/{made['id']}/preview")
    assert (refused.status, refused.body["code"]) == (409, "conflict")
    changed = await team.owner.patch(f"/segments/{made['id']}", {"filter": {"no_tags": []}})
    assert (changed.status, changed.body["missing"]) == (200, [])


async def test_a_deleted_field_is_missing(team: Team) -> None:
    field = (await team.owner.post("/contact-fields", {"key": "age", "name": "Age", "type": "number"})).body
    made = await save(team, fields=[{"key": "age", "test": "at_least", "value": 18}])
    await team.owner.patch(f"/contact-fields/{field['id']}", {"key": "years"})
    assert (await team.owner.get(f"/segments/{made['id']}")).body["filter"]["fields"][0]["key"] == "years"
    await team.owner.delete(f"/contact-fields/{field['id']}")
    assert (await team.owner.get("/segments")).body["items"][0]["missing"] == ["age"]


async def test_bad_filters_are_refused_in_place(team: Team) -> None:
    await team.owner.post("/contact-fields", {"key": "age", "name": "Age", "type": "number"})
    await team.owner.post("/contact-fields", {"key": "city", "name": "City", "type": "text"})
    for wanted, pointer in [
        ({"any_tags": ["nobody"]}, "/filter/any_tags/0"),
        ({"fields": [{"key": "shoe", "value": 1}]}, "/filter/fields/0/key"),
        ({"fields": [{"key": "age", "value": "old"}]}, "/filter/fields/0/value"),
        ({"fields": [{"key": "city", "test": "at_least", "value": "B"}]}, "/filter/fields/0/test"),
        ({"seen_within_days": 3, "not_seen_for_days": 3}, "/filter/not_seen_for_days"),
    ]:
        answer = await team.owner.post("/segments", {"name": "Bad", "filter": wanted})
        assert (answer.status, answer.body["errors"][0]["pointer"]) == (422, pointer), answer.body


async def test_names_are_unique_and_segments_go(team: Team) -> None:
    made = await save(team)
    twin = await team.owner.post("/segments", {"name": "REGULARS"})
    assert (twin.status, twin.body["code"]) == (409, "duplicate")
    other = await save(team, "Others")
    assert (await team.owner.patch(f"/segments/{other['id']}", {"name": "regulars"})).status == 409
    assert (await team.owner.delete(f"/segments/{made['id']}")).status == 204
    assert [one["name"] for one in (await team.owner.get("/segments")).body["items"]] == ["Others"]


async def test_only_administrators_have_segments(team: Team) -> None:
    assert (await team.operator.get("/segments")).status == 403
