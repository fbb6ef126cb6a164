"""After a close the customer is asked for a score, once; the press of an answer opens no conversation."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import msgspec
import pytest

from inbox.arriving.inbound import Customer, CustomerNamed, IdentityChanged, MessageReceived
from inbox.foundation.ids import new_id
from inbox.model.content import ChoiceContent
from inbox.model.ratings import choice_id
from inbox.stream.events import EventType
from queueing.transfers.reopening import Reopening
from tests.integration.inbox.inbox_world import CHANNEL, OTHER_CHANNEL, text
from tests.integration.queueing_texts.texts_world import CUSTOMER, OPERATOR, QUEUED_CHANNEL, TextsWorld

DAYS = 24 * 3_600


def press(conversation_id: str, score: int, *, id_: str = "press-1", customer: str = CUSTOMER) -> MessageReceived:
    return MessageReceived(
        customer=Customer(external_id=customer, name="Ann"),
        provider_id=id_,
        content=ChoiceContent(id=choice_id(conversation_id, score), title=str(score)),
        raw=b"{}",
    )


async def asked(world: TextsWorld, *, customer: str = CUSTOMER, **settings: Any) -> str:
    """Let a conversation be closed and its customer be asked; return its id."""
    await world.set_queue(**settings)
    await world.set_texts(rating="How was it?", rated="Thank you")
    await world.customer_writes(customer=customer)
    conversation_id = await world.take(customer)
    await world.write(conversation_id, "here you are")
    await world.close(customer)
    await world.pass_time(10)
    return conversation_id


async def rating(world: TextsWorld, conversation_id: str) -> dict[str, Any]:
    found = await world.only("conversations", {"_id": conversation_id})
    return dict(found["rating"])


async def test_the_customer_is_asked_after_the_closing_text(world: TextsWorld) -> None:
    await world.set_texts(closed="bye", rating="How was {{ operator.name }}?")
    await world.customer_writes()
    conversation_id = await world.take()
    await world.close()
    await world.pass_time(9)
    assert await world.said() == []
    await world.pass_time(1)
    assert await world.said() == ["bye", "How was Bob?"]
    question = await world.only("messages", {"content.type": "list"})
    ids = [row["id"] for row in question["content"]["sections"][0]["rows"]]
    assert ids == [choice_id(conversation_id, score) for score in (5, 4, 3, 2, 1)]
    stored = await rating(world, conversation_id)
    assert (stored["asked_at"], stored["score"]) == (world.clock.now(), None)
    told = (await world.events(EventType.CONVERSATION_UPDATED))[-1]["data"]
    assert (told["id"], told["rating"]["score"]) == (conversation_id, None)


async def test_a_press_days_later_is_the_score_and_opens_nothing(world: TextsWorld) -> None:
    conversation_id = await asked(world)
    world.fixed.advance(timedelta(days=5))
    await world.receive(press(conversation_id, 4))
    stored = await rating(world, conversation_id)
    assert (stored["score"], stored["answered_at"]) == (4, world.clock.now())
    assert len(await world.all("conversations")) == 1
    assert await world.all("messages", {"content.type": "choice"}) == []
    (told,) = await world.events(EventType.CONVERSATION_RATED)
    assert told["data"]["rating"]["score"] == 4
    assert told["data"]["state"] == "closed"
    await world.pass_time()
    assert await world.said() == ["How was it?", "Thank you"], "the press has opened the window"


async def test_text_after_a_score_opens_the_next_conversation(world: TextsWorld) -> None:
    conversation_id = await asked(world)
    await world.receive(press(conversation_id, 2), text("and why", provider_id="why"), channel=QUEUED_CHANNEL)
    newest = await world.conversation()
    assert newest["_id"] != conversation_id
    assert [m["provider_id"] for m in await world.all("messages", {"conversation_id": newest["_id"]})] == ["why"]


async def test_a_repeated_webhook_changes_nothing(world: TextsWorld) -> None:
    conversation_id = await asked(world)
    await world.receive(press(conversation_id, 5))
    await world.receive(press(conversation_id, 1, id_="press-2"))
    before = await rating(world, conversation_id)
    await world.receive(press(conversation_id, 5), process=1)
    assert await rating(world, conversation_id) == before
    assert before["score"] == 1
    assert len(await world.events(EventType.CONVERSATION_RATED)) == 2
    await world.pass_time()
    assert (await world.said()).count("Thank you") == 1


async def test_a_press_opens_the_window_of_what_is_open_and_what_comes(world: TextsWorld) -> None:
    conversation_id = await asked(world)
    world.fixed.advance(timedelta(days=2))
    await world.receive(press(conversation_id, 5))
    contact = await world.only("contacts")
    until = world.clock.now() + timedelta(hours=24)
    assert contact["windows"][CHANNEL.id]["window_expires_at"] == until
    await world.customer_writes("hello again")
    world.fixed.advance(timedelta(hours=3))
    await world.receive(press(conversation_id, 4, id_="press-2"))
    newest = await world.conversation()
    assert newest["open"]
    assert newest["window_expires_at"] == world.clock.now() + timedelta(hours=24)


@pytest.mark.parametrize(
    ("customer", "channel"),
    [
        pytest.param("79990000001", CHANNEL, id="another customer"),
        pytest.param(CUSTOMER, OTHER_CHANNEL, id="another channel"),
    ],
)
async def test_somebody_elses_press_is_a_message(world: TextsWorld, customer: str, channel: Any) -> None:
    conversation_id = await asked(world)
    await world.receive(press(conversation_id, 1, customer=customer), channel=channel)
    assert (await rating(world, conversation_id))["score"] is None
    stored = await world.only("messages", {"content.type": "choice"})
    assert stored["conversation_id"] != conversation_id


async def test_a_press_for_another_workspace_or_nothing_is_a_message(world: TextsWorld) -> None:
    conversation_id = await asked(world)
    await world.database.conversations.update_one({"_id": conversation_id}, {"$set": {"workspace_id": "w2"}})
    await world.receive(press(conversation_id, 1), press(new_id(), 1, id_="press-2"))
    stored = await world.only("conversations", {"_id": conversation_id})
    assert stored["rating"]["score"] is None
    assert len(await world.all("messages", {"content.type": "choice"})) == 2


async def test_a_score_for_a_conversation_that_did_not_ask_is_a_message(world: TextsWorld) -> None:
    await world.customer_writes()
    conversation_id = (await world.conversation())["_id"]
    await world.receive(press(conversation_id, 5))
    assert "rating" not in await world.conversation()
    assert (await world.only("messages", {"content.type": "choice"}))["conversation_id"] == conversation_id


async def test_another_spelling_of_the_customer_counts(world: TextsWorld) -> None:
    conversation_id = await asked(world)
    event = press(conversation_id, 3, customer="US.13491208655302741918")
    named = Customer(external_id=event.customer.external_id, aliases=(CUSTOMER,))
    await world.receive(MessageReceived(customer=named, provider_id="p", content=event.content, raw=b"{}"))
    assert (await rating(world, conversation_id))["score"] == 3


async def test_a_customer_with_a_new_number_still_answers(world: TextsWorld) -> None:
    conversation_id = await asked(world)
    moved = Customer(external_id="79990000009")
    await world.receive(IdentityChanged(customer=moved, previous=CUSTOMER, provider_id="moved", raw=b"{}"))
    await world.receive(press(conversation_id, 3, customer="79990000009"))
    assert (await rating(world, conversation_id))["score"] == 3


async def test_customers_who_were_joined_still_answer(world: TextsWorld) -> None:
    """One id wrote, another one later; then the provider names both as one person."""
    conversation_id = await asked(world)
    other = "US.13491208655302741918"
    await world.receive(text("hi", provider_id="other", customer=other))
    named = Customer(external_id=other, aliases=(CUSTOMER,))
    await world.receive(CustomerNamed(customer=named))
    await world.receive(press(conversation_id, 5, customer=other))
    assert (await rating(world, conversation_id))["score"] == 5


async def test_who_is_being_erased_is_a_stranger(world: TextsWorld) -> None:
    """Otherwise an event would name them that nobody takes away any more."""
    conversation_id = await asked(world)
    emptied = {"identity_keys": ["erased:x"], "identities": [], "name": None}
    await world.database.contacts.update_one({}, {"$set": emptied})
    await world.receive(press(conversation_id, 1))
    assert (await rating(world, conversation_id))["score"] is None
    stored = await world.only("messages", {"content.type": "choice"})
    assert stored["conversation_id"] != conversation_id


async def test_a_press_is_acknowledged(world: TextsWorld) -> None:
    """Telegram shows the button as busy until it hears that the press arrived."""
    conversation_id = await asked(world)
    event = msgspec.structs.replace(press(conversation_id, 5), acknowledge="query-1")
    await world.receive(event)
    task = await world.only("provider_tasks", {"kind": "acknowledge"})
    assert task["provider_id"] == "query-1"


async def test_hostile_neighbours_take_nothing_from_a_press(world: TextsWorld) -> None:
    conversation_id = await asked(world)
    await world.receive(
        press(conversation_id, 1, id_="bad\ud83d"),
        press(conversation_id, 5, id_="good"),
        text("hello\ud83d", provider_id="odd", customer="79990000003"),
        press(conversation_id, 2, id_="theirs", customer="79990000002"),
        text("hello", provider_id="neighbour", customer="79990000004"),
    )
    assert (await rating(world, conversation_id))["score"] == 5
    kept = {message["provider_id"] for message in await world.all("messages", {"direction": "in"})}
    assert {"theirs", "neighbour"} <= kept
    assert "good" not in kept


async def test_many_customers_press_at_once_in_two_processes(world: TextsWorld) -> None:
    customers = [f"7900000{number:04}" for number in range(12)]
    ids = [await asked(world, customer=customer) for customer in customers]
    presses = [
        world.receive(press(id_, 1 + number % 5, id_=f"p-{id_}", customer=customer), process=process)
        for process in (0, 1)
        for number, (id_, customer) in enumerate(zip(ids, customers, strict=True))
    ]
    await asyncio.gather(*presses)
    scores = [(await rating(world, id_))["score"] for id_ in ids]
    assert scores == [1 + number % 5 for number in range(12)]
    assert len(await world.events(EventType.CONVERSATION_RATED)) == 12


async def test_a_press_and_a_new_message_at_once(world: TextsWorld) -> None:
    """Whoever is first: the score belongs to the old conversation, the message to a new one."""
    conversation_id = await asked(world)
    await asyncio.gather(
        world.receive(press(conversation_id, 5), process=0, channel=QUEUED_CHANNEL),
        world.receive(text("one more thing", provider_id="more"), process=1, channel=QUEUED_CHANNEL),
    )
    assert (await rating(world, conversation_id))["score"] == 5
    assert (await world.only("messages", {"provider_id": "more"}))["conversation_id"] != conversation_id
    assert len(await world.all("conversations")) == 2


async def test_a_close_that_is_taken_back_asks_nothing_and_the_next_one_does(world: TextsWorld) -> None:
    await world.set_texts(rating="How was it?")
    await world.customer_writes()
    conversation_id = await world.take()
    await world.close()
    await world.pass_time(9)
    await Reopening(world.database, world.clock, world.transfers).reopen(OPERATOR, conversation_id)
    await world.pass_time(60)
    assert await world.said() == []
    await world.close()
    await world.pass_time(10)
    assert await world.said() == ["How was it?"]


async def test_asking_and_taking_back_at_once(world: TextsWorld) -> None:
    """At the very end of the ten seconds either may win; it is never asked twice, and a press counts in any case."""
    await world.set_texts(rating="How was it?")
    await world.customer_writes()
    conversation_id = await world.take()
    await world.close()
    world.fixed.advance(timedelta(seconds=10))
    reopening = Reopening(world.database, world.clock, world.transfers)
    outcomes = await asyncio.gather(reopening.reopen(OPERATOR, conversation_id), world.settle(), return_exceptions=True)
    assert outcomes[1] is None
    if (await world.conversation())["open"]:
        await world.close()
    await world.pass_time(10)
    assert await world.said() == ["How was it?"]
    await world.receive(press(conversation_id, 5))
    assert (await rating(world, conversation_id))["score"] == 5


async def test_who_writes_again_is_not_asked(world: TextsWorld) -> None:
    await world.set_texts(closed="bye", rating="How was it?")
    await world.customer_writes()
    await world.take()
    await world.close()
    await world.customer_writes("wait")
    await world.pass_time(10)
    assert await world.said() == ["bye"]


async def test_nobody_is_asked_again_within_the_pause(world: TextsWorld) -> None:
    await asked(world, rating_pause_days=7)
    await asked(world)
    assert (await world.said()).count("How was it?") == 1
    world.fixed.advance(timedelta(days=7))
    await asked(world)
    assert (await world.said()).count("How was it?") == 2


async def test_after_silence_only_where_the_queue_says_so(world: TextsWorld) -> None:
    await world.set_texts(rating="How was it?")
    await world.set_auto_close(assigned_seconds=60)
    await world.customer_writes()
    await world.take()
    await world.pass_time(60)
    assert await world.said() == []
    await world.set_queue(rating_after=["inactivity"])
    await world.customer_writes("again")
    await world.take()
    await world.pass_time(60)
    assert await world.said() == ["How was it?"]


async def test_nothing_is_asked_outside_of_the_window_or_after_a_silent_close(world: TextsWorld) -> None:
    await world.set_texts(rating="How was it?")
    await world.customer_writes()
    await world.take()
    world.fixed.advance(timedelta(hours=25))
    await world.close()
    await world.pass_time(10)
    await world.customer_writes("again")
    await world.take()
    await world.close(silent=True)
    await world.pass_time(10)
    assert await world.said() == []


async def test_a_speaker_that_died_leaves_one_question(world: TextsWorld) -> None:
    """The cue is taken in the transaction of the message and of the note in the conversation: all or nothing."""
    await world.set_texts(rating="How was it?")
    await world.customer_writes()
    conversation_id = await world.take()
    await world.close()
    cue = await world.only("cues", {"occasion": "closed"})
    await world.pass_time(10)
    await world.database.cues.insert_one(cue)
    await world.settle()
    assert await world.said() == ["How was it?"]
    assert len([e for e in await world.events() if e["data"].get("rating")]) == 1
    assert (await rating(world, conversation_id))["asked_at"] == world.clock.now()
