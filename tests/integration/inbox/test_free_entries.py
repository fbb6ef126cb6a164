"""How long everything is free after an advertisement is the provider's word."""

from __future__ import annotations

from datetime import timedelta

import pytest

from inbox.arriving.inbound import DeliveryStatus, StatusChanged
from inbox.conversation.conversations import closing
from inbox.foundation.clock import FixedClock
from inbox.sending.delivery import Ended
from inbox.sending.outbound import SendReceipt
from inbox.sending.retry_rules import judge
from tests.integration.inbox.inbox_world import OPERATOR, World, text

AD = {"source_type": "ad", "source_id": "1", "ctwa_clid": "Af-1"}


async def sent(world: World, conversation_id: str) -> str:
    message = await world.write(conversation_id, "answer")
    delivery = world.delivery()
    await delivery.begin([message.id])
    verdict = judge(SendReceipt(provider_id="wamid.1"), attempts=1, now=world.clock.now())
    await delivery.end([Ended(message_id=message.id, verdict=verdict)])
    return message.id


def told(clock: FixedClock, days: int, status: DeliveryStatus = DeliveryStatus.SENT) -> StatusChanged:
    until = clock.now() + timedelta(days=days)
    return StatusChanged(provider_id="wamid.1", status=status, free_entry_until=until, raw=b"{}")


async def test_an_advertisement_alone_promises_nothing(world: World) -> None:
    await world.receive(text("hello", provider_id="m1", referral=AD))
    assert "free_entry_expires_at" not in await world.only("conversations")


@pytest.mark.parametrize("days", [(7, 3), (3, 7), (7, 7)], ids=str)
async def test_the_latest_word_counts(world: World, clock: FixedClock, days: tuple[int, int]) -> None:
    conversation_id = await world.assigned_conversation()
    await sent(world, conversation_id)
    for told_days, status in zip(days, (DeliveryStatus.SENT, DeliveryStatus.DELIVERED), strict=True):
        await world.receive(told(clock, told_days, status))
    conversation = await world.only("conversations")
    assert conversation["free_entry_expires_at"] == clock.now() + timedelta(days=7)


async def test_a_word_about_a_closed_conversation_is_kept_for_the_next(world: World, clock: FixedClock) -> None:
    conversation_id = await world.assigned_conversation()
    await sent(world, conversation_id)
    await world.conversations.close(OPERATOR, conversation_id, closing(OPERATOR, seen_seq=None, silent=False))
    await world.receive(told(clock, 7))
    await world.receive(text("again", provider_id="m2"))
    opened = await world.only("conversations", {"open": True})
    assert opened["free_entry_expires_at"] == clock.now() + timedelta(days=7)


async def test_a_word_that_overtakes_the_answer_to_the_send_is_kept(world: World, clock: FixedClock) -> None:
    message = await world.write(await world.assigned_conversation(), "answer")
    delivery = world.delivery()
    await delivery.begin([message.id])
    await world.receive(told(clock, 7))
    verdict = judge(SendReceipt(provider_id="wamid.1"), attempts=1, now=world.clock.now())
    await delivery.end([Ended(message_id=message.id, verdict=verdict)])
    conversation = await world.only("conversations")
    assert conversation["free_entry_expires_at"] == clock.now() + timedelta(days=7)
