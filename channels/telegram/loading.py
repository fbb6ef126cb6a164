"""Loading aiogram without stopping the event loop: it takes seconds of processor time."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from threading import Thread
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from channels.telegram.sender import Sender


async def load_sender() -> type[Sender]:
    """Import the sending side in a thread of its own; the process can end meanwhile."""
    loop = asyncio.get_running_loop()
    loaded: asyncio.Future[type[Sender]] = loop.create_future()

    def run() -> None:
        from channels.telegram.sender import Sender  # noqa: PLC0415 - seconds that servers never need

        with suppress(RuntimeError):  # the loop was closed meanwhile
            loop.call_soon_threadsafe(_give, loaded, Sender)

    Thread(target=run, name="load aiogram", daemon=True).start()
    return await loaded


def _give(loaded: asyncio.Future[type[Sender]], sender: type[Sender]) -> None:
    if not loaded.done():
        loaded.set_result(sender)
