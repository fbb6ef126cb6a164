"""The WebSockets that are open in this process, so that a stop can tell each to come back elsewhere."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

from aiohttp import WSCloseCode, web

CLOSE_SECONDS = 2.0
"""A client that does not answer the closing handshake is not waited for longer."""


class OpenSockets:
    """A set of sockets."""

    def __init__(self) -> None:
        self._open: set[web.WebSocketResponse] = set()

    def __len__(self) -> int:
        return len(self._open)

    @contextmanager
    def holding(self, socket: web.WebSocketResponse) -> Iterator[None]:
        """Keep a socket in the set while it is served."""
        self._open.add(socket)
        try:
            yield
        finally:
            self._open.discard(socket)

    async def close_all(self) -> None:
        """Close all with 1001 (going away): clients reconnect to another process with their cursor."""
        await asyncio.gather(*(self._close(socket) for socket in list(self._open)), return_exceptions=True)

    @staticmethod
    async def _close(socket: web.WebSocketResponse) -> None:
        async with asyncio.timeout(CLOSE_SECONDS):
            await socket.close(code=WSCloseCode.GOING_AWAY, message=b"the server stops")
