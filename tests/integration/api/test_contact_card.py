"""The contact card: numbers, addresses, and the workspace's own fields with their types."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from inbox.storage.database import Database
from tests.integration.api.support import Team, customer_writes, whatsapp_channel

FIELDS: list[dict[str, Any]] = [
    {"key": "plan", "name": "Plan", "type": "choice", "options": ["basic", "full"], "order": 2},
    {"key": "since", "name": "Customer since", "type": "date", "order": 1},
    {"key": "orders", "name": "Orders", "type": "number"},
    {"key": "site", "name": "Site", "type": "url"},
    {"key": "vip", "name": "VIP", "type": "boolean"},
    {"key": "remark", "name": "Remark", "type": "text"},
]


async def card_of(team: Team) -> str:
    channel = (await team.owner.post("/channels", whatsapp_channel())).body
    await customer_writes(team.owner.client, channel, "hello")
    return f"/contacts/{(await team.owner.get('/contacts')).body['items'][0]['id']}"


async def define(team: Team) -> dict[str, str]:
    made = [await team.owner.post("/contact-fields", field) for field in FIELDS]
    assert [answer.status for answer in made] == [201] * len(FIELDS)
    return {answer.body["key"]: f"/contact-fields/{answer.body['id']}" for answer in made}


async def test_numbers_and_addresses_are_kept_in_one_spelling(team: Team) -> None:
    card = await card_of(team)
    patch = {"phones": ["+49 1512 3456789", "0049 1512 3456789"], "emails": ["maria@example.com"]}
    changed = await team.operator.patch(card, patch)
    assert (changed.body["phones"], changed.body["emails"]) == (["+4915123456789"], ["maria@example.com"])
    for body, pointer in (
        ({"phones": ["+49 1512 3456789", "12"]}, "/phones/1"),
        ({"emails": ["ok@example.com", "none"]}, "/emails/1"),
        ({"phones": ["+4915123456789"] * 21}, "/phones"),
        ({"phones": None}, "/phones"),
    ):
        refused = await team.operator.patch(card, body)
        assert (refused.status, refused.body["errors"][0]["pointer"]) == (422, pointer), body
    assert (await team.operator.get(card)).body == changed.body


async def test_values_are_held_to_their_fields_and_follow_a_renaming(team: Team, database: Database) -> None:
    card, owner = await card_of(team), team.owner
    fields = await define(team)
    values = {"plan": "full", "since": "2024-02-29", "orders": 3, "site": "https://a.example", "vip": True}
    shown = (await team.operator.patch(card, {"fields": values})).body["fields"]
    assert list(shown.items()) == [
        ("orders", 3),
        ("site", "https://a.example"),
        ("vip", True),
        ("since", "2024-02-29"),
        ("plan", "full"),
    ]
    for key, bad in (
        ("plan", "none"),
        ("since", "2023-02-29"),
        ("since", "20230228"),
        ("orders", "3"),
        ("orders", True),
        ("orders", 10**15),
        ("site", "javascript:alert(1)"),
        ("vip", 1),
        ("remark", " "),
        ("unknown", "x"),
    ):
        refused = await team.operator.patch(card, {"fields": {key: bad}})
        assert (refused.status, refused.body["errors"][0]["pointer"]) == (422, f"/fields/{key}"), (key, bad)
    renamed = await owner.patch(fields["plan"], {"key": "tariff", "name": "Tariff", "options": ["other"]})
    assert renamed.status == 200
    assert (await owner.get(card)).body["fields"]["tariff"] == "full", "an option that is gone stays where it is"
    assert (await owner.delete(fields["vip"])).status == 204
    left = (await owner.patch(card, {"fields": {"orders": None}})).body["fields"]
    assert left == {"tariff": "full", "since": "2024-02-29", "site": "https://a.example"}
    stored = await database.contacts.find_one({"workspace_id": owner.workspace_id})
    assert stored is not None
    assert len(stored["fields"]) == 3, "what was of the deleted field is gone with the next change"


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"key": "Plan", "name": "x", "type": "text"}, "/key"),
        ({"key": "plan", "name": " ", "type": "text"}, "/name"),
        ({"key": "plan", "name": "x", "type": "smile"}, "/type"),
        ({"key": "plan", "name": "x", "type": "choice"}, "/options"),
        ({"key": "plan", "name": "x", "type": "text", "options": ["a"]}, "/options"),
        ({"key": "plan", "name": "x", "type": "choice", "options": ["a", "a"]}, "/options"),
    ],
)
async def test_a_field_that_is_none_is_told_by_pointer(team: Team, body: dict[str, Any], pointer: str) -> None:
    answer = await team.owner.post("/contact-fields", body)
    assert (answer.status, answer.body["errors"][0]["pointer"]) == (422, pointer)


async def test_a_key_is_one_fields_alone_also_in_a_race_and_types_stay(team: Team) -> None:
    body = {"key": "plan", "name": "Plan", "type": "text"}
    answers = await asyncio.gather(*(team.owner.post("/contact-fields", body) for _ in range(4)))
    assert sorted(answer.status for answer in answers) == [201, 409, 409, 409]
    assert {a.body["errors"][0]["pointer"] for a in answers if a.status == 409} == {"/key"}
    other = (await team.owner.post("/contact-fields", {**body, "key": "other"})).body["id"]
    assert (await team.owner.patch(f"/contact-fields/{other}", {"key": "plan"})).body["code"] == "duplicate"
    typed = await team.owner.patch(f"/contact-fields/{other}", {"type": "number"})
    assert (typed.status, typed.body["errors"][0]["pointer"]) == (422, "/type")
    assert (await team.operator.post("/contact-fields", body)).status == 403
    assert (await team.operator.get("/contact-fields")).status == 200
