"""Work that is done key by key: each key by one process at a time, and again whenever it was asked for meanwhile.

Sending for a channel, routing a queue, feeding a campaign and polling a bot are of this kind. A rule brings what it
does for a key; leases, wake-ups, failures and the end are dealt with here, once:

* A key is run under its lease, which is renewed meanwhile and given back however the run ends. Where a lease only saves
  work, a rule may try at once without it what is little: taking and giving back a lease are two journaled writes.
* A wake-up during a run causes another run, unless the work listens for wake-ups itself.
* A lost lease cancels the work: whoever holds it now goes on.
* A run that fails is repeated after a pause, which grows; no other key hears of it. Where the database is away no
  pause helps: the key is left to the next wake-up or sweep.
* A stop asks those who listen to end, cancels the others, and gives all leases back. After a kill they run out.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Hashable
from typing import Final, Generic, TypeVar

import structlog

from inbox.foundation.ending_tasks import end_tasks
from inbox.storage.database import is_transient, is_unavailable
from inbox.storage.isolation import APART_SECONDS
from inbox.storage.leases import Lease, LeaseLostError, Leases

Key = TypeVar("Key", bound=Hashable)

ASK_AGAIN_SECONDS: Final = 0.025
"""Between two requests for a lease that another holds, where it is waited for: such runs take milliseconds."""
FIRST_PAUSE_SECONDS: Final = 0.5
GIVE_BACK_SECONDS: Final = 2.0
"""Releasing a lease takes milliseconds; with a database that is away, a stop waits no longer for it."""

_log = structlog.get_logger()


class Run(Generic[Key]):
    """One run of a key, as its work sees it.

    Attributes:
        key: What the run is about.
        lease: What the work writes carries its fence.
    """

    def __init__(self, key: Key, lease: Lease) -> None:
        self.key = key
        self.lease = lease
        self._on_wake: Callable[[], None] | None = None
        self._on_stop: Callable[[], None] | None = None

    def listen(self, *, wake: Callable[[], None], stop: Callable[[], None]) -> None:
        """Have wake-ups and the request to end told to the work itself, until it returns.

        Args:
            wake: Called for each wake-up; it causes no further run then.
            stop: Called when the worker stops: the work ends by itself, and is cancelled only when that takes long.
        """
        self._on_wake, self._on_stop = wake, stop

    def end_listening(self) -> None:
        """Leave wake-ups to the worker again."""
        self._on_wake = self._on_stop = None

    def tell_wake(self) -> bool:
        """Pass a wake-up on; return whether somebody listened."""
        if self._on_wake is None:
            return False
        self._on_wake()
        return True

    def tell_stop(self) -> None:
        """Pass the request to end on."""
        if self._on_stop is not None:
            self._on_stop()


class KeyedWorker(Generic[Key]):
    """Runs keys, each under a lease of its own.

    Args:
        leases: Takes them on behalf of this process.
        work: What a run does. It may be repeated at any time, and must be safe to be cut off anywhere.
        lease_of: Names the lease of a key; also names the key in logs.
        wanted: Asked before the lease is taken; a key that is not wanted costs no lease.
        patience_seconds: How long a lease that another holds is asked for. 0 where its holder finds the work itself.
        at_once: Tried before the lease is taken; it must be safe beside whoever holds it. Tells whether all is done;
            where it meets another writer, the work is done under the lease.
    """

    def __init__(
        self,
        leases: Leases,
        work: Callable[[Run[Key]], Awaitable[None]],
        *,
        lease_of: Callable[[Key], str],
        wanted: Callable[[Key], Awaitable[bool]] | None = None,
        patience_seconds: float = 0.0,
        at_once: Callable[[Key], Awaitable[bool]] | None = None,
    ) -> None:
        self._leases = leases
        self._work = work
        self._lease_of = lease_of
        self._wanted = wanted
        self._patience_seconds = patience_seconds
        self._at_once = at_once
        self._asked: set[Key] = set()
        self._tasks: dict[Key, asyncio.Task[None]] = {}
        self._runs: dict[Key, Run[Key]] = {}
        self._works: dict[Key, asyncio.Task[None]] = {}
        self._failures: dict[Key, int] = {}
        self._pauses: dict[Key, asyncio.TimerHandle] = {}
        self._stopping = False

    def wake(self, key: Key) -> None:
        """Run a key soon; if it is being run, once more after that, or as its work likes that listens."""
        if self._stopping or ((run := self._runs.get(key)) is not None and run.tell_wake()):
            return
        self._asked.add(key)
        if key not in self._tasks and key not in self._pauses:
            self._begin(key)

    async def finished(self, key: Key) -> None:
        """Wait until a key is not being run; one that rests after a failure is not."""
        if key in self._tasks:
            await asyncio.wait([self._tasks[key]])

    async def drain(self) -> None:
        """Wait until no key is being run."""
        while self._tasks:
            await asyncio.wait(self._tasks.values())

    async def stop(self, *, grace_seconds: float = 0.0) -> None:
        """Begin nothing new, end what runs, and give all leases back.

        Args:
            grace_seconds: How long works that listen may take to end by themselves.
        """
        self._stopping = True
        for pause in self._pauses.values():
            pause.cancel()
        for run in self._runs.values():
            run.tell_stop()
        await self._settle(grace_seconds)
        await end_tasks(self._works.values())
        await self._settle(GIVE_BACK_SECONDS)
        await end_tasks(self._tasks.values())

    async def _settle(self, seconds: float) -> None:
        if self._tasks and seconds:
            await asyncio.wait(self._tasks.values(), timeout=seconds)

    def _begin(self, key: Key) -> None:
        self._pauses.pop(key, None)
        self._tasks[key] = asyncio.create_task(self._serve(key))

    async def _serve(self, key: Key) -> None:
        """Run while anybody asks for it; nothing is awaited between the last look and the end."""
        try:
            while key in self._asked and not self._stopping:
                self._asked.discard(key)
                await self._run_alone(key)
            self._failures.pop(key, None)
        except Exception as error:
            self._failed(key, error)
        finally:
            del self._tasks[key]

    async def _run_alone(self, key: Key) -> None:
        if self._wanted is not None and not await self._wanted(key):
            return
        if await self._is_done_at_once(key):
            return
        lease = await self._acquire(self._lease_of(key))
        if lease is None:
            return
        try:
            await self._run_under(lease, key)
        except LeaseLostError:
            _log.warning("another process has taken a lease over", lease=lease.name)
        finally:
            await self._leases.release_if_up(lease)

    async def _is_done_at_once(self, key: Key) -> bool:
        try:
            return self._at_once is not None and await self._at_once(key)
        except Exception as error:
            if not is_transient(error):
                raise
            return False

    async def _acquire(self, name: str) -> Lease | None:
        until = time.monotonic() + self._patience_seconds
        while (lease := await self._leases.acquire(name)) is None:
            if self._stopping or time.monotonic() >= until:
                return None
            await asyncio.sleep(ASK_AGAIN_SECONDS)
        return lease

    async def _run_under(self, lease: Lease, key: Key) -> None:
        """Run a key while its lease is held.

        The work is a task of its own: a stop cancels that alone, so that this here lives to give the lease back.
        """
        if self._stopping:
            return
        run = self._runs[key] = Run(key, lease)
        self._works[key] = asyncio.create_task(self._run_until_unasked(run))
        try:
            await self._leases.holding(lease, self._works[key])
        except asyncio.CancelledError:
            if not self._stopping:
                raise
        finally:
            del self._runs[key], self._works[key]

    async def _run_until_unasked(self, run: Run[Key]) -> None:
        while True:
            try:
                await self._work(run)
            finally:
                run.end_listening()
            if run.key not in self._asked or self._stopping:
                return
            self._asked.discard(run.key)

    def _failed(self, key: Key, error: Exception) -> None:
        """Report a failure, and repeat the run after a pause unless the database is away."""
        name = self._lease_of(key)
        self._asked.discard(key)
        if is_unavailable(error):
            self._failures.pop(key, None)
            _log.warning("a run was interrupted", lease=name, error=type(error).__name__)
            return
        if is_transient(error):
            _log.warning("a run met another writer", lease=name, error=type(error).__name__)
        else:
            self._failures[key] = self._failures.get(key, 0) + 1
            _log.error("a run failed", lease=name, failures=self._failures[key], exc_info=error)
        if not self._stopping:
            self._asked.add(key)
            seconds = pause_after(self._failures.get(key, 0))
            self._pauses[key] = asyncio.get_running_loop().call_later(seconds, self._begin, key)


def pause_after(failures: int) -> float:
    """Return how many seconds a key rests after it failed so often in a row; 0 stands for a mere conflict."""
    return float(min(APART_SECONDS, FIRST_PAUSE_SECONDS * 2 ** min(max(0, failures - 1), 16)))
