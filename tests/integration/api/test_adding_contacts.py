"""Contacts that are added before they wrote."""

from __future__ import annotations

import asyncio
from typing import Any

import msgspec
import pytest

from inbox.storage.database import Database
from inbox.stream.events import decode_items
from tests.integration.api.support import Team, customer_writes, whatsapp_channel

NUMBER = "+49 1512 3456789"
DIGITS = "4915123456789"


def on_whatsapp(number: str = NUMBER) -> list[dict[str, str]]:
    return [{"kind": "whatsapp", "external_id": number}]


async def test_who_was_added_is_the_one_who_writes(team: Team) -> None:
    channel = (await team.owner.post("/channels", whatsapp_channel())).body
    card = {"name": "Maria Silva", "language": "de", "emails": ["maria@example.com"], "phones": ["+49 30 901820"]}
    added = await team.owner.post("/contacts", {"identities": on_whatsapp(), "tags": ["vip"], **card})
    assert added.status == 201
    assert added.body["identities"] == [{"kind": "whatsapp", "external_id": DIGITS}]
    assert (added.body["phones"], added.body["tags"]) == (["+4930901820"], ["vip"])
    await customer_writes(team.owner.client, channel, "hello", wa_id=DIGITS, name="M.")
    (contact,) = (await team.owner.get("/contacts")).body["items"]
    assert (contact["id"], contact["name"]) == (added.body["id"], "Maria Silva")
    (conversation,) = (await team.owner.get("/conversations")).body["items"]
    assert conversation["contact"]["id"] == added.body["id"]


@pytest.mark.parametrize("query", ["maria", "q@example", "+49 1512 34", "030 901820"])
async def test_who_was_added_is_found(team: Team, query: str) -> None:
    card = {"name": "Maria Silva", "emails": ["q@example.com"], "phones": ["+49 30 901820"]}
    added = (await team.owner.post("/contacts", {"identities": on_whatsapp(), **card})).body
    found = (await team.owner.call("GET", f"/contacts?q={query.replace('+', '%2B')}")).body["items"]
    assert [one["id"] for one in found] == [added["id"]]


async def test_contacts_without_an_account_are_each_their_own(team: Team) -> None:
    one = await team.owner.post("/contacts", {"emails": ["same@example.com"]})
    other = await team.owner.post("/contacts", {"emails": ["same@example.com"]})
    assert (one.status, other.status, one.body["id"] != other.body["id"]) == (201, 201, True)
    assert one.body["identities"] == []
    assert (await team.owner.post(f"/contacts/{one.body['id']}/merge", {"contact_id": other.body["id"]})).status == 200
    assert (await team.owner.delete(f"/contacts/{one.body['id']}")).status in {202, 204}


@pytest.mark.parametrize("spelling", [NUMBER, "0049 1512 3456789", DIGITS])
async def test_an_account_is_in_one_contact(team: Team, spelling: str) -> None:
    known = (await team.owner.post("/contacts", {"identities": on_whatsapp()})).body["id"]
    again = await team.owner.post("/contacts", {"name": "Other", "identities": on_whatsapp(spelling)})
    assert (again.status, again.body["code"], again.body["contact_id"]) == (409, "duplicate", known)


async def test_of_a_merged_customer_the_head_is_named(team: Team) -> None:
    head = (await team.owner.post("/contacts", {"emails": ["m@example.com"]})).body["id"]
    part = (await team.owner.post("/contacts", {"identities": on_whatsapp()})).body["id"]
    await team.owner.post(f"/contacts/{head}/merge", {"contact_id": part})
    again = await team.owner.post("/contacts", {"identities": on_whatsapp()})
    assert (again.status, again.body["contact_id"]) == (409, head)


async def test_the_second_spelling_of_a_number_is_the_same_account(team: Team) -> None:
    both = on_whatsapp("+55 11 98765-4321") + on_whatsapp("+55 11 8765-4321")
    added = await team.owner.post("/contacts", {"identities": both})
    assert (added.status, len(added.body["identities"])) == (201, 1)
    again = await team.owner.post("/contacts", {"identities": both[1:]})
    assert (again.status, again.body["contact_id"]) == (409, added.body["id"])


async def test_of_many_at_once_one_is_added(team: Team) -> None:
    answers = await asyncio.gather(*(team.owner.post("/contacts", {"identities": on_whatsapp()}) for _ in range(8)))
    (made,) = [answer.body["id"] for answer in answers if answer.status == 201]
    assert {answer.body["contact_id"] for answer in answers if answer.status != 201} == {made}
    assert len((await team.owner.get("/contacts")).body["items"]) == 1


async def test_the_same_key_adds_once(team: Team) -> None:
    body: dict[str, Any] = {"identities": on_whatsapp(), "name": "Maria"}
    one = await team.key.post("/contacts", body, Idempotency_Key="row-1")
    again = await team.key.post("/contacts", body, Idempotency_Key="row-1")
    assert (one.status, again.status, again.body) == (201, 201, one.body)
    other = await team.key.post("/contacts", {**body, "name": "Ann"}, Idempotency_Key="row-1")
    assert (other.status, other.body["code"]) == (422, "idempotency_conflict")
    (entry,) = (await team.owner.get(f"/audit?object_id={one.body['id']}")).body["items"]
    assert (entry["action"], entry["by"]) == ("contact.added", f"api_key:{team.key.id}")


FAULTS = [
    ({}, "/identities"),
    ({"phones": [], "name": "Nobody"}, "/identities"),
    ({"identities": on_whatsapp("12")}, "/identities/0/external_id"),
    ({"identities": on_whatsapp("01512 3456789")}, "/identities/0/external_id"),
    ({"identities": on_whatsapp(), "phones": ["+49 1"]}, "/phones/0"),
    ({"identities": on_whatsapp(), "fields": {"unknown": 1}}, "/fields/unknown"),
    ({"identities": [{"kind": "telegram", "external_id": "1"}]}, "/identities/0/kind"),
]


@pytest.mark.parametrize(("body", "pointer"), FAULTS)
async def test_faults_are_pointed_at_and_nothing_is_left(team: Team, body: dict[str, Any], pointer: str) -> None:
    refused = await team.owner.post("/contacts", body)
    assert (refused.status, [one["pointer"] for one in refused.body["errors"]]) == (422, [pointer])
    assert (await team.owner.get("/contacts")).body["items"] == []
    assert (await team.owner.get("/audit?action=contact.added")).body["items"] == []


async def test_an_opt_out_goes_to_the_list_and_one_there_is_not_undone_by_adding(
    team: Team, database: Database
) -> None:
    out = await team.owner.post("/contacts", {"identities": on_whatsapp(), "accepts_marketing": False})
    assert out.body["marketing"]["accepts"] is False
    assert await database.suppressions.count_documents({"workspace_id": team.owner.workspace_id}) == 1
    await team.owner.post("/opt-outs", {"phones": ["+49 1512 9999999"]})
    undone: dict[str, Any] = {"identities": on_whatsapp("+49 1512 9999999"), "accepts_marketing": True}
    without = await team.owner.post("/contacts", undone)
    assert (without.status, without.body["errors"][0]["pointer"]) == (422, "/reason")
    assert (await team.owner.post("/contacts", {**undone, "reason": "asked for it in the shop"})).status == 201
    assert await database.suppressions.count_documents({"workspace_id": team.owner.workspace_id}) == 1


async def test_the_event_tells_of_it(team: Team, database: Database) -> None:
    added = (await team.owner.post("/contacts", {"identities": on_whatsapp()})).body
    documents = await database.events.find({}).to_list(None)
    events = [msgspec.json.decode(event.body) for one in documents for event in decode_items(one["items"])]
    told = [event["data"]["id"] for event in events if event["type"] == "contact.updated"]
    assert told == [added["id"]]


async def test_operators_add_nobody(team: Team) -> None:
    refused = await team.operator.post("/contacts", {"identities": on_whatsapp()})
    assert (refused.status, refused.body["code"]) == (403, "forbidden")
