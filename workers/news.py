"""News: what a worker hears at once of what other processes did, over one connection to Redis. It may be lost.

Two things are told. The *bell* is rung with every wake-up; those that come with events are for who takes up jobs
alone. The *pulse* is the relay's: how far it has read the events, at once when it has moved and each second anyway.
Every change of the truth is written with its events, so whoever hears the same pulse as before knows that nothing has
happened; a pulse that was lost is made good by the next one. It names the kinds of the events too, so that each
listener is woken by those that concern it (`Ear`).
Without a pulse (no Redis, no relay) nobody knows anything, and sweeps look as often as they can.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Any, Final

import structlog
from redis.asyncio import Redis
from redis.asyncio.client import PubSub

from inbox.foundation.clock import Clock
from inbox.storage.wakeups import BELL, TOLD_BY_EVENTS
from inbox.stream.event_stream import PULSE, REDIS_AWAY
from workers.relay.relay_pulse import kinds_after

LISTEN_SECONDS: Final = 0.5
"""How late a clock that was moved is noticed."""
DEAF_SECONDS: Final = 3.0
"""Three pulses that did not come."""
CLOCK_MOVED_SECONDS: Final = 0.25
"""Above what measuring the time of MongoDB anew changes."""
AGAIN_SECONDS: Final = 1.0
_CHANNEL_OF_PULSE: Final = PULSE.encode()

_log = structlog.get_logger()


class Ear:
    """What one listener hears of the news.

    Attributes:
        count: Grows whenever something may have changed that concerns it; who looks afterwards has seen it.
        heedless: Kinds of events that never concern it.
    """

    def __init__(self, news: News, heedless: frozenset[str]) -> None:
        self.count = 0
        self.heedless = heedless
        self._news = news
        self._moved = asyncio.Event()

    def move(self) -> None:
        """Note that something may have changed."""
        self.count += 1
        self._moved.set()
        self._moved = asyncio.Event()

    async def rest(self, seen: int, seconds: float) -> None:
        """Wait for news after `seen` (an earlier `count`), at most so long; not at all where nothing can be heard."""
        moved = self._moved
        if self.count != seen or self._news.is_deaf:
            return
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await moved.wait()


class News:
    """What happened, as far as this process has heard."""

    def __init__(self, redis: Redis, clock: Clock) -> None:
        self._redis = redis
        self._clock = clock
        self._ears: list[Ear] = []
        self._rung = asyncio.Event()
        self._place: str | None = None
        self._pulse_at = float("-inf")
        self._was_deaf = True
        self._clock_ahead = self._ahead()

    @property
    def is_deaf(self) -> bool:
        """Whether it can't be relied upon that changes are heard."""
        return asyncio.get_running_loop().time() - self._pulse_at > DEAF_SECONDS

    async def listen(self) -> None:
        """Listen until cancelled."""
        told = False
        while True:
            try:
                async with self._redis.pubsub(ignore_subscribe_messages=True) as heard:
                    await heard.subscribe(BELL, PULSE)
                    told = False
                    await self._listen(heard)
            except REDIS_AWAY as error:
                if not told:
                    _log.warning("no news", error=type(error).__name__)
                told = True
            self._pulse_at = float("-inf")
            self._look_around()
            await asyncio.sleep(AGAIN_SECONDS)

    def ear(self, heedless: frozenset[str] = frozenset()) -> Ear:
        """Return an ear for a listener that lives as long as this process, whom some kinds of events never concern."""
        made = Ear(self, heedless)
        self._ears.append(made)
        return made

    def move(self, kinds: frozenset[str] | None = None) -> None:
        """Note that something may have changed: whom one of the kinds concerns looks; everybody, if none are named."""
        for ear in self._ears:
            if kinds is None or not kinds <= ear.heedless:
                ear.move()

    async def bell(self, seconds: float) -> None:
        """Wait for the bell, at most so long; not at all without ears. Rung while nobody waited, it counts too."""
        if not self.is_deaf:
            with suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    await self._rung.wait()
        self._rung.clear()

    async def _listen(self, heard: PubSub) -> None:
        while True:
            message = await heard.get_message(timeout=LISTEN_SECONDS)
            if message is not None:
                self._take(message)
            self._look_around()

    def _take(self, message: dict[str, Any]) -> None:
        if message["channel"] != _CHANNEL_OF_PULSE:
            self._rung.set()
            if message["data"] != TOLD_BY_EVENTS:
                self.move()
            return
        self._pulse_at = asyncio.get_running_loop().time()
        self._place, kinds = kinds_after(self._place, message["data"])
        if kinds is None or kinds:
            self.move(kinds)

    def _look_around(self) -> None:
        """Notice that the clock was moved, or that nothing is heard any more."""
        ahead, deaf = self._ahead(), self.is_deaf
        if abs(ahead - self._clock_ahead) > CLOCK_MOVED_SECONDS or (deaf and not self._was_deaf):
            self.move()
        self._clock_ahead, self._was_deaf = ahead, deaf

    def _ahead(self) -> float:
        return self._clock.now().timestamp() - asyncio.get_running_loop().time()
