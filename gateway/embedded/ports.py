"""Free TCP ports."""

from __future__ import annotations

import random
import socket
from collections.abc import Iterator
from typing import Final

SERVER_PORTS: Final = range(20_000, 32_000)
"""Below the ports of outgoing connections. Source: Linux, ip_local_port_range, 32768 to 60999 by default."""


def port_is_free(port: int, host: str = "127.0.0.1") -> bool:
    """Tell whether nothing listens there, and a server could."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def choose_port(wanted: int | None, host: str = "127.0.0.1") -> int:
    """Return the wanted port if it is free, otherwise any free one that no outgoing connection takes.

    A server that starts again must find its port free: from the range of outgoing connections, a client
    that tries to reach the absent server could be given that very port and be connected to itself.
    """
    if wanted and port_is_free(wanted, host):
        return wanted
    return next(port for port in _random_ports() if port_is_free(port, host))


def _random_ports() -> Iterator[int]:
    while True:
        yield random.choice(SERVER_PORTS)  # noqa: S311 - a guess, no secret
