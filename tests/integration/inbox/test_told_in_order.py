"""What is told of a message last is what is stored of it, whoever else writes at the same moment."""

from __future__ import annotations

from datetime import timedelta

import pytest

from inbox.arriving.addressed import AlteringEvent
from inbox.arriving.arrivals import new_contact
from inbox.arriving.inbound import Customer, DeliveryStatus, MessageEdited, ReactionChanged
from inbox.arriving.ingest import Addressed
from inbox.arriving.reachability import note_blocked
from inbox.foundation.clock import FixedClock
from inbox.messages.message_reading import attempts_of
from inbox.model.channel_kind import ChannelKind
from inbox.model.channel_ref import ChannelRef
from inbox.model.content import TextContent
from inbox.model.provider_error import ProviderError
from inbox.sending.delivery import Delivery, Ended
from inbox.sending.outbound import SendFailedError, SendReceipt
from inbox.sending.retry_rules import Verdict, judge
from inbox.storage.database import Database, Session
from tests.integration.inbox.inbox_world import CHANNEL, World, status
from tests.overtaken import Told, overtaken, told_from_here

SLOW_DOWN = SendFailedError(ProviderError(code="rate_limited", explanation="Too fast.", retryable=True))
CUSTOMER = Customer(external_id="79001112233")


async def begun(world: World) -> str:
    """A message whose attempt is on the wire."""
    message = await world.write(await world.assigned_conversation(), "answer")
    await world.delivery().begin([message.id])
    return message.id


def taken(world: World, attempt: int = 1) -> Verdict:
    return judge(SendReceipt(provider_id="wamid.1"), attempts=attempt, now=world.clock.now())


async def end(world: World, message_id: str, verdict: Verdict) -> None:
    assert await world.delivery().end([Ended(message_id=message_id, verdict=verdict)]) == [None]


async def delivered(world: World, message_id: str) -> None:
    await world.receive(status("wamid.1", DeliveryStatus.DELIVERED, tracker=message_id))


async def last_is_delivered(world: World, message_id: str, told: Told) -> None:
    assert [message["status"] for message in await told() if message["id"] == message_id][-1] == "delivered"
    assert (await world.only("messages", {"_id": message_id}))["status"] == "delivered"


@pytest.mark.parametrize("records", [1, 2], ids=["an answer", "an answer that is recorded again"])
async def test_an_answer_does_not_tell_what_was_overtaken(world: World, records: int) -> None:
    """A sender records an answer until it hears that it is durable; meanwhile the provider tells of the delivery."""
    message_id = await begun(world)
    if records > 1:
        await end(world, message_id, taken(world))
    database = overtaken(world.database, lambda: delivered(world, message_id))
    late = Delivery(database, world.clock, CHANNEL, sender="sender-1")
    async with told_from_here(world.database, "message.updated") as told:
        assert await late.end([Ended(message_id=message_id, verdict=taken(world))]) == [None]
        await last_is_delivered(world, message_id, told)


async def test_a_refusal_that_is_recorded_again_leaves_the_message_waiting(world: World, clock: FixedClock) -> None:
    message_id = await begun(world)
    refused = judge(SLOW_DOWN, attempts=1, now=clock.now())
    for _ in range(2):
        await end(world, message_id, refused)
    clock.advance(timedelta(minutes=1))
    due = await world.delivery().due()
    assert [waiting.id for queue in due.queues.values() for waiting in queue] == [message_id]
    assert len(attempts_of(await world.only("messages", {"_id": message_id})).items) == 1


async def test_a_refusal_that_is_recorded_again_does_not_end_the_next_attempt(world: World, clock: FixedClock) -> None:
    """Its lease was lost while it did not know that the first record was durable; the next holder has begun."""
    message_id = await begun(world)
    refused = judge(SLOW_DOWN, attempts=1, now=clock.now())
    await end(world, message_id, refused)
    clock.advance(timedelta(minutes=1))
    assert [a.attempts for a in await world.delivery("next").begin([message_id])] == [2]
    await end(world, message_id, refused)
    stored = await world.only("messages", {"_id": message_id})
    assert stored["status"] == "sending"
    assert [attempt.outcome for attempt in attempts_of(stored).items] == ["refused", None]
    assert (await world.only("outbox"))["sender"] == "next"
    await end(world, message_id, taken(world, attempt=2))
    stored = await world.only("messages", {"_id": message_id})
    assert (stored["status"], stored["provider_id"]) == ("sent", "wamid.1")
    assert [attempt.outcome for attempt in attempts_of(stored).items] == ["refused", "sent"]


@pytest.mark.parametrize("kind", ["edit", "reaction"])
async def test_an_alteration_that_is_told_again_tells_nothing_that_was_overtaken(world: World, kind: str) -> None:
    message_id = await begun(world)
    await end(world, message_id, taken(world))
    at = world.clock.now() + timedelta(seconds=1, microseconds=1_234)
    event: AlteringEvent = (
        MessageEdited(
            customer=CUSTOMER, target="wamid.1", provider_id="e1", content=TextContent(text="other"), provider_at=at
        )
        if kind == "edit"
        else ReactionChanged(customer=CUSTOMER, target="wamid.1", provider_id="r1", emoji="+", provider_at=at)
    )
    await world.receive(event)
    late = World(overtaken(world.database, lambda: delivered(world, message_id)), world.clock, processes=1)
    async with told_from_here(world.database, "message.updated") as told:
        await late.ingests[0].store([Addressed(CHANNEL, event)])
        await last_is_delivered(world, message_id, told)


async def test_of_a_merged_customer_nobody_tells_what_another_has_changed(world: World) -> None:
    """Both block the business at once, each with one of the accounts."""
    telegram = [ChannelRef(workspace_id="w1", id=f"t{n}", kind=ChannelKind.TELEGRAM, name="Bot") for n in range(3)]
    people = [new_contact(telegram[n], Customer(external_id=f"30{n}"), world.clock.now()) for n in range(3)]
    family = [one["_id"] for one in people]
    await world.database.contacts.insert_many([{**one, "family": family} for one in people])

    async def block(n: int, database: Database) -> None:
        async def work(session: Session) -> None:
            await note_blocked(world.database, telegram[n], f"30{n}", world.clock.now(), session)

        await database.transaction(work)

    async with told_from_here(world.database, "contact.updated") as told:
        await block(0, world.database)
        await block(1, overtaken(world.database, lambda: block(2, world.database)))
        assert {*(await told())[-1]["unreachable_on"]} == {"t0", "t1", "t2"}
