"""Cancels tasks and waits for their end."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Any, Final

ASK_AGAIN_SECONDS: Final = 0.5


async def end_tasks(tasks: Iterable[asyncio.Future[Any]]) -> None:
    """Cancel tasks and wait until they are done. Exceptions that they raise are dropped: no caller waits for them.

    One request to cancel may get lost: up to Python 3.11 `asyncio.wait_for`, which the Redis client uses
    for every command, drops it when its work ends at the same moment.

    Who is cancelled while waiting here hears of it when all tasks have ended: nobody leaves them behind.

    Source: https://github.com/python/cpython/issues/86296
    """
    ending = set(tasks)
    pending = {task for task in ending if not task.done()}
    cancelled: asyncio.CancelledError | None = None
    while pending:
        for task in pending:
            task.cancel()
        try:
            await asyncio.wait(pending, timeout=ASK_AGAIN_SECONDS)
        except asyncio.CancelledError as error:
            cancelled = error
        pending = {task for task in pending if not task.done()}
    for task in ending:
        if not task.cancelled():
            task.exception()
    if cancelled is not None:
        raise cancelled
