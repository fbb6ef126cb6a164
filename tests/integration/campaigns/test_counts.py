"""A campaign's counts, and the rows of what waits, are those of a recount: whatever happens, in whichever order."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from inbox.arriving.inbound import DeliveryStatus
from inbox.messages.tallying import Bucket, bucket_of, counts_by_campaign, failure_of
from inbox.model.provider_error import ProviderError
from inbox.sending.delivery import Ended
from inbox.sending.outbound import Certainty, SendFailedError, SendReceipt
from inbox.sending.retry_rules import judge
from templates_hsm.campaigns.model.campaign_states import Action
from templates_hsm.campaigns.outcome.retry_failed import retry_failed
from templates_hsm.campaigns.outcome.settle_cancelled import settle_cancelled
from tests.integration.campaigns.campaign_world import CampaignWorld, W, listing, phones, report

STEPS = 14
SLOW_DOWN = SendFailedError(ProviderError(code="rate_limited", explanation="Too fast.", retryable=True))
REFUSED = SendFailedError(ProviderError(code="undeliverable", explanation="No such user."))
LOST = SendFailedError(ProviderError(code="timeout", explanation="No answer."), certainty=Certainty.UNKNOWN)


class Life:
    """A campaign that lives through anything."""

    def __init__(self, world: CampaignWorld, campaign_id: str, dice: random.Random) -> None:
        self.world, self.id, self.dice = world, campaign_id, dice
        self.steps: list[Callable[[], Awaitable[object]]] = [
            self.feed,
            self.send,
            self.send,
            self.begin_and_die,
            partial(report, world, DeliveryStatus.DELIVERED),
            partial(report, world, DeliveryStatus.READ),
            self.one_fails_late,
            self.retry,
            self.wait,
            self.all_at_once,
        ]

    async def feed(self) -> None:
        await self.world.feed(self.id, self.dice.randint(1, 4))

    async def send(self) -> None:
        delivery = self.world.delivery()
        due = await delivery.due()
        begun = await delivery.begin([queue[0].id for queue in due.queues.values()])
        ended = [Ended(message_id=a.message.id, verdict=self._answer(a.message.id, a.attempts)) for a in begun]
        await delivery.end(ended)

    def _answer(self, message_id: str, attempts: int) -> Any:
        result = self.dice.choice([SendReceipt(provider_id=f"p-{message_id}"), SLOW_DOWN, REFUSED, LOST])
        return judge(result, attempts=attempts, now=self.world.clock.now())

    async def begin_and_die(self) -> None:
        due = await self.world.delivery("died").due()
        await self.world.delivery("died").begin([queue[0].id for queue in due.queues.values()][:2])
        await self.world.delivery().settle_orphans()

    async def one_fails_late(self) -> None:
        sent = [m["provider_id"] for m in await self.world.messages() if m.get("provider_id")]
        if sent:
            await report(self.world, DeliveryStatus.FAILED, self.dice.choice(sent))

    async def retry(self) -> None:
        await retry_failed(self.world.database, W, self.id, now=self.world.clock.now())

    async def wait(self) -> None:
        self.world.clock.advance(timedelta(minutes=3))

    async def all_at_once(self) -> None:
        """Those who meet in one message: the end of an attempt, and what the provider tells meanwhile."""
        read = partial(report, self.world, DeliveryStatus.READ)
        await asyncio.gather(self.send(), read(), self.one_fails_late(), self.feed())

    async def cancel(self) -> None:
        await self.world.store.act(W, self.id, Action.CANCEL)
        while not await settle_cancelled(
            self.world.database, await self.world.store.find(W, self.id), at=self.world.clock.now(), batch=2
        ):
            continue

    async def check(self) -> None:
        messages = await self.world.messages()
        counted = (await counts_by_campaign(self.world.database, W, [self.id]))[self.id]
        recount = Counter(bucket for m in messages if (bucket := bucket_of(m)) is not None)
        assert +counted == recount
        assert not -counted, "no count is below nothing"
        failed = {m["_id"]: failure_of(m) for m in messages if bucket_of(m) is Bucket.FAILED}
        rows = {row["_id"]: row async for row in self.world.database.campaign_failures.find({})}
        assert {i: {k: v for k, v in row.items() if k != "tries_used_up"} for i, row in rows.items()} == failed
        waiting = {row["_id"]: "sender" in row async for row in self.world.database.outbox.find({})}
        assert waiting == {m["_id"]: m["status"] == "sending" for m in messages if m["status"] in ("queued", "sending")}


@pytest.mark.parametrize("seed", range(6))
async def test_counts_are_those_of_a_recount(world: CampaignWorld, seed: int) -> None:
    dice = random.Random(seed)
    life = Life(world, (await world.running(listing(phones(12)))).id, dice)
    for _ in range(STEPS):
        await dice.choice(life.steps)()
        await life.check()
    await life.cancel()
    await life.check()
    world.clock.advance(timedelta(hours=1))
    await life.send()
    await life.check()
    assert await world.database.outbox.find_one({}) is None, "a cancelled campaign leaves nothing that waits"
