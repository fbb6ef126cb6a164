"""Frames on their way to one visitor: sent in order, by a task that exists only while there is something to send."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Final

import msgspec
from aiohttp import WSMsgType, web

MAX_PENDING_BYTES: Final = 256 * 1024
"""Some 500 messages that a page has not taken: it is better off resuming."""
CLOSE_SECONDS: Final = 2.0
TOO_SLOW: Final = 4408


class OutgoingFrames:
    """What waits for a visitor's line; a page that takes nothing is closed instead of filling the memory."""

    __slots__ = ("_bytes", "_ended", "_pending", "_socket", "_task")

    def __init__(self, socket: web.WebSocketResponse) -> None:
        self._socket = socket
        self._pending: list[bytes] = []
        self._bytes = 0
        self._ended = False
        self._task: asyncio.Task[None] | None = None

    def say(self, frame: object) -> None:
        """Send a frame."""
        self.push(msgspec.json.encode(frame))

    def push(self, data: bytes) -> None:
        """Send a frame that is JSON already. Neither blocks nor raises."""
        if self._ended:
            return
        self._pending.append(data)
        self._bytes += len(data)
        if self._bytes > MAX_PENDING_BYTES and len(self._pending) > 1:
            self.end()
            self._task = asyncio.create_task(self._close())
        elif self._task is None:
            self._task = asyncio.create_task(self._flush())

    def end(self) -> None:
        """Send nothing more."""
        self._ended = True
        self._pending.clear()
        if self._task is not None:
            self._task.cancel()

    async def _flush(self) -> None:
        try:
            while self._pending:
                frames, self._pending, self._bytes = self._pending, [], 0
                for frame in frames:
                    await self._socket.send_frame(frame, WSMsgType.TEXT)
        except ConnectionError:
            self._pending.clear()
        finally:
            if self._task is asyncio.current_task():
                self._task = None

    async def _close(self) -> None:
        with suppress(TimeoutError, ConnectionError):
            async with asyncio.timeout(CLOSE_SECONDS):
                await self._socket.close(code=TOO_SLOW, message=b"too slow: resume")
