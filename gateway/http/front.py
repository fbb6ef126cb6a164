"""The front of a server: takes all connections, answers usual requests of one route itself, and hands over the rest.

A usual request goes from its bytes to the handler without aiohttp's request, router, middleware and response. When
anything else comes, also as a connection's second or hundredth request, the connection is handed over with what it
brought, and is aiohttp's from then on. What is asked of a connection holds either way: its limits, its time-outs, and
how it ends when the process stops.

Stands on: a protocol may be changed while a transport is open (`asyncio.Transport.set_protocol`), and `web.Server` is
a factory of protocols (both documented).
"""

from __future__ import annotations

import asyncio
import re
import socket
from collections.abc import Awaitable, Callable, Mapping
from typing import Final, NamedTuple, cast

from aiohttp import web

from gateway.http.http_parts import HttpParts
from gateway.http.middleware import Served, serve_lean
from gateway.http.usual_head import MAX_BODY_BYTES, MAX_HEAD_BYTES, Head, read_head
from inbox.foundation.ending_tasks import end_tasks

BODY_PATIENCE_SECONDS: Final = 0.25
"""A body comes with its head or milliseconds later; one that is slower is read by aiohttp, with its time limit."""
MOST_WAITING_BYTES: Final = 2 * (MAX_HEAD_BYTES + MAX_BODY_BYTES)
"""What a connection may send ahead while a request of it is served."""

Handle = Callable[[Mapping[str, str], Mapping[str, str], bytes], Awaitable[None]]
"""Serves a request by its path's parts, headers (names in lower case) and body; returning means 200 without a body."""


class LeanRoute(NamedTuple):
    """The route that the front serves: what its paths look like, its name in figures, and who serves it."""

    pattern: re.Pattern[str]
    name: str
    handle: Handle


class Front:
    """Makes the protocols of all connections.

    Attributes:
        served: How many requests were answered here.
        handed_over: How many connections were handed over.
    """

    def __init__(self, server: web.Server, http: HttpParts, route: LeanRoute, *, keep_alive_seconds: float) -> None:
        self.served = 0
        self.handed_over = 0
        self.server = server
        self.http = http
        self.route = route
        self.keep_alive_seconds = keep_alive_seconds
        self._open: set[_FrontProtocol] = set()

    def __call__(self) -> asyncio.Protocol:
        """Make the protocol of a connection."""
        return _FrontProtocol(self)

    async def close(self) -> None:
        """Close the connections that are still here; what is under way is cut off."""
        left = tuple(self._open)
        await end_tasks(task for one in left if (task := one.task) is not None)
        for one in left:
            one.close()

    def took(self, connection: _FrontProtocol) -> None:
        """Note a connection."""
        self._open.add(connection)

    def left(self, connection: _FrontProtocol) -> None:
        """Forget a connection."""
        self._open.discard(connection)


class _FrontProtocol(asyncio.Protocol):
    """One connection, until it ends or is handed over.

    Attributes:
        task: The request that is being served.
    """

    def __init__(self, front: Front) -> None:
        self.task: asyncio.Task[None] | None = None
        self._front = front
        self._loop = asyncio.get_running_loop()
        self._transport: asyncio.Transport
        self._data = b""
        self._head: Head | None = None
        self._is_writing_paused = False
        self._is_reading_paused = False
        self._patience: asyncio.TimerHandle | None = None
        self._idle_since = self._loop.time()
        self._end_of_rest: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        if not self._front.http.connections.enter(self, self._transport):
            self._loop.call_soon(self._transport.abort)  # what begins with a connection must not miss its end
            return
        self._front.took(self)
        if (connected := transport.get_extra_info("socket")) is not None:
            connected.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)

    def connection_lost(self, _: Exception | None) -> None:
        self._forget()
        self._front.http.connections.leave(self)

    def pause_writing(self) -> None:
        self._is_writing_paused = True

    def resume_writing(self) -> None:
        self._is_writing_paused = False
        self._next()

    def data_received(self, data: bytes) -> None:
        self._data = self._data + data if self._data else data
        if self.task is None:
            self._next()
        elif len(self._data) > MOST_WAITING_BYTES and not self._is_reading_paused:
            self._is_reading_paused = True
            self._transport.pause_reading()

    def close(self) -> None:
        """End the connection."""
        self._transport.close()

    def _next(self) -> None:
        """Serve the next request if it is here, or hand the connection over if it is not usual."""
        if not self._data or self.task is not None or self._is_writing_paused or self._transport.is_closing():
            return
        head = self._head = self._head or read_head(self._data)
        path = None if head is None else self._front.route.pattern.fullmatch(head.path)
        if head is None or path is None:
            self._hand_over()
            return
        if self._patience is None:
            self._front.http.requests.begin()
        end = head.size_bytes + head.body_bytes
        if len(self._data) < end:
            self._patience = self._patience or self._loop.call_later(BODY_PATIENCE_SECONDS, self._is_slow)
            return
        body, self._data, self._head = self._data[head.size_bytes : end], self._data[end:], None
        self._end_patience()
        self._front.http.connections.spoke(self)
        self.task = self._loop.create_task(self._serve(path.groupdict(), head.headers, body))

    async def _serve(self, path: Mapping[str, str], headers: Mapping[str, str], body: bytes) -> None:
        route, http = self._front.route, self._front.http
        try:
            served = await serve_lean(http, route.name, headers, route.handle(path, headers, body))
            self._front.served += 1
            self.task = None
            self._answer(served)
        except BaseException:
            self._transport.abort()
            raise
        finally:
            http.requests.end()

    def _answer(self, served: Served) -> None:
        if self._transport.is_closing():
            return
        self._transport.write(served.data)
        if served.closes:
            self._transport.close()
            return
        self._begin_rest()
        if self._is_reading_paused:
            self._is_reading_paused = False
            self._transport.resume_reading()
        self._next()

    def _begin_rest(self) -> None:
        """Note when the connection was used last; one timer looks at it, not one for each request."""
        self._idle_since = self._loop.time()
        if self._end_of_rest is None:
            self._end_of_rest = self._loop.call_later(self._front.keep_alive_seconds, self._close_if_idle)

    def _close_if_idle(self) -> None:
        idle_until = self._idle_since + self._front.keep_alive_seconds
        if self.task is None and self._loop.time() >= idle_until:
            self._transport.close()
        else:
            at = max(idle_until, self._loop.time() + 1)
            self._end_of_rest = self._loop.call_at(at, self._close_if_idle)

    def _is_slow(self) -> None:
        if self._is_writing_paused:  # neither reads answers nor sends its request
            self._transport.abort()
        else:
            self._hand_over()

    def _hand_over(self) -> None:
        """Hand the connection over to aiohttp, with what was not served; it never comes back."""
        self._forget()
        self._front.handed_over += 1
        handler = self._front.server()
        self._front.http.connections.pass_on(self, handler)
        self._transport.set_protocol(handler)
        handler.connection_made(self._transport)
        handler.data_received(self._data)

    def _forget(self) -> None:
        self._front.left(self)
        if self._patience is not None:  # a request has begun of which nobody will see the end here
            self._front.http.requests.end()
        self._end_patience()
        if self._end_of_rest is not None:
            self._end_of_rest.cancel()

    def _end_patience(self) -> None:
        if self._patience is not None:
            self._patience.cancel()
            self._patience = None
