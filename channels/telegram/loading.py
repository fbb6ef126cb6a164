"""Loading aiogram without stopping the event loop: it takes seconds of processor time."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Thread
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from channels.telegram.sender import Sender

TURN_SECONDS: Final = 0.0002
"""While aiogram is loaded threads change turns more often than each 5 ms, as is Python's custom: nine of ten
operations of the others end within 1.3 ms instead of 26 ms, for a sixth more time to load (measured, 4.0 s and 4.7 s).
"""


async def load_sender() -> type[Sender]:
    """Import the sending side in a thread of its own; the process can end meanwhile."""
    loop = asyncio.get_running_loop()
    loaded: asyncio.Future[type[Sender]] = loop.create_future()

    def run() -> None:
        with _short_turns():
            from channels.telegram.sender import Sender  # noqa: PLC0415 - seconds that servers never need

        with suppress(RuntimeError):  # the loop was closed meanwhile
            loop.call_soon_threadsafe(_give, loaded, Sender)

    Thread(target=run, name="load aiogram", daemon=True).start()
    return await loaded


@contextmanager
def _short_turns() -> Iterator[None]:
    usual = sys.getswitchinterval()
    sys.setswitchinterval(TURN_SECONDS)
    try:
        yield
    finally:
        sys.setswitchinterval(usual)


def _give(loaded: asyncio.Future[type[Sender]], sender: type[Sender]) -> None:
    if not loaded.done():
        loaded.set_result(sender)
