"""Who types, whose sign-in ended: told between server processes by Redis' publish, at once or never.

Nothing is kept, nothing repeated: whoever listens finds out later by itself, too.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from enum import StrEnum
from typing import Final

import msgspec
import structlog
from redis.asyncio import Redis

from inbox.foundation.ending_tasks import end_tasks
from inbox.people.access import Placement
from inbox.stream.event_stream import REDIS_AWAY

CHANNEL: Final = "{signals}"
PUBLISH_SECONDS: Final = 0.2
"""A hint that is late is worth nothing."""
RETRY_SECONDS: Final = 1.0
LISTEN_SECONDS: Final = 2.0
"""Below the client's socket time-out."""
MAX_UNDER_WAY: Final = 200
log = structlog.get_logger(__name__)


class Side(StrEnum):
    """Who does something that others may see at once: types, or, of a colleague, looks."""

    OPERATOR = "operator"
    VISITOR = "visitor"
    COLLEAGUE = "colleague"


class Signal(msgspec.Struct, frozen=True, kw_only=True, tag="hint"):
    """Somebody does something in a conversation that is placed so; `data` says more of a colleague."""

    side: Side
    workspace_id: str
    conversation_id: str
    placement: Placement = Placement()
    data: dict[str, str | bool] = {}


class SignedOut(msgspec.Struct, frozen=True, kw_only=True, tag="signed_out"):
    """Something by which a person, or a program of theirs, gets in has ended: look again."""

    workspace_id: str
    person_id: str


Listener = Callable[[Signal], None]
SignedOutListener = Callable[[SignedOut], None]
_decoder: Final = msgspec.json.Decoder(Signal | SignedOut)


class Signals:
    """Sends and hears hints."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._listeners: list[Listener] = []
        self._signed_out: list[SignedOutListener] = []
        self._sending: set[asyncio.Task[None]] = set()
        self._task: asyncio.Task[None] | None = None

    def listen(self, listener: Listener) -> None:
        """Have a listener called with every hint of every process; it must not block or raise."""
        self._listeners.append(listener)

    def listen_for_signed_out(self, listener: SignedOutListener) -> None:
        """Have a listener called whenever something of a person ended; it must not block or raise."""
        self._signed_out.append(listener)

    def start(self) -> None:
        """Begin to hear."""
        self._task = asyncio.ensure_future(self._run())

    def send(self, signal: Signal | SignedOut) -> None:
        """Send in the background; never fails."""
        if len(self._sending) < MAX_UNDER_WAY:
            task = asyncio.ensure_future(self._publish(msgspec.json.encode(signal)))
            self._sending.add(task)
            task.add_done_callback(self._sending.discard)

    async def close(self) -> None:
        """Stop."""
        await end_tasks(task for task in (self._task, *self._sending) if task is not None)

    async def _publish(self, data: bytes) -> None:
        with suppress(*REDIS_AWAY):
            async with asyncio.timeout(PUBLISH_SECONDS):
                await self._redis.publish(CHANNEL, data)

    async def _run(self) -> None:
        while True:
            try:
                await self._listen()
            except REDIS_AWAY:
                await asyncio.sleep(RETRY_SECONDS)
            except Exception:
                log.exception("signals.failed")
                await asyncio.sleep(RETRY_SECONDS)

    async def _listen(self) -> None:
        async with self._redis.pubsub(ignore_subscribe_messages=True) as subscription:
            await subscription.subscribe(CHANNEL)
            while True:
                message = await subscription.get_message(timeout=LISTEN_SECONDS)
                if message is not None:
                    self._hear(message["data"])

    def _hear(self, data: bytes) -> None:
        signal = _decoder.decode(data)
        if isinstance(signal, SignedOut):
            for told in self._signed_out:
                told(signal)
            return
        for listener in self._listeners:
            listener(signal)
