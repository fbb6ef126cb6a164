"""Contacts: found by tag and name, changed, and what they say about marketing."""

from __future__ import annotations

from typing import Any

from inbox.storage.database import Database
from tests.integration.api.support import Team, customer_writes, whatsapp_channel


async def contact_of(team: Team, text: str = "hello") -> dict[str, Any]:
    channel = (await team.owner.post("/channels", whatsapp_channel())).body
    await customer_writes(team.owner.client, channel, text)
    listed: dict[str, Any] = (await team.owner.get("/contacts")).body["items"][0]
    return listed


async def test_contact_is_changed_and_found(team: Team) -> None:
    contact = await contact_of(team)
    consent = {"source": "shop", "at": "2026-01-02T03:04:05Z", "wording": "Yes, send me offers."}
    patch = {"name": "Ann Smith", "tags": ["vip"], "language": "pt-BR", "consent": consent}
    changed = await team.owner.call("PATCH", f"/contacts/{contact['id']}", patch)
    assert (changed.status, changed.body["consent"], changed.body["tags"]) == (200, consent, ["vip"])
    for query in ("tag=vip", "q=ann", f"q={contact['identities'][0]['external_id'][:6]}"):
        assert [c["id"] for c in (await team.owner.get(f"/contacts?{query}")).body["items"]] == [contact["id"]], query
    assert (await team.owner.get("/contacts?tag=other")).body["items"] == []
    assert (await team.owner.call("PATCH", f"/contacts/{contact['id']}", {"identities": []})).status == 422


async def test_opt_out_goes_to_a_list_without_the_number(team: Team, database: Database) -> None:
    contact = await contact_of(team)
    path = f"/contacts/{contact['id']}"
    out = (await team.owner.call("PATCH", path, {"accepts_marketing": False})).body
    assert (out["marketing"]["accepts"], out["marketing"]["source"]) == (False, "operator")
    listed = await database.suppressions.find({}).to_list(None)
    assert len(listed) >= 1
    assert contact["identities"][0]["external_id"] not in str(listed)
    await team.owner.call("PATCH", path, {"accepts_marketing": True, "reason": "asked for it by phone"})
    assert await database.suppressions.count_documents({}) == 0


async def test_only_administrators_with_a_reason_undo_an_opt_out(team: Team) -> None:
    contact = await contact_of(team, "Stop")
    path, yes = f"/contacts/{contact['id']}", {"accepts_marketing": True}
    undone = {**yes, "reason": "asked for it in the shop"}
    for body in (yes, undone):
        answer = await team.operator.call("PATCH", path, body)
        assert (answer.status, answer.body["code"]) == (403, "forbidden")
    without = await team.owner.call("PATCH", path, yes)
    assert (without.status, without.body["errors"][0]["pointer"]) == (422, "/reason")
    assert (await team.owner.get(path)).body["marketing"]["accepts"] is False
    assert (await team.owner.get(f"/audit?object_id={contact['id']}")).body["items"] == []
    assert (await team.owner.call("PATCH", path, undone)).body["marketing"]["accepts"] is True
    (entry,) = (await team.owner.get(f"/audit?object_id={contact['id']}")).body["items"]
    assert (entry["action"], entry["object_id"]) == ("contact.opt_out_undone", contact["id"])
    assert (entry["by"], entry["reason"]) == (f"operator:{team.owner.id}", undone["reason"])
    assert (await team.operator.get("/audit")).status == 403


async def test_nor_does_anybody_undo_what_is_only_on_the_list(team: Team) -> None:
    contact = await contact_of(team)
    await team.owner.post("/opt-outs", {"phones": [f"+{contact['identities'][0]['external_id']}"]})
    answer = await team.operator.call("PATCH", f"/contacts/{contact['id']}", {"accepts_marketing": True})
    assert (answer.status, answer.body["code"]) == (403, "forbidden")


async def test_customer_who_writes_stop_is_opted_out(team: Team) -> None:
    contact = await contact_of(team, "Stop")
    assert (contact["marketing"]["accepts"], contact["marketing"]["source"]) == (False, "keyword")


async def test_numbers_that_are_no_contacts_are_opted_out_in_every_spelling(team: Team, database: Database) -> None:
    answer = await team.owner.post("/opt-outs", {"phones": ["+55 11 98765-4321", "12", "+49 1512 3456789"]})
    assert (answer.status, answer.body["taken"], [e["pointer"] for e in answer.body["errors"]]) == (
        200,
        2,
        ["/phones/1"],
    )
    listed = await database.suppressions.find({"workspace_id": team.owner.workspace_id}).to_list(None)
    assert len(listed) == 3  # the Brazilian number has two spellings
    assert "98765" not in str(listed)
    assert (await team.operator.post("/opt-outs/remove", {"phones": ["+5511987654321"]})).status == 403
    taken_off = {"phones": ["+551187654321"], "reason": "typed in by mistake"}
    assert (await team.owner.post("/opt-outs/remove", {"phones": ["+551187654321"]})).status == 422
    await team.owner.post("/opt-outs/remove", taken_off)
    assert (await team.owner.get("/audit")).body["items"][0]["reason"] == "typed in by mistake"
    assert await database.suppressions.count_documents({}) == 1


async def test_the_id_of_a_contact_that_was_joined_leads_to_the_one_that_is_left(
    team: Team, strangers: Team, database: Database
) -> None:
    contact = await contact_of(team)
    await database.contacts.update_one({"_id": contact["id"]}, {"$set": {"joined_ids": ["gone"]}})
    assert (await team.owner.get("/contacts/gone")).body == contact
    changed = await team.owner.call("PATCH", "/contacts/gone", {"tags": ["vip"]})
    assert (changed.status, changed.body["id"], changed.body["tags"]) == (200, contact["id"], ["vip"])
    past = (await team.owner.get("/contacts/gone/conversations")).body["items"]
    assert [one["contact"]["id"] for one in past] == [contact["id"]]
    assert (await strangers.owner.get("/contacts/gone")).status == 404
