"""The loop of every sweep: runs work again and again, whatever fails."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from inbox.storage.database import is_transient, is_unavailable

_log = structlog.get_logger()


async def sweep(name: str, work: Callable[[], Awaitable[object]], *, every_seconds: float) -> None:
    """Run `work` until cancelled, with a pause after each run; a fault is logged and the next run comes anyway."""
    while True:
        try:
            await work()
        except Exception as error:
            if is_unavailable(error) or is_transient(error):
                _log.warning("sweep interrupted", sweep=name, error=type(error).__name__)
            else:
                _log.error("sweep failed", sweep=name, exc_info=error)
        await asyncio.sleep(every_seconds)
