"""A batch of arrivals or statuses whose connection breaks between any two statements: nothing is lost or doubled."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import pytest

from inbox.arriving.inbound import DeliveryStatus, InboundEvent
from inbox.arriving.ingest import Addressed, Ingest
from inbox.contacts.suppression import Suppression
from inbox.foundation.clock import FixedClock
from inbox.foundation.problems import ProblemError
from inbox.sending.delivery import Ended
from inbox.sending.outbound import SendReceipt
from inbox.sending.retry_rules import judge
from inbox.storage.database import Database, is_transient, is_unavailable
from inbox.storage.sequence import SequenceClock
from tests.integration.inbox.cutting_proxy import CuttingProxy, Where
from tests.integration.inbox.inbox_world import CHANNEL, World, status, text

BOUNDARIES = range(6)
"""Promise, message, event, commit, early events; and one more."""
REPEATS = 5
"""As a provider repeats what was not answered with 200."""


class Broken:
    """An ingest whose connection to MongoDB can be broken."""

    def __init__(self, ingest: Ingest, proxy: CuttingProxy) -> None:
        self.ingest = ingest
        self.proxy = proxy

    async def store(self, event: InboundEvent) -> None:
        """Store an event, and repeat it as a provider does."""
        for _ in range(REPEATS):
            try:
                await self.ingest.store([Addressed(CHANNEL, event)])
                return
            except ProblemError:
                continue
            except Exception as error:
                if not (is_unavailable(error) or is_transient(error)):
                    raise
        raise AssertionError("never stored")


@asynccontextmanager
async def broken(url: str, clock: FixedClock) -> AsyncIterator[Broken]:
    proxy = CuttingProxy()
    with proxy.before(url) as through:
        database = Database(through)
        yield Broken(
            Ingest(
                database,
                clock,
                SequenceClock(clock.server_seconds),
                timeout_seconds=20,
                suppression=Suppression(database, str),
            ),
            proxy,
        )
        database.close()


async def _told(world: World, type_: str, id_: str) -> Sequence[str]:
    return [e["data"].get("status") for e in await world.events(type_) if e["data"]["id"] == id_]


@pytest.mark.parametrize("where", Where)
async def test_messages(world: World, database_url: str, clock: FixedClock, where: Where) -> None:
    async def write(after: int) -> None:
        customer = f"7900111220{after}"
        async with broken(database_url, clock) as batch:
            await batch.store(text("first", provider_id=f"m{after}-1", customer=customer))
            batch.proxy.cut(where, after)
            await batch.store(text("second", provider_id=f"m{after}-2", customer=customer))
        conversation = await world.only("conversations", {"identity.external_id": customer})
        messages = await world.all("messages", {"conversation_id": conversation["_id"], "void": {"$exists": False}})
        assert sorted(m["content"]["text"] for m in messages) == ["first", "second"], f"cut after {after}"
        for message in messages:
            assert len(await _told(world, "message.created", message["_id"])) == 1, f"cut after {after}"

    await asyncio.gather(*map(write, BOUNDARIES))


@pytest.mark.parametrize("where", Where)
async def test_statuses(world: World, database_url: str, clock: FixedClock, where: Where) -> None:
    async def report(after: int) -> None:
        provider_id = f"wamid.{after}"
        sent = await world.write(await world.assigned_conversation(f"7900111220{after}"), "answer")
        delivery = world.delivery()
        await delivery.begin([sent.id])
        verdict = judge(SendReceipt(provider_id=provider_id), attempts=1, now=clock.now())
        await delivery.end([Ended(message_id=sent.id, verdict=verdict)])
        async with broken(database_url, clock) as batch:
            await batch.store(status(provider_id, DeliveryStatus.DELIVERED))
            batch.proxy.cut(where, after)
            await batch.store(status(provider_id, DeliveryStatus.READ))
        assert (await world.only("messages", {"_id": sent.id}))["status"] == "read", f"cut after {after}"
        told = await _told(world, "message.updated", sent.id)
        assert list(told) == ["sending", "sent", "delivered", "read"], f"cut after {after}"

    await asyncio.gather(*map(report, BOUNDARIES))
