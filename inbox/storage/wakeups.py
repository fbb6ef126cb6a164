"""Wake-ups: arq jobs that say where to look for due work. They carry no data and may be lost, doubled, or late.

Workers ask for jobs seldom; with each one the bell is rung, which all of them hear at once.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Any, Final

import msgspec
from arq.connections import ArqRedis
from redis.asyncio import Redis
from redis.exceptions import RedisError

from inbox.storage.redis_clients import CancellableRedis

ENQUEUE_SECONDS: Final = 0.2
"""A wake-up never delays a request: the sweep finds the work within a second anyway."""
CLOSE_SECONDS: Final = 1.0
"""Five times what an enqueueing may take."""
QUEUE_NAME: Final = "gateway:wakeups"
BELL: Final = "gateway:bell"
"""The channel that workers listen on."""
TOLD_BY_EVENTS: Final = b"job"
"""Rung for a job whose work comes with events: only who takes up jobs need hear it."""
_STIR: Final = "stir"
_WITH_EVENTS: Final = frozenset({"deliver", "route", "reply", "show_typing"})
SPACING_SECONDS: Final = 0.05
"""The same wake-up at most this often from one process: arq runs some 1,900 jobs a second here, for everybody."""


class Wakeups:
    """Sends wake-ups; never fails, never waits long."""

    def __init__(self, redis: Redis) -> None:
        self._arq = job_client(redis, job_serializer=encode_job, default_queue_name=QUEUE_NAME)
        self._sending: set[asyncio.Task[None]] = set()
        self._again: dict[tuple[str, ...], bool] = {}

    def deliver(self, channel_id: str) -> None:
        """Say that a channel has messages to send."""
        self._send("deliver", channel_id)

    def tell_provider(self) -> None:
        """Say that there are read receipts or reactions to tell."""
        self._send("tell_provider")

    def show_typing(self, conversation_id: str) -> None:
        """Say that somebody is typing to the customer of a conversation."""
        self._send("show_typing", conversation_id)

    def route(self, queue_id: str) -> None:
        """Say that conversations came for a queue."""
        self._send("route", queue_id)

    def route_all(self, workspace_id: str) -> None:
        """Say that room may have come free, or rules changed, in any queue of a workspace."""
        self._send("route_all", workspace_id)

    def reply(self) -> None:
        """Say that there may be occasions for automatic texts."""
        self._send("reply")

    def stir(self) -> None:
        """Say that something became due of which neither an event nor a job tells: that sweeps should look."""
        self._send(_STIR)

    async def close(self) -> None:
        """Wait for what is being sent, but not for a Redis that does not answer."""
        if self._sending:
            await asyncio.wait(self._sending, timeout=CLOSE_SECONDS)

    def _send(self, job: str, *where: str) -> None:
        """Send in the background; what is asked for meanwhile is sent once more, a little later."""
        name = (job, *where)
        if name in self._again:
            self._again[name] = True
            return
        self._again[name] = False
        task = asyncio.get_running_loop().create_task(self._send_spaced(name))
        self._sending.add(task)
        task.add_done_callback(self._sending.discard)

    async def _send_spaced(self, name: tuple[str, ...]) -> None:
        try:
            await self._enqueue(name)
            await asyncio.sleep(SPACING_SECONDS)
            while self._again[name]:
                self._again[name] = False
                await self._enqueue(name)
                await asyncio.sleep(SPACING_SECONDS)
        finally:
            del self._again[name]

    async def _enqueue(self, name: tuple[str, ...]) -> None:
        with suppress(RedisError, OSError, TimeoutError):
            async with asyncio.timeout(ENQUEUE_SECONDS):
                if name != (_STIR,):
                    await self._arq.enqueue_job(*name)
                await self._arq.publish(BELL, TOLD_BY_EVENTS if name[0] in _WITH_EVENTS else b"")


class _JobClient(CancellableRedis, ArqRedis):  # type: ignore[misc]  # arq has no types
    """arq's client, with pipelines that are safe to cancel."""


def job_client(redis: Redis, **options: Any) -> ArqRedis:
    """Make arq's client on the connections of another client; `options` are arq's."""
    return _JobClient(connection_pool=redis.connection_pool, **options)


def encode_job(job: dict[str, object]) -> bytes:
    """Serialise arq's job as JSON, never as pickle."""
    return msgspec.json.encode(job)


def decode_job(raw: bytes) -> dict[str, object]:
    """Read what `encode_job` wrote."""
    return msgspec.json.decode(raw, type=dict[str, object])
