"""The relay: follows the change stream of `events` and gives every document its place in Redis.

One relay works at a time (lease `relay`). Any fault ends the round, and the next round starts
from what was saved, as after a crash: repeats are refused because each document's place is
its id in Redis. See docs/adr/0001-event-stream.md for what each kill leaves behind.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import aclosing
from typing import Final

import structlog
from redis.asyncio import Redis

from inbox.foundation.clock import Clock
from inbox.foundation.ids import new_id
from inbox.storage.database import Database, is_transient, is_unavailable
from inbox.storage.leases import LEASE_SECONDS, Lease, Leases
from inbox.stream.event_stream import REDIS_AWAY
from workers.relay.relay_log import EpochLostError, EventLog, FencedError, Keep
from workers.relay.relay_placements import Placements
from workers.relay.relay_pulse import Pulse
from workers.relay.relay_source import EventDocument, HistoryLostError, Place, Source, open_source
from workers.relay.relay_state import RelayState, RelayStates

LEASE_NAME: Final = "relay"
SAVE_EVERY_SECONDS: Final = 1.0
"""A crash repeats this much, and Redis refuses what it has; each save is a journaled write."""
SAVE_IDLE_SECONDS: Final = 10.0
"""How often the position is saved when other collections only move it; must be far below the oplog's length."""
READ_EVERY_SECONDS: Final = 0.01
"""Between two reads that found something: under load what comes meanwhile is read together, which costs the relay,
Redis and every reader one wake-up instead of several. After a rest nothing waits."""
TRIM_EVERY_SECONDS: Final = 60.0
PAUSE_SECONDS: Final = 0.2
"""Between rounds that failed."""

OnBatch = Callable[[Sequence[EventDocument]], Awaitable[None]]
OnGap = Callable[[Place], AsyncIterator[Place]]
log = structlog.get_logger(__name__)


class Relay:
    """Follows `events` while it holds the lease.

    Args:
        database: Where events are.
        redis: Its pool's settings are used for a connection of the relay's own.
        clock: MongoDB's time, for trimming by age.
        keep: How much of each workspace is kept.
        on_batch: Called with every batch, in order, before the position is saved. After a crash it gets some
            documents again. It must not be slow: the relay waits for it.
        on_gap: Called with the last place that was relayed, where MongoDB's log no longer reaches back to it. Makes up
            for what `on_batch` missed and yields how far it came, which is saved.
    """

    def __init__(
        self,
        database: Database,
        redis: Redis,
        clock: Clock,
        *,
        keep: Keep,
        on_batch: OnBatch | None = None,
        on_gap: OnGap | None = None,
    ) -> None:
        self._database = database
        self._redis = redis
        self._clock = clock
        self._keep = keep
        self._on_batch = on_batch
        self._on_gap = on_gap

    async def run(self, *, lease_seconds: float = LEASE_SECONDS) -> None:
        """Relay until cancelled; after a kill another begins when the lease has ended."""
        leases = Leases(self._database, new_id(), lease_seconds=lease_seconds)
        await leases.hold_forever(LEASE_NAME, self._rounds)

    async def _rounds(self, lease: Lease) -> None:
        """Begin again after each fault, until a later relay has taken over."""
        states = RelayStates(self._database, lease.fence)
        while True:
            try:
                await self._round(states, lease)
            except FencedError:
                return
            except EpochLostError:
                log.warning("relay.epoch_lost")
                continue
            except Exception as error:
                if not _is_away(error):
                    log.exception("relay.failed")
                else:
                    log.warning("relay.interrupted", error=type(error).__name__)
            await asyncio.sleep(PAUSE_SECONDS)

    async def _round(self, states: RelayStates, lease: Lease) -> None:
        events = EventLog(self._redis, lease.fence)
        async with aclosing(events):
            await events.connect()
            state = await states.claim()
            try:
                await self._follow(states, state, events)
            except HistoryLostError:
                log.warning("relay.history_lost")
                await states.save(RelayState(place=state.place))

    async def _follow(self, states: RelayStates, state: RelayState, events: EventLog) -> None:
        async with open_source(self._database, state.token, state.place) as source:
            await self._make_up(states, state)
            saver = _Saver(states, source)
            saver.epoch = await self._enter_epoch(states, state, events, source)
            try:
                await self._pump(source, events, saver)
            finally:
                await saver.finish()

    async def _make_up(self, states: RelayStates, state: RelayState) -> None:
        """Make up for what the change stream missed; the source is open already, so that nothing falls between."""
        if self._on_gap is None or state.token is not None or state.place == Place():
            return
        async for reached in self._on_gap(state.place):
            await states.save(RelayState(place=reached))

    async def _enter_epoch(self, states: RelayStates, state: RelayState, events: EventLog, source: Source) -> str:
        """Go on in the epoch that the state names, or begin a new one.

        A new epoch is saved with the source's position before Redis learns of it: who gets a cursor in it
        gets it after the source was opened, and so misses nothing; a crash between begins yet another one.
        """
        if state.token is not None and state.epoch is not None and await events.adopt(state.epoch):
            epoch = state.epoch
        else:
            epoch = new_id()
            token = state.token if state.token is not None else source.token
            await states.save(RelayState(token, state.place, epoch))
            await events.begin(epoch)
            log.info("relay.epoch_begun", epoch=epoch)
        await events.drop_other_epochs()
        return epoch

    async def _pump(self, source: Source, events: EventLog, saver: _Saver) -> None:
        placements, pulse, trimmed_at = Placements(self._database), Pulse(), time.monotonic()
        read_at = float("-inf")
        while True:
            await _until(read_at + READ_EVERY_SECONDS)
            documents = await source.next_batch(await_ms=pulse.await_ms(source.place))
            read_at = time.monotonic() if documents else read_at
            stamped = await placements.stamp(documents)
            pulse.note(documents)
            told = pulse.due(source.place)
            await events.append(stamped, self._keep, self._clock.server_seconds(), pulse=told)
            if documents and self._on_batch is not None:
                await self._on_batch(documents)
            await saver.moved(idle=not documents)
            if time.monotonic() - trimmed_at > TRIM_EVERY_SECONDS:
                trimmed_at = time.monotonic()
                await events.trim_old(self._keep, self._clock.server_seconds())


class _Saver:
    """Saves the source's position where it has moved: a second after the last save, or at once after a rest."""

    def __init__(self, states: RelayStates, source: Source) -> None:
        self.epoch = ""
        self._states = states
        self._source = source
        self._task: asyncio.Task[None] | None = None
        self._saved_at = time.monotonic()
        self._dirty = False

    async def moved(self, *, idle: bool) -> None:
        """Note that everything up to the source's position is done; save it if it is time."""
        if self._task is not None and self._task.done():
            task, self._task = self._task, None
            await task
        self._dirty = self._dirty or not idle
        waited = time.monotonic() - self._saved_at
        due = waited >= SAVE_EVERY_SECONDS and self._dirty
        if self._task is None and (due or waited >= SAVE_IDLE_SECONDS):
            self._saved_at, self._dirty = time.monotonic(), False
            self._task = asyncio.ensure_future(self._states.save(self._state()))

    async def finish(self) -> None:
        """Wait for a save on its way."""
        if self._task is not None:
            await asyncio.wait({self._task})
            if not self._task.cancelled():
                self._task.exception()

    def _state(self) -> RelayState:
        return RelayState(self._source.token, self._source.place, self.epoch)


async def _until(monotonic_seconds: float) -> None:
    """Wait until a time, if it is still to come."""
    if (seconds := monotonic_seconds - time.monotonic()) > 0:
        await asyncio.sleep(seconds)


def _is_away(error: Exception) -> bool:
    return isinstance(error, REDIS_AWAY) or is_unavailable(error) or is_transient(error)
