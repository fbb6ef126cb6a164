"""Drafts, snoozes, unread marks, who else looks, taking a close back, and the note that comes with a transfer."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import msgspec
import pytest
import pytest_asyncio

from inbox.conversation.snoozing import Snoozing
from inbox.foundation.clock import FixedClock
from inbox.storage.database import Database
from inbox.storage.runtime import Runtime
from inbox.stream.events import decode_items
from queueing.deadlines.deadline_sweep import DeadlineSweep
from tests.integration.api.support import Actor, Answer, Team, customer_writes, whatsapp_channel

DRAFT = {"content": {"type": "text", "text": "Dear Ms"}}


@dataclass(frozen=True)
class Desk:
    """A conversation that Ann has, on a channel without a queue."""

    team: Team
    channel: dict[str, Any]
    path: str
    runtime: Runtime

    @property
    def id(self) -> str:
        return self.path.rpartition("/")[2]

    async def customer(self, text: str) -> None:
        await customer_writes(self.team.owner.client, self.channel, text)

    async def shown(self) -> dict[str, Any]:
        return dict((await self.team.owner.get(self.path)).body)

    async def snooze(self, actor: Actor, until: str, note: str | None = None) -> Answer:
        return await actor.call("PUT", f"{self.path}/snooze", {"until": until, "note": note})

    def later(self, **time: float) -> str:
        return (self.runtime.clock.now() + timedelta(**time)).isoformat()

    async def told(self, type_: str) -> list[dict[str, Any]]:
        documents = await self.runtime.database.events.find({}).sort("_id", 1).to_list(None)
        items = [item for document in documents for item in decode_items(document["items"])]
        bodies = [msgspec.json.decode(item.body) | {"audience": item.audience} for item in items]
        return [body for body in bodies if body["type"] == type_]

    async def sweep(self) -> None:
        """Let time do all it does."""
        sweep = DeadlineSweep(self.runtime.database, self.runtime.clock)
        await Snoozing(self.runtime.database, self.runtime.clock).remind_due()
        for _ in range(3):
            await sweep.check_due()


@pytest_asyncio.fixture
async def desk(team: Team, runtime: Runtime) -> Desk:
    closes = {"assigned_seconds": 600, "unassigned_seconds": 600}
    channel = (await team.owner.post("/channels", whatsapp_channel(auto_close=closes))).body
    await customer_writes(team.owner.client, channel, "help")
    path = f"/conversations/{(await team.operator.get('/conversations')).body['items'][0]['id']}"
    await team.operator.post(f"{path}/assign", {"operator_id": team.operator.id})
    return Desk(team, channel, path, runtime)


async def test_a_draft_is_one_s_own_and_colleagues_hear_of_it_once(desk: Desk) -> None:
    ann, owner = desk.team.operator, desk.team.owner
    assert (await ann.get(f"{desk.path}/draft")).body["content"] is None
    for text in ("Dear", "Dear Ms", "Dear Ms Kerry"):
        kept = await ann.call("PUT", f"{desk.path}/draft", {"content": {"type": "text", "text": text}})
        assert (kept.status, kept.body["content"]["text"]) == (200, text)
    assert (await ann.get(f"{desk.path}/draft")).body == kept.body
    assert (await owner.get(f"{desk.path}/draft")).body["content"] is None
    await owner.call("PUT", f"{desk.path}/draft", DRAFT)
    assert (await ann.delete(f"{desk.path}/draft")).status == 204
    assert (await ann.delete(f"{desk.path}/draft")).status == 204
    told = [event["data"] for event in await desk.told("draft.updated")]
    assert [(one["operator_id"], one["writing"]) for one in told] == [
        (ann.id, True),
        (owner.id, True),
        (ann.id, False),
    ]
    assert "Dear" not in str(told)
    assert (await desk.team.key.call("PUT", f"{desk.path}/draft", DRAFT)).status == 403
    bad = await ann.call("PUT", f"{desk.path}/draft", {"content": {"type": "text", "text": ""}})
    assert bad.body["errors"][0]["pointer"] == "/content/text"


async def test_drafts_that_are_kept_at_once_leave_one(desk: Desk, database: Database) -> None:
    ann = desk.team.operator
    answers = await asyncio.gather(*(ann.call("PUT", f"{desk.path}/draft", DRAFT) for _ in range(8)))
    assert {answer.status for answer in answers} == {200}
    assert await database.drafts.count_documents({}) == 1
    assert len(await desk.told("draft.updated")) == 1


async def test_who_else_looks(desk: Desk, clock: FixedClock) -> None:
    ann, owner = desk.team.operator, desk.team.owner
    assert (await ann.call("PUT", f"{desk.path}/looking", {})).body["items"] == []
    seen = (await owner.call("PUT", f"{desk.path}/looking", {"writing": True})).body["items"]
    assert seen == [{"operator_id": ann.id, "writing": False}]
    assert (await ann.get(f"{desk.path}/looking")).body["items"] == [{"operator_id": owner.id, "writing": True}]
    clock.advance(timedelta(seconds=29))
    await ann.call("PUT", f"{desk.path}/looking", {})
    clock.advance(timedelta(seconds=2))
    assert (await ann.get(f"{desk.path}/looking")).body["items"] == [], "who is gone does not look"
    assert (await owner.get(f"{desk.path}/looking")).body["items"] == [{"operator_id": ann.id, "writing": False}]
    assert (await ann.delete(f"{desk.path}/looking")).status == 204
    assert (await owner.get(f"{desk.path}/looking")).body["items"] == []
    await desk.runtime.redis.set(f"{{looking}}:{ann.workspace_id}:{desk.id}", "of another kind")
    assert (await owner.get(f"{desk.path}/looking")).body["items"] == [], "what Redis holds may be lost or spoilt"
    assert (await owner.call("PUT", f"{desk.path}/looking", {})).status == 200


async def test_a_reminder_comes_once_to_who_set_it_and_to_who_has_it_then(desk: Desk, clock: FixedClock) -> None:
    ann, owner = desk.team.operator, desk.team.owner
    set_aside = await desk.snooze(ann, desk.later(hours=2), "Did the parcel come?")
    assert (set_aside.status, set_aside.body["snooze"]["note"]) == (200, "Did the parcel come?")
    await owner.post(f"{desk.path}/assign", {"operator_id": owner.id, "take_over": True})
    clock.advance(timedelta(hours=2) - timedelta(seconds=1))
    await desk.sweep()
    assert await desk.told("snooze.ended") == []
    clock.advance(timedelta(seconds=1))
    await asyncio.gather(*(Snoozing(desk.runtime.database, clock).remind_due() for _ in range(4)))
    (told,) = await desk.told("snooze.ended")
    assert (told["data"]["note"], told["data"]["by"]) == ("Did the parcel come?", f"operator:{ann.id}")
    assert [placement.operator_id for placement in told["audience"].placements] == [ann.id, owner.id]
    assert (await desk.shown())["snooze"] is None


async def test_what_is_set_aside_is_not_closed_before_its_time(desk: Desk, clock: FixedClock) -> None:
    await desk.snooze(desk.team.operator, desk.later(hours=3))
    shown = await desk.shown()
    assert shown["closes_at"] == desk.later(hours=3, minutes=10).replace("+00:00", "Z")
    for _ in range(18):
        clock.advance(timedelta(minutes=10) - timedelta(seconds=1))
        await desk.sweep()
        assert (await desk.shown())["state"] == "assigned"
    clock.advance(timedelta(minutes=1))
    await desk.sweep()
    assert (await desk.shown())["snooze"] is None
    clock.advance(timedelta(minutes=9))
    await desk.sweep()
    assert (await desk.shown())["state"] == "assigned", "silence counts from the reminder on"
    clock.advance(timedelta(minutes=2))
    await desk.sweep()
    assert (await desk.shown())["close_reason"] == "inactivity"


async def test_the_customer_s_message_ends_it_and_silence_counts_from_there(desk: Desk, clock: FixedClock) -> None:
    await desk.snooze(desk.team.operator, desk.later(hours=3))
    clock.advance(timedelta(minutes=9))
    await desk.sweep()
    await desk.customer("here I am")
    assert (await desk.shown())["snooze"] is None
    clock.advance(timedelta(minutes=9))
    await desk.sweep()
    assert (await desk.shown())["state"] == "assigned"
    clock.advance(timedelta(minutes=2))
    await desk.sweep()
    assert (await desk.shown())["close_reason"] == "inactivity"
    assert await desk.told("snooze.ended") == []


async def test_lists_leave_out_what_is_set_aside_and_a_close_ends_it(desk: Desk) -> None:
    ann = desk.team.operator

    async def counts() -> list[int]:
        paths = ("/conversations", "/conversations?snoozed=false", "/conversations?snoozed=true")
        return [len((await ann.get(path)).body["items"]) for path in paths]

    assert await counts() == [1, 1, 0]
    await desk.snooze(ann, desk.later(hours=1))
    assert await counts() == [1, 0, 1]
    assert (await ann.delete(f"{desk.path}/snooze")).body["snooze"] is None
    assert await counts() == [1, 1, 0]
    await desk.snooze(ann, desk.later(hours=1))
    assert (await ann.post(f"{desk.path}/close", {})).body["snooze"] is None
    assert (await desk.snooze(ann, desk.later(hours=1))).body["code"] == "conversation_closed"


async def test_odd_snoozes_are_refused(desk: Desk) -> None:
    for until in (desk.later(seconds=0), desk.later(days=400), "2026-12-24T10:00:00", "soon"):
        answer = await desk.snooze(desk.team.operator, until)
        assert (answer.status, answer.body["errors"][0]["pointer"]) == (422, "/until"), until
    note = await desk.snooze(desk.team.operator, desk.later(hours=1), "x" * 1_001)
    assert note.body["errors"][0]["pointer"] == "/note"


async def test_an_unread_mark_counts_again(desk: Desk) -> None:
    ann = desk.team.operator
    await desk.customer("and another thing")
    first = (await ann.get(f"{desk.path}/messages")).body["items"][0]["seq"]
    assert (await ann.post(f"{desk.path}/read")).body["unread"] == 0
    assert (await ann.post(f"{desk.path}/unread", {})).body["unread"] == 1
    assert (await ann.post(f"{desk.path}/unread", {"from_seq": first})).body["unread"] == 2
    assert (await ann.post(f"{desk.path}/unread", {})).body["unread"] == 2, "what is unread stays so"
    assert (await ann.post(f"{desk.path}/unread", {"from_seq": -1})).body["errors"][0]["pointer"] == "/from_seq"
    assert (await ann.post(f"{desk.path}/read")).body["unread"] == 0


async def test_a_hand_over_note_goes_with_the_transfer_and_ends_with_the_next(desk: Desk) -> None:
    ann, owner = desk.team.operator, desk.team.owner
    await owner.call("PUT", "/operators/me/status", {"status": "online"})
    note = "Wants the money back"
    given = await ann.post(f"{desk.path}/transfer", {"operator_id": owner.id, "note": note})
    assert (given.body["hand_over"]["note"], given.body["hand_over"]["by"]) == (note, f"operator:{ann.id}")
    (told,) = await desk.told("conversation.transferred")
    assert told["data"]["hand_over"]["note"] == note
    queue = (await owner.post("/queues", {"name": "Sales", "operator_ids": [owner.id]})).body["id"]
    moved = await owner.post(f"{desk.path}/transfer", {"queue_id": queue})
    assert (moved.status, moved.body["hand_over"]) == (200, None)
    bad = await owner.post(f"{desk.path}/transfer", {"queue_id": queue, "note": " "})
    assert bad.body["errors"][0]["pointer"] == "/note"


async def _load(desk: Desk) -> int:
    operator = await desk.runtime.database.operators.find_one({"_id": desk.team.operator.id})
    return int((operator or {}).get("load", 0))


async def test_a_close_is_taken_back_with_all_that_belongs_to_it(desk: Desk, clock: FixedClock) -> None:
    ann = desk.team.operator
    before = await desk.shown()
    await ann.post(f"{desk.path}/close", {})
    assert await _load(desk) == 0
    clock.advance(timedelta(seconds=10))
    answers = await asyncio.gather(*(ann.post(f"{desk.path}/reopen") for _ in range(4)))
    assert sorted(answer.status for answer in answers) == [200, 409, 409, 409]
    after = await desk.shown()
    assert (after["state"], after["operator_id"], after["closed_at"]) == ("assigned", ann.id, None)
    assert after["assigned_at"] == before["assigned_at"]
    assert await _load(desk) == 1
    assert (await desk.told("conversation.assigned"))[-1]["data"]["id"] == desk.id
    await desk.customer("still there?")
    assert (await desk.shown())["last_message"]["preview"] == "still there?"


async def _too_late(desk: Desk, clock: FixedClock) -> Actor:
    clock.advance(timedelta(seconds=11))
    return desk.team.operator


async def _by_somebody_else(desk: Desk, _: FixedClock) -> Actor:
    return desk.team.owner


async def _the_customer_wrote(desk: Desk, _: FixedClock) -> Actor:
    await desk.customer("one more thing")
    return desk.team.operator


async def _no_room(desk: Desk, _: FixedClock) -> Actor:
    await desk.runtime.database.operators.update_one({"_id": desk.team.operator.id}, {"$set": {"capacity": 0}})
    return desk.team.operator


@pytest.mark.parametrize(
    ("meanwhile", "code"),
    [
        pytest.param(_too_late, "conversation_closed", id="after eleven seconds"),
        pytest.param(_by_somebody_else, "forbidden", id="somebody else"),
        pytest.param(_the_customer_wrote, "stale_state", id="the customer wrote"),
        pytest.param(_no_room, "operator_full", id="another one has the place"),
    ],
)
async def test_a_close_is_final_otherwise(
    desk: Desk, clock: FixedClock, meanwhile: Callable[[Desk, FixedClock], Awaitable[Actor]], code: str
) -> None:
    assert (await desk.team.operator.post(f"{desk.path}/reopen")).body["code"] == "conflict"
    await desk.team.operator.post(f"{desk.path}/close", {})
    actor = await meanwhile(desk, clock)
    assert (await actor.post(f"{desk.path}/reopen")).body["code"] == code
    assert (await desk.shown())["state"] == "closed"


async def test_of_the_customer_s_message_and_taking_back_one_comes_first(desk: Desk) -> None:
    ann = desk.team.operator
    for number in range(4):
        await ann.post(f"{desk.path}/close", {})
        again, _ = await asyncio.gather(ann.post(f"{desk.path}/reopen"), desk.customer(f"news {number}"))
        found = await desk.runtime.database.conversations.find({"open": True}).to_list(None)
        assert len(found) == 1
        assert (found[0]["_id"] == desk.id) is (again.status == 200), again.body
        if again.status != 200:
            assert again.body["code"] == "stale_state"
            return
