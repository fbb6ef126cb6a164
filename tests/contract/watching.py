"""With whom this process speaks: every address that a socket is connected to, by Python's own audit events."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

_seen: list[list[str]] = []
_hooked = False


@contextmanager
def addresses_called() -> Iterator[list[str]]:
    """Collect the hosts that are called meanwhile."""
    global _hooked  # noqa: PLW0603 - an audit hook can't be taken away again, so there is one
    if not _hooked:
        sys.addaudithook(_note)
        _hooked = True
    calls: list[str] = []
    _seen.append(calls)
    try:
        yield calls
    finally:
        _seen.remove(calls)


def _note(event: str, arguments: tuple[Any, ...]) -> None:
    if event == "socket.connect" and _seen:
        address = arguments[1]
        host = str(address[0]) if isinstance(address, tuple) else "a local socket"
        for calls in _seen:
            calls.append(host)
