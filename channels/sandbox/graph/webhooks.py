"""Posting webhooks as Meta does: signed, batched under load, repeated until answered 200.

One batch per number is on its way while the receiver is quick, so that updates arrive in
order and what happens meanwhile travels together in the next batch. When updates have to
wait, more batches go out side by side.

Source: webhooks/create-webhook-endpoint, 21 Apr 2026 (up to 1,000 updates and 3 MB in one
POST; anything but 200 is retried at once, then less and less often; HMAC-SHA256 of the body).
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from channels.sandbox.faults import FaultBox
from channels.sandbox.graph.envelope import WebhookUpdate, envelope, sign
from channels.sandbox.graph.state import JsonObject, Number
from channels.sandbox.posting import Poster, pause_seconds

GIVE_UP_SECONDS = 600.0
"""Meta goes on for 7 days."""

MAX_UPDATES = 100
"""Updates in one POST, from the default size of the sandbox's batches; Meta's limit is 1,000."""

MAX_POSTS = 8
"""POSTs of one number at the same time."""

SPACING_SECONDS = 0.005
"""Least time between two batches of one number: bounds a busy number to 200 batches a second."""

PATIENCE_SECONDS = 0.05
"""An update that waited this long opens another POST beside the one on its way."""

UNWELL_PAUSE_SECONDS = 0.2
"""While the receiver fails, fresh updates gather this long before they are tried."""

KEPT_UNDELIVERED = 1_000
"""Given-up batches that are listed one by one."""


@dataclass(slots=True)
class Undelivered:
    """A batch that was given up."""

    phone_number_id: str
    updates: int
    attempts: int
    reason: str

    def view(self) -> JsonObject:
        """As the statistics show it."""
        return {
            "phone_number_id": self.phone_number_id,
            "updates": self.updates,
            "attempts": self.attempts,
            "reason": self.reason,
        }


class WebhookOutbox:
    """The webhooks of one number."""

    def __init__(self, number: Number, sender: WebhookSender) -> None:
        self.number = number
        self._sender = sender
        self._pending: deque[WebhookUpdate] = deque()
        self._slots = asyncio.Semaphore(MAX_POSTS)
        self._posting = 0
        self._retrying = 0
        self._last_start = 0.0
        self._unwell = False
        self._timer: asyncio.TimerHandle | None = None
        self.retry_now = asyncio.Event()
        self.counts = {"posts": 0, "failed_posts": 0, "delivered_updates": 0, "undelivered_updates": 0}

    def push(self, update: WebhookUpdate) -> None:
        """Send an update as soon as it is its turn."""
        if self._sender.faults.active.reorder:
            delay = self._sender.faults.reorder_delay_seconds()
            asyncio.get_running_loop().call_later(delay, self._add, update)
        else:
            self._add(update)

    def stats(self) -> JsonObject:
        """Counts, and how much is still to come."""
        return {**self.counts, "pending_updates": len(self._pending), "retrying_posts": self._retrying}

    def _add(self, update: WebhookUpdate) -> None:
        self._pending.append(update)
        if self._timer is None:
            self._pump()

    def _pump(self) -> None:
        self._timer = None
        if not self._pending:
            return
        pause = self._pause_seconds()
        if pause > 0:
            self._timer = asyncio.get_running_loop().call_later(pause, self._pump)
            return
        self._start(self._take())
        if self._pending:
            self._pump()

    def _pause_seconds(self) -> float:
        now = time.monotonic()
        spacing = UNWELL_PAUSE_SECONDS if self._unwell else SPACING_SECONDS
        pause = self._last_start + spacing - now
        if self._posting:
            pause = max(pause, self._pending[0].since + PATIENCE_SECONDS - now)
        if self._posting >= MAX_POSTS:
            pause = max(pause, PATIENCE_SECONDS)
        return pause

    def _take(self) -> list[WebhookUpdate]:
        if self._sender.faults.active.reorder:
            shuffled = list(self._pending)
            self._sender.faults.shuffle(shuffled)
            self._pending = deque(shuffled)
        size = min(len(self._pending), self._sender.max_updates)
        return [self._pending.popleft() for _ in range(size)]

    def _start(self, batch: list[WebhookUpdate]) -> None:
        self._last_start = time.monotonic()
        body = envelope(self.number, batch, self._sender.now())
        self._sender.poster.spawn(self._deliver(batch, body))
        if self._sender.faults.strikes(self._sender.faults.active.duplicate_rate):
            self._sender.poster.spawn(self._deliver([], body))

    async def _deliver(self, batch: list[WebhookUpdate], body: bytes) -> None:
        self._posting += 1
        reason = await self._attempt(body)
        self._posting -= 1
        if reason is not None:
            reason = await self._retry(body, len(batch), reason)
        if reason is None:
            self._delivered(batch)
        else:
            self.counts["undelivered_updates"] += len(batch)

    def _delivered(self, batch: list[WebhookUpdate]) -> None:
        self.counts["delivered_updates"] += len(batch)
        for update in batch:
            if update.on_delivered is not None:
                update.on_delivered()
        if self._timer is not None:
            self._timer.cancel()
        self._pump()

    async def _retry(self, body: bytes, updates: int, reason: str) -> str | None:
        """Go on until it arrives; the reason of the last failure where it never does."""
        self._retrying += 1
        started, attempts = time.monotonic(), 1
        last: str | None = reason
        while last is not None and time.monotonic() - started < self._sender.give_up_seconds:
            await self._wait(pause_seconds(attempts))
            last = await self._attempt(body)
            attempts += 1
        self._retrying -= 1
        if last is not None:
            self._sender.give_up(Undelivered(self.number.id, updates, attempts, last))
        return last

    async def _wait(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self.retry_now.wait()
        except TimeoutError:
            pass

    async def _attempt(self, body: bytes) -> str | None:
        async with self._slots:
            reason = await self._sender.post(self.number, body)
        self.counts["posts"] += 1
        self._unwell = reason is not None
        if reason is not None:
            self.counts["failed_posts"] += 1
        return reason


class WebhookSender:
    """Posts to the webhook URLs of all numbers.

    Args:
        now: The sandbox's time, for what Meta dates.
        max_updates: Most updates in one POST.
        give_up_seconds: Real time after which a batch counts as undelivered.
    """

    def __init__(
        self,
        now: Callable[[], float],
        faults: FaultBox,
        *,
        max_updates: int = MAX_UPDATES,
        give_up_seconds: float = GIVE_UP_SECONDS,
    ) -> None:
        self.now = now
        self.faults = faults
        self.poster = Poster()
        self.max_updates = max_updates
        self.give_up_seconds = give_up_seconds
        self.undelivered: deque[Undelivered] = deque(maxlen=KEPT_UNDELIVERED)
        self._outboxes: dict[str, WebhookOutbox] = {}

    def outbox(self, number: Number) -> WebhookOutbox:
        """The number's outbox, made at the first use."""
        found = self._outboxes.get(number.id)
        if found is None:
            found = self._outboxes[number.id] = WebhookOutbox(number, self)
        return found

    def push(self, number: Number, update: WebhookUpdate) -> None:
        """Tell the number's receiver; without a webhook URL, or a subscription, nobody is told, as with Meta."""
        if number.config.webhook_url is not None and number.config.subscribed:
            self.outbox(number).push(update)

    def retry_now(self) -> None:
        """Cut short the pauses between attempts."""
        for outbox in self._outboxes.values():
            outbox.retry_now.set()
            outbox.retry_now.clear()

    def give_up(self, batch: Undelivered) -> None:
        """List a batch that never arrived."""
        self.undelivered.append(batch)

    async def post(self, number: Number, body: bytes) -> str | None:
        """One attempt, to the number's current address and with its current secret.

        Returns:
            None after a 200, otherwise what went wrong.
        """
        url = number.config.webhook_url
        if url is None:
            return "no webhook_url"
        headers = {
            "Content-Type": "application/json",
            "User-Agent": "facebookexternalua",
            "X-Hub-Signature-256": sign(body, number.config.app_secret),
        }
        outcome = await self.poster.post(url, body, headers)
        if isinstance(outcome, str):
            return outcome
        return None if outcome == 200 else f"HTTP {outcome}"
