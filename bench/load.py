"""A load generator that costs little: each connection sends a prepared request, waits for the answer, goes on.

It shares the machine with what it measures, so it does no more than write bytes and look for the end
of an answer.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter, deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

GRACE_SECONDS = 20.0
"""Longest wait for answers after the last request: above every time limit of the server."""


@dataclass
class Load:
    """What a run of load gave.

    Attributes:
        latencies: Seconds from a request's first byte to its whole answer.
        statuses: How often each HTTP status came; 0 where a connection ended or was silent.
    """

    seconds: float = 0.0
    latencies: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)

    @property
    def good(self) -> int:
        """How many requests were answered with success."""
        return sum(count for status, count in self.statuses.items() if 200 <= status < 300)

    @property
    def bad(self) -> dict[int, int]:
        """How many were answered otherwise, by status."""
        return {status: count for status, count in self.statuses.items() if not 200 <= status < 300}

    @property
    def good_rate(self) -> float:
        """Successes a second."""
        return self.good / self.seconds if self.seconds else 0.0

    def percentile_ms(self, share: float) -> float:
        """Latency in milliseconds that `share` (0–1) of the requests stayed within."""
        return percentile_ms(self.latencies, share)


def percentile_ms(seconds: list[float], share: float) -> float:
    """Return the value in milliseconds that `share` (0–1) of the values stays within; 0 for none."""
    ordered = sorted(seconds)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] * 1000 if ordered else 0.0


class _Connection(asyncio.Protocol):
    """One keep-alive connection with one request at a time; asks `give` for the next."""

    def __init__(self, load: Load, give: Callable[[_Connection], None]) -> None:
        self._load = load
        self._give = give
        self._buffer = b""
        self._began: float | None = None
        self.ended: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport: asyncio.Transport = transport  # type: ignore[assignment]
        self._give(self)

    def send(self, request: bytes, began: float) -> None:
        self._began = began
        self._transport.write(request)

    def end(self) -> None:
        """Close, whether or not an answer came."""
        if not self.ended.done():
            if self._began is not None:
                self._load.statuses[0] += 1
            self.ended.set_result(None)
        self._transport.close()

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        end = self._buffer.find(b"\r\n\r\n")
        if end < 0 or len(self._buffer) < end + 4 + _content_length(self._buffer[:end]) or self._began is None:
            return
        self._load.latencies.append(time.perf_counter() - self._began)
        self._load.statuses[int(self._buffer[9:12])] += 1
        self._buffer = b""
        self._began = None
        self._give(self)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002
        self.end()


def _content_length(head: bytes) -> int:
    at = head.lower().find(b"content-length:")
    return int(head[at + 15 :].split(b"\r\n", 1)[0]) if at >= 0 else 0


async def run_load(host: str, port: int, requests: Iterator[bytes], *, connections: int, seconds: float) -> Load:
    """Send requests as fast as they are answered, for at most `seconds` or until there are no more."""
    load = Load()
    began = time.perf_counter()

    def give(connection: _Connection) -> None:
        now = time.perf_counter()
        request = next(requests, None) if now - began < seconds else None
        if request is None:
            connection.end()
        else:
            connection.send(request, time.perf_counter())

    opened = await _open(host, port, connections, lambda: _Connection(load, give))
    await asyncio.wait([c.ended for c in opened], timeout=seconds + GRACE_SECONDS)
    load.seconds = time.perf_counter() - began
    for connection in opened:
        connection.end()
    return load


async def run_paced(host: str, port: int, requests: Iterator[bytes], *, rate: float, connections: int) -> Load:
    """Send requests evenly, `rate` a second whatever the answers do, until there are no more.

    A request that finds every connection busy waits, and its waiting counts.
    """
    load = Load()
    idle: deque[_Connection] = deque()
    due: deque[tuple[bytes, float]] = deque()

    def give(connection: _Connection) -> None:
        if due:
            connection.send(*due.popleft())
        else:
            idle.append(connection)

    opened = await _open(host, port, connections, lambda: _Connection(load, give))
    began = time.perf_counter()
    sent = 0
    for sent, request in enumerate(requests, start=1):
        due.append((request, time.perf_counter()))
        if idle:
            give(idle.popleft())
        await asyncio.sleep(max(0.0, began + sent / rate - time.perf_counter()))
    load.seconds = time.perf_counter() - began
    limit = time.perf_counter() + GRACE_SECONDS
    while sum(load.statuses.values()) < sent and time.perf_counter() < limit:  # noqa: ASYNC110
        await asyncio.sleep(0.01)
    for connection in opened:
        connection.end()
    return load


async def _open(host: str, port: int, count: int, make: Callable[[], _Connection]) -> list[_Connection]:
    loop = asyncio.get_running_loop()
    return [(await loop.create_connection(make, host, port))[1] for _ in range(count)]
