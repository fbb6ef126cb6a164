"""Silent conversations close by themselves: on time, after a warning, never over a message."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from inbox.channel.rechecks import RuleOwner, note_recheck
from inbox.conversation.conversation_reading import read_conversation
from inbox.foundation.clock import FixedClock
from inbox.storage.database import Document
from queueing.deadlines.deadline_sweep import DeadlineSweep
from tests.integration.inbox.inbox_world import CHANNEL, text
from tests.integration.queueing_texts.texts_world import CUSTOMER, OPERATOR, QUEUED_CHANNEL, TextsWorld

MINUTE, HOUR = 60, 3_600
DAY = 24 * HOUR


async def test_closes_after_silence_with_text_and_event(world: TextsWorld) -> None:
    await world.set_auto_close(assigned_seconds=600)
    await world.set_texts(closed="bye")
    await world.customer_writes()
    await world.take()
    await world.pass_time(599)
    assert (await world.conversation())["open"]
    await world.pass_time(1)
    closed = await world.conversation()
    assert (closed["open"], closed["close_reason"], closed["closed_by"]) == (False, "inactivity", "auto_close")
    assert await world.said() == ["bye"]
    events = await world.events("conversation.closed")
    assert [event["data"]["id"] for event in events] == [closed["_id"]]
    assert (await world.only("operators", {"_id": OPERATOR.id}))["load"] == 0


async def test_a_closed_one_opens_anew(world: TextsWorld) -> None:
    await world.set_auto_close(unassigned_seconds=600)
    await world.customer_writes()
    await world.pass_time(600)
    assert (await world.only("queues"))["waiting"] == 0
    await world.customer_writes("hello?")
    newest = await world.conversation()
    assert newest["open"]
    assert newest["window_expires_at"] == world.clock.now() + timedelta(hours=24)
    assert len(await world.all("conversations")) == 2


async def test_warning_then_close_and_activity_in_between(world: TextsWorld) -> None:
    await world.set_auto_close(assigned_seconds=600, warn_before_seconds=120)
    await world.database.workspaces.update_one({}, {"$set": {"settings.auto_reply_spacing_seconds": 0}})
    await world.set_texts(closing_soon="soon", closed="bye")
    await world.customer_writes()
    conversation_id = await world.take()
    await world.pass_time(480)
    await world.pass_time(60)
    assert await world.said() == ["soon"]
    await world.write(conversation_id, "wait")
    await world.pass_time(479)
    assert await world.said() == ["soon"]
    await world.pass_time(1)
    assert await world.said() == ["soon", "soon"]
    await world.pass_time(119)
    assert (await world.conversation())["open"]
    await world.pass_time(1)
    assert await world.said() == ["soon", "soon", "bye"]


async def test_a_warning_decided_before_a_message_is_not_said(world: TextsWorld) -> None:
    await world.set_auto_close(assigned_seconds=600, warn_before_seconds=120)
    await world.set_texts(closing_soon="soon")
    await world.customer_writes()
    await world.take()
    world.fixed.advance(timedelta(seconds=500))
    await world.keepers[0].check_due()
    assert await world.database.cues.count_documents({"occasion": "closing_soon"}) == 1
    await world.customer_writes("I am here")
    await world.pass_time()
    assert await world.said() == []


async def test_fires_although_waiting_texts_repeat(world: TextsWorld) -> None:
    await world.set_auto_close(unassigned_seconds=300)
    await world.set_queue(repeat_wait_text_seconds=60)
    await world.set_texts(waiting="wait")
    await world.customer_writes()
    for _ in range(5):
        await world.pass_time(60)
    assert (await world.conversation())["close_reason"] == "inactivity"
    assert await world.said() == ["wait"] * 4


async def test_day_and_week_rules(world: TextsWorld) -> None:
    await world.set_auto_close(unassigned_seconds=DAY, assigned_seconds=7 * DAY)
    await world.customer_writes()
    await world.customer_writes(customer="7900")
    await world.take("7900")
    await world.pass_time(DAY)
    assert not (await world.conversation())["open"]
    await world.pass_time(6 * DAY - 1)
    assert (await world.conversation("7900"))["open"]
    await world.pass_time(1)
    assert not (await world.conversation("7900"))["open"]


async def test_a_busy_conversation_costs_one_write_a_period(world: TextsWorld) -> None:
    await world.set_auto_close(unassigned_seconds=HOUR)
    await world.customer_writes()
    await world.pass_time(10)
    first = (await world.conversation())["check_at"]
    for _ in range(50):
        await world.customer_writes("more")
        await world.pass_time(MINUTE)
        if world.clock.now() < first:
            assert (await world.conversation())["check_at"] == first
    await world.pass_time(20 * MINUTE)
    moved = await world.conversation()
    assert moved["check_at"] == moved["active_at"] + timedelta(hours=1)


async def test_reading_and_tags_are_no_activity(world: TextsWorld) -> None:
    await world.set_auto_close(assigned_seconds=600)
    await world.customer_writes()
    conversation_id = await world.take()
    await world.pass_time(599)
    await world.conversations.mark_read(OPERATOR, conversation_id)
    await world.pass_time(1)
    assert not (await world.conversation())["open"]


async def test_a_changed_rule_counts_for_open_conversations(world: TextsWorld) -> None:
    await world.set_auto_close(unassigned_seconds=DAY)
    await world.customer_writes()
    await world.pass_time(HOUR)
    await world.set_auto_close(unassigned_seconds=HOUR)
    await note_recheck(world.database, "w1", RuleOwner.CHANNEL, CHANNEL.id)
    await world.pass_time()
    assert not (await world.conversation())["open"]
    assert await world.database.rechecks.count_documents({}) == 0


async def test_closes_at_is_shown(world: TextsWorld) -> None:
    await world.set_auto_close(unassigned_seconds=DAY)
    await world.customer_writes()
    conversation = await world.conversation()

    async def shown() -> object:
        view = await read_conversation(world.database, "w1", conversation["_id"], now=world.clock.now())
        assert view is not None
        return view.closes_at

    assert await shown() == conversation["active_at"] + timedelta(days=1)
    await world.take()
    assert await shown() is None
    await world.set_auto_close(assigned_seconds=60)
    assert await shown() == world.clock.now() + timedelta(seconds=60)
    await world.close()
    assert await shown() is None


async def test_a_conversation_without_a_time_of_its_next_look_is_looked_at(world: TextsWorld) -> None:
    await world.set_auto_close(unassigned_seconds=600)
    await world.customer_writes()
    await world.database.conversations.update_many({}, {"$unset": {"check_at": ""}})
    await world.pass_time(600)
    assert not (await world.conversation())["open"]


async def test_one_that_can_not_be_closed_holds_back_no_other(world: TextsWorld) -> None:
    await world.set_auto_close(unassigned_seconds=600)
    await world.customer_writes()
    await world.customer_writes(customer="7900")
    broken = await world.conversation("7900")
    await world.database.conversations.update_one(
        {"_id": broken["_id"]}, {"$set": {"workspace_id": "w9", "channel_kind": "pigeon"}}
    )
    await world.pass_time(600)
    assert not (await world.conversation())["open"]
    assert (await world.conversation("7900"))["open"]


async def test_a_message_at_the_very_moment_of_the_close(world: TextsWorld) -> None:
    """Two hundred times: it keeps the conversation open or opens the next one, and is never lost."""
    await world.set_auto_close(unassigned_seconds=600)
    rounds, at_once = 20, 10
    kept = 0
    for number in range(rounds):
        customers = [f"7900{number:02}{index}" for index in range(at_once)]
        await world.receive(
            *(text("opens", provider_id=f"o-{c}", customer=c) for c in customers), channel=QUEUED_CHANNEL
        )
        world.fixed.advance(timedelta(seconds=600))
        await asyncio.gather(
            *(keeper.check_due() for keeper in world.keepers),
            *(_late(world, c, index) for index, c in enumerate(customers)),
        )
        kept += await world.database.conversations.count_documents(
            {"identity.external_id": {"$in": customers}, "open": True}
        )
    messages = await world.all("messages", {"direction": "in", "void": {"$exists": False}})
    assert len(messages) == 2 * rounds * at_once
    conversations = {c["_id"]: c for c in await world.all("conversations")}
    newest_at_close = {
        event["data"]["id"]: event["data"]["last_message"]["seq"] for event in await world.events("conversation.closed")
    }
    for message in messages:
        conversation = conversations[message["conversation_id"]]
        assert conversation["open"] or message["seq"] <= newest_at_close[conversation["_id"]]
        quiet = (conversation.get("closed_at") or world.clock.now()) - message["created_at"]
        assert conversation["open"] or quiet >= timedelta(seconds=600), "closed although a message came"
    assert kept == rounds * at_once


async def _late(world: TextsWorld, customer: str, index: int) -> None:
    for _ in range(index):
        await asyncio.sleep(0)
    await world.receive(text("late", provider_id=f"l-{customer}", customer=customer), process=1, channel=QUEUED_CHANNEL)


async def test_clocks_a_minute_apart(world: TextsWorld) -> None:
    """The one ahead closes early, the one behind does nothing twice; what comes afterwards opens the next one."""
    await world.set_auto_close(unassigned_seconds=600)
    await world.set_texts(closed="bye")
    await world.customer_writes()
    ahead = FixedClock(world.clock.now() + timedelta(seconds=600))
    behind = FixedClock(world.clock.now() + timedelta(seconds=540))
    keepers = [DeadlineSweep(world.database, clock) for clock in (ahead, behind)]
    await asyncio.gather(*(keeper.check_due() for keeper in keepers))
    await asyncio.gather(*(keeper.check_due() for keeper in keepers))
    speakers = [world.speaker(clock) for clock in (ahead, behind)]
    for _ in range(3):
        await asyncio.gather(*(speaker.speak_due() for speaker in speakers))
    assert await world.said() == ["bye"]
    assert len(await world.events("conversation.closed")) == 1
    await world.customer_writes("hello?")
    assert (await world.conversation())["open"]


async def test_many_are_closed_in_few_transactions(world: TextsWorld) -> None:
    await world.set_auto_close(unassigned_seconds=600)
    await world.set_texts(closed="bye")
    customers = [f"7900{number:04}" for number in range(230)]
    for customer in customers:
        await world.receive(text("hi", provider_id=f"m-{customer}", customer=customer), channel=QUEUED_CHANNEL)
    await world.routing.route("w1", "q1")
    await world.pass_time(600)
    closed: list[Document] = await world.all("conversations", {"open": False})
    assert len(closed) == 230
    assert (await world.only("queues"))["waiting"] == 0
    assert len(await world.events("conversation.closed")) == 230
    assert await world.database.messages.count_documents({"content.text": "bye"}) == 230
    assert CUSTOMER not in customers
