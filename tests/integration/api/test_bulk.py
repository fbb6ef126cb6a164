"""The same action on many conversations, each with its own rights and answer; giving back all of one's own."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import msgspec
import pytest_asyncio

from inbox.foundation.clock import FixedClock
from inbox.storage.database import Database
from inbox.stream.events import decode_items
from tests.integration.api.support import Actor, Team, customer_writes, whatsapp_channel

MANY = 60


@dataclass(frozen=True)
class Floor:
    """A team with a channel; conversations are made as they are needed."""

    team: Team
    channel: dict[str, Any]
    database: Database

    async def arrive(self, count: int) -> list[str]:
        """Have so many customers write; return their conversations, the first one first."""
        start = await self.database.conversations.count_documents({})
        for number in range(start, start + count):
            await customer_writes(self.team.owner.client, self.channel, f"help {number}", wa_id=f"1650555{number:04}")
        listed = await self.database.conversations.find({"open": True}, {"_id": 1}).sort("_id", 1).to_list(None)
        return [one["_id"] for one in listed][-count:]

    async def act(self, actor: Actor, ids: list[str], action: str, **more: Any) -> dict[str, str | None]:
        """Act; return for each conversation the code of its problem."""
        answer = await actor.post("/conversations/bulk", {"action": action, "ids": ids, **more})
        assert answer.status == 200, answer.body
        items = answer.body["items"]
        assert [item["id"] for item in items] == list(dict.fromkeys(ids))
        assert all(item["ok"] is (item["problem"] is None) for item in items)
        return {item["id"]: item["problem"] and item["problem"]["code"] for item in items}

    async def states(self, ids: list[str]) -> list[tuple[str, str | None]]:
        found = await self.database.conversations.find({"_id": {"$in": ids}}).to_list(None)
        of = {one["_id"]: (one["state"], one["operator_id"]) for one in found}
        return [of[id_] for id_ in ids]

    async def load(self, actor: Actor) -> int:
        found = await self.database.operators.find_one({"_id": actor.id})
        return int((found or {}).get("load", 0))

    async def told(self, type_: str) -> list[dict[str, Any]]:
        return [data for some in await self.transactions(type_) for data in some]

    async def transactions(self, type_: str) -> list[list[dict[str, Any]]]:
        """Return the events of a type by the transactions that wrote them."""
        documents = await self.database.events.find({}).sort("_id", 1).to_list(None)
        bodies = [[msgspec.json.decode(item.body) for item in decode_items(one["items"])] for one in documents]
        told = [[body["data"] for body in some if body["type"] == type_] for some in bodies]
        return [some for some in told if some]


@pytest_asyncio.fixture
async def floor(team: Team, database: Database) -> Floor:
    channel = (await team.owner.post("/channels", whatsapp_channel())).body
    await team.owner.call("PUT", "/operators/me/status", {"status": "online"})
    await team.operator.call("PUT", "/operators/me/status", {"status": "online"})
    return Floor(team, channel, database)


async def test_each_has_its_own_rights_and_its_own_answer(floor: Floor, strangers: Team) -> None:
    ann, owner = floor.team.operator, floor.team.owner
    free, hers, theirs, closed = await floor.arrive(4)
    await ann.post(f"/conversations/{hers}/assign", {"operator_id": ann.id})
    await owner.post(f"/conversations/{theirs}/assign", {"operator_id": owner.id})
    await ann.post(f"/conversations/{closed}/close", {})
    ids = [free, hers, theirs, closed, "none", hers]
    assert await floor.act(ann, ids, "snooze", until="2026-12-31T10:00:00Z") == {
        **dict.fromkeys([free, hers]),
        **dict.fromkeys([theirs, "none"], "not_found"),
        closed: "conversation_closed",
    }
    assert set((await floor.act(strangers.owner, ids[:4], "close")).values()) == {"not_found"}
    assert await floor.act(owner, [free, hers, theirs], "assign", operator_id=owner.id) == {
        free: None,
        hers: "already_assigned",
        theirs: None,
    }
    assert await floor.act(ann, [free, hers], "close", silent=True) == {free: "not_found", hers: None}
    assert await floor.states([free, hers, theirs]) == [
        ("assigned", owner.id),
        ("closed", ann.id),
        ("assigned", owner.id),
    ]
    assert (await floor.load(ann), await floor.load(owner)) == (0, 2)


async def test_nobody_gets_more_than_they_can_take(floor: Floor) -> None:
    ann, owner = floor.team.operator, floor.team.owner
    await owner.patch(f"/operators/{ann.id}", {"capacity": 3})
    ids = await floor.arrive(6)
    taken = await floor.act(owner, ids, "assign", operator_id=ann.id)
    assert list(taken.values()) == [None] * 3 + ["operator_full"] * 3
    both = await asyncio.gather(
        *(floor.act(owner, some, "transfer", operator_id=ann.id) for some in (ids[3:], ids[::-1][:3]))
    )
    assert all(set(answer.values()) == {"operator_full"} for answer in both)
    assert await floor.load(ann) == 3
    gone = await owner.post("/conversations/bulk", {"action": "assign", "ids": ids, "operator_id": "none"})
    assert (gone.status, gone.body["code"]) == (409, "operator_unavailable")


async def test_a_queue_takes_in_order_and_to_its_limit(floor: Floor) -> None:
    owner = floor.team.owner
    queue = (await owner.post("/queues", {"name": "Sales", "limit": 3, "operator_ids": [owner.id]})).body["id"]
    ids = (await floor.arrive(5))[::-1]
    answer = await floor.act(owner, ids, "transfer", queue_id=queue, note="All about one parcel")
    assert list(answer.values()) == [None] * 3 + ["queue_full"] * 2
    line = await floor.database.conversations.find({"queue_id": queue}).sort("queued_at", 1).to_list(None)
    assert [one["_id"] for one in line] == ids[:3]
    assert {one["hand_over"]["note"] for one in line} == {"All about one parcel"}
    stored = await floor.database.queues.find_one({"_id": queue})
    assert stored is not None
    assert stored["waiting"] == 3
    again = await floor.act(owner, ids[:3], "transfer", queue_id=queue)
    assert set(again.values()) == {None}, "who waits there already takes no further place"


async def test_tags_are_added_and_taken_away(floor: Floor) -> None:
    owner, ids = floor.team.owner, await floor.arrive(3)
    assert set((await floor.act(owner, ids, "tag", add=["refund", "vip"])).values()) == {None}
    await floor.act(owner, ids[:2], "tag", add=["parcel"], remove=["refund"])
    shown = [(await owner.get(f"/conversations/{id_}")).body["tags"] for id_ in ids]
    assert shown == [["vip", "parcel"], ["vip", "parcel"], ["refund", "vip"]]
    full = await floor.act(owner, ids, "tag", add=[f"tag {n}" for n in range(48)])
    assert list(full.values()) == [None, None, None]
    over = await floor.act(owner, ids, "tag", add=["one more"])
    assert set(over.values()) == {"invalid_request"}


async def test_what_is_required_before_a_close_is_required_of_each(floor: Floor) -> None:
    owner, ids = floor.team.owner, await floor.arrive(3)
    asked = await owner.patch(f"/channels/{floor.channel['id']}", {"required_before_close": ["tag"]})
    assert asked.status == 200, asked.body
    await floor.act(owner, ids[:1], "tag", add=["refund"])
    assert await floor.act(owner, ids, "close") == {
        ids[0]: None,
        **dict.fromkeys(ids[1:], "required_before_close"),
    }
    assert set((await floor.act(floor.team.key, ids[1:], "close")).values()) == {None}


async def test_many_take_few_transactions(floor: Floor) -> None:
    owner, ids = floor.team.owner, await floor.arrive(MANY)
    assert set((await floor.act(owner, ids, "close")).values()) == {None}
    assert len(await floor.told("conversation.closed")) == MANY
    assert len(await floor.transactions("conversation.closed")) == 2
    assert {state for state, _ in await floor.states(ids)} == {"closed"}


async def test_messages_that_arrive_meanwhile_are_lost_to_no_close(floor: Floor) -> None:
    owner, ids = floor.team.owner, await floor.arrive(12)
    writing = [
        customer_writes(owner.client, floor.channel, f"wait {n}", wa_id=f"1650555{n:04}") for n in range(0, 12, 2)
    ]
    answer, *_ = await asyncio.gather(floor.act(owner, ids, "close"), *writing)
    for id_, problem in answer.items():
        state = (await floor.states([id_]))[0][0]
        assert (state == "closed") is (problem is None), problem
    said = await floor.database.messages.count_documents({"content.text": {"$regex": "^wait"}})
    assert said == 6
    for closed in await floor.told("conversation.closed"):
        of_closed = {"conversation_id": closed["id"], "void": {"$exists": False}}
        newest = await floor.database.messages.find_one(of_closed, sort=[("seq", -1)])
        assert newest is not None
        assert newest["seq"] == closed["last_message"]["seq"], "it came after the close"


async def test_all_go_back_to_their_queues_at_their_old_places(floor: Floor, clock: FixedClock) -> None:
    owner, ann = floor.team.owner, floor.team.operator
    queue = (await owner.post("/queues", {"name": "Sales", "operator_ids": [ann.id]})).body["id"]
    first, second, unqueued = await floor.arrive(3)
    await floor.act(owner, [first, second], "transfer", queue_id=queue)
    before = {one["_id"]: one["queued_at"] for one in await floor.database.conversations.find({}).to_list(None)}
    clock.advance(timedelta(minutes=1))
    await floor.act(owner, [second, first, unqueued], "assign", operator_id=ann.id)
    given = (await ann.post("/me/give-back")).body["items"]
    assert {item["id"]: item["ok"] for item in given} == dict.fromkeys([first, second, unqueued], True)
    assert set(await floor.states([first, second, unqueued])) == {("queued", None)}
    found = await floor.database.conversations.find({"queue_id": queue}).sort("queued_at", 1).to_list(None)
    assert [(one["_id"], one["queued_at"]) for one in found] == [(id_, before[id_]) for id_ in (first, second)]
    assert {one["handed_on_by"] for one in found} == {ann.id}
    assert await floor.load(ann) == 0
    assert (await ann.post("/me/give-back")).body["items"] == []
    assert (await floor.team.key.post("/me/give-back")).status == 403


async def test_odd_requests_are_refused_by_pointer(floor: Floor) -> None:
    for pointer, body in (
        ("/ids", {"action": "close", "ids": []}),
        ("/ids", {"action": "close", "ids": [str(n) for n in range(201)]}),
        ("/action", {"action": "burn", "ids": ["a"]}),
        ("/action", {"ids": ["a"]}),
        ("/operator_id", {"action": "assign", "ids": ["a"]}),
        ("/operator_id", {"action": "transfer", "ids": ["a"]}),
        ("/until", {"action": "snooze", "ids": ["a"], "until": "2020-01-01T00:00:00Z"}),
        ("/add/0", {"action": "tag", "ids": ["a"], "add": [""]}),
        ("/colour", {"action": "close", "ids": ["a"], "colour": "red"}),
    ):
        answer = await floor.team.owner.post("/conversations/bulk", body)
        assert (answer.status, answer.body["errors"][0]["pointer"]) == (422, pointer), body


async def test_nothing_goes_to_a_queue_that_is_not_there(floor: Floor) -> None:
    ids = await floor.arrive(2)
    before = await floor.states(ids)
    gone = {"action": "transfer", "ids": ids, "queue_id": "0" * 24}
    answer = await floor.team.owner.post("/conversations/bulk", gone)
    assert (answer.status, answer.body["code"]) == (404, "not_found")
    assert await floor.states(ids) == before
