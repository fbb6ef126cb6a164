"""One reader of Redis for all sockets of a process: waits on the streams of the workspaces that have any."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable
from typing import Any, Final

import structlog
from redis.asyncio import Redis

from gateway.events.event_feed import Feed, Subscriber
from inbox.files.media_links import Finish, as_it_is
from inbox.foundation.ending_tasks import end_tasks
from inbox.foundation.ids import new_id
from inbox.foundation.problems import ProblemError
from inbox.people.access import Placement
from inbox.stream.event_stream import REDIS_AWAY, Cursor, EventReader, decode_entry, expired

BLOCK_MS: Final = 1_000
"""Below the client's socket time-out; also how late an idle reader learns of a new epoch."""
EPOCH_CHECK_SECONDS: Final = 1.0
DOCUMENTS_PER_STREAM: Final = 32
RETRY_SECONDS: Final = 0.2
_WAKE_KEEP_SECONDS: Final = 60
log = structlog.get_logger(__name__)


class EventHub:
    """Follows streams and fans them out. Sockets stay open while Redis is away."""

    def __init__(self, redis: Redis, finish: Finish = as_it_is) -> None:
        self._redis = redis
        self._finish = finish
        self._reader = EventReader(redis)
        self._feeds: dict[str, Feed] = {}
        self._wake_key = f"{{events}}:wake-{new_id()}".encode()
        self._wake_id: bytes | str = "0-0"
        self._wanted = asyncio.Event()
        self._waking: set[asyncio.Task[None]] = set()
        self._task: asyncio.Task[None] | None = None
        self._checked_at = 0.0
        self._away = False

    def start(self) -> None:
        """Begin to read."""
        self._task = asyncio.ensure_future(self._run())

    async def close(self) -> None:
        """Stop reading."""
        await end_tasks(task for task in (self._task, *self._waking) if task is not None)

    async def join(self, subscriber: Subscriber, workspace_id: str, cursor: Cursor) -> bool:
        """Let a socket follow live from a cursor up to which it has read.

        Returns:
            False if the stream has moved on too far: read more history first.

        Raises:
            ProblemError: `cursor_expired` if the cursor's epoch has ended; `unavailable` without Redis.
        """
        feed = self._feeds.get(workspace_id)
        if feed is not None and feed.position.epoch != cursor.epoch:
            await self._check_epoch()
            feed = self._feeds.get(workspace_id)
        if feed is None:
            feed = self._feeds[workspace_id] = Feed(workspace_id, cursor, self._finish)
            self._wake()
        if feed.position.epoch != cursor.epoch:
            raise expired()
        return feed.add(subscriber, cursor)

    def leave(self, subscriber: Subscriber, workspace_id: str) -> None:
        """Let a socket go."""
        feed = self._feeds.get(workspace_id)
        if feed is not None:
            feed.remove(subscriber)
            if not feed:
                del self._feeds[workspace_id]

    def hint(self, workspace_id: str, placement: Placement, data: bytes) -> None:
        """Pass a hint to the workspace's sockets that follow live."""
        feed = self._feeds.get(workspace_id)
        if feed is not None:
            feed.hint(placement, data)

    async def _run(self) -> None:
        while True:
            try:
                if not self._feeds:
                    self._wanted.clear()
                    await self._wanted.wait()
                if time.monotonic() - self._checked_at > EPOCH_CHECK_SECONDS:
                    await self._check_epoch()
                await self._read()
                self._away = False
            except (*REDIS_AWAY, ProblemError) as error:
                if not self._away:
                    log.warning("events.redis_away", error=type(error).__name__)
                self._away, self._checked_at = True, 0.0
                await asyncio.sleep(RETRY_SECONDS)
            except Exception:
                log.exception("events.reader_failed")
                await asyncio.sleep(RETRY_SECONDS)

    async def _read(self) -> None:
        feeds = {feed.key: feed for feed in self._feeds.values()}
        positions: dict[Any, Any] = {key: feed.position.document for key, feed in feeds.items()}
        positions[self._wake_key] = self._wake_id
        for key, entries in await self._redis.xread(positions, count=DOCUMENTS_PER_STREAM, block=BLOCK_MS):
            if key == self._wake_key:
                self._wake_id = entries[-1][0]
            elif self._feeds.get(feeds[key].workspace_id) is feeds[key]:
                self._take(feeds[key], entries)
                await asyncio.sleep(0)

    def _take(self, feed: Feed, entries: Iterable[tuple[bytes, dict[bytes, bytes]]]) -> None:
        try:
            for entry_id, fields in entries:
                feed.take(decode_entry(entry_id, fields))
        except ProblemError:
            self._expire(feed)

    async def _check_epoch(self) -> None:
        """Let go of the feeds of an epoch that has ended. Without an epoch nothing is known yet."""
        epoch = await self._reader.epoch()
        self._checked_at = time.monotonic()
        for feed in [feed for feed in self._feeds.values() if feed.position.epoch != epoch]:
            self._expire(feed)

    def _expire(self, feed: Feed) -> None:
        self._feeds.pop(feed.workspace_id, None)
        feed.expire()

    def _wake(self) -> None:
        """Make the reader take up a new workspace: an entry of a stream is not missed, whenever it reads."""
        self._wanted.set()
        task = asyncio.ensure_future(self._add_wake_up())
        self._waking.add(task)
        task.add_done_callback(self._waking.discard)

    async def _add_wake_up(self) -> None:
        try:
            async with self._redis.pipeline() as pipeline:
                pipeline.xadd(self._wake_key, {"w": "1"}, maxlen=1)
                pipeline.expire(self._wake_key, _WAKE_KEEP_SECONDS)
                await pipeline.execute()
        except REDIS_AWAY:
            log.info("events.wake_up_lost")
