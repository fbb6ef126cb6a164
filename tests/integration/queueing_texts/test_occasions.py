"""Each occasion gives its text once, with two workers speaking and two watching the time at once."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from inbox.people.access import Caller, CallerKind, Role
from inbox.stream.events import EventType
from queueing.transfers.reopening import Reopening
from tests.integration.queueing_texts.texts_world import CUSTOMER, OPERATOR, QUEUE, TextsWorld

HOUR = 3_600


async def test_greeting_and_nobody_there_on_entering(world: TextsWorld) -> None:
    await world.customer_writes()
    await world.pass_time()
    assert await world.said() == ["greeting", "nobody_available"]
    await world.customer_writes("again")
    await world.pass_time(60)
    assert await world.said() == ["greeting", "nobody_available"]
    created = [e for e in await world.events(EventType.MESSAGE_CREATED) if e["data"]["author"]["kind"] == "auto"]
    assert [e["data"]["status"] for e in created] == ["queued", "queued"]
    message = await world.only("messages", {"content.text": "greeting"})
    row = await world.only("outbox", {"_id": message["_id"]})
    assert (row["lane"], row["to"], message["to"]) == (1, CUSTOMER, CUSTOMER)


async def test_texts_are_no_activity(world: TextsWorld) -> None:
    await world.customer_writes()
    before = await world.conversation()
    world.fixed.advance(timedelta(seconds=2))
    await world.settle()
    after = await world.conversation()
    assert len(await world.said()) == 2
    assert (after["active_at"], after["version"]) == (before["active_at"], before["version"])


async def test_assigned_transferred_and_closed(world: TextsWorld) -> None:
    await world.set_texts(
        assigned="{{ operator.name }} of {{ workspace.name }} is here",
        transferred="to {{ queue.name }}, place {{ queue.position }}",
        closed="Bye {{ contact.name }} from {{ channel.name }}",
    )
    await world.customer_writes()
    conversation_id = await world.take()
    await world.pass_time()
    await world.database.operators.update_one({"_id": OPERATOR.id}, {"$set": {"status": "online"}})
    await world.transfers.to_queue(OPERATOR, conversation_id, QUEUE)
    await world.pass_time(1)
    boss = Caller(workspace_id="w1", kind=CallerKind.OPERATOR, id="boss", role=Role.OWNER)
    await world.transfers.assign(boss, conversation_id, OPERATOR.id)
    await world.close()
    await world.pass_time(9)
    assert await world.said() == ["Bob of Shop is here", "to Sales, place 1"], "the close may still be taken back"
    await world.pass_time(1)
    assert await world.said() == ["Bob of Shop is here", "to Sales, place 1", "Bye Ann from Sales"]


async def test_a_close_that_is_taken_back_says_nothing(world: TextsWorld) -> None:
    await world.set_texts(closed="bye")
    await world.customer_writes()
    conversation_id = await world.take()
    await world.close()
    await world.pass_time(9)
    await Reopening(world.database, world.clock, world.transfers).reopen(OPERATOR, conversation_id)
    await world.pass_time(60)
    assert await world.said() == []
    await world.close()
    await world.pass_time(10)
    assert await world.said() == ["bye"]


async def test_the_place_told_at_a_transfer_counts_nobody_who_is_about_to_leave(world: TextsWorld) -> None:
    """The transfer itself frees a place, which the first in line gets before anybody reads the text."""
    await world.set_texts(transferred="place {{ queue.position }}")
    await world.database.operators.update_one(
        {"_id": OPERATOR.id}, {"$set": {"status": "ready", "capacity": 1, "load": 0}}
    )
    await world.customer_writes()
    handed = await world.conversation()
    assert handed["operator_id"] == OPERATOR.id
    for customer in ("7900", "7901"):
        await world.customer_writes(customer=customer)
    await world.transfers.to_queue(OPERATOR, handed["_id"], QUEUE)
    await world.settle()
    await world.routing.route("w1", QUEUE)
    assert await world.said() == ["place 2"]


async def test_greeting_and_assignment_of_one_moment_come_in_order(world: TextsWorld) -> None:
    await world.database.operators.update_one(
        {"_id": OPERATOR.id}, {"$set": {"status": "ready", "capacity": 5, "load": 0}}
    )
    await world.set_texts(greeting="hello", assigned="{{ operator.name }} is here")
    await world.customer_writes()
    await world.pass_time(1)
    assert await world.said() == ["hello", "Bob is here"]


async def test_a_silent_close_says_nothing(world: TextsWorld) -> None:
    await world.set_texts(closed="bye")
    await world.customer_writes()
    await world.take()
    await world.close(silent=True)
    await world.pass_time()
    assert await world.said() == []


async def test_overflow_is_told_after_the_close(world: TextsWorld) -> None:
    await world.set_queue(limit=1)
    await world.set_texts(overflow="full", closed="bye")
    await world.customer_writes(customer="7900")
    await world.customer_writes()
    await world.pass_time()
    assert (await world.conversation())["close_reason"] == "queue_full"
    assert await world.said() == ["full"]


async def test_a_text_waits_for_the_close_that_it_is_about(world: TextsWorld) -> None:
    await world.set_queue(limit=1)
    await world.set_texts(overflow="full")
    await world.customer_writes(customer="7900")
    await world.customer_writes()
    conversation = await world.conversation()
    await world.database.conversations.update_one({"_id": conversation["_id"]}, {"$set": {"state": "new"}})
    await world.settle()
    assert await world.said() == []
    await world.database.conversations.update_one({"_id": conversation["_id"]}, {"$set": {"state": "closed"}})
    await world.pass_time(1)
    assert await world.said() == ["full"]


@pytest.mark.parametrize(
    ("decision", "texts"), [("hold", ["greeting", "out_of_hours"]), ("close", ["out_of_hours"])], ids=["hold", "close"]
)
async def test_out_of_hours(world: TextsWorld, decision: str, texts: list[str]) -> None:
    await world.database.business_hours.insert_one(
        {"_id": "h1", "workspace_id": "w1", "time_zone": "UTC", "week": {}, "holidays": []}
    )
    await world.set_queue(business_hours_id="h1", on_out_of_hours=decision)
    await world.customer_writes()
    await world.pass_time()
    assert await world.said() == texts


def _busy(operator_id: str) -> dict[str, Any]:
    """Somebody who is ready and has no room."""
    status = {"status": "ready", "status_since": datetime(2026, 1, 1, tzinfo=UTC), "next_status": None}
    place = {"workspace_id": "w1", "active": True, "group_ids": [], "capacity": 1, "load": 1}
    return {"_id": operator_id, "name": "Eve", "email": "eve@example.com", "role": "operator", **status, **place}


async def test_waiting_texts_come_each_interval_with_place_and_wait(world: TextsWorld) -> None:
    await world.set_queue(repeat_wait_text_seconds=30)
    await world.set_texts(waiting="{{ queue.position }}: {{ queue.expected_wait or '?' }}")
    await world.customer_writes(customer="7900")
    await world.customer_writes()
    for _ in range(6):
        await world.pass_time(15)
    assert await world.said() == ["2: ?"] * 3
    now = world.clock.now()
    await world.set_queue(assigned_at=[now - timedelta(minutes=minute) for minute in range(1, 21)])
    await world.pass_time(30)
    assert (await world.said())[3:] == ["2: ?"], "nobody is there"
    await world.database.operators.insert_one(_busy("eve"))
    await world.set_queue(operator_ids=["eve"])
    await world.pass_time(30)
    assert (await world.said())[4:] == ["2: about 3 minutes"]
    await world.take()
    await world.pass_time(300)
    assert len(await world.said()) == 5


async def test_no_answer_is_told_once_for_each_unanswered_message(world: TextsWorld) -> None:
    await world.set_queue(no_answer_seconds=60)
    await world.database.workspaces.update_one({}, {"$set": {"settings.auto_reply_spacing_seconds": 0}})
    await world.set_texts(no_answer="soon")
    await world.customer_writes()
    conversation_id = await world.take()
    await world.pass_time(50)
    assert await world.said() == []
    await world.pass_time(10)
    for _ in range(10):
        await world.pass_time(30)
    assert await world.said() == ["soon"]
    await world.write(conversation_id, "here I am")
    await world.pass_time(500)
    assert await world.said() == ["soon"]
    await world.customer_writes("and?")
    await world.pass_time(59)
    assert await world.said() == ["soon"]
    await world.pass_time(2)
    assert await world.said() == ["soon", "soon"]


async def test_a_returning_customer_is_welcomed_back(world: TextsWorld) -> None:
    await world.set_texts(returning="welcome back", greeting="hello")
    await world.customer_writes()
    await world.pass_time()
    await world.take()
    await world.close()
    await world.pass_time(2 * HOUR)
    await world.customer_writes("it's me")
    await world.pass_time()
    assert await world.said() == ["hello", "welcome back", "hello"]


async def test_the_contacts_language_counts(world: TextsWorld) -> None:
    await world.set_texts(greeting={"en": "hello", "ru": "привет, {{ contact.name }}", "pt-BR": "olá"})
    await world.customer_writes(customer="7900")
    await world.database.contacts.update_many({}, {"$set": {"language": "ru-RU"}})
    await world.customer_writes()
    await world.pass_time()
    assert await world.said("7900") == ["привет, Ann"]
    assert await world.said() == ["hello"]


async def test_hundreds_of_cues_with_four_speakers_at_once(world: TextsWorld) -> None:
    customers = [f"7900{number:04}" for number in range(150)]
    for customer in customers:
        await world.customer_writes(customer=customer)
    speakers = [world.speaker(world.clock) for _ in range(4)]

    async def speak(number: int) -> None:
        while (await speakers[number].speak_due()).handled:
            pass

    await asyncio.gather(*(speak(number) for number in range(4)))
    messages = await world.all("messages", {"author.kind": "auto"})
    assert len(messages) == 300
    assert len({message["cue_id"] for message in messages}) == 300
    assert all([await world.said(customer) == ["greeting", "nobody_available"] for customer in customers[:10]])
    assert await world.database.cues.count_documents({}) == 0
