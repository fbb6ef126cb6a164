"""Messages to be sent later: not before their time, once, or visibly not at all."""

from __future__ import annotations

import asyncio
import sys
from asyncio.subprocess import PIPE
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
import pytest

from inbox.conversation.conversation_reading import read_conversation, read_conversations
from inbox.conversation.conversations import closing
from inbox.conversation.unanswered import read_unanswered
from inbox.foundation.problems import ProblemError
from inbox.model.content import Content, TemplateContent, TextContent
from inbox.people.access import Caller, CallerKind, Role
from inbox.sending.scheduled import ScheduledMessages
from inbox.sending.scheduled_sending import LOOKED_AT, ScheduledSending
from inbox.storage.sequence import SequenceClock
from inbox.views.message_views import MessageView
from tests.integration.inbox.inbox_world import OPERATOR, OWNER, World, text

ROOT = Path(__file__).parents[3]
PATIENCE_SECONDS = 60
LATER = timedelta(hours=2)
API_KEY = Caller(workspace_id="w1", kind=CallerKind.API_KEY, id="k1", role=Role.MANAGER)
TEMPLATE = TemplateContent(name="offer", language="en")


class Plan:
    """What a test does with scheduled messages of one conversation."""

    def __init__(self, world: World) -> None:
        self.world = world
        clock = world.clock
        make = partial(ScheduledMessages, world.database, clock, SequenceClock(clock.server_seconds))
        self.messages = make(check=lambda kind, content: None, complete=self._complete)
        self.complete_with: ProblemError | None = None

    async def _complete(self, _: Any, wanted: Any) -> list[Any]:
        whole = [msgspec.structs.replace(one.content, rendered="Our offer") for one in wanted]
        return [self.complete_with or one for one in whole]

    async def write(
        self, conversation_id: str, what: str | Content = "later", *, after: timedelta = LATER, by: Caller = OPERATOR
    ) -> MessageView:
        content = TextContent(text=what) if isinstance(what, str) else what
        at = self.world.clock.now() + after

        async def work(session: Any) -> MessageView:
            return await self.messages.schedule(by, conversation_id, content, at, reply_to=None, session=session)

        return await self.world.database.transaction(work)

    async def change(self, message_id: str, by: Caller = OPERATOR, **patch: Any) -> MessageView | None:
        return await self.world.database.transaction(
            lambda session: self.messages.change(by, message_id, patch, session=session)
        )

    async def withdraw(self, message_id: str, by: Caller = OPERATOR) -> bool:
        return await self.world.database.transaction(
            lambda session: self.messages.withdraw(by, message_id, session=session)
        )

    def worker(self) -> ScheduledSending:
        clock = self.world.clock
        sequence = SequenceClock(clock.server_seconds)
        return ScheduledSending(self.world.database, clock, sequence, complete=self._complete)

    async def send_due(self) -> frozenset[str]:
        return await self.worker().send_due()

    async def stored(self, message: MessageView) -> dict[str, Any]:
        return await self.world.only("messages", {"_id": message.id})

    async def outcome(self, message: MessageView) -> tuple[str, str | None]:
        stored = await self.stored(message)
        return stored["status"], (stored.get("error") or {}).get("code")


@pytest.fixture
def plan(world: World) -> Plan:
    return Plan(world)


async def test_it_goes_at_its_time_to_the_end_of_the_thread(world: World, plan: Plan) -> None:
    conversation_id = await world.assigned_conversation()
    message = await plan.write(conversation_id)
    answer = await world.write(conversation_id, "at once")
    assert (message.status, message.send_at) == ("scheduled", world.clock.now() + LATER)
    assert (await world.events("message.created"))[-2]["data"]["status"] == "scheduled"
    world.clock.advance(LATER - timedelta(milliseconds=1))
    assert await plan.send_due() == frozenset()
    assert await plan.outcome(message) == ("scheduled", None)
    world.clock.advance(timedelta(milliseconds=1))
    assert await plan.send_due() == {"c1"}
    stored = await plan.stored(message)
    assert (stored["status"], stored["created_at"]) == ("queued", world.clock.now())
    assert stored["seq"] > answer.seq
    told = (await world.events("message.created"))[-1]["data"]
    assert (told["id"], told["status"], told["seq"]) == (message.id, "queued", stored["seq"])
    begun = await world.delivery().begin([answer.id, message.id])
    assert {one.message.id for one in begun} == {answer.id, message.id}
    assert await plan.send_due() == frozenset()
    assert await world.all("scheduled_messages") == []


async def test_ten_workers_send_each_once(world: World, plan: Plan) -> None:
    conversation_id = await world.assigned_conversation()
    messages = [await plan.write(conversation_id, f"number {n}", after=LATER + timedelta(seconds=n)) for n in range(12)]
    world.clock.advance(2 * LATER)
    await asyncio.gather(*(plan.send_due() for _ in range(10)))
    await plan.send_due()
    events = [e["data"]["id"] for e in await world.events("message.created") if e["data"]["status"] == "queued"]
    assert sorted(events) == sorted(message.id for message in messages)
    assert {(await plan.outcome(message)) for message in messages} == {("queued", None)}


async def _author_leaves(world: World, _: str) -> None:
    await world.database.operators.update_one({"_id": OPERATOR.id}, {"$set": {"active": False}})


async def _taken_over(world: World, conversation_id: str) -> None:
    await world.transfers.assign(OWNER, conversation_id, OWNER.id, take_over=True)


async def _closes(world: World, conversation_id: str) -> None:
    await world.conversations.close(OPERATOR, conversation_id, closing(OPERATOR, seen_seq=None, silent=True))


async def _window_closes(world: World, _: str) -> None:
    world.clock.advance(timedelta(hours=24))


async def _channel_goes(world: World, _: str) -> None:
    await world.database.channels.update_one({"_id": "c1"}, {"$set": {"deleted_at": datetime.now(UTC)}})


async def _nothing(_: World, __: str) -> None:
    """Leave all as it is."""


@pytest.mark.parametrize(
    ("happens", "what", "outcome"),
    [
        pytest.param(_nothing, "hello", ("queued", None), id="nothing"),
        pytest.param(_author_leaves, "hello", ("failed", "author_gone"), id="the author left"),
        pytest.param(_taken_over, "hello", ("failed", "not_assigned"), id="somebody else has it"),
        pytest.param(_closes, "hello", ("failed", "conversation_closed"), id="closed"),
        pytest.param(_window_closes, "hello", ("failed", "window_closed"), id="the window closed"),
        pytest.param(_window_closes, TEMPLATE, ("queued", None), id="a template needs no window"),
        pytest.param(_channel_goes, "hello", ("failed", "channel_deleted"), id="the channel went"),
    ],
)
async def test_it_is_checked_at_its_time_like_any_other_message(
    world: World,
    plan: Plan,
    happens: Callable[[World, str], Awaitable[None]],
    what: str | Content,
    outcome: tuple[str, str | None],
) -> None:
    conversation_id = await world.assigned_conversation()
    message = await plan.write(conversation_id, what)
    await happens(world, conversation_id)
    world.clock.advance(LATER)
    await plan.send_due()
    assert await plan.outcome(message) == outcome
    assert await world.all("scheduled_messages") == []
    last = (await world.events())[-1]["data"]
    assert (last["id"], last["status"]) == (message.id, outcome[0])
    if outcome[1] is not None:
        assert len(last["error"]["explanation"]) > 20


async def test_a_template_is_held_against_its_definition_again(world: World, plan: Plan) -> None:
    message = await plan.write(await world.assigned_conversation(), TEMPLATE)
    plan.complete_with = ProblemError("template_unusable", "Meta has paused this template.")
    world.clock.advance(LATER)
    await plan.send_due()
    assert await plan.outcome(message) == ("failed", "template_unusable")


async def test_a_program_s_message_goes_while_nobody_has_the_conversation_and_its_key_is_valid(
    world: World, plan: Plan
) -> None:
    await world.receive(text("hello", provider_id="p1"))
    conversation = await world.only("conversations")
    key = {"_id": "t1", "workspace_id": "w1", "kind": "api_key", "owner_id": "k1", "expires_at": None}
    await world.database.tokens.insert_one(key)
    goes, ends = [await plan.write(conversation["_id"], by=API_KEY, after=after) for after in (LATER, 2 * LATER)]
    world.clock.advance(LATER)
    await plan.send_due()
    await world.database.tokens.delete_one({"_id": "t1"})
    world.clock.advance(LATER)
    await plan.send_due()
    assert (await plan.outcome(goes), await plan.outcome(ends)) == (("queued", None), ("failed", "author_gone"))


async def test_it_can_be_changed_and_moved_before_its_time(world: World, plan: Plan) -> None:
    conversation_id = await world.assigned_conversation()
    message = await plan.write(conversation_id)
    later = world.clock.now() + 3 * LATER
    changed = await plan.change(message.id, content={"text": "new"}, send_at=later.isoformat())
    assert changed is not None
    assert (changed.content, changed.send_at, changed.status) == (TextContent(text="new"), later, "scheduled")
    world.clock.advance(2 * LATER)
    assert await plan.send_due() == frozenset()
    for bad in ({"send_at": world.clock.now().isoformat()}, {"send_at": "2999-01-01T00:00:00Z"}, {"send_at": None}):
        with pytest.raises(ProblemError) as refused:
            await plan.change(message.id, **bad)
        assert refused.value.errors[0].pointer == "/send_at"
    world.clock.advance(LATER)
    await plan.send_due()
    assert (await plan.stored(message))["content"]["text"] == "new"
    assert await plan.change(message.id, content={"text": "too late"}) is None


async def test_who_changes_it_is_its_author(world: World, plan: Plan) -> None:
    conversation_id = await world.assigned_conversation()
    message = await plan.write(conversation_id)
    with pytest.raises(ProblemError) as refused:
        await plan.change(message.id, by=OWNER, content={"text": "mine"})
    assert refused.value.code == "not_assigned"
    await _taken_over(world, conversation_id)
    await plan.change(message.id, by=OWNER, content={"text": "mine"})
    world.clock.advance(LATER)
    await plan.send_due()
    stored = await plan.stored(message)
    assert (stored["status"], stored["author"]["id"]) == ("queued", OWNER.id)


async def test_withdrawn_it_never_goes(world: World, plan: Plan) -> None:
    message = await plan.write(await world.assigned_conversation())
    assert await plan.withdraw(message.id, by=OWNER), "who takes over may"
    assert not await plan.withdraw(message.id)
    world.clock.advance(LATER)
    assert await plan.send_due() == frozenset()
    assert await plan.outcome(message) == ("failed", "withdrawn")


async def test_whoever_withdraws_it_at_its_time_hears_whether_it_goes(world: World, plan: Plan) -> None:
    conversation_id = await world.assigned_conversation()
    messages = [await plan.write(conversation_id, f"number {n}") for n in range(15)]
    world.clock.advance(LATER)
    withdrawn, *_ = await asyncio.gather(
        asyncio.gather(*(plan.withdraw(message.id) for message in messages)), plan.send_due(), plan.send_due()
    )
    await plan.send_due()
    outcomes = [await plan.outcome(message) for message in messages]
    assert outcomes == [("failed", "withdrawn") if gone else ("queued", None) for gone in withdrawn]


async def test_what_waits_for_its_time_was_not_said_yet(world: World, plan: Plan) -> None:
    """Neither the last message of a list nor an answer."""
    ids = [await world.assigned_conversation(f"7900111223{n}") for n in range(9)]
    for conversation_id in ids:
        await plan.write(conversation_id)
    one = await read_conversation(world.database, "w1", ids[0], now=world.clock.now())
    many = await read_conversations(world.database, "w1", ids, now=world.clock.now())
    assert one is not None
    shown = [one, *many.values()]
    assert {view.last_message.preview for view in shown if view.last_message} == {"hello"}
    assert set(await read_unanswered(world.database, ids)) == set(ids)


async def test_a_killed_worker_neither_doubles_nor_forgets(world: World, plan: Plan, database_url: str) -> None:
    """It is killed between claims and sends; another one does the rest."""
    count = 2 * LOOKED_AT
    conversation_id = await world.assigned_conversation()
    first = await plan.write(conversation_id, after=timedelta(seconds=1))
    stored, row = await plan.stored(first), await world.only("scheduled_messages")
    past = datetime.now(UTC) - timedelta(seconds=1)
    copies = [f"copy{n:03}" for n in range(count)]
    await world.database.messages.insert_many(
        [{**stored, "_id": id_, "seq": stored["seq"] + n} for n, id_ in enumerate(copies, 1)]
    )
    await world.database.scheduled_messages.insert_many([{**row, "_id": id_, "send_at": past} for id_ in copies])
    await world.database.scheduled_messages.delete_one({"_id": first.id})
    command = (sys.executable, "-m", "tests.integration.inbox.scheduled_process", database_url)
    process = await asyncio.create_subprocess_exec(*command, cwd=ROOT, stdout=PIPE)
    assert process.stdout is not None
    async with asyncio.timeout(PATIENCE_SECONDS):
        assert await process.stdout.readline() == b"sending\n"
        while await world.database.scheduled_messages.count_documents({}) > count - 20:
            continue
    process.kill()
    await process.wait()
    await world.database.end_abandoned_transactions(resting_seconds=0)
    left = await world.database.scheduled_messages.count_documents({})
    queued = await world.database.messages.count_documents({"status": "queued"})
    assert 0 < left == count - queued
    world.clock.advance(LATER)
    while await plan.send_due():
        continue
    told = [e["data"]["id"] for e in await world.events("message.created") if e["data"]["status"] == "queued"]
    assert sorted(told) == copies
    assert await world.database.outbox.count_documents({}) == count
