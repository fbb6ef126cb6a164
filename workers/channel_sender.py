"""Sending what waits for one channel: in order within each conversation, many conversations side by side."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from datetime import datetime
from typing import Final

import structlog

from channels.accounts import account_of
from channels.contract import ChannelAccount, Connector
from inbox.arriving.inbound import ProviderError
from inbox.channel.channel_directory import ChannelRecord
from inbox.foundation.clock import Clock
from inbox.foundation.problems import Problem
from inbox.sending.delivery import Attempted, Delivery, Ended
from inbox.sending.outbound import Certainty, SendFailed, SendReceipt
from inbox.sending.retry_rules import judge
from inbox.storage.group_commit import GroupCommit

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

_log = structlog.get_logger()


class ChannelSender:
    """Sends for one channel while its process holds the channel's lease."""

    def __init__(self, delivery: Delivery, clock: Clock, record: ChannelRecord, connector: Connector) -> None:
        self._delivery = delivery
        self._clock = clock
        self._channel_id = record.id
        self._account: ChannelAccount = account_of(record)
        self._connector = connector
        self._queues: dict[str, deque[str]] = {}
        self._sending: dict[str, asyncio.Task[None]] = {}
        self._retries: dict[str, datetime] = {}
        self._scanned_at = float("-inf")
        self._news = asyncio.Event()
        self._stopping = False
        self._ends: GroupCommit[Ended, None] = GroupCommit(
            delivery.end, max_batch=BEGIN_BATCH * 2, max_pending=WIRE * 2, timeout_seconds=RECORD_SECONDS
        )

    def wake(self) -> None:
        """Look for messages now."""
        self._news.set()

    def stop(self) -> None:
        """Begin no new attempt; `run` returns when those on the wire have ended."""
        self._stopping = True
        self._news.set()

    async def run(self) -> None:
        """Send until nothing has waited for a while, or until stopped."""
        orphans = await self._delivery.settle_orphans()
        if orphans:
            _log.warning("answers were lost", channel_id=self._channel_id, messages=orphans)
        try:
            await self._send_until_idle()
        finally:
            if self._sending:
                await asyncio.wait(self._sending.values())

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
        if any(conversation_id not in self._sending for conversation_id in self._queues):
            return
        if time.monotonic() - self._scanned_at < SCAN_EVERY_SECONDS:
            return
        self._scanned_at = time.monotonic()
        now = self._clock.now()
        self._retries = {c: at for c, at in self._retries.items() if at > now}
        due = await self._delivery.due(apart_from=self._sending.keys() | self._retries.keys())
        self._queues = {c: deque(ids) for c, ids in due.queues.items() if c not in self._sending}
        self._retries |= due.retries

    def _take(self) -> dict[str, str]:
        """Choose the next message of each free conversation: conversation id → message id."""
        room = min(WIRE - len(self._sending), BEGIN_BATCH)
        chosen: dict[str, str] = {}
        for conversation_id in list(self._queues):
            if len(chosen) >= room:
                break
            if conversation_id not in self._sending:
                queue = self._queues[conversation_id]
                chosen[conversation_id] = queue.popleft()
                if not queue:
                    del self._queues[conversation_id]
        return chosen

    async def _begin(self, chosen: dict[str, str]) -> None:
        attempted = await self._delivery.begin(list(chosen.values()))
        begun = {attempt.conversation_id for attempt in attempted}
        for conversation_id in chosen.keys() - begun:
            self._queues.pop(conversation_id, None)
        for attempt in attempted:
            task = asyncio.create_task(self._send(attempt))
            self._sending[attempt.conversation_id] = task

    async def _send(self, attempt: Attempted) -> None:
        try:
            result = await self._result(attempt)
            verdict = judge(result, attempts=attempt.attempts, now=self._clock.now())
            if verdict.next_attempt_at is not None:
                self._queues.pop(attempt.conversation_id, None)
            await self._record(Ended(message_id=attempt.message.id, verdict=verdict))
        finally:
            del self._sending[attempt.conversation_id]
            self._news.set()

    async def _result(self, attempt: Attempted) -> SendReceipt | SendFailed:
        try:
            return await self._connector.send(attempt.message, self._account)
        except SendFailed as failed:
            return failed
        except Exception as error:
            _log.error("a connector broke its contract", channel_id=self._channel_id, exc_info=error)
            return SendFailed(_INTERNAL, certainty=Certainty.UNKNOWN)

    async def _record(self, ended: Ended) -> None:
        """Record the end of an attempt, however long the database is away."""
        while True:
            try:
                await self._ends.submit([ended])
                return
            except (Problem, Exception) as error:
                _log.warning(
                    "an answer waits for the database", channel_id=self._channel_id, error=type(error).__name__
                )
            await asyncio.sleep(RECORD_PAUSE_SECONDS)

    async def _wait_for_news(self) -> None:
        seconds = SCAN_EVERY_SECONDS if self._sending else IDLE_POLL_SECONDS
        if self._retries:
            next_at = min(self._retries.values())
            seconds = min(seconds, max(0.0, (next_at - self._clock.now()).total_seconds()) + 0.001)
        try:
            async with asyncio.timeout(seconds):
                await self._news.wait()
        except TimeoutError:
            return


_INTERNAL: Final = ProviderError(
    code="internal",
    explanation="The gateway failed while sending: it is not known whether the customer has the message.",
)
