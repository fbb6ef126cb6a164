"""A port is held by one only, and shared by the processes that the holder starts."""

from __future__ import annotations

import socket

import pytest

from gateway.http.listening import PortTakenError, hold_port, hold_some_port

HOST = "127.0.0.1"


def bind_sharing(port: int) -> socket.socket:
    """Bind as a server process does that is told to share its port."""
    one = socket.socket()
    one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    one.bind((HOST, port))
    return one


def test_a_held_port_is_taken_though_nothing_listens() -> None:
    with hold_port(HOST, 0) as held:
        port = held.getsockname()[1]
        with pytest.raises(PortTakenError, match=f"port {port} .* taken"):
            hold_port(HOST, port)
        with hold_some_port(HOST, port) as other:
            assert other.getsockname()[1] != port


def test_processes_of_the_holder_share_it() -> None:
    with hold_port(HOST, 0) as held, bind_sharing(held.getsockname()[1]) as first:
        first.listen()
        with bind_sharing(held.getsockname()[1]) as second:
            second.listen()


def test_it_is_free_again_when_it_is_no_longer_held() -> None:
    with hold_port(HOST, 0) as held:
        port = held.getsockname()[1]
    with hold_port(HOST, port) as again:
        assert again.getsockname()[1] == port
