"""Tags and topics: used, renamed, merged, deleted, filtered by, while others use them."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any

import pytest
import pytest_asyncio

from inbox.labels.label_models import MAX_DEPTH
from inbox.storage.database import Database
from inbox.stream.events import decode_items
from tests.integration.api.support import Answer, Team, customer_writes, whatsapp_channel


@dataclass(frozen=True)
class LabelDesk:
    """A conversation that Ann has, with its contact."""

    team: Team
    path: str
    contact: str

    async def put(self, field: str, value: Any) -> Answer:
        return await self.team.operator.call("PUT", f"{self.path}/{field}", {field: value})

    async def shown(self, field: str) -> list[str]:
        return list((await self.team.operator.get(self.path)).body[field])

    async def tag_id(self, name: str) -> str:
        tags = (await self.team.owner.get("/tags")).body["items"]
        return str(next(tag["id"] for tag in tags if tag["name"] == name))

    async def topic(self, name: str, parent_id: str | None = None) -> str:
        made = await self.team.owner.post("/topics", {"name": name, "parent_id": parent_id})
        assert made.status == 201, made.body
        return str(made.body["id"])

    async def found(self, query: str) -> int:
        return len((await self.team.operator.get(f"/conversations?{query}")).body["items"])


@pytest_asyncio.fixture
async def desk(team: Team) -> LabelDesk:
    channel = (await team.owner.post("/channels", whatsapp_channel())).body
    await customer_writes(team.owner.client, channel, "help")
    (conversation,) = (await team.owner.get("/conversations")).body["items"]
    path = f"/conversations/{conversation['id']}"
    await team.owner.post(f"{path}/assign", {"operator_id": team.operator.id})
    return LabelDesk(team, path, f"/contacts/{conversation['contact']['id']}")


async def told(database: Database, type_: str) -> int:
    """Count the events of a type."""
    documents = await database.events.find({}).to_list(None)
    bodies = [bytes(event.body) for one in documents for event in decode_items(one["items"])]
    return sum(f'"type":"{type_}"'.encode() in body for body in bodies)


async def test_a_tag_is_renamed_and_merged_everywhere_at_once(desk: LabelDesk, database: Database) -> None:
    owner = desk.team.owner
    tagged = await desk.put("tags", ["refund", "vip", "Refund"])
    assert (tagged.status, tagged.body["tags"]) == (200, ["refund", "vip"])
    await owner.patch(desk.contact, {"tags": ["vip"]})
    vip, refund = await desk.tag_id("vip"), await desk.tag_id("refund")
    renamed = await owner.patch(f"/tags/{vip}", {"name": "gold", "color": "#ffcc00"})
    assert (renamed.body["name"], renamed.body["color"]) == ("gold", "#ffcc00")
    assert await desk.shown("tags") == ["refund", "gold"]
    assert (await owner.get(desk.contact)).body["tags"] == ["gold"]
    assert [await desk.found(f"tag={name}") for name in ("gold", "GOLD", "vip")] == [1, 1, 0]
    again = await desk.put("tags", ["refund", "gold", "vip"])
    assert again.body["tags"] == ["refund", "gold", "vip"], "the old name is another tag now"
    assert (await owner.delete(f"/tags/{vip}")).body["code"] == "in_use"
    assert (await owner.delete(f"/tags/{vip}?move_to={refund}")).status == 204
    assert await desk.shown("tags") == ["refund", "vip"]
    assert (await owner.get(desk.contact)).body["tags"] == ["refund"]
    assert len((await owner.get("/contacts?tag=refund")).body["items"]) == 1
    assert await desk.found("tag=gold") == 0
    assert await told(database, "tag.updated") == 5


async def test_a_deleted_tag_stands_for_nothing_any_more(desk: LabelDesk) -> None:
    owner = desk.team.owner
    await desk.put("tags", ["once"])
    tag = await desk.tag_id("once")
    await desk.put("tags", [])
    assert (await owner.delete(f"/tags/{tag}")).status == 204
    assert (await owner.get(f"/tags/{tag}")).status == 404
    made = await owner.post("/tags", {"name": "once"})
    assert made.status == 201
    assert made.body["id"] != tag
    taken = await owner.post("/tags", {"name": "ONCE"})
    assert (taken.status, taken.body["errors"][0]["pointer"]) == (409, "/name")
    (await owner.post("/tags", {"name": "twice"})).body["id"]
    assert (await owner.patch(f"/tags/{made.body['id']}", {"name": "Twice"})).body["code"] == "duplicate"
    for other in (made.body["id"], "0" * 24):
        answer = await owner.delete(f"/tags/{made.body['id']}?move_to={other}")
        assert (answer.status, answer.body["errors"][0]["pointer"]) == (422, "/move_to")


async def test_two_who_tag_at_once_and_a_merge_meanwhile_lose_nothing(desk: LabelDesk) -> None:
    owner = desk.team.owner
    keep = (await owner.post("/tags", {"name": "keep"})).body["id"]
    for turn in range(4):
        gone = (await owner.post("/tags", {"name": f"gone {turn}"})).body["id"]
        words = [f"new {turn}", f"gone {turn}"]
        answers = await asyncio.gather(
            desk.put("tags", words),
            owner.patch(desk.contact, {"tags": words}),
            desk.team.operator.call("PUT", f"{desk.path}/tags", {"tags": words}),
            owner.delete(f"/tags/{gone}?move_to={keep}"),
        )
        assert [answer.status for answer in answers] == [200, 200, 200, 204]
        for shown in (await desk.shown("tags"), (await owner.get(desk.contact)).body["tags"]):
            assert shown[0] == f"new {turn}"
            assert shown[1:] in (["keep"], [f"gone {turn}"]), "merged, or used anew after the merge"
    names = [tag["name"] for tag in (await owner.get("/tags")).body["items"]]
    assert len(names) == len(set(names))


async def test_topics_make_a_tree_that_stays_one(desk: LabelDesk, database: Database) -> None:
    owner = desk.team.owner
    chain = [await desk.topic("level 0")]
    for level in range(1, MAX_DEPTH):
        chain.append(await desk.topic(f"level {level}", chain[-1]))
    deeper = await owner.post("/topics", {"name": "too deep", "parent_id": chain[-1]})
    assert (deeper.status, deeper.body["errors"][0]["pointer"]) == (422, "/parent_id")
    loop = await owner.patch(f"/topics/{chain[0]}", {"parent_id": chain[2]})
    assert (loop.status, loop.body["errors"][0]["pointer"]) == (422, "/parent_id")
    same = await owner.post("/topics", {"name": "LEVEL 1", "parent_id": chain[0]})
    assert (same.status, same.body["errors"][0]["pointer"]) == (409, "/name")
    moved = await owner.patch(f"/topics/{chain[2]}", {"parent_id": None, "order": 3})
    assert (moved.body["parent_id"], moved.body["order"]) == (None, 3)
    assert (await owner.delete(f"/topics/{chain[2]}")).body["code"] == "in_use"
    both = await asyncio.gather(
        owner.patch(f"/topics/{chain[0]}", {"parent_id": chain[2]}),
        owner.patch(f"/topics/{chain[2]}", {"parent_id": chain[0]}),
    )
    assert sorted(answer.status for answer in both) == [200, 422], "each alone is right, both would be a loop"
    assert await told(database, "topic.updated") == MAX_DEPTH + 2


async def test_conversations_are_found_by_a_topic_and_by_the_one_above(desk: LabelDesk) -> None:
    owner = desk.team.owner
    delivery = await desk.topic("Delivery")
    late, lost = await desk.topic("Late", delivery), await desk.topic("Lost", delivery)
    assert (await desk.put("topics", [late, late])).body["topics"] == [late]
    assert [await desk.found(f"topic_id={one}") for one in (delivery, late, lost, "x")] == [1, 1, 0, 0]
    assert (await owner.delete(f"/topics/{late}")).body["code"] == "in_use"
    assert (await owner.delete(f"/topics/{late}?move_to={lost}")).status == 204
    assert await desk.shown("topics") == [lost]
    assert await desk.found(f"topic_id={lost}") == 1
    await owner.patch(f"/topics/{delivery}", {"active": False})
    assert (await desk.put("topics", [lost])).status == 200, "what has it keeps it"
    await desk.put("topics", [])
    for topic in (lost, "x"):
        refused = await desk.put("topics", [topic])
        assert (refused.status, refused.body["errors"][0]["pointer"]) == (422, "/topics/0")


@pytest.mark.parametrize(
    ("field", "value", "pointer"),
    [
        ("tags", ["ok", " blank"], "/tags/1"),
        ("tags", ["x" * 51], "/tags/0"),
        ("tags", ["x"] * 51, "/tags"),
        ("tags", None, "/tags"),
        ("topics", [1], "/topics/0"),
        ("topics", ["x"] * 21, "/topics"),
    ],
)
async def test_odd_values_are_told_by_pointer(desk: LabelDesk, field: str, value: Any, pointer: str) -> None:
    answer = await desk.put(field, value)
    assert (answer.status, answer.body["errors"][0]["pointer"]) == (422, pointer)


async def test_who_tags_and_who_manages(desk: LabelDesk) -> None:
    owner, ann = desk.team.owner, desk.team.operator
    for method, path, body in (("POST", "/tags", {"name": "x"}), ("POST", "/topics", {"name": "x"})):
        assert (await ann.call(method, path, body)).status == 403
        assert (await ann.get(path)).status == 200
    taken = {"operator_id": owner.id, "take_over": True}
    assert (await desk.team.key.call("PUT", f"{desk.path}/tags", {"tags": ["by a program"]})).status == 200
    await owner.post(f"{desk.path}/assign", taken)
    assert (await desk.put("tags", ["x"])).status == 404
    await owner.post(f"{desk.path}/close", {})
    closed = await owner.call("PUT", f"{desk.path}/tags", {"tags": ["late"]})
    assert (closed.status, closed.body["code"]) == (409, "conversation_closed")
