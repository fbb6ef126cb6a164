"""When nothing is said: machines, the hour, the window, blocked contacts, late workers."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.integration.queueing_texts.texts_world import TextsWorld

HOUR = 3_600
DAY = 24 * HOUR


async def test_a_machine_that_answers_every_text_does_not_loop(world: TextsWorld) -> None:
    """The queue is full of words and turns everybody away: each answer opens a new conversation."""
    await world.database.workspaces.update_one({}, {"$set": {"settings.auto_reply_spacing_seconds": 0}})
    await world.set_queue(repeat_wait_text_seconds=10)
    heard = 0
    for _ in range(40):
        await world.customer_writes(f"I am a machine, you said {heard} things")
        await world.pass_time(10)
        heard = len(await world.said())
    assert heard == 5
    conversation_id = await world.take()
    await world.write(conversation_id, "A person speaks")
    await world.close()
    await world.pass_time(10)
    assert (await world.said())[5:] == ["closed"]


async def test_silence_lasts_across_conversations_until_an_operator_writes(world: TextsWorld) -> None:
    await world.database.workspaces.update_one({}, {"$set": {"settings.auto_reply_spacing_seconds": 0}})
    await world.set_queue(limit=1)
    await world.customer_writes(customer="7900")
    for _ in range(10):
        await world.customer_writes()
        await world.pass_time(1)
    assert await world.said() == ["overflow"] * 5
    await world.set_queue(limit=None)
    await world.customer_writes()
    await world.pass_time(1)
    assert len(await world.said()) == 5
    await world.write(await world.take(), "hello, I am Bob")
    await world.close(silent=True)
    await world.customer_writes()
    await world.pass_time(1)
    assert (await world.said())[5:] == ["greeting", "nobody_available"]


async def test_each_occasion_once_an_hour(world: TextsWorld) -> None:
    await world.set_texts(greeting="hello")
    for _ in range(4):
        await world.customer_writes()
        await world.pass_time(1)
        await world.take()
        await world.close(silent=True)
        await world.pass_time(HOUR / 2)
    assert len(await world.said()) == 2


async def test_nothing_outside_of_the_window(world: TextsWorld) -> None:
    await world.set_queue(repeat_wait_text_seconds=HOUR)
    await world.customer_writes()
    await world.pass_time(DAY - 1)
    said = len(await world.said())
    await world.pass_time(1)
    await world.pass_time(2 * HOUR)
    assert len(await world.said()) == said
    await world.customer_writes("still there?")
    await world.pass_time(HOUR)
    assert len(await world.said()) == said + 1


async def test_nothing_to_a_blocked_contact(world: TextsWorld) -> None:
    await world.customer_writes()
    await world.database.contacts.update_many({}, {"$set": {"blocked": True}})
    await world.pass_time()
    assert await world.said() == []


@pytest.mark.parametrize("field", [{"enabled": False}, {"deleted_at": 1}], ids=["disabled", "deleted"])
async def test_nothing_on_a_channel_that_is_off(world: TextsWorld, field: dict[str, object]) -> None:
    await world.customer_writes()
    await world.database.channels.update_many({}, {"$set": field})
    await world.pass_time()
    assert await world.said() == []


async def test_what_is_hours_late_is_not_said(world: TextsWorld) -> None:
    await world.customer_writes()
    world.fixed.advance(timedelta(hours=2))
    await world.settle()
    assert await world.said() == []
    assert await world.database.cues.count_documents({}) == 0


async def test_a_text_that_fails_costs_no_other(world: TextsWorld) -> None:
    await world.set_texts(greeting="{{ contact.__class__ }}", nobody_available="nobody")
    await world.customer_writes()
    await world.pass_time()
    assert await world.said() == ["nobody"]


async def test_cues_of_what_is_gone_are_dropped(world: TextsWorld) -> None:
    await world.customer_writes(customer="7900")
    await world.customer_writes()
    await world.database.conversations.delete_many({"identity.external_id": "7900"})
    await world.pass_time()
    assert await world.said() == ["greeting", "nobody_available"]
    await world.customer_writes(customer="7901")
    await world.database.queues.delete_many({})
    await world.pass_time()
    assert await world.database.cues.count_documents({}) == 0
