"""`getUpdates`: long polling, one poller a bot.

Source: core.telegram.org/bots/api#getupdates: limit 1-100, `timeout` in seconds, 0 for short polling;
a second request ends the first with 409.
"""

from __future__ import annotations

import asyncio

from channels.sandbox.telegram.errors import BotApiError
from channels.sandbox.telegram.state import Bot

MAX_TIMEOUT_SECONDS = 50
"""The public server waits no longer, whatever is asked."""

ANOTHER_POLLER = "terminated by other getUpdates request; make sure that only one bot instance is running"


class UpdatePolling:
    """The request that waits for one bot's updates, if there is one."""

    def __init__(self) -> None:
        self._waiter: asyncio.Future[None] | None = None

    @property
    def waiting(self) -> bool:
        """Whether a request waits now."""
        return self._waiter is not None and not self._waiter.done()

    def wake(self) -> None:
        """Something is there."""
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    def end(self, error: BotApiError) -> None:
        """Send the waiting request away."""
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_exception(error)
        self._waiter = None

    async def wait(self, bot: Bot, seconds: float) -> None:
        """Come back when the bot has updates, or after so many seconds.

        Raises:
            BotApiError: Another request took this one's place, or a webhook was set.
        """
        self.end(BotApiError(409, ANOTHER_POLLER))
        if bot.updates or seconds <= 0:
            return
        waiter = self._waiter = asyncio.get_running_loop().create_future()
        try:
            async with asyncio.timeout(min(seconds, MAX_TIMEOUT_SECONDS)):
                await waiter
        except TimeoutError:
            pass
        finally:
            if self._waiter is waiter:
                self._waiter = None


class Pollers:
    """The pollers of all bots."""

    def __init__(self) -> None:
        self._pollers: dict[int, UpdatePolling] = {}

    def of(self, bot: Bot) -> UpdatePolling:
        """The bot's poller, made at the first use."""
        return self._pollers.setdefault(bot.id, UpdatePolling())
