"""What the tests of the event stream have in common: writers, relays, a Redis to kill, a client that follows."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
from redis.asyncio import Redis

from gateway.embedded.binaries import find_redis_server
from inbox.foundation.clock import Clock
from inbox.foundation.ending_tasks import end_tasks
from inbox.foundation.problems import ProblemError
from inbox.people.access import Placement
from inbox.storage.database import Database, Session
from inbox.storage.redis_clients import connect_redis
from inbox.stream.event_stream import Cursor, EventReader, StreamEvent
from inbox.stream.events import Event, EventAudience, EventType, write_events
from tests.waiting import PATIENCE_SECONDS
from workers.relay.relay import Relay
from workers.relay.relay_log import Keep

PLENTY = Keep(100_000, 86_400)


async def eventually(check: Callable[[], Awaitable[Any]], seconds: float = PATIENCE_SECONDS) -> Any:
    """Ask until the answer is true, at short intervals: what is killed next should be in the middle of something."""
    async with asyncio.timeout(seconds):
        while True:
            with suppress(ProblemError):
                answer = await check()
                if answer:
                    return answer
            await asyncio.sleep(0.005)


EVERYBODY = EventAudience()


def event(workspace_id: str, n: int, audience: EventAudience = EVERYBODY) -> Event:
    return Event(
        workspace_id=workspace_id,
        type=EventType.MESSAGE_CREATED,
        at=datetime.now(UTC),
        data={"n": n},
        audience=audience,
    )


def moved(workspace_id: str, conversation_id: str, *placements: Placement) -> Event:
    return Event(
        workspace_id=workspace_id,
        type=EventType.CONVERSATION_TRANSFERRED,
        at=datetime.now(UTC),
        data={"n": -1},
        audience=EventAudience(conversation_id, placements),
    )


async def write(database: Database, *documents: Sequence[Event]) -> None:
    """Write documents of events in one transaction."""

    async def work(session: Session) -> None:
        for events in documents:
            await write_events(database, events, at=datetime.now(UTC), session=session)

    await database.transaction(work)


async def write_numbers(database: Database, workspace_id: str, numbers: Sequence[int]) -> None:
    await write(database, *[[event(workspace_id, n)] for n in numbers])


def number(item: StreamEvent) -> int:
    return int(msgspec.json.decode(item.body)["data"]["n"])


async def read_all(reader: EventReader, workspace_id: str, cursor: Cursor, page: int = 100) -> list[StreamEvent]:
    found: list[StreamEvent] = []
    while True:
        events, cursor = await reader.read(workspace_id, cursor, page)
        found += events
        if len(events) < page:
            return found


async def read_numbers(reader: EventReader, workspace_id: str, cursor: Cursor, page: int = 100) -> list[int]:
    return [number(item) for item in await read_all(reader, workspace_id, cursor, page)]


async def is_expired(reader: EventReader, workspace_id: str, cursor: Cursor) -> bool:
    try:
        await reader.read(workspace_id, cursor, 10)
    except ProblemError as problem:
        if problem.code != "cursor_expired":
            raise
        return True
    return False


@asynccontextmanager
async def relaying(
    database: Database, redis: Redis, *, keep: Keep = PLENTY, lease_seconds: float = 2.0, on_batch: Any = None
) -> AsyncIterator[asyncio.Task[None]]:
    """A relay in this process."""
    relay = Relay(database, redis, Clock(), keep=keep, on_batch=on_batch)
    task = asyncio.ensure_future(relay.run(lease_seconds=lease_seconds))
    try:
        yield task
    finally:
        await stop(task)


async def stop(task: asyncio.Task[Any]) -> None:
    async with asyncio.timeout(15):
        await end_tasks({task})
    if not task.cancelled() and task.exception() is not None:
        raise task.exception()  # type: ignore[misc]


class RelayProcess:
    """A relay in a process of its own."""

    def __init__(self, mongo_url: str, redis_url: str, lease_seconds: float = 1.0) -> None:
        self._arguments = (mongo_url, redis_url, str(lease_seconds))
        self._process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        self._process = await asyncio.create_subprocess_exec(
            sys.executable,
            str(Path(__file__).with_name("relay_process.py")),
            *self._arguments,
            env={**os.environ, "PYTHONPATH": os.getcwd()},
            stderr=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
        )

    def signal(self, number: int) -> None:
        assert self._process is not None
        self._process.send_signal(number)

    async def kill(self) -> None:
        if self._process is not None and self._process.returncode is None:
            self.signal(signal.SIGKILL)
            await self._process.wait()


class OwnRedis:
    """A Redis of the test's own: it can be killed, and comes back with what its last snapshot had."""

    def __init__(self, directory: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self._port = free.getsockname()[1]
        self._directory = directory
        self._process: asyncio.subprocess.Process | None = None
        self.url = f"redis://127.0.0.1:{self._port}/0"

    async def start(self) -> None:
        options = ["--port", str(self._port), "--bind", "127.0.0.1", "--save", "", "--dir", str(self._directory)]
        self._process = await asyncio.create_subprocess_exec(
            str(find_redis_server()), *options, stdout=asyncio.subprocess.DEVNULL
        )
        await eventually(self._answers)

    async def _answers(self) -> bool:
        client = connect_redis(self.url)
        try:
            return bool(await client.ping())
        except Exception:
            return False
        finally:
            await client.aclose()

    async def kill(self) -> None:
        if self._process is not None and self._process.returncode is None:
            self._process.kill()
            await self._process.wait()
