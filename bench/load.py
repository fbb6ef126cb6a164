"""A load generator that costs little: each connection sends a prepared request, waits for the answer, goes on.

It shares the machine with what it measures, so it does no more than write bytes and look for the end
of an answer without body (webhooks are answered so).
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field


@dataclass
class Load:
    """What a run of load gave.

    Attributes:
        latencies: Seconds from a request's first byte to its whole answer.
        statuses: How often each HTTP status came.
    """

    seconds: float = 0.0
    latencies: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)

    @property
    def rate(self) -> float:
        """Answered requests a second."""
        return len(self.latencies) / self.seconds if self.seconds else 0.0

    def percentile_ms(self, share: float) -> float:
        """Latency in milliseconds that `share` (0–1) of the requests stayed within."""
        ordered = sorted(self.latencies)
        return ordered[min(len(ordered) - 1, int(len(ordered) * share))] * 1000 if ordered else 0.0


class _Connection(asyncio.Protocol):
    """One keep-alive connection with one request at a time."""

    def __init__(self, load: Load, requests: Iterator[bytes], until: float, done: asyncio.Future[None]) -> None:
        self._load = load
        self._requests = requests
        self._until = until
        self._done = done
        self._buffer = b""
        self._began = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport: asyncio.Transport = transport  # type: ignore[assignment]
        self._send()

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        end = self._buffer.find(b"\r\n\r\n")
        if end < 0:
            return
        length = _content_length(self._buffer[:end])
        if len(self._buffer) < end + 4 + length:
            return
        self._load.latencies.append(time.perf_counter() - self._began)
        self._load.statuses[int(self._buffer[9:12])] += 1
        self._buffer = b""
        self._send()

    def connection_lost(self, exc: Exception | None) -> None:
        if not self._done.done():
            self._load.statuses[0] += 1
            self._done.set_result(None)

    def _send(self) -> None:
        request = next(self._requests, None)
        if request is None or time.perf_counter() > self._until:
            if not self._done.done():
                self._done.set_result(None)
            self._transport.close()
            return
        self._began = time.perf_counter()
        self._transport.write(request)


def _content_length(head: bytes) -> int:
    at = head.lower().find(b"content-length:")
    return int(head[at + 15 :].split(b"\r\n", 1)[0]) if at >= 0 else 0


async def run_load(
    host: str, port: int, requests: Callable[[], Iterator[bytes]], *, connections: int, seconds: float
) -> Load:
    """Send requests over `connections` connections for at most `seconds`, or until there are no more.

    Args:
        requests: Gives the shared iterator of whole HTTP requests.
    """
    load = Load()
    loop = asyncio.get_running_loop()
    shared = requests()
    began = time.perf_counter()
    waits: list[asyncio.Future[None]] = []
    for _ in range(connections):
        done = loop.create_future()
        waits.append(done)
        await loop.create_connection(lambda d=done: _Connection(load, shared, began + seconds, d), host, port)
    await asyncio.gather(*waits)
    load.seconds = time.perf_counter() - began
    return load
