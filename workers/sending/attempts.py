"""Attempts of one channel: recorded, put on the wire at their turn, and recorded again with the provider's answer."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

import structlog

from channels.contract import ChannelAccount, Connector
from inbox.arriving.inbound import InboundEvent
from inbox.channel.channel_directory import ChannelRecord
from inbox.foundation.clock import Clock
from inbox.model.provider_error import ProviderError
from inbox.model.statuses import MessageStatus
from inbox.sending.beginning import Attempted
from inbox.sending.delivery import Delivery, Ended
from inbox.sending.delivery_rules import Waiting
from inbox.sending.outbound import Certainty, SendFailedError, SendReceipt
from inbox.sending.outgoing import Lane
from inbox.sending.pacing import Pacer
from inbox.sending.retry_rules import BROKEN_CONTRACT, Verdict, held_back, judge
from inbox.sending.uploading import AttemptTakenError
from inbox.storage.group_commit import Gathering, GroupCommit
from workers.sending.outgoing_files import OutgoingFiles
from workers.sending.upcoming import Upcoming

WIRE: Final = 192
"""Requests of one channel on the wire: 1,000 messages a second, Meta's most, at its usual 150–190 ms.

It is also the most `unknown` messages that a killed process can leave.
"""
BEGIN_BATCH: Final = 32
"""Attempts recorded together: small, so that what is recorded goes out within milliseconds."""
GATHERING: Final = Gathering(seconds=0.1, enough=BEGIN_BATCH, lull_seconds=0.025)
"""Ends of campaigns' attempts that are recorded together: at 80 a second eight, and nobody waits for one of them."""
RECORD_PAUSE_SECONDS: Final = 0.5
RECORD_SECONDS: Final = 30.0

Heed = Callable[[ChannelRecord, ProviderError], Awaitable[None]]
"""Hears of a refusal that is final."""
Hear = Callable[[ChannelRecord, Sequence[InboundEvent]], Awaitable[None]]
"""Hears what a provider's answer tells besides."""

_log = structlog.get_logger()


@dataclass
class SendingChannel:
    """The channel that is sent for, as its settings are now.

    Attributes:
        record: Its settings.
        account: The same, as its messenger wants them.
        connector: Its messenger.
        files: Sends messages with the files that they name.
        heed: Hears of each refusal that is final, or that another endpoint made good.
        hear: Hears what the provider's answers tell besides.
    """

    record: ChannelRecord
    account: ChannelAccount
    connector: Connector
    files: OutgoingFiles
    heed: Heed | None = None
    hear: Hear | None = None


class Attempts:
    """Makes attempts, one a conversation at a time.

    Args:
        delivery: Records them.
        clock: Says when a retry is due.
        pacer: Says whose turn it is.
        channel: Read at each send: its settings may change meanwhile.
        upcoming: Told of conversations whose next message is not the one that was found.
        news: Set when an attempt has ended.
    """

    def __init__(
        self,
        delivery: Delivery,
        clock: Clock,
        pacer: Pacer,
        *,
        channel: SendingChannel,
        upcoming: Upcoming,
        news: asyncio.Event,
    ) -> None:
        self._delivery = delivery
        self._clock = clock
        self._pacer = pacer
        self._channel = channel
        self._upcoming = upcoming
        self._news = news
        self._gates = {lane: asyncio.Lock() for lane in Lane}
        self._on_wire: dict[str, asyncio.Task[None]] = {}
        self._undoing: asyncio.Task[None] | None = None
        self._ends = _recording(delivery)
        self._campaign_ends = _recording(delivery)
        self._campaign_ends.gathering = GATHERING

    @property
    def conversations(self) -> Collection[str]:
        """The conversations of which a message is on its way."""
        return self._on_wire.keys()

    @property
    def room(self) -> int:
        """How many attempts may be begun together now."""
        return min(WIRE - len(self._on_wire), BEGIN_BATCH)

    async def begin(self, chosen: Mapping[str, Waiting]) -> None:
        """Record attempts for messages, by conversation, and put them on the wire.

        What may not be sent any more is left out: its window has closed, or somebody else took it.
        """
        attempted = await self._recorded([waiting.id for waiting in chosen.values()])
        begun = {attempt.conversation_id for attempt in attempted}
        for conversation_id in chosen.keys() - begun:
            self._pacer.release(chosen[conversation_id].lane)
            self._upcoming.forget(conversation_id)
        for attempt in attempted:
            task = asyncio.create_task(self._attempt(attempt, chosen[attempt.conversation_id].lane))
            self._on_wire[attempt.conversation_id] = task

    async def finish(self) -> None:
        """Wait until those on the wire have ended."""
        if self._on_wire:
            await asyncio.wait(self._on_wire.values())

    async def _recorded(self, message_ids: Sequence[str]) -> list[Attempted]:
        """Record that attempts begin; if that is broken off nothing has gone out, and the messages are queued again."""
        recording = asyncio.ensure_future(self._delivery.begin(message_ids))
        try:
            return await asyncio.shield(recording)
        except BaseException:
            self._undoing = asyncio.create_task(self._give_back(recording, message_ids))
            await asyncio.wait({self._undoing})
            raise

    async def _give_back(self, recording: asyncio.Future[list[Attempted]], message_ids: Sequence[str]) -> None:
        await asyncio.wait({recording})
        await self._insist(partial(self._delivery.give_back, message_ids))

    async def _attempt(self, attempt: Attempted, lane: Lane) -> None:
        try:
            held_for = await self._turn(lane)
            result = held_back(held_for) if held_for else await self._send(attempt)
            self._pacer.obey(result, attempt.message.to, time.monotonic())
            await self._end(attempt, result, lane)
        except AttemptTakenError:
            _log.warning("another process has taken a message over", channel_id=self._channel.record.id)
        finally:
            del self._on_wire[attempt.conversation_id]
            self._news.set()

    async def _turn(self, lane: Lane) -> float:
        """Wait until the pace lets a message out; return the seconds for which the channel has to stand still."""
        try:
            if not self._pacer.is_limited:
                return self._pacer.held_for(time.monotonic())
            async with self._gates[lane]:
                while wait := self._pacer.wait(lane, time.monotonic()):  # noqa: ASYNC110
                    await asyncio.sleep(wait)  # again and again: another lane may have taken the turn
                held_for = self._pacer.held_for(time.monotonic())
                if not held_for:
                    self._pacer.take(lane, time.monotonic())
                return held_for
        finally:
            self._pacer.release(lane)

    async def _send(self, attempt: Attempted) -> SendReceipt | SendFailedError:
        try:
            return await self._channel.files.send(
                attempt.message, self._channel.connector, self._channel.account, mark=attempt.upload_mark
            )
        except SendFailedError as failed:
            return failed
        except AttemptTakenError:
            raise
        except Exception as error:
            _log.error("a connector broke its contract", channel_id=self._channel.record.id, exc_info=error)
            return SendFailedError(BROKEN_CONTRACT, certainty=Certainty.UNKNOWN)

    async def _end(self, attempt: Attempted, result: SendReceipt | SendFailedError, lane: Lane) -> None:
        """Record the provider's answer, and pass on what it means beyond this message."""
        verdict = judge(result, attempts=attempt.attempts, now=self._clock.now())
        if verdict.next_attempt_at is not None:
            self._upcoming.forget(attempt.conversation_id)
        ends = self._campaign_ends if lane is Lane.CAMPAIGN else self._ends
        await self._insist(partial(ends.submit, [Ended(message_id=attempt.message.id, verdict=verdict)]))
        await self._pass_on(result, verdict)

    async def _pass_on(self, result: SendReceipt | SendFailedError, verdict: Verdict) -> None:
        if self._channel.hear and result.news:
            await self._channel.hear(self._channel.record, result.news)
        is_final = verdict.error is not None and verdict.status is MessageStatus.FAILED
        refusal = verdict.error if is_final else result.made_good if isinstance(result, SendReceipt) else None
        if self._channel.heed and refusal is not None:
            await self._channel.heed(self._channel.record, refusal)

    async def _insist(self, record: Callable[[], Awaitable[object]]) -> None:
        """Record what became of attempts, however long the database is away."""
        while True:
            try:
                await record()
                return
            except Exception as error:
                _log.warning(
                    "an answer waits for the database", channel_id=self._channel.record.id, error=type(error).__name__
                )
            await asyncio.sleep(RECORD_PAUSE_SECONDS)


def _recording(delivery: Delivery) -> GroupCommit[Ended, None]:
    return GroupCommit(
        delivery.end, kind="ends", max_batch=BEGIN_BATCH * 2, max_pending=WIRE * 2, timeout_seconds=RECORD_SECONDS
    )
