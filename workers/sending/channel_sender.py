"""Sending what waits for one channel: in order within each conversation, many conversations side by side."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Final

import structlog

from channels.abilities import LimitsRates
from channels.accounts import account_of
from channels.contract import ChannelAccount, Connector
from inbox.channel.channel_directory import ChannelRecord
from inbox.foundation.clock import Clock
from inbox.sending.delivery import Delivery
from inbox.sending.pacing import Pacer
from inbox.sending.rates import NO_LIMITS, Rates
from workers.sending.attempts import Attempts, Hear, Heed, SendingChannel
from workers.sending.outgoing_files import OutgoingFiles
from workers.sending.upcoming import Upcoming

LINGER_SECONDS: Final = 20.0
"""How long an idle channel keeps its lease: the next reply goes out without taking it anew."""
HEAR_SECONDS: Final = 1.0
"""How often it is asked how much customers write."""

ReadAgain = Callable[[str], Awaitable[ChannelRecord | None]]
"""Returns a channel by id, at most a few seconds old."""
Inbound = Callable[[str], Awaitable[float]]
"""Returns how many messages a second customers write on a channel."""

_log = structlog.get_logger()


class ChannelSender:
    """Sends for one channel while its process holds the channel's lease.

    What goes next is decided by `Upcoming`, what becomes of it by `Attempts`; here is what keeps both going.

    Attributes:
        inbound: Asked how much customers write, where that counts for the provider's limit.
    """

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
            read_again: Returns the channel as it is later; its settings may change while we send.
        """
        self.inbound: Inbound = _nobody_writes
        self._delivery = delivery
        self._read_again = read_again
        self._channel = SendingChannel(record, account_of(record), connector, files)
        self._pacer = Pacer(_rates_of(connector, self._channel.account), time.monotonic())
        self._news = asyncio.Event()
        self._upcoming = Upcoming(delivery, clock, self._pacer)
        self._attempts = Attempts(
            delivery, clock, self._pacer, channel=self._channel, upcoming=self._upcoming, news=self._news
        )
        self._heard_at = float("-inf")
        self._stopping = False
        self._loading: asyncio.Future[None] | None = None

    def tell_answers(self, *, heed: Heed, hear: Hear | None) -> None:
        """Have others hear what the provider's answers mean beyond their messages.

        Args:
            heed: Hears of each refusal that is final, or that another endpoint made good.
            hear: Hears what answers tell besides.
        """
        self._channel.heed, self._channel.hear = heed, hear

    def wake(self) -> None:
        """Look for messages now."""
        self._upcoming.wake()
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
            _log.warning("answers were lost", channel_id=self._channel.record.id, messages=orphans)
        try:
            await self._make_ready()
            await self._send_until_idle()
        finally:
            await self._attempts.finish()

    async def _make_ready(self) -> None:
        """Have the connector loaded, before any attempt is recorded; a stop does not wait for it."""
        if self._stopping:
            return
        self._loading = asyncio.ensure_future(self._channel.connector.make_ready())
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
            if self._upcoming.is_look_due(self._attempts.conversations):
                await self._heed_settings()
                await self._upcoming.look(self._attempts.conversations)
            if self._stopping:
                return
            chosen = self._upcoming.take(self._attempts.conversations, self._attempts.room)
            if chosen:
                await self._attempts.begin(chosen)
            if chosen or self._attempts.conversations:
                busy_at = time.monotonic()
            elif not self._upcoming.is_woken and time.monotonic() - busy_at > LINGER_SECONDS:
                return
            if not chosen:
                await self._wait_for_news()

    async def _heed_settings(self) -> None:
        """Send on with the channel's settings of now; stop if it may send no more."""
        if time.monotonic() - self._heard_at > HEAR_SECONDS:
            self._heard_at = time.monotonic()
            self._pacer.hear_inbound(await self.inbound(self._channel.record.id))
        record = await self._read_again(self._channel.record.id)
        if record is None or not record.may_send:
            self.stop()
        elif record != self._channel.record:
            self._channel.record, self._channel.account = record, account_of(record)
            self._pacer.change(_rates_of(self._channel.connector, self._channel.account), time.monotonic())

    async def _wait_for_news(self) -> None:
        try:
            async with asyncio.timeout(self._upcoming.seconds_until_look(self._attempts.conversations)):
                await self._news.wait()
        except TimeoutError:
            return


async def _nobody_writes(_: str) -> float:
    return 0.0


def _rates_of(connector: Connector, account: ChannelAccount) -> Rates:
    return connector.rates(account) if isinstance(connector, LimitsRates) else NO_LIMITS
