"""The sender keeps to the pace: measured where a connector is called, on a real outbox."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import ClassVar

import msgspec
import pytest
from redis.asyncio import Redis

from channels.contract import Capabilities, ChannelAccount, InboundRequest
from inbox.arriving.inbound import InboundEvent
from inbox.channel.channel_directory import ChannelRecord
from inbox.files.gridfs_store import GridFsStore
from inbox.foundation.clock import Clock
from inbox.messages.waiting import outbox_row
from inbox.model.authors import Author, AuthorKind
from inbox.model.channel_kind import ChannelKind
from inbox.model.content import Content, TemplateContent
from inbox.model.provider_error import ProviderError
from inbox.sending.beginning import Attempted
from inbox.sending.delivery import Delivery
from inbox.sending.inbound_traffic import InboundTraffic
from inbox.sending.outbound import Holds, OutboundMessage, SendFailedError, SendReceipt
from inbox.sending.outgoing import Lane, outgoing_document, reply_row
from inbox.sending.rates import Rates
from inbox.storage.database import Database
from tests.integration.inbox.inbox_world import CHANNEL, World
from workers.sending.channel_sender import ChannelSender
from workers.sending.outgoing_files import OutgoingFiles

SOON_SECONDS = 20.0
RECORD = ChannelRecord(id=CHANNEL.id, workspace_id="w1", kind=CHANNEL.kind, name="Sales", enabled=True, credentials={})


class Messenger:
    """A messenger with a limit: notes when what came, refuses what it is told to refuse."""

    kind: ClassVar[ChannelKind] = ChannelKind.WHATSAPP

    def __init__(self, rates: Rates, refusals: Sequence[SendFailedError] = ()) -> None:
        self._rates = rates
        self._refusals = list(refusals)
        self.calls: list[tuple[float, str]] = []

    def rates(self, account: ChannelAccount) -> Rates:
        return self._rates

    async def make_ready(self) -> None: ...

    async def send(self, message: OutboundMessage, account: ChannelAccount) -> SendReceipt:
        self.calls.append((time.monotonic(), message.id))
        if self._refusals:
            raise self._refusals.pop(0)
        return SendReceipt(provider_id=f"p-{message.id}-{len(self.calls)}")

    def capabilities(self) -> Capabilities:
        raise NotImplementedError

    def verify(self, request: InboundRequest, account: ChannelAccount) -> None: ...

    def parse(self, request: InboundRequest) -> Sequence[InboundEvent]:
        return []

    def check(self, content: Content) -> None: ...

    async def close(self) -> None: ...


async def waiting(database: Database, name: str, lane: Lane, count: int) -> None:
    """Put messages into the outbox, each to a customer of its own."""
    clock = Clock()
    documents = [
        outgoing_document(
            {
                "_id": f"{name}-{n}",
                "workspace_id": "w1",
                "channel_id": CHANNEL.id,
                "identity": {"external_id": f"{name}{n}"},
            },
            TemplateContent(name="offer", language="en"),
            Author(AuthorKind.OPERATOR, "op1"),
            n + 1,
            clock.now(),
        )
        | {"_id": f"{name}-{n}"}
        for n in range(count)
    ]
    await database.messages.insert_many(documents)
    await database.outbox.insert_many([outbox_row(d, lane=lane, at=clock.now()) for d in documents])


def delivery(world: World, name: str = "s1") -> Delivery:
    """The outbox as a sender sees it, on real time."""
    return Delivery(world.database, Clock(), CHANNEL, sender=name)


def outgoing_files(world: World) -> OutgoingFiles:
    return OutgoingFiles(world.database, GridFsStore(world.database), Clock())


@asynccontextmanager
async def sending(world: World, messenger: Messenger, name: str = "s1") -> AsyncIterator[ChannelSender]:
    """Have a sender of the channel; at the end it is cancelled, as when its lease is lost."""
    sender = ChannelSender(
        delivery(world, name), Clock(), RECORD, messenger, files=outgoing_files(world), read_again=_unchanged
    )
    task = asyncio.create_task(sender.run())
    try:
        yield sender
    finally:
        task.cancel()
        await asyncio.wait({task})


async def _unchanged(_: str) -> ChannelRecord:
    return RECORD


async def called(messenger: Messenger, count: int) -> None:
    async with asyncio.timeout(SOON_SECONDS):
        while len(messenger.calls) < count:  # noqa: ASYNC110
            await asyncio.sleep(0.005)


def most_in_a_second(times: Sequence[float]) -> int:
    times = sorted(times)
    return max(sum(1 for t in times[i:] if t < at + 1.0) for i, at in enumerate(times))


async def test_rate_holds_also_across_take_overs(world: World) -> None:
    messenger = Messenger(Rates(per_second=50.0))
    await waiting(world.database, "m", Lane.REPLY, 130)
    for process, until in (("s1", 30), ("s2", 60), ("s3", 120)):
        async with sending(world, messenger, process):
            await called(messenger, until)
    times = [at for at, _ in messenger.calls]
    assert most_in_a_second(times) <= 50
    names = [message_id for _, message_id in messenger.calls]
    assert len(names) == len(set(names)), "a take-over sends nothing again"


async def test_reply_overtakes_a_waiting_campaign(world: World) -> None:
    messenger = Messenger(Rates(per_second=50.0))
    await waiting(world.database, "campaign", Lane.CAMPAIGN, 600)
    async with sending(world, messenger) as sender:
        await called(messenger, 10)
        await waiting(world.database, "reply", Lane.REPLY, 1)
        sender.wake()
        before = len(messenger.calls)
        async with asyncio.timeout(SOON_SECONDS):
            while "reply-0" not in (names := [name for _, name in messenger.calls]):  # noqa: ASYNC110
                await asyncio.sleep(0.005)
    assert names.index("reply-0") - before <= 10, "it went ahead of some hundred that had waited longer"


async def test_reply_is_seen_behind_more_campaign_messages_than_one_look_takes(world: World) -> None:
    await waiting(world.database, "campaign", Lane.CAMPAIGN, 600)
    await waiting(world.database, "reply", Lane.REPLY, 1)
    due = await delivery(world).due()
    assert next(iter(due.queues)) == "reply-0"


async def test_what_stands_before_a_reply_goes_first_and_with_its_urgency(world: World) -> None:
    await waiting(world.database, "campaign", Lane.CAMPAIGN, 600)
    stored = await world.only("messages", {"_id": "campaign-599"})
    reply = stored | {"_id": "reply", "seq": 10_000}
    await world.database.messages.insert_one(reply)
    await world.database.outbox.insert_one(reply_row(reply))
    for due in (await delivery(world).due(), await delivery(world).due(overtaking=Lane.CAMPAIGN)):
        conversation, queue = next(iter(due.queues.items()))
        assert (conversation, [w.id for w in queue]) == ("campaign-599", ["campaign-599", "reply"])
        assert {w.lane for w in queue} == {Lane.REPLY}


async def test_channel_that_is_asked_to_pause_stands_still(world: World) -> None:
    error = ProviderError(code="rate_limited", explanation="Too fast.", retryable=True)
    messenger = Messenger(
        Rates(per_second=50.0), [SendFailedError(error, retry_after_seconds=0.7, holds=Holds.CHANNEL)]
    )
    await waiting(world.database, "m", Lane.REPLY, 12)
    async with sending(world, messenger):
        await called(messenger, 13)
    times = [at for at, _ in messenger.calls]
    assert times[1] - times[0] >= 0.7
    assert len({name for _, name in messenger.calls}) == 12, "what was refused went again"


async def test_recipient_that_is_held_holds_nobody_else(world: World) -> None:
    error = ProviderError(code="rate_limited", explanation="Too many to one.", retryable=True)
    messenger = Messenger(Rates(), [SendFailedError(error, retry_after_seconds=1.0, holds=Holds.RECIPIENT)])
    await waiting(world.database, "m", Lane.REPLY, 5)
    async with sending(world, messenger):
        await called(messenger, 6)
    (first, refused), *others, (last, again) = messenger.calls
    assert again == refused
    assert last - first >= 1.0
    assert len({name for _, name in others}) == 4


async def test_disabled_channel_sends_no_more(world: World) -> None:
    record = RECORD
    messenger = Messenger(Rates(per_second=20.0))

    async def read_again(_: str) -> ChannelRecord:
        return record

    await waiting(world.database, "m", Lane.REPLY, 40)
    sender = ChannelSender(
        delivery(world), Clock(), RECORD, messenger, files=outgoing_files(world), read_again=read_again
    )
    task = asyncio.create_task(sender.run())
    await called(messenger, 2)
    record = msgspec.structs.replace(RECORD, enabled=False)
    async with asyncio.timeout(SOON_SECONDS):
        await task
    assert len(messenger.calls) < 40


async def test_what_customers_write_is_counted_across_processes(redis: Redis) -> None:
    server, worker = InboundTraffic(redis), InboundTraffic(redis)
    for _ in range(30):
        server.count("c1", 2)
    await server.close()
    async with asyncio.timeout(SOON_SECONDS):
        while (rate := await worker.per_second("c1")) == 0:  # noqa: ASYNC110
            await asyncio.sleep(0.05)
    assert rate == 30.0
    assert await worker.per_second("c2") == 0


async def test_writing_customers_slow_the_channel_down(world: World) -> None:
    messenger = Messenger(Rates(per_second=40.0, counts_inbound=True))
    await waiting(world.database, "m", Lane.REPLY, 60)

    async def inbound(_: str) -> float:
        return 30.0

    async with sending(world, messenger) as sender:
        sender.inbound = inbound
        await called(messenger, 20)
    assert most_in_a_second([at for at, _ in messenger.calls][3:]) <= 11


class Loading(Messenger):
    """A messenger whose library takes its time."""

    def __init__(self) -> None:
        super().__init__(Rates())
        self.asked, self.loaded = asyncio.Event(), asyncio.Event()

    async def make_ready(self) -> None:
        self.asked.set()
        await self.loaded.wait()


async def statuses(world: World) -> Counter[tuple[str, int]]:
    """Count messages by status and number of attempts."""
    return Counter([(m["status"], len(m["attempts"])) async for m in world.database.messages.find()])


async def test_killed_while_it_loads_it_leaves_nothing_in_doubt(world: World) -> None:
    await waiting(world.database, "m", Lane.REPLY, 20)
    killed = Loading()
    async with sending(world, killed, "s1"):
        await killed.asked.wait()
        assert await statuses(world) == {("queued", 0): 20}
    messenger = Messenger(Rates())
    async with sending(world, messenger, "s2"):
        await called(messenger, 20)
    assert len({name for _, name in messenger.calls}) == 20
    assert "unknown" not in {status for status, _ in await statuses(world)}


async def test_stop_does_not_wait_for_a_library(world: World) -> None:
    await waiting(world.database, "m", Lane.REPLY, 3)
    loading = Loading()
    sender = ChannelSender(
        delivery(world), Clock(), RECORD, loading, files=outgoing_files(world), read_again=_unchanged
    )
    running = asyncio.create_task(sender.run())
    await loading.asked.wait()
    sender.stop()
    async with asyncio.timeout(SOON_SECONDS):
        await running
    assert await statuses(world) == {("queued", 0): 3}


@pytest.mark.parametrize("fault", [asyncio.CancelledError(), ConnectionError("the answer was lost")])
async def test_recorded_but_never_begun_is_queued_again(world: World, fault: BaseException) -> None:
    """The record is made, and at that moment the lease is lost, or the database's answer."""

    class Torn(Delivery):
        async def begin(self, message_ids: Sequence[str]) -> list[Attempted]:
            await super().begin(message_ids)
            raise fault

    await waiting(world.database, "m", Lane.REPLY, 20)
    messenger = Messenger(Rates())
    torn = Torn(world.database, Clock(), CHANNEL, sender="s1")
    sender = ChannelSender(torn, Clock(), RECORD, messenger, files=outgoing_files(world), read_again=_unchanged)
    with pytest.raises(type(fault)):
        await sender.run()
    assert messenger.calls == []
    assert await statuses(world) == {("queued", 0): 20}
    async with sending(world, messenger, "s2"):
        await called(messenger, 20)
    assert "unknown" not in {status for status, _ in await statuses(world)}


async def test_message_that_nobody_can_read_stops_no_other(world: World) -> None:
    """One waits, one was left by a process that was killed."""
    await waiting(world.database, "m", Lane.REPLY, 5)
    spoilt = {"content": {"type": "hologram"}}
    await world.database.messages.update_one({"_id": "m-0"}, {"$set": spoilt})
    await world.database.messages.update_one({"_id": "m-1"}, {"$set": {**spoilt, "status": "sending"}})
    await world.database.outbox.update_one({"_id": "m-1"}, {"$set": {"sender": "killed"}})
    messenger = Messenger(Rates())
    async with sending(world, messenger):
        await called(messenger, 3)
    assert {name for _, name in messenger.calls} == {"m-2", "m-3", "m-4"}
    found = {m["_id"]: m["status"] async for m in world.database.messages.find()}
    assert (found["m-0"], found["m-1"]) == ("failed", "unknown")
