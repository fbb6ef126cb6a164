"""A configuration goes out, is held against another one, and comes in as a whole."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from inbox.storage.runtime import Runtime
from tests.integration.api.support import Actor, Team, prepared_reply, whatsapp_channel

PATH = "/workspace/configuration"
DRY = f"{PATH}?dry_run=true"
COLLECTIONS = (
    *("queues", "groups", "statuses", "business_hours", "tags", "topics", "contact_fields", "reply_collections"),
    *(
        "prepared_replies",
        "reply_versions",
        "views",
        "webhooks",
        "channels",
        "workspaces",
        "rechecks",
        "audit",
        "events",
    ),
)


async def made(actor: Actor, path: str, **body: Any) -> dict[str, Any]:
    answer = await actor.post(path, body)
    assert answer.status == 201, (path, answer.body)
    created: dict[str, Any] = answer.body
    return created


async def furnish(team: Team) -> None:
    """Set one of everything up, with references in every direction."""
    owner = team.owner
    week = {"monday": [{"from": "09:00", "to": "18:00"}]}
    zone = {"time_zone": "Europe/Lisbon", "holidays": ["2026-12-25"]}
    hours = await made(owner, "/business-hours", name="Office", week=week, **zone)
    group = await made(owner, "/groups", name="First line", supervisor_ids=[team.owner.id])
    await made(owner, "/statuses", name="Lunch")
    await made(owner, "/contact-fields", key="tier", name="Tier", type="choice", options=["gold", "silver"])
    await made(owner, "/tags", name="vip", color="#2f80ed")
    billing = await made(owner, "/topics", name="Billing", order=2)
    refund = await made(owner, "/topics", name="Refund", parent_id=billing["id"])
    await made(owner, "/topics", name="Refund", order=1)
    second = await made(owner, "/queues", name="Second line", texts={"greeting": {"en": "Hello", "pt": "Olá"}})
    first = await made(
        owner, "/queues", name="First line", next_queue_id=second["id"], on_overflow="transfer", limit=5,
        business_hours_id=hours["id"], group_ids=[group["id"]], operator_ids=[team.operator.id],
    )  # fmt: skip
    replies = await made(owner, "/reply-collections", name="Common", group_ids=[group["id"]])
    for text in ("Good day, {{ contact.name }}!", "Good evening!"):
        await made(owner, f"/reply-collections/{replies['id']}/replies", **prepared_reply(text))
    channel = await made(owner, "/channels", **whatsapp_channel(queue_id=first["id"], retention={"files_days": 90}))
    narrow = {"queue_id": first["id"], "topic_id": refund["id"], "channel_id": channel["id"], "state": "queued"}
    await made(owner, "/views", name="Refunds", filter=narrow, shared=True)
    await made(owner, "/views", name="Mine alone", filter={}, shared=False)
    await made(owner, "/webhooks", url="https://example.com/hook", events=["message.*"])
    await owner.patch("/workspace", {"settings": {"language": "pt", "masked_roles": ["operator"]}})
    await owner.call("PUT", "/workspace/integration-page", {"url": "https://crm.example/?t={{ contact.fields.tier }}"})


async def exported(actor: Actor) -> dict[str, Any]:
    answer = await actor.get(PATH)
    assert answer.status == 200, answer.body
    configuration: dict[str, Any] = answer.body
    return configuration


def names_in(value: Any) -> list[str]:
    """Return the names of all fields, however deep."""
    if isinstance(value, list):
        return [name for one in value for name in names_in(one)]
    return [*value, *names_in(list(value.values()))] if isinstance(value, dict) else []


async def everything(runtime: Runtime) -> dict[str, list[Any]]:
    return {name: await getattr(runtime.database, name).find({}).to_list(None) for name in COLLECTIONS}


async def test_what_goes_out_makes_an_empty_workspace_the_same(team: Team, strangers: Team) -> None:
    await furnish(team)
    out = await exported(team.owner)
    assert not any(text in str(out) for text in ("secret", "token", team.operator.id, team.owner.id, "Mine alone"))
    assert [name for name in names_in(out) if name.endswith(("_id", "_ids"))] == []
    assert [queue["name"] for queue in out["queues"]] == ["Second line", "First line"]
    assert out["queues"][1]["next_queue"] == "Second line"
    assert out["queues"][1]["groups"] == ["First line"]
    assert [topic["parent"] for topic in out["topics"]] == [None, ["Billing"], None]
    found = out["views"][0]["filter"]
    named = ["First line", ["Billing", "Refund"], ["whatsapp", "Sales"]]
    assert [found[name] for name in ("queue", "topic", "channel")] == named
    early = await strangers.owner.post(DRY, out)
    assert (early.status, early.body["errors"][0]["pointer"]) == (422, "/views/0/filter/channel")
    await made(strangers.owner, "/channels", **whatsapp_channel("1002"))
    shown = await strangers.owner.post(DRY, out)
    assert shown.status == 200, shown.body
    outcome = await strangers.owner.post(PATH, out)
    assert outcome.status == 200, outcome.body
    assert outcome.body == shown.body | {"dry_run": False}
    assert sum(change["action"] == "create" for change in outcome.body["changes"]) == 15
    assert await exported(strangers.owner) == out
    again = await strangers.owner.post(PATH, out)
    assert (again.body["changes"], again.body["only_here"]) == ([], [])
    acts = [entry["action"] for entry in (await strangers.owner.get("/audit")).body["items"]]
    assert acts.count("configuration.imported") == 1


async def test_a_dry_run_tells_each_field_and_leaves_nothing(team: Team, runtime: Runtime) -> None:
    await furnish(team)
    wanted = await exported(team.owner)
    wanted["queues"][1] |= {"limit": 6, "next_queue": None, "on_overflow": "close"}
    wanted["queues"][0]["texts"] = {"greeting": {"en": "Hi"}}
    wanted["tags"] = [{"name": "VIP"}, {"name": "new"}]
    del wanted["statuses"]
    before = await everything(runtime)
    shown = (await team.owner.post(DRY, wanted)).body
    assert await everything(runtime) == before
    by_name = {(change["section"], *change["name"]): change for change in shown["changes"]}
    assert by_name["queues", "First line"]["fields"] == {
        "limit": {"before": 5, "after": 6},
        "next_queue": {"before": "Second line", "after": None},
        "on_overflow": {"before": "transfer", "after": "close"},
    }
    assert by_name["tags", "VIP"]["fields"]["name"] == {"before": "vip", "after": "VIP"}
    assert by_name["tags", "new"]["action"] == "create"
    assert set(by_name) == {("queues", "First line"), ("queues", "Second line"), ("tags", "VIP"), ("tags", "new")}
    assert (await team.owner.post(PATH, wanted)).body == shown | {"dry_run": False}
    queues = {queue["name"]: queue for queue in (await team.owner.get("/queues")).body["items"]}
    assert queues["Second line"]["texts"] == {"greeting": {"en": "Hi"}}, "a language that is gone is gone"
    assert queues["First line"]["operator_ids"] == [team.operator.id], "people stay"
    assert len((await team.owner.get("/statuses")).body["items"]) == 1, "a section that is left out is left alone"


async def test_what_is_not_in_it_stays_and_is_told(team: Team) -> None:
    await furnish(team)
    wanted = await exported(team.owner)
    wanted |= {"topics": wanted["topics"][:1], "webhooks": [], "channels": [], "views": []}
    outcome = (await team.owner.post(PATH, wanted)).body
    assert outcome["changes"] == []
    assert set(outcome["only_here"]) == {
        *("topics: Billing / Refund", "topics: Refund", "webhooks: https://example.com/hook"),
        *("channels: whatsapp / Sales", "views: Refunds"),
    }
    assert len((await team.owner.get("/topics")).body["items"]) == 3


async def test_a_channel_is_connected_first(team: Team, strangers: Team) -> None:
    await furnish(team)
    wanted = await exported(team.owner) | {"views": []}
    outcome = (await strangers.owner.post(PATH, wanted)).body
    told = [change for change in outcome["changes"] if change["section"] == "channels"]
    assert told == [{"section": "channels", "name": ["whatsapp", "Sales"], "action": "connect_first", "fields": {}}]
    await made(strangers.owner, "/channels", **whatsapp_channel("1002"))
    outcome = (await strangers.owner.post(PATH, wanted)).body
    assert [change["name"] for change in outcome["changes"]] == [["whatsapp", "Sales"]]


FIRST_REPLY = "/prepared_replies/0/translations/en/0"
FILE = {"en": [{"type": "image", "media": {"id": "x"}}]}
SALES = {"kind": "whatsapp", "name": "Sales"}
BROKEN: list[tuple[str, Any, str]] = [
    ("version", 2, "/version"),
    ("campaigns", [], "/campaigns"),
    ("settings", {"colour": "red"}, "/settings/colour"),
    ("settings", {"time_zone": "Mars"}, "/settings/time_zone"),
    ("queues", [{"name": "A", "limit": 0}], "/queues/0/limit"),
    ("queues", [{"name": "A"}, {"name": "B", "colour": "red"}], "/queues/1/colour"),
    ("queues", [{"name": "A", "next_queue": "Nowhere"}], "/queues/0/next_queue"),
    ("queues", [{"name": "A", "next_queue": 7}], "/queues/0/next_queue"),
    ("queues", [{"name": "A", "next_queue": "B"}, {"name": "B", "next_queue": "A"}], "/queues/1/next_queue"),
    ("queues", [{"name": "A", "groups": ["First line", "Gone"]}], "/queues/0/groups/1"),
    ("queues", [{"name": "A", "operator_ids": []}], "/queues/0/operator_ids"),
    ("queues", [{"name": "A", "next_queue_id": None}], "/queues/0/next_queue_id"),
    ("queues", [{"name": ["A"]}], "/queues/0/name"),
    ("queues", [{}], "/queues/0/name"),
    ("queues", [{"name": "A"}, {"name": " a "}], "/queues/1/name"),
    ("topics", [{"name": "X", "parent": ["Gone"]}], "/topics/0/parent"),
    ("tags", [{"name": "x", "color": "red"}], "/tags/0/color"),
    ("tags", [{"name": "x"}, {"name": "X"}], "/tags/1/name"),
    ("contact_fields", [{"key": "tier", "name": "Tier", "type": "text"}], "/contact_fields/0/type"),
    ("prepared_replies", [{"title": "x", **prepared_reply("y")}], "/prepared_replies/0/collection"),
    ("prepared_replies", [{"collection": "Common", **prepared_reply("{{ no }}")}], f"{FIRST_REPLY}/text"),
    ("prepared_replies", [{"collection": "Common", "title": "f", "translations": FILE}], f"{FIRST_REPLY}/media/id"),
    ("channels", [{"kind": "whatsapp", "name": "Sales", "credentials": {}}], "/channels/0/credentials"),
    ("channels", [SALES | {"auto_close": {"assigned_seconds": 1}}], "/channels/0/auto_close/assigned_seconds"),
    ("channels", [SALES | {"queue": "Gone"}], "/channels/0/queue"),
    ("views", [{"name": "x", "filter": {"queue": "Gone"}}], "/views/0/filter/queue"),
    ("views", [{"name": "x", "filter": {"operator_id": "x"}, "shared": True}], "/views/0/shared"),
    ("views", [{"name": "x", "filter": {"operator_id": "x"}}], "/views/0/filter/operator_id"),
    ("views", [{"name": "x", "filter": {"queue_id": "x"}}], "/views/0/filter/queue_id"),
    ("channels", [SALES | {"bot_id": "x"}], "/channels/0/bot_id"),
    ("webhooks", [{"url": "ftp://example.com"}], "/webhooks/0/url"),
    ("webhooks", [{"url": "https://example.com", "secret": "mine"}], "/webhooks/0/secret"),
    ("integration_page", {"url": "http://crm.example"}, "/integration_page/url"),
]  # fmt: skip


async def test_what_is_wrong_is_pointed_at_and_nothing_is_changed(team: Team, runtime: Runtime) -> None:
    await furnish(team)
    before = await everything(runtime)
    sound = {"statuses": [{"name": "Training"}], "settings": {"language": "de"}}
    faults = []
    for field, value, pointer in BROKEN:
        for path in (PATH, DRY):
            answer = await team.owner.post(path, copy.deepcopy(sound) | {field: value})
            errors = [error["pointer"] for error in answer.body.get("errors", [])]
            if answer.status not in (409, 422) or errors[:1] != [pointer]:
                faults.append((path, field, value, pointer, answer.status, answer.body))
    assert not faults, "\n".join(map(str, faults))
    assert await everything(runtime) == before


async def test_files_stay_where_they_are_and_are_told(team: Team, runtime: Runtime) -> None:
    await furnish(team)
    reply = await runtime.database.prepared_replies.find_one({})
    assert reply is not None
    with_file = {"en": [{"type": "image", "media": {"id": "0" * 24}}]}
    await runtime.database.prepared_replies.update_one({"_id": reply["_id"]}, {"$set": {"translations": with_file}})
    out = await exported(team.owner)
    assert (len(out["prepared_replies"]), out["left_out"]) == (
        1,
        ["prepared_replies: Common / Greeting (its files stay here)"],
    )


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_it_is_the_administrators(team: Team, method: str) -> None:
    assert (await team.operator.call(method, PATH, {} if method == "POST" else None)).status == 403
