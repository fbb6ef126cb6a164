"""Webhooks as Telegram posts them: one update a request, in order within a chat, chats side by side.

An update stays the bot's until it is answered 2xx, and holds back only its own chat. What is kept in the
state file is therefore posted again after a restart.

Source: core.telegram.org/bots/api#setwebhook: `max_connections`, the secret header, repetition "in case
of an unsuccessful request (a request with response HTTP status code different from 2XY)".
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from typing import TypeAlias

import aiohttp

from channels.sandbox.faults import FaultBox
from channels.sandbox.posting import Poster, pause_seconds
from channels.sandbox.telegram.params import Params, answered_params
from channels.sandbox.telegram.state import Bot, BotUpdate, Webhook

Answered: TypeAlias = Callable[[Bot, Params], Awaitable[None]]
"""Carries out the method that a webhook's answer names."""

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - a header's name


class ChatLine:
    """The updates of one chat that wait for their turn."""

    __slots__ = ("busy", "failures", "waiting")

    def __init__(self) -> None:
        self.waiting: deque[BotUpdate] = deque()
        self.busy = False
        self.failures = 0


class UpdateDelivery:
    """The webhook of one bot."""

    def __init__(
        self, bot: Bot, now: Callable[[], float], faults: FaultBox, poster: Poster, answered: Answered
    ) -> None:
        self._bot = bot
        self._answered = answered
        self._now = now
        self._faults = faults
        self._poster = poster
        self._lines: dict[int, ChatLine] = {}
        self._ready: deque[int] = deque()
        self._posting = 0
        self._pauses: dict[int, asyncio.TimerHandle] = {}

    def push(self, update: BotUpdate) -> None:
        """Send an update as soon as it is its turn."""
        if self._faults.active.reorder:
            # A line of its own, so that nothing holds it back: ids of updates are no ids of chats.
            delay = self._faults.reorder_delay_seconds()
            asyncio.get_running_loop().call_later(delay, self._add, update, -update.id << 64)
        else:
            self._add(update, update.chat_id)

    def restart(self) -> None:
        """Start over with everything that is not taken: the address has changed, or the emulator has started."""
        for pause in self._pauses.values():
            pause.cancel()
        self._pauses.clear()
        self._lines.clear()
        self._ready.clear()
        if self._bot.webhook.url:
            for update in list(self._bot.updates.values()):
                self._add(update, update.chat_id)

    def retry_now(self) -> None:
        """Cut short the pauses between attempts."""
        for line_id in list(self._pauses):
            self._pauses.pop(line_id).cancel()
            self._ready.append(line_id)
        self._pump()

    def _add(self, update: BotUpdate, line_id: int) -> None:
        line = self._lines.get(line_id)
        if line is None:
            line = self._lines[line_id] = ChatLine()
        line.waiting.append(update)
        if not line.busy:
            line.busy = True
            self._ready.append(line_id)
            self._pump()

    def _pump(self) -> None:
        while self._ready and self._posting < self._bot.webhook.max_connections:
            line_id = self._ready.popleft()
            line = self._lines.get(line_id)
            if line is not None:
                self._posting += 1
                self._poster.spawn(self._post_next(line_id, line))

    async def _post_next(self, line_id: int, line: ChatLine) -> None:
        update, webhook = line.waiting[0], self._bot.webhook
        try:
            taken = update.id not in self._bot.updates or await self._attempt(update, webhook)
        finally:
            self._posting -= 1
        if taken:
            self._bot.updates.pop(update.id, None)
        if self._lines.get(line_id) is line:
            self._go_on(line_id, line, taken=taken)
        self._pump()

    def _go_on(self, line_id: int, line: ChatLine, *, taken: bool) -> None:
        if taken:
            line.waiting.popleft()
            line.failures = 0
            if line.waiting:
                self._ready.append(line_id)
            else:
                del self._lines[line_id]
            return
        line.failures += 1
        pause = pause_seconds(line.failures)
        self._pauses[line_id] = asyncio.get_running_loop().call_later(pause, self._resume, line_id)

    def _resume(self, line_id: int) -> None:
        self._pauses.pop(line_id, None)
        self._ready.append(line_id)
        self._pump()

    async def _attempt(self, update: BotUpdate, webhook: Webhook) -> bool:
        headers = {"Content-Type": "application/json"}
        if webhook.secret_token:
            headers[SECRET_HEADER] = webhook.secret_token
        body = bytes(update.data)
        if self._faults.strikes(self._faults.active.duplicate_rate):
            self._poster.spawn(self._repeat(webhook.url, body, headers))
        asked: list[Params] = []
        outcome = await self._post(webhook.url, body, headers, asked)
        counts = self._bot.counts
        counts.posts += 1
        if isinstance(outcome, int) and 200 <= outcome < 300:
            counts.delivered_updates += 1
            for params in asked:
                await self._answered(self._bot, params)
            return True
        counts.failed_posts += 1
        webhook.last_error_date = int(self._now())
        webhook.last_error_message = _reason(outcome)
        return False

    async def _post(self, url: str, body: bytes, headers: Mapping[str, str], asked: list[Params]) -> int | str:
        """Post an update; a method that the answer names is put into `asked`."""

        async def read(answer: aiohttp.ClientResponse) -> None:
            if answer.ok and (params := await answered_params(answer)) is not None:
                asked.append(params)

        return await self._poster.post(url, body, dict(headers), read=read)

    async def _repeat(self, url: str, body: bytes, headers: dict[str, str]) -> None:
        await self._poster.post(url, body, headers)


def _reason(outcome: int | str) -> str:
    """As `getWebhookInfo` words it."""
    if isinstance(outcome, int):
        return f"Wrong response from the webhook: {outcome}"
    return "Connection timed out" if "Timeout" in outcome else "Connection refused"


async def _unheard(_: Bot, __: Params) -> None:
    """Before anybody carries out methods."""


class Deliveries:
    """The webhooks of all bots.

    Attributes:
        answered: Carries out the methods that webhooks answer with.
    """

    def __init__(self, now: Callable[[], float], faults: FaultBox, poster: Poster) -> None:
        self._now = now
        self._faults = faults
        self._poster = poster
        self._of: dict[int, UpdateDelivery] = {}
        self.answered: Answered = _unheard

    def of(self, bot: Bot) -> UpdateDelivery:
        """The bot's webhook, made at the first use."""
        found = self._of.get(bot.id)
        if found is None:
            found = self._of[bot.id] = UpdateDelivery(bot, self._now, self._faults, self._poster, self._answer)
        return found

    async def _answer(self, bot: Bot, params: Params) -> None:
        await self.answered(bot, params)

    def retry_now(self) -> None:
        """Cut short the pauses of all bots."""
        for delivery in self._of.values():
            delivery.retry_now()
