"""Sending what waits for one channel: in order within each conversation, many conversations side by side."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from functools import partial
from typing import Final

import structlog

from channels.abilities import LimitsRates
from channels.accounts import account_of
from channels.contract import ChannelAccount, Connector
from inbox.arriving.inbound import InboundEvent
from inbox.channel.channel_directory import ChannelRecord
from inbox.foundation.clock import Clock
from inbox.foundation.problems import ProblemError
from inbox.model.provider_error import ProviderError
from inbox.model.statuses import MessageStatus
from inbox.sending.delivery import Attempted, Delivery, Ended
from inbox.sending.delivery_rules import Waiting
from inbox.sending.outbound import Certainty, SendFailedError, SendReceipt
from inbox.sending.outgoing import Lane
from inbox.sending.pacing import Pacer
from inbox.sending.rates import NO_LIMITS, Rates
from inbox.sending.retry_rules import BROKEN_CONTRACT, held_back, judge
from inbox.sending.uploading import AttemptTakenError
from inbox.storage.group_commit import GroupCommit
from workers.sending.outgoing_files import OutgoingFiles

WIRE: Final = 192
"""Requests of one channel on the wire: 1,000 messages a second, Meta's most, at its usual 150–190 ms.

It is also the most `unknown` messages that a killed process can leave.
"""
BEGIN_BATCH: Final = 32
"""Attempts recorded together: small, so that what is recorded goes out within milliseconds."""
SCAN_EVERY_SECONDS: Final = 0.03
IDLE_POLL_SECONDS: Final = 0.25
"""How long a message waits if its wake-up reached another process than the one that holds the channel."""
LINGER_SECONDS: Final = 20.0
"""How long an idle channel keeps its lease: the next reply goes out without taking it anew."""
RECORD_PAUSE_SECONDS: Final = 0.5
RECORD_SECONDS: Final = 30.0

ReadAgain = Callable[[str], Awaitable[ChannelRecord | None]]
"""Gives a channel by id, at most a few seconds old."""
Heed = Callable[[ChannelRecord, ProviderError], Awaitable[None]]
Hear = Callable[[ChannelRecord, Sequence[InboundEvent]], Awaitable[None]]

Inbound = Callable[[str], Awaitable[float]]
"""Gives how many messages a second customers write on a channel."""
HEAR_SECONDS: Final = 1.0

_log = structlog.get_logger()


class ChannelSender:
    """Sends for one channel while its process holds the channel's lease.

    Attributes:
        heed: Hears of each refusal that is final.
        hear: Hears what the provider's answers tell besides.
    """

    heed: Heed | None = None
    hear: Hear | None = None

    def __init__(
        self,
        delivery: Delivery,
        clock: Clock,
        record: ChannelRecord,
        connector: Connector,
        *,
        files: OutgoingFiles,
        read_again: ReadAgain,
    ) -> None:
        """Begin nothing yet.

        Args:
            delivery: The channel's outbox.
            clock: Says when a retry is due.
            record: The channel as it is now.
            connector: The channel's messenger.
            files: Sends messages with the files that they name.
            read_again: Gives the channel as it is later; its settings may change while we send.
        """
        self._delivery = delivery
        self._clock = clock
        self._channel_id = record.id
        self._record_now = record
        self._read_again = read_again
        self._files = files
        self._account: ChannelAccount = account_of(record)
        self._connector = connector
        self._pacer = Pacer(_rates_of(connector, self._account), time.monotonic())
        self._gates = {lane: asyncio.Lock() for lane in Lane}
        self._queues: dict[str, deque[Waiting]] = {}
        self._sending: dict[str, asyncio.Task[None]] = {}
        self._retries: dict[str, datetime] = {}
        self._paced: dict[str, float] = {}
        self._scanned_at = float("-inf")
        self._heard_at = float("-inf")
        self.inbound: Inbound = _nobody_writes
        self._news = asyncio.Event()
        self._woken = False
        self._stopping = False
        self._loading: asyncio.Future[None] | None = None
        self._undoing: asyncio.Task[None] | None = None
        self._ends: GroupCommit[Ended, None] = GroupCommit(
            delivery.end, lane="ends", max_batch=BEGIN_BATCH * 2, max_pending=WIRE * 2, timeout_seconds=RECORD_SECONDS
        )

    def wake(self) -> None:
        """Look for messages now."""
        self._woken = True
        self._news.set()

    def stop(self) -> None:
        """Begin no new attempt; `run` returns when those on the wire have ended."""
        self._stopping = True
        self._news.set()
        if self._loading is not None:
            self._loading.cancel()

    async def run(self) -> None:
        """Send until nothing has waited for a while, or until stopped."""
        orphans = await self._delivery.settle_orphans()
        if orphans:
            _log.warning("answers were lost", channel_id=self._channel_id, messages=orphans)
        try:
            await self._make_ready()
            await self._send_until_idle()
        finally:
            if self._sending:
                await asyncio.wait(self._sending.values())

    async def _make_ready(self) -> None:
        """Have the connector loaded, before any attempt is recorded; a stop does not wait for it."""
        self._loading = asyncio.ensure_future(self._connector.make_ready())
        try:
            await self._loading
        except asyncio.CancelledError:
            if not self._stopping:
                raise
        finally:
            self._loading = None

    async def _send_until_idle(self) -> None:
        busy_at = time.monotonic()
        while not self._stopping:
            self._news.clear()
            await self._scan_if_due()
            chosen = self._take()
            if chosen:
                await self._begin(chosen)
            if chosen or self._sending:
                busy_at = time.monotonic()
            elif time.monotonic() - busy_at > LINGER_SECONDS:
                return
            if not chosen:
                await self._wait_for_news()

    async def _scan_if_due(self) -> None:
        since = time.monotonic() - self._scanned_at
        first = next((queue[0] for c, queue in self._queues.items() if c not in self._sending), None)
        if since < SCAN_EVERY_SECONDS or (first is not None and not self._woken and since < IDLE_POLL_SECONDS):
            return
        self._scanned_at = time.monotonic()
        self._woken = False
        await self._heed_settings()
        if first is None or first.lane is not Lane.REPLY:
            await self._scan(overtaking=None if first is None else first.lane)

    async def _heed_settings(self) -> None:
        """Send on with the channel's settings of now; stop if it may send no more."""
        if time.monotonic() - self._heard_at > HEAR_SECONDS:
            self._heard_at = time.monotonic()
            self._pacer.hear_inbound(await self.inbound(self._channel_id))
        record = await self._read_again(self._channel_id)
        if record == self._record_now:
            return
        if record is None or not record.enabled or record.deleted_at is not None:
            self.stop()
            return
        self._record_now, self._account = record, account_of(record)
        self._pacer.change(_rates_of(self._connector, self._account), time.monotonic())

    async def _scan(self, *, overtaking: Lane | None) -> None:
        now = self._clock.now()
        self._retries = {c: at for c, at in self._retries.items() if at > now}
        self._paced = {c: at for c, at in self._paced.items() if at > time.monotonic()}
        waiting = self._sending.keys() | self._retries.keys() | self._paced.keys()
        due = await self._delivery.due(apart_from=waiting, overtaking=overtaking)
        found = {c: deque(waiting) for c, waiting in due.queues.items() if c not in self._sending}
        self._queues = (
            found if overtaking is None else found | {c: q for c, q in self._queues.items() if c not in found}
        )
        self._retries |= due.retries

    def _take(self) -> dict[str, Waiting]:
        """Choose the next message of each free conversation, by conversation id; each is claimed from the pacer."""
        most = min(WIRE - len(self._sending), BEGIN_BATCH)
        chosen: dict[str, Waiting] = {}
        now = time.monotonic()
        for conversation_id in [c for c in self._queues if c not in self._sending]:
            queue = self._queues[conversation_id]
            if len(chosen) >= most or self._pacer.room(queue[0].lane, now) == 0:
                break
            if wait := self._pacer.recipient_wait(queue[0].to, now):
                self._paced[conversation_id] = now + wait
                del self._queues[conversation_id]
                continue
            chosen[conversation_id] = queue.popleft()
            self._pacer.claim(chosen[conversation_id].lane, chosen[conversation_id].to, now)
            if not queue:
                del self._queues[conversation_id]
        return chosen

    async def _begin(self, chosen: dict[str, Waiting]) -> None:
        attempted = await self._recorded([waiting.id for waiting in chosen.values()])
        begun = {attempt.conversation_id for attempt in attempted}
        for conversation_id in chosen.keys() - begun:
            self._pacer.release(chosen[conversation_id].lane)
            self._queues.pop(conversation_id, None)
        for attempt in attempted:
            task = asyncio.create_task(self._send(attempt, chosen[attempt.conversation_id].lane))
            self._sending[attempt.conversation_id] = task

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

    async def _send(self, attempt: Attempted, lane: Lane) -> None:
        try:
            held_for = await self._turn(lane)
            result = held_back(held_for) if held_for else await self._result(attempt)
            self._pacer.obey(result, attempt.message.to, time.monotonic())
            verdict = judge(result, attempts=attempt.attempts, now=self._clock.now())
            if verdict.next_attempt_at is not None:
                self._queues.pop(attempt.conversation_id, None)
            await self._insist(partial(self._ends.submit, [Ended(message_id=attempt.message.id, verdict=verdict)]))
            if self.hear and result.news:
                await self.hear(self._record_now, result.news)
            if self.heed and verdict.error is not None and verdict.status is MessageStatus.FAILED:
                await self.heed(self._record_now, verdict.error)
        except AttemptTakenError:
            _log.warning("another process has taken a message over", channel_id=self._channel_id)
        finally:
            del self._sending[attempt.conversation_id]
            self._news.set()

    async def _turn(self, lane: Lane) -> float:
        """Wait until the pace lets a message out; give seconds instead if the channel has to stand still."""
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

    async def _result(self, attempt: Attempted) -> SendReceipt | SendFailedError:
        try:
            return await self._files.send(attempt.message, self._connector, self._account)
        except SendFailedError as failed:
            return failed
        except AttemptTakenError:
            raise
        except Exception as error:
            _log.error("a connector broke its contract", channel_id=self._channel_id, exc_info=error)
            return SendFailedError(BROKEN_CONTRACT, certainty=Certainty.UNKNOWN)

    async def _insist(self, record: Callable[[], Awaitable[object]]) -> None:
        """Record what became of attempts, however long the database is away."""
        while True:
            try:
                await record()
                return
            except (ProblemError, Exception) as error:
                _log.warning(
                    "an answer waits for the database", channel_id=self._channel_id, error=type(error).__name__
                )
            await asyncio.sleep(RECORD_PAUSE_SECONDS)

    async def _wait_for_news(self) -> None:
        seconds = SCAN_EVERY_SECONDS if self._sending or self._queues else IDLE_POLL_SECONDS
        if self._retries:
            next_at = min(self._retries.values())
            seconds = min(seconds, max(0.0, (next_at - self._clock.now()).total_seconds()) + 0.001)
        if self._paced:
            seconds = min(seconds, max(0.0, min(self._paced.values()) - time.monotonic()) + 0.001)
        seconds = max(seconds, self._scanned_at + SCAN_EVERY_SECONDS - time.monotonic())  # sooner nothing is looked for
        try:
            async with asyncio.timeout(seconds):
                await self._news.wait()
        except TimeoutError:
            return


async def _nobody_writes(_: str) -> float:
    return 0.0


def _rates_of(connector: Connector, account: ChannelAccount) -> Rates:
    return connector.rates(account) if isinstance(connector, LimitsRates) else NO_LIMITS
