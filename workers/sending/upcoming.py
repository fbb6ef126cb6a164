"""Which message of a channel goes next: the first of each conversation, as far as the pace has room."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Collection
from datetime import datetime
from typing import Final

from inbox.foundation.clock import Clock
from inbox.sending.delivery import Delivery
from inbox.sending.delivery_rules import Waiting
from inbox.sending.outgoing import Lane
from inbox.sending.pacing import Pacer

LOOK_EVERY_SECONDS: Final = 0.03
IDLE_POLL_SECONDS: Final = 0.25
"""How long a message waits if its wake-up reached another process than the one that holds the channel."""
_PAST_SECONDS: Final = 0.001
"""Waited beyond a due time, so that it is over for certain."""


class Upcoming:
    """What waits for one channel, as the last look found it, and what stands still until when.

    `busy` below are the conversations of which a message is on its way: nothing else of them goes meanwhile.
    """

    def __init__(self, delivery: Delivery, clock: Clock, pacer: Pacer) -> None:
        self._delivery = delivery
        self._clock = clock
        self._pacer = pacer
        self._queues: dict[str, deque[Waiting]] = {}
        self._retries: dict[str, datetime] = {}
        """Conversations whose first message waits for a retry."""
        self._paced: dict[str, float] = {}
        """Conversations whose customer gets nothing before a monotonic time."""
        self._looked_at = float("-inf")
        self._is_woken = False

    @property
    def is_woken(self) -> bool:
        """Whether there was a wake-up since the last look."""
        return self._is_woken

    def wake(self) -> None:
        """Have the next look soon, though messages wait that were found already."""
        self._is_woken = True

    def is_look_due(self, busy: Collection[str]) -> bool:
        """Tell whether to look for messages now: often where nothing waits, or after a wake-up."""
        since = time.monotonic() - self._looked_at
        at_leisure = self._first(busy) is not None and not self._is_woken
        return since >= (IDLE_POLL_SECONDS if at_leisure else LOOK_EVERY_SECONDS)

    async def look(self, busy: Collection[str]) -> None:
        """Look for messages; where some wait that were found already, for those that overtake them."""
        self._looked_at = time.monotonic()
        self._is_woken = False
        first = self._first(busy)
        if first is None or first.lane is not Lane.REPLY:
            await self._find(busy, overtaking=None if first is None else first.lane)

    def take(self, busy: Collection[str], most: int) -> dict[str, Waiting]:
        """Choose the next message of each free conversation, by conversation id; each is claimed from the pacer."""
        chosen: dict[str, Waiting] = {}
        now = time.monotonic()
        gathers = self._pacer.gathers(Lane.CAMPAIGN, now)
        for conversation_id in [c for c in self._queues if c not in busy]:
            queue = self._queues[conversation_id]
            if gathers and queue[0].lane is Lane.CAMPAIGN:
                break
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

    def forget(self, conversation_id: str) -> None:
        """Leave a conversation to the next look: what was found of it is not as it was."""
        self._queues.pop(conversation_id, None)

    def seconds_until_look(self, busy: Collection[str]) -> float:
        """Return after how many seconds the next look makes sense, unless there is news before."""
        seconds = LOOK_EVERY_SECONDS if busy or self._queues else IDLE_POLL_SECONDS
        if self._retries:
            until_retry = (min(self._retries.values()) - self._clock.now()).total_seconds()
            seconds = min(seconds, max(0.0, until_retry) + _PAST_SECONDS)
        if self._paced:
            seconds = min(seconds, max(0.0, min(self._paced.values()) - time.monotonic()) + _PAST_SECONDS)
        return max(seconds, self._looked_at + LOOK_EVERY_SECONDS - time.monotonic())

    def _first(self, busy: Collection[str]) -> Waiting | None:
        return next((queue[0] for c, queue in self._queues.items() if c not in busy), None)

    async def _find(self, busy: Collection[str], *, overtaking: Lane | None) -> None:
        now = self._clock.now()
        self._retries = {c: at for c, at in self._retries.items() if at > now}
        self._paced = {c: at for c, at in self._paced.items() if at > time.monotonic()}
        due = await self._delivery.due(apart_from={*busy, *self._retries, *self._paced}, overtaking=overtaking)
        found = {c: deque(waiting) for c, waiting in due.queues.items() if c not in busy}
        if overtaking is not None:
            found |= {c: queue for c, queue in self._queues.items() if c not in found}
        self._queues = found
        self._retries |= due.retries
