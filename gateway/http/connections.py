"""How many connections are open, from where, and which of them say nothing.

Each connection is a file to the operating system, and without files nothing works any more: so there is a limit below
that of the system, a part of it for each address, and whoever connects has to say something.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Callable
from typing import Any, Final

import structlog
from prometheus_client import Counter as Figure
from prometheus_client import Gauge

from gateway.http.client_address import ClientAddresses, counted_as, read_address
from gateway.http.open_files import open_files_limit

FIRST_HEAD_SECONDS: Final = 15.0
"""From connecting to the end of the first request's head, TLS in front of us included: a slow phone takes 2 or 3."""
KEPT_FREE: Final = 500
"""Files for MongoDB's pools (100 and a few), Redis, lists that are being uploaded, logs. Where the system allows few
files, half of them."""
SHARE_OF_ADDRESS: Final = 4
"""One address may have a quarter of all: an office's operators and visitors fit many times over, and nobody can take
all places from one machine. Proxies that the settings name may have as many as they like."""
ENOUGH_OF_ADDRESS: Final = 1_000
"""Or so many, up to three quarters, where all are few."""
LOOK_SECONDS: Final = 1.0
LOG_SECONDS: Final = 10.0
"""A flood is told of once in this time, with how many were refused."""

OPEN: Final = Gauge("gateway_open_connections", "Connections open.", multiprocess_mode="livesum")
REFUSED: Final = Figure("gateway_refused_connections", "Connections that were closed unserved.", ("reason",))
log = structlog.get_logger(__name__)


def limit_of_all(files: int) -> int:
    """Return how many connections a process may have that may have so many files open."""
    return max(files - KEPT_FREE, files // 2, 1)


def limit_of_address(most: int) -> int:
    """Return how many of all connections one address may have."""
    return max(most // SHARE_OF_ADDRESS, min(ENOUGH_OF_ADDRESS, most * 3 // 4), 1)


class Connections:
    """Counts connections; made with the application, fed by its server."""

    def __init__(
        self,
        addresses: ClientAddresses,
        *,
        most: int | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self.most = most if most is not None else limit_of_all(open_files_limit())
        self.most_of_address = limit_of_address(self.most)
        self._addresses = addresses
        self._monotonic = monotonic
        self._by_address: Counter[str] = Counter()
        self._open: dict[object, str] = {}
        self._stands_for: dict[object, object] = {}
        """By whom a connection is known now that was passed on: as whom it entered."""
        self._silent: dict[object, tuple[float, asyncio.Transport]] = {}
        self._untold: Counter[str] = Counter()
        self._told_at = float("-inf")

    @property
    def count(self) -> int:
        """How many are open."""
        return len(self._open)

    def enter(self, connection: object, transport: asyncio.Transport) -> bool:
        """Take a new connection; False if there is no room for it. One that was passed on has its place."""
        if connection in self._stands_for:
            return True
        peer = _peer(transport)
        address = counted_as(read_address(peer))
        if len(self._open) >= self.most:
            self._refuse("total", address)
            return False
        if self._by_address[address] >= self.most_of_address and not self._addresses.is_proxy(peer):
            self._refuse("address", address)
            return False
        self._open[connection] = address
        self._by_address[address] += 1
        self._silent[connection] = (self._monotonic(), transport)
        OPEN.set(len(self._open))
        return True

    def spoke(self, connection: object) -> None:
        """Note that a connection has brought a request."""
        self._silent.pop(self._stands_for.get(connection, connection), None)

    def pass_on(self, connection: object, following: object) -> None:
        """Let another object stand for a connection; how long it has been silent goes on."""
        self._stands_for[following] = connection

    def leave(self, connection: object) -> None:
        """Forget a connection that has ended."""
        connection = self._stands_for.pop(connection, connection)
        self._silent.pop(connection, None)
        address = self._open.pop(connection, None)
        if address is None:
            return
        self._by_address[address] -= 1
        if not self._by_address[address]:
            del self._by_address[address]
        OPEN.set(len(self._open))

    def cut_silent(self) -> None:
        """Cut the connections that have not said what they want in time; which stand in order."""
        now, late = self._monotonic(), []
        for since, transport in self._silent.values():
            if now - since < FIRST_HEAD_SECONDS:
                break
            late.append(transport)
        for transport in late:
            transport.abort()
        REFUSED.labels("silent").inc(len(late))
        self._tell(now)

    async def watch(self) -> None:
        """Cut silent connections as their time comes, until cancelled."""
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            self.cut_silent()

    def _refuse(self, reason: str, address: str) -> None:
        REFUSED.labels(reason).inc()
        self._untold[address] += 1
        self._tell(self._monotonic())

    def _tell(self, now: float) -> None:
        """Say what was refused since the last time, and whence most of it came."""
        if not self._untold or now - self._told_at < LOG_SECONDS:
            return
        (address, of_address), *_ = self._untold.most_common(1)
        log.warning(
            "connections were refused",
            count=self._untold.total(),
            open=len(self._open),
            most=self.most,
            most_of_address=self.most_of_address,
            mainly_from=address,
            of_these=of_address,
        )
        self._untold.clear()
        self._told_at = now


def _peer(transport: asyncio.Transport) -> str | None:
    name: Any = transport.get_extra_info("peername")
    return str(name[0]) if isinstance(name, tuple) and name else None
