"""A port that several server processes share, held for as long as any of them may start again."""

from __future__ import annotations

import socket
from typing import Final

from gateway.embedded.ports import choose_port, port_is_free

TAKEN: Final = "port {port} on {host} is taken by another program; choose another with --port"


class PortTakenError(Exception):
    """Another program listens on the port."""


def hold_port(host: str, port: int) -> socket.socket:
    """Hold a port for child processes that bind it with SO_REUSEPORT; connections only reach those that listen.

    Without the check a second server on the same port would start silently and take half of the connections.
    Who holds a port is seen by the next who wants it, though nothing listens yet: two that start at the same
    moment don't take the same one.

    Raises:
        PortTakenError: if it is not free.
    """
    address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
    if port and not port_is_free(port, host):
        raise PortTakenError(TAKEN.format(port=port, host=host))
    held = socket.socket(address[0], socket.SOCK_STREAM)
    held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    try:
        held.bind(address[4])
    except OSError:
        held.close()
        raise PortTakenError(TAKEN.format(port=port, host=host)) from None
    # Linux reads both flags of a bound socket anew: without SO_REUSEADDR only those who share by SO_REUSEPORT join.
    held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 0)
    return held


def hold_some_port(host: str, wanted: int) -> socket.socket:
    """Hold the wanted port, or another one where that is taken."""
    try:
        return hold_port(host, choose_port(wanted, host))
    except PortTakenError:
        return hold_port(host, choose_port(None, host))


def reachable(host: str) -> str:
    """Return the address under which a server that listens on `host` is reached from this machine."""
    return {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}.get(host, host)  # noqa: S104 - a comparison
