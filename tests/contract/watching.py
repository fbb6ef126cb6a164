"""What this process tells others: whom its sockets call, by Python's own audit events, and what it logs."""

from __future__ import annotations

import io
import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr
from typing import Any

import structlog

from inbox.foundation.logs import configure_logging

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


@contextmanager
def everything_logged() -> Iterator[io.StringIO]:
    """Collect all that is logged meanwhile, as the processes log it.

    Loggers that are used meanwhile for the first time keep writing there, into memory.
    """
    lines, handlers, level = io.StringIO(), logging.root.handlers[:], logging.root.level
    before = structlog.get_config()
    with redirect_stderr(lines):
        configure_logging("DEBUG", process="contract")
    try:
        yield lines
    finally:
        structlog.configure(**before)
        logging.root.handlers[:] = handlers
        logging.root.setLevel(level)
