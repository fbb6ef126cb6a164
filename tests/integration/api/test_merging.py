"""Contacts merged by hand: one customer for whoever looks, and what they were when they are taken apart."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from typing import Any

import msgspec
import pytest
import pytest_asyncio
from aiohttp.test_utils import TestClient, TestServer

from gateway.app import build_app
from inbox.contacts.whole_contacts import MOST
from inbox.people.accounts import NewOperator, Role, create_operator, issue_sign_in
from inbox.people.api_keys import ApiKeyRequest, Scope, create_api_key
from inbox.storage.database import Database
from inbox.storage.runtime import Runtime
from inbox.stream.events import StoredEvent, decode_items
from tests.integration.api.support import (
    Actor,
    Answer,
    Client,
    Team,
    approved_template,
    campaign_of,
    customer_writes,
    make_team,
    whatsapp_channel,
)

pytestmark = pytest.mark.asyncio(loop_scope="module")
NUMBERS = count(16505550000)


@dataclass(frozen=True)
class Shop:
    """A team with a number, to which customers write."""

    team: Team
    channel: dict[str, Any]
    database: Database

    async def customer(self, text: str = "hello", **card: Any) -> str:
        """Somebody new writes; returned is the id of the contact, with its card filled in."""
        number = str(next(NUMBERS))
        contact_id = await self.write(number, text)
        if card:
            assert (await self.team.owner.patch(f"/contacts/{contact_id}", card)).status == 200
        return contact_id

    async def write(self, number: str, text: str) -> str:
        await customer_writes(self.team.owner.client, self.channel, f"{text} {number}", wa_id=number)
        found = await self.database.contacts.find_one(
            {"workspace_id": self.team.owner.workspace_id, "identity_keys": f"whatsapp:{number}"}
        )
        assert found is not None
        return str(found["_id"])

    async def number(self, contact_id: str) -> str:
        found = await self.database.contacts.find_one({"_id": contact_id})
        assert found is not None
        return str(found["identities"][0]["external_id"])

    async def card(self, contact_id: str) -> dict[str, Any]:
        answer = await self.team.owner.get(f"/contacts/{contact_id}")
        assert answer.status == 200
        return {name: value for name, value in answer.body.items() if name != "version"}

    async def merge(self, into: str, other: str) -> dict[str, Any]:
        answer = await self.team.owner.post(f"/contacts/{into}/merge", {"contact_id": other})
        assert answer.status == 200, answer.body
        return dict(answer.body)

    async def unmerge(self, contact_id: str) -> dict[str, Any]:
        answer = await self.team.owner.post(f"/contacts/{contact_id}/unmerge")
        assert answer.status == 200, answer.body
        return dict(answer.body)

    async def events(self, type_: str) -> list[tuple[StoredEvent, dict[str, Any]]]:
        workspace = {"workspace_id": self.team.owner.workspace_id}
        documents = await self.database.events.find(workspace).sort("_id", 1).to_list(None)
        told = [(event, event.body) for one in documents for event in decode_items(one["items"])]
        bodies = [(event, msgspec.json.decode(body)) for event, body in told]
        return [(event, body["data"]) for event, body in bodies if body["type"] == type_]


def ids(answer: Answer) -> set[str]:
    return {one["id"] for one in answer.body["items"]}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def client(shared_runtime: Runtime) -> AsyncIterator[Client]:
    async with TestClient(TestServer(build_app(shared_runtime))) as opened:
        yield opened


@pytest_asyncio.fixture(loop_scope="module")
async def shop(shared_runtime: Runtime, client: Client, request: pytest.FixtureRequest) -> Shop:
    name = re.sub(r"\W", "-", request.node.name)
    team = await make_team(shared_runtime, client, name)
    number = str(next(NUMBERS))
    channel = (await team.owner.post("/channels", whatsapp_channel(number))).body
    return Shop(team, channel, shared_runtime.database)


async def colleague(shared_runtime: Runtime, shop: Shop, role: Role) -> Actor:
    owner = shop.team.owner
    new = NewOperator(name=role.value, email=f"{role}-{owner.workspace_id}@x.example", role=role)
    made = await create_operator(shared_runtime.database, owner.workspace_id, new, now=shared_runtime.clock.now())
    token = await issue_sign_in(
        shared_runtime.database, owner.workspace_id, made.id, shared_runtime.clock.now(), days=1
    )
    return Actor(owner.client, token, owner.workspace_id, made.id)


async def test_merged_contacts_are_one_customer_everywhere_and_then_what_they_were(shop: Shop) -> None:
    owner = shop.team.owner
    maria = await shop.customer(name="Maria", tags=["vip"], phones=["+49 30 901820"], language="de")
    home = await shop.customer(name="Home", tags=["gift"], emails=["maria@example.com"], phones=["+49 30 901821"])
    before = await shop.card(maria), await shop.card(home)
    version = max([(await owner.get(f"/contacts/{one}")).body["version"] for one in (maria, home)])

    merged = await shop.merge(maria, home)
    assert (merged["id"], merged["name"], merged["language"]) == (maria, "Maria", "de")
    assert (merged["tags"], merged["phones"]) == (["vip", "gift"], ["+4930901820", "+4930901821"])
    assert merged["emails"] == ["maria@example.com"]
    assert [one["id"] for one in merged["merged"]] == [home]
    assert {i["external_id"] for i in merged["identities"]} == {await shop.number(maria), await shop.number(home)}
    assert merged["version"] > version
    assert await shop.card(home) == await shop.card(maria), "the id of each leads to the customer"
    for query in ("", "?q=maria", "?q=home", "?q=01821", "?q=maria@example.com", "?tag=gift", "?tag=vip"):
        found = [one["id"] for one in (await owner.get(f"/contacts{query}")).body["items"]]
        assert found == [maria], f"{query}: once, whichever part fits"
    hits = (await owner.get("/search?kind=contacts&q=home")).body["items"]
    assert [hit["contact"]["id"] for hit in hits] == [maria]

    opened = (await owner.get("/conversations")).body["items"]
    assert {one["contact"]["id"] for one in opened} == {maria}
    everything = {one["id"] for one in opened}
    for path in (f"/conversations?contact_id={maria}", f"/conversations?contact_id={home}", "/conversations?q=home"):
        assert ids(await owner.get(path)) == everything, path
    for contact_id in (maria, home):
        assert ids(await owner.get(f"/contacts/{contact_id}/conversations")) == everything
        assert len((await owner.get(f"/contacts/{contact_id}/timeline")).body["items"]) == 2

    ((told, data),) = await shop.events("contact.merged")
    assert (told.audience.contact_id, data["merged_ids"], data["contact"]["id"]) == (maria, [home], maria)
    apart = await shop.unmerge(home)
    assert (apart["id"], apart["merged"]) == (home, [])
    assert apart["version"] > merged["version"], "who keeps the newest version takes it"
    assert (await shop.card(maria), await shop.card(home)) == before
    updated = {data["id"]: data for _, data in await shop.events("contact.updated")}
    assert [i["external_id"] for i in updated[maria]["identities"]] == [await shop.number(maria)]
    assert [i["external_id"] for i in updated[home]["identities"]] == [await shop.number(home)]
    (moved,) = [data for _, data in await shop.events("conversation.updated")]
    assert moved["contact"]["id"] == home, "its open conversation is told of anew"
    audit = (await owner.get(f"/audit?object_id={home}")).body["items"]
    assert [(one["action"], one["object_id"]) for one in audit] == [
        ("contact.unmerged", home),
        ("contact.merged", home),
    ]


async def test_a_change_of_the_customer_reaches_whoever_has_the_value(shop: Shop) -> None:
    owner = shop.team.owner
    await owner.post("/contact-fields", {"key": "plan", "name": "Plan", "type": "text"})
    a = await shop.customer(name="Ann", tags=["vip"], fields={"plan": "free"}, emails=["a@example.com"])
    b = await shop.customer(tags=["gift", "old"], fields={"plan": "paid"}, language="fr", phones=["+4930901820"])
    await shop.merge(a, b)
    whole = await shop.card(b)
    assert (whole["fields"], whole["language"]) == ({"plan": "free"}, "fr")
    patch = {"tags": ["vip", "gift", "new"], "fields": {"plan": "gold"}, "emails": [], "language": None}
    changed = (await owner.patch(f"/contacts/{b}", patch)).body
    assert (set(changed["tags"]), changed["fields"]) == ({"vip", "gift", "new"}, {"plan": "gold"})
    assert (changed["emails"], changed["language"], changed["id"]) == ([], None, a)
    await shop.unmerge(b)
    ann, other = await shop.card(a), await shop.card(b)
    assert (ann["tags"], ann["fields"], ann["emails"]) == (["vip", "new"], {"plan": "gold"}, [])
    assert (other["tags"], other["fields"], other["language"]) == (["gift"], {"plan": "paid"}, None)
    assert other["phones"] == ["+4930901820"]


async def test_chains_heads_and_repeats(shop: Shop) -> None:
    a, b, c, d = [await shop.customer() for _ in range(4)]
    await shop.merge(a, b)
    await shop.merge(c, d)
    whole = await shop.merge(b, d)
    assert (whole["id"], [one["id"] for one in whole["merged"]]) == (a, [b, c, d]), "a part stands for its customer"
    told = await shop.events("contact.merged")
    assert [data["merged_ids"] for _, data in told] == [[b], [d], [c, d]]
    again = await shop.merge(c, b)
    assert (again["id"], again["version"]) == (a, whole["version"]), "they are one already"
    assert len(await shop.events("contact.merged")) == 3
    await shop.unmerge(c)
    assert [one["id"] for one in (await shop.card(d))["merged"]] == [b, d]
    alone = await shop.unmerge(a)
    assert (alone["id"], alone["merged"]) == (a, []), "the head takes all apart"
    assert [(await shop.card(one))["id"] for one in (a, b, c, d)] == [a, b, c, d]


async def test_opposite_merges_at_the_same_moment_make_one_customer(shop: Shop) -> None:
    people = [await shop.customer() for _ in range(4)]
    a, b, c, d = people
    await asyncio.gather(shop.merge(a, b), shop.merge(b, a), shop.merge(c, d), shop.merge(d, a), shop.merge(b, c))
    heads = {(await shop.card(one))["id"] for one in people}
    assert len(heads) == 1
    families = [one["family"] for one in await shop.database.contacts.find({"_id": {"$in": people}}).to_list(None)]
    assert [sorted(family) for family in families] == [sorted(people)] * 4
    assert families == [families[0]] * 4


@pytest.mark.parametrize("role", [Role.OPERATOR, Role.SUPERVISOR, Role.MANAGER, Role.ADMINISTRATOR, Role.OWNER])
async def test_each_role_merges_what_it_sees(shop: Shop, shared_runtime: Runtime, role: Role) -> None:
    owner = shop.team.owner
    who = await colleague(shared_runtime, shop, role)
    seen, also_seen, hidden = [await shop.customer() for _ in range(3)]
    (conversation,) = (await owner.get(f"/conversations?contact_id={hidden}")).body["items"]
    await owner.post(f"/conversations/{conversation['id']}/assign", {"operator_id": owner.id})
    assert (await who.post(f"/contacts/{seen}/merge", {"contact_id": also_seen})).status == 200
    assert (await who.post(f"/contacts/{also_seen}/unmerge")).status == 200
    sees_all = role in {Role.MANAGER, Role.ADMINISTRATOR, Role.OWNER}
    answer = await who.post(f"/contacts/{seen}/merge", {"contact_id": hidden})
    assert answer.status == (200 if sees_all else 422)
    if not sees_all:
        assert answer.body["errors"][0] == {"pointer": "/contact_id", "message": "there is no such contact"}
        assert (await who.post(f"/contacts/{hidden}/merge", {"contact_id": seen})).status == 404
        assert (await who.post(f"/contacts/{hidden}/unmerge")).status == 404


async def test_what_can_not_be_merged_is_refused_with_the_reason(
    shop: Shop, shared_runtime: Runtime, client: Client
) -> None:
    owner = shop.team.owner
    a, b = await shop.customer(), await shop.customer()
    await owner.patch(f"/contacts/{b}", {"blocked": True})
    strangers = await make_team(shared_runtime, client, f"strangers-{a}")
    for body, pointer in (
        ({"contact_id": a}, "/contact_id"),
        ({"contact_id": "0" * 24}, "/contact_id"),
        ({"contact_id": 5}, "/contact_id"),
        ({}, ""),
        ({"contact_id": b, "more": 1}, ""),
    ):
        answer = await owner.post(f"/contacts/{a}/merge", body)
        assert (answer.status, answer.body["errors"][0]["pointer"].startswith(pointer)) == (422, True), body
    one_blocked = await owner.post(f"/contacts/{a}/merge", {"contact_id": b})
    assert (one_blocked.status, one_blocked.body["code"]) == (409, "conflict")
    assert "blocked" in one_blocked.body["detail"]
    assert (await owner.post(f"/contacts/{a}/unmerge")).status == 409
    for path in (f"/contacts/{a}/merge", f"/contacts/{a}/unmerge"):
        assert (await strangers.owner.post(path, {"contact_id": b} if path.endswith("/merge") else None)).status == 404
    reads = ApiKeyRequest(name="reads", scopes=(Scope.READ,))
    key = await create_api_key(shared_runtime.database, owner.workspace_id, reads, now=shared_runtime.clock.now())
    assert (await Actor(client, key.token).post(f"/contacts/{a}/unmerge")).status == 403


async def test_a_customer_is_so_many_contacts_at_most(shop: Shop) -> None:
    people = [await shop.customer() for _ in range(3)]
    known = {"workspace_id": shop.team.owner.workspace_id}
    crowd = [f"{people[0]}-{n}" for n in range(MOST - 1)]
    plain = {**known, "name": None, "identities": [], "family": [people[0], *crowd], "version": 1}
    at = {"created_at": datetime(2026, 1, 1, tzinfo=UTC)}
    await shop.database.contacts.insert_many(
        [{**plain, **at, "_id": one, "identity_keys": [f"telegram:{one}"]} for one in crowd]
    )
    await shop.database.contacts.update_one({"_id": people[0]}, {"$set": {"family": [people[0], *crowd]}})
    answer = await shop.team.owner.post(f"/contacts/{people[1]}/merge", {"contact_id": people[0]})
    assert (answer.status, answer.body["errors"][0]["pointer"]) == (422, "/contact_id")
    assert str(MOST) in answer.body["errors"][0]["message"]
    await shop.merge(people[1], people[2])


async def test_a_colleague_sees_the_past_of_the_customer_and_no_more_when_they_are_apart(shop: Shop) -> None:
    owner, ann = shop.team.owner, shop.team.operator
    now, past = await shop.customer(), await shop.customer("earlier")
    (earlier,) = (await owner.get(f"/conversations?contact_id={past}")).body["items"]
    await owner.post(f"/conversations/{earlier['id']}/assign", {"operator_id": owner.id})
    await owner.post(f"/conversations/{earlier['id']}/close", {})
    (mine,) = (await owner.get(f"/conversations?contact_id={now}")).body["items"]
    await ann.post(f"/conversations/{mine['id']}/assign", {"operator_id": ann.id})
    paths = (f"/conversations/{earlier['id']}", f"/conversations/{earlier['id']}/messages", f"/contacts/{past}")
    for path in paths:
        assert (await ann.get(path)).status == 404, path
    await shop.merge(now, past)
    for path in paths:
        assert (await ann.get(path)).status == 200, path
    assert len((await ann.get(f"/contacts/{now}/timeline")).body["items"]) == 2
    assert len((await ann.get("/conversations?state=closed")).body["items"]) == 1
    assert [one["id"] for one in (await ann.get("/contacts")).body["items"]] == [now]
    await shop.unmerge(past)
    for path in paths:
        assert (await ann.get(path)).status == 404, path


async def test_a_block_is_of_all_parts_and_stays_with_each(shop: Shop) -> None:
    owner = shop.team.owner
    a, b = await shop.customer(), await shop.customer()
    await shop.merge(a, b)
    assert (await owner.patch(f"/contacts/{a}", {"blocked": True})).body["blocked"] is True
    assert (await owner.get("/conversations")).body["items"] == []
    await shop.write(await shop.number(b), "are you there?")
    assert (await owner.get("/conversations")).body["items"] == []
    tasks = await shop.database.provider_tasks.find({"workspace_id": owner.workspace_id}).to_list(None)
    assert {task["to"] for task in tasks} == {await shop.number(a), await shop.number(b)}
    await shop.unmerge(a)
    assert [(await shop.card(one))["blocked"] for one in (a, b)] == [True, True]


async def test_an_opt_out_of_one_part_holds_for_the_customer_and_later_for_that_part(shop: Shop) -> None:
    owner = shop.team.owner
    a, b = await shop.customer(), await shop.customer()
    await approved_template(owner.client, owner.workspace_id, shop.channel)
    content = {"type": "template", "name": "sale", "language": "en", "parameters": {"body": ["Ann"]}}
    by_contact = {one["contact"]["id"]: one["id"] for one in (await owner.get("/conversations")).body["items"]}

    async def refused(contact_id: str) -> bool:
        path = f"/conversations/{by_contact[contact_id]}"
        await owner.post(f"{path}/assign", {"operator_id": owner.id})
        answer = await owner.post(f"{path}/messages", {"content": content})
        assert answer.status == 201 or answer.body["code"] == "opted_out", answer.body
        return answer.status != 201

    await shop.merge(a, b)
    await owner.post("/opt-outs", {"phones": [f"+{await shop.number(b)}"]})
    assert [await refused(one) for one in (a, b)] == [True, True], "also what is only on the list"
    undo = {"accepts_marketing": True}
    assert (await owner.patch(f"/contacts/{a}", undo)).body["errors"][0]["pointer"] == "/reason"
    assert (await owner.patch(f"/contacts/{a}", {**undo, "reason": "asked for it"})).status == 200
    assert [await refused(one) for one in (a, b)] == [False, False]
    await customer_writes(owner.client, shop.channel, "Stop", wa_id=await shop.number(b))
    assert [await refused(one) for one in (a, b)] == [True, True]
    assert (await shop.card(a))["marketing"]["accepts"] is False
    await shop.unmerge(b)
    assert [await refused(one) for one in (a, b)] == [False, True]


async def test_a_list_by_tag_names_the_customer_once_and_conversations_start_with_any_part(shop: Shop) -> None:
    owner = shop.team.owner
    a, b = await shop.customer(tags=["vip"]), await shop.customer(tags=["vip"])
    await shop.merge(a, b)
    await approved_template(owner.client, owner.workspace_id, shop.channel)
    campaign = (await owner.post("/campaigns", campaign_of(shop.channel))).body
    filled = await owner.post(f"/campaigns/{campaign['id']}/audience", {"tag": "vip"})
    assert (filled.body["audience"]["accepted"], filled.body["audience"]["duplicates"]) == (1, 1)
    for one in (await owner.get("/conversations")).body["items"]:
        await owner.post(f"/conversations/{one['id']}/close", {})
    template = {"name": "sale", "language": "en", "parameters": {"body": ["Ann"]}}
    for to in (b, a):
        body = {"channel_id": shop.channel["id"], "to": to, "template": template}
        answer = await owner.post("/conversations", body)
        assert (answer.status, answer.body["contact"]["id"]) == (201, a), answer.body
        assert answer.body["identity"]["external_id"] == await shop.number(to), "by preference the named one's account"
