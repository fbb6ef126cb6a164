"""A batch on the loop may wait for the database and for nothing else: while a transaction rests, others wait for it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Generator
from types import coroutine
from typing import Any, TypeVar

T = TypeVar("T")


class Waits:
    """Knows for what one batch may wait."""

    def __init__(self) -> None:
        self._known: asyncio.Future[Any] | None = None

    def known(self, future: asyncio.Future[T]) -> asyncio.Future[T]:
        """Note that the batch is about to wait for an answer of the database."""
        self._known = future
        return future

    @coroutine
    def only(self, work: Coroutine[Any, Any, T]) -> Generator[Any, Any, T]:
        """Run a coroutine that waits for nothing else.

        Raises:
            RuntimeError: if it does; it is ended then.
        """
        send: Callable[[Any], Any] = work.send
        value: Any = None
        while True:
            try:
                future = send(value)
            except StopIteration as done:
                result: T = done.value
                return result
            if future is not self._known:
                send, value = work.throw, RuntimeError("work in a batch may await operations on its collections only")
                continue
            try:
                send, value = work.send, (yield future)
            except BaseException as error:
                send, value = work.throw, error
