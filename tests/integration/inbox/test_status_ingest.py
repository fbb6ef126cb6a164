"""Statuses only move forward, in whatever order and however often they come."""

from __future__ import annotations

import asyncio
import itertools
from datetime import timedelta

import pytest

from inbox.arriving.inbound import DeliveryStatus, StatusChanged
from inbox.arriving.ingest import Addressed
from inbox.foundation.clock import FixedClock
from inbox.messages.message_reading import attempts_of
from inbox.model.provider_error import ProviderError
from inbox.sending.delivery import Ended
from inbox.sending.outbound import SendReceipt
from inbox.sending.retry_rules import judge
from inbox.storage.database import Session
from tests.integration.inbox.inbox_world import CHANNEL, OTHER_CHANNEL, World, status

SENT, DELIVERED, READ = DeliveryStatus.SENT, DeliveryStatus.DELIVERED, DeliveryStatus.READ


async def _sent(world: World, provider_id: str = "wamid.1") -> str:
    conversation_id = await world.assigned_conversation()
    message = await world.write(conversation_id, "answer")
    delivery = world.delivery()
    await delivery.begin([message.id])
    verdict = judge(SendReceipt(provider_id=provider_id), attempts=1, now=world.clock.now())
    await delivery.end([Ended(message_id=message.id, verdict=verdict)])
    return message.id


async def _status(world: World, message_id: str) -> str:
    return str((await world.only("messages", {"_id": message_id}))["status"])


@pytest.mark.parametrize("order", list(itertools.permutations([SENT, DELIVERED, READ])), ids="-".join)
async def test_any_order_ends_read_and_is_told_forward(world: World, order: tuple[DeliveryStatus, ...]) -> None:
    message_id = await _sent(world)
    for new in (*order, *order):
        await world.receive(status("wamid.1", new))
    assert await _status(world, message_id) == "read"
    told = [e["data"]["status"] for e in await world.events("message.updated") if e["data"]["id"] == message_id]
    ranks = [["sending", "sent", "delivered", "read"].index(name) for name in told]
    assert ranks == sorted(set(ranks)), "each state is told once, in order"


async def test_all_at_once_from_two_processes(world: World) -> None:
    message_id = await _sent(world)
    reports = [status("wamid.1", new) for new in (READ, SENT, DELIVERED) * 5]
    await asyncio.gather(*(world.receive(report, process=i % 2) for i, report in enumerate(reports)))
    assert await _status(world, message_id) == "read"
    told = [e["data"]["status"] for e in await world.events("message.updated")]
    assert told.count("read") == 1


async def test_failed_follows_sent_but_not_delivered(world: World) -> None:
    failure = ProviderError(code="undeliverable", explanation="No such user.", provider_code="131026")
    failed = StatusChanged(provider_id="wamid.1", status=DeliveryStatus.FAILED, error=failure)
    message_id = await _sent(world)
    await world.receive(failed)
    message = await world.only("messages", {"_id": message_id})
    assert (message["status"], message["error"]["code"]) == ("failed", "undeliverable")
    await world.receive(status("wamid.1", DELIVERED))
    assert await _status(world, message_id) == "failed"


async def test_delivered_does_not_fail(world: World) -> None:
    message_id = await _sent(world)
    await world.receive(status("wamid.1", DELIVERED), status("wamid.1", DeliveryStatus.FAILED))
    assert await _status(world, message_id) == "delivered"


async def test_report_with_our_id_before_the_answer(world: World) -> None:
    message = await world.write(await world.assigned_conversation(), "answer")
    delivery = world.delivery()
    await delivery.begin([message.id])
    await world.receive(status("wamid.9", DELIVERED, tracker=message.id))
    verdict = judge(SendReceipt(provider_id="wamid.9"), attempts=1, now=world.clock.now())
    await delivery.end([Ended(message_id=message.id, verdict=verdict)])
    stored = await world.only("messages", {"_id": message.id})
    assert (stored["status"], stored["provider_id"]) == ("delivered", "wamid.9")
    assert await world.all("outbox") == []
    assert attempts_of(stored).items[0].outcome == "sent"


async def test_report_without_our_id_before_the_answer_is_kept_and_applied(world: World) -> None:
    message = await world.write(await world.assigned_conversation(), "answer")
    delivery = world.delivery()
    await delivery.begin([message.id])
    await world.receive(status("wamid.9", READ))
    assert len(await world.all("early_events")) == 1
    verdict = judge(SendReceipt(provider_id="wamid.9"), attempts=1, now=world.clock.now())
    await delivery.end([Ended(message_id=message.id, verdict=verdict)])
    assert await _status(world, message.id) == "read"
    assert await world.all("early_events") == []


async def test_unknown_is_settled_by_a_report(world: World, clock: FixedClock) -> None:
    message = await world.write(await world.assigned_conversation(), "answer")
    await world.delivery("died").begin([message.id])
    assert await world.delivery("next").settle_orphans() == 1
    assert await _status(world, message.id) == "unknown"
    clock.advance(timedelta(seconds=1))
    await world.receive(status("wamid.7", SENT, tracker=message.id))
    stored = await world.only("messages", {"_id": message.id})
    assert (stored["status"], stored["provider_id"]) == ("sent", "wamid.7")


async def test_report_of_another_channel_changes_nothing(world: World) -> None:
    message_id = await _sent(world)
    foreign = status("wamid.1", READ, tracker=message_id)
    await world.ingests[0].store([Addressed(OTHER_CHANNEL, foreign)])
    assert await _status(world, message_id) == "sent"
    assert CHANNEL.workspace_id != OTHER_CHANNEL.workspace_id


async def test_a_report_that_meets_a_long_transaction_is_repeated_not_given_up(world: World) -> None:
    """As after a kill: what the dead process touched stays locked for some seconds."""
    message_id = await _sent(world)

    async def work(session: Session) -> None:
        await world.database.messages.update_one({"_id": message_id}, {"$set": {"held": True}}, session=session)
        with pytest.raises(Exception, match="WriteConflict "):
            await world.receive(status("wamid.1", DELIVERED))

    await world.database.transaction(work)
    assert await world.all("dead_letters") == []
    await world.receive(status("wamid.1", DELIVERED))
    assert await _status(world, message_id) == "delivered"
