"""Templates through the API, against the emulator of Meta: drafts, review, and what changes there."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import aiohttp
import pytest_asyncio
from aiohttp.test_utils import TestServer

from channels.sandbox.app import SandboxConfig, make_app
from inbox.foundation.clock import Clock
from tests.integration.api.support import Team, draft
from tests.integration.api.template_world import Shop, open_shop
from tests.waiting import eventually


@pytest_asyncio.fixture
async def shop(team: Team) -> AsyncIterator[Shop]:
    async with TestServer(make_app(SandboxConfig())) as server, aiohttp.ClientSession() as control:
        yield await open_shop(team, str(server.make_url("")).rstrip("/"), control)


async def noticed(shop: Shop, count: int) -> None:
    """Wait until that many webhooks about templates have come, then have them heeded."""

    async def came() -> bool:
        return bool(await shop.runtime.database.notices.count_documents({}) >= count)

    await eventually(came, "the webhooks")
    await shop.reader.follow_new()
    await shop.reader.read_due()


async def test_from_draft_to_approved(shop: Shop, clock: Clock) -> None:
    made = await shop.owner.post("/templates", draft(shop.channel["id"]))
    assert (made.status, made.body["status"], made.body["usable"]) == (201, "draft", False)
    assert made.body["parameters_needed"] == {"body": ["1", "2"]}
    submitted = await shop.owner.post(f"/templates/{made.body['id']}/submit")
    assert (submitted.status, submitted.body["status"]) == (200, "pending")
    clock.advance(timedelta(seconds=1))
    await shop.review("order_update", status="APPROVED")
    await noticed(shop, 1)
    approved = await shop.template(made.body["id"])
    assert (approved["status"], approved["usable"], approved["reason"]) == ("approved", True, None)
    assert [(c["what"], c["before"], c["after"]) for c in approved["changes"] if c["what"] == "status"] == [
        ("status", "draft", "pending"),
        ("status", "pending", "approved"),
    ]


async def test_what_changes_at_meta_is_seen_with_its_reason(shop: Shop, clock: Clock) -> None:
    template_id = await shop.submitted()
    steps: list[tuple[dict[str, Any], str, bool, str]] = [
        ({"status": "REJECTED", "reason": "INVALID_FORMAT"}, "rejected", False, "INVALID_FORMAT"),
        ({"status": "APPROVED"}, "approved", True, ""),
        ({"status": "PAUSED"}, "paused", False, "3 hours"),
        ({"status": "REINSTATED"}, "approved", True, ""),
        ({"status": "FLAGGED"}, "approved", True, ""),
        ({"status": "DISABLED"}, "disabled", False, "disabled"),
    ]
    for count, (decision, status, usable, reason) in enumerate(steps, 1):
        clock.advance(timedelta(seconds=1))
        await shop.review("order_update", **decision)
        await noticed(shop, count)
        seen = await shop.template(template_id)
        assert (seen["status"], seen["usable"]) == (status, usable), decision
        assert reason in (seen["reason"] or ""), decision


async def test_a_new_category_is_seen(shop: Shop, clock: Clock) -> None:
    template_id = await shop.submitted()
    clock.advance(timedelta(seconds=1))
    await shop.review("order_update", category="MARKETING")
    await noticed(shop, 1)
    seen = await shop.template(template_id)
    assert seen["category"] == "marketing"
    assert seen["changes"][-1]["what"] == "category"


async def test_a_low_quality_is_a_warning(shop: Shop, clock: Clock) -> None:
    await shop.plant("welcome")
    await shop.sync()
    clock.advance(timedelta(seconds=1))
    await shop.review("welcome", quality="RED")
    await noticed(shop, 1)
    seen = (await shop.by_name())["welcome"]
    assert (seen["quality"], seen["usable"]) == ("red", True)
    assert "pause" in seen["reason"]


async def test_a_notice_that_comes_twice_and_late_turns_nothing_back(shop: Shop, clock: Clock) -> None:
    template_id = await shop.submitted()
    for status in ("APPROVED", "PAUSED"):
        clock.advance(timedelta(seconds=1))
        await shop.review("order_update", status=status)
    await noticed(shop, 2)
    database = shop.runtime.database
    await database.notices.update_many({}, {"$set": {"handled_at": None}})
    clock.advance(timedelta(seconds=1))
    await asyncio.gather(*(shop.reader.read_due() for _ in range(3)))
    seen = await shop.template(template_id)
    assert seen["status"] == "paused"
    statuses = [change["after"] for change in seen["changes"] if change["what"] == "status"]
    assert statuses == ["pending", "paused"]
    assert await database.notices.count_documents({"handled_at": None}) == 0


async def test_sync_finds_what_was_made_and_deleted_elsewhere(shop: Shop, clock: Clock) -> None:
    await shop.plant("welcome")
    await shop.plant("gone_soon")
    assert (await shop.sync())["changed"] == 2
    assert (await shop.sync())["changed"] == 0
    await shop.at_provider("DELETE", "/whatsapp/templates/gone_soon")
    clock.advance(timedelta(seconds=1))
    assert (await shop.sync())["changed"] == 1
    templates = await shop.by_name()
    assert (templates["welcome"]["status"], templates["welcome"]["usable"]) == ("approved", True)
    assert (templates["gone_soon"]["status"], templates["gone_soon"]["usable"]) == ("deleted", False)
    assert templates["gone_soon"]["reason"]


async def test_one_strange_template_hides_no_other(shop: Shop) -> None:
    await shop.plant("good")
    await shop.plant("strange", language="xx_QQ", components=[{"type": "HOLOGRAM", "depth": 3}])
    await shop.plant("poison", components=[{"type": "BODY", "text": "x", "more": {"a\x00b": 1}}])
    await shop.sync()
    templates = await shop.by_name()
    assert templates["good"]["usable"]
    assert "HOLOGRAM" in templates["strange"]["reason"]
    assert "poison" not in templates


async def test_many_pages_are_read(shop: Shop) -> None:
    for number in range(120):
        await shop.plant(f"template_{number}")
    assert (await shop.sync())["changed"] == 120
    page = (await shop.owner.get("/templates?limit=100")).body
    rest = (await shop.owner.get(f"/templates?limit=100&cursor={page['next_cursor']}")).body
    assert len({one["name"] for one in [*page["items"], *rest["items"]]}) == 120


async def test_accounts_are_read_on_schedule_and_after_failures(shop: Shop, clock: Clock) -> None:
    await shop.plant("first")
    await shop.at_provider("PUT", "/faults", {"error_rate": 1.0, "error_code": 2})
    await shop.reader.follow_new()
    assert await shop.reader.read_due() == 1
    assert await shop.by_name() == {}
    await shop.at_provider("DELETE", "/faults")
    assert await shop.reader.read_due() == 0
    clock.advance(timedelta(minutes=2))
    assert await shop.reader.read_due() == 1
    assert set(await shop.by_name()) == {"first"}
    await shop.plant("second")
    clock.advance(timedelta(hours=2))
    assert await shop.reader.read_due() == 1
    assert set(await shop.by_name()) == {"first", "second"}


async def test_a_draft_with_faults_is_not_submitted(shop: Shop) -> None:
    bad = draft(shop.channel["id"], components=[{"type": "BODY", "text": "{{1}} is here"}])
    made = await shop.owner.post("/templates", bad)
    refused = await shop.owner.post(f"/templates/{made.body['id']}/submit")
    assert (refused.status, refused.body["code"]) == (422, "content_invalid")
    assert {error["pointer"] for error in refused.body["errors"]} == {"/components/0/text"}
    linted = await shop.owner.post("/templates/lint", bad)
    assert not linted.body["ok"]
    assert "variable_at_edge" in {finding["code"] for finding in linted.body["findings"]}


async def test_meta_s_refusal_is_told_in_its_words(shop: Shop) -> None:
    await shop.plant("order_update")
    made = await shop.owner.post("/templates", draft(shop.channel["id"]))
    refused = await shop.owner.post(f"/templates/{made.body['id']}/submit")
    assert (refused.status, refused.body["code"]) == (502, "provider_failed")
    assert "already" in refused.body["detail"]


async def test_changes_of_a_submitted_template_wait_until_they_are_submitted(shop: Shop, clock: Clock) -> None:
    template_id = await shop.submitted()
    clock.advance(timedelta(seconds=1))
    await shop.review("order_update", status="APPROVED")
    await noticed(shop, 1)
    new = [{"type": "BODY", "text": "Your order is on its way."}]
    changed = await shop.owner.patch(f"/templates/{template_id}", {"components": new})
    assert changed.body["draft"]["components"] == new
    assert (changed.body["usable"], changed.body["parameters_needed"]) == (True, {"body": ["1", "2"]})
    renamed = await shop.owner.patch(f"/templates/{template_id}", {"name": "other"})
    assert (renamed.status, renamed.body["errors"][0]["pointer"]) == (422, "/name")
    again = await shop.owner.post(f"/templates/{template_id}/submit")
    assert (again.status, again.body["status"], again.body["draft"]) == (200, "pending", None)
    assert again.body["components"][0]["text"] == "Your order is on its way."
    assert (await shop.owner.post(f"/templates/{template_id}/submit")).body["code"] == "conflict"


async def test_only_administrators_manage_and_everybody_lists(shop: Shop) -> None:
    made = await shop.owner.post("/templates", draft(shop.channel["id"]))
    path = f"/templates/{made.body['id']}"
    operator = shop.team.operator
    for refused in (
        await operator.post("/templates", draft(shop.channel["id"], "mine")),
        await operator.patch(path, {"name": "mine"}),
        await operator.delete(path),
        await operator.post(f"{path}/submit"),
        await operator.post(f"/channels/{shop.channel['id']}/templates/sync"),
    ):
        assert (refused.status, refused.body["code"]) == (403, "forbidden")
    assert (await operator.get(path)).status == 404
    await shop.plant("welcome")
    await shop.sync()
    assert [one["name"] for one in (await operator.get("/templates?usable=true")).body["items"]] == ["welcome"]


async def test_names_are_unique_and_free_after_deletion(shop: Shop) -> None:
    template_id = await shop.submitted()
    twin = await shop.owner.post("/templates", draft(shop.channel["id"]))
    assert (twin.status, twin.body["code"]) == (409, "duplicate")
    assert (await shop.owner.delete(f"/templates/{template_id}")).status == 204
    assert (await shop.owner.get(f"/templates/{template_id}")).status == 404
    assert (await shop.at_provider("GET", "/whatsapp/templates"))["templates"] == []
    assert (await shop.owner.post("/templates", draft(shop.channel["id"]))).status == 201


async def test_preview_shows_what_is_missing(shop: Shop) -> None:
    template_id = await shop.submitted()
    path = f"/templates/{template_id}/preview"
    shown = await shop.owner.post(path, {"parameters": {"body": ["Ana", "7"]}})
    assert shown.body["rendered"] == "Hello Ana, your order 7 is on its way to you."
    assert shown.body["faults"] == []
    faulty = await shop.owner.post(path, {"parameters": {"body": ["Ana", ""]}})
    assert [fault["pointer"] for fault in faulty.body["faults"]] == ["/body/1"]


async def test_changes_are_events(shop: Shop) -> None:
    await shop.submitted()
    kinds = [
        event
        async for document in shop.runtime.database.events.find({})
        for event in [document["items"].decode()]
        if "template.updated" in event
    ]
    assert len(kinds) == 2


async def test_time_to_live_and_highest_price_travel_both_ways(shop: Shop, clock: Clock) -> None:
    limits = {"ttl_seconds": 43_200, "max_price_per_1000": 2_500}
    template_id = await shop.submitted("sale", category="marketing", **limits)
    made = (await shop.at_provider("GET", "/whatsapp/templates"))["templates"][0]
    assert made["message_send_ttl_seconds"] == 43_200
    assert made["optimization_spec"] == {"bid_strategy": "LOWEST_COST_WITH_BID_CAP", "bid_amount": 2_500}
    clock.advance(timedelta(seconds=1))
    await shop.sync()
    assert (await shop.template(template_id)).items() >= limits.items()
    changed = (await shop.owner.patch(f"/templates/{template_id}", {"ttl_seconds": 86_400})).body
    assert (changed["ttl_seconds"], changed["draft"]["ttl_seconds"]) == (43_200, 86_400)
    assert (await shop.owner.post(f"/templates/{template_id}/submit")).body["ttl_seconds"] == 86_400
    made = (await shop.at_provider("GET", "/whatsapp/templates"))["templates"][0]
    assert made["message_send_ttl_seconds"] == 86_400


async def test_a_time_to_live_that_the_category_does_not_have_is_a_fault(shop: Shop) -> None:
    made = await shop.owner.post("/templates", draft(shop.channel["id"], "soon", ttl_seconds=86_400))
    refused = await shop.owner.post(f"/templates/{made.body['id']}/submit")
    assert [error["pointer"] for error in refused.body["errors"]] == ["/ttl_seconds"]
