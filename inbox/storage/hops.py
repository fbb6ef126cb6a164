"""Asynchronous work on collections, run in one hop to a thread.

motor hands every operation to a thread and back, which costs this process 0.1–0.2 ms of processor time each, and a
turn of the loop; a transaction of fourteen statements pays that fourteen times. The same coroutine can be given
collections that block: then nothing in it ever waits for the loop, and a thread runs it from beginning to end.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Coroutine
from typing import Any, TypeVar

from inbox.storage.documents import StoredCollections

Collection = Any
T = TypeVar("T")


class Collections(StoredCollections):
    """Collections by attribute, with operations to await: of a `Database`, or within one hop."""

    def __getattr__(self, collection: str) -> Collection:
        raise AttributeError(collection)


class HopCollections(Collections):
    """Collections for a coroutine that a thread runs: what is awaited is done already.

    Args:
        blocking: Gives collections by attribute, whose operations block.
    """

    def __init__(self, blocking: Any) -> None:
        self._blocking = blocking

    def __getattr__(self, collection: str) -> Collection:
        found = _HopCollection(getattr(self._blocking, collection))
        setattr(self, collection, found)
        return found


class _HopCollection:
    """A collection with motor's operations."""

    def __init__(self, blocking: Any) -> None:
        self._blocking = blocking

    def find(self, *arguments: Any, **options: Any) -> _HopCursor:
        return _HopCursor(self._blocking.find(*arguments, **options))

    def aggregate(self, *arguments: Any, **options: Any) -> _HopCursor:
        return _HopCursor(self._blocking.aggregate(*arguments, **options))

    def __getattr__(self, operation: str) -> Any:
        blocking = getattr(self._blocking, operation)

        async def run(*arguments: Any, **options: Any) -> Any:
            return blocking(*arguments, **options)

        return run


class _HopCursor:
    """A cursor with motor's operations."""

    def __init__(self, blocking: Any) -> None:
        self._blocking = blocking

    def sort(self, *order: Any) -> _HopCursor:
        self._blocking.sort(*order)
        return self

    def limit(self, count: int) -> _HopCursor:
        self._blocking.limit(count)
        return self

    async def to_list(self, length: int | None) -> list[Any]:
        found: list[Any] = self._blocking.to_list(length)
        return found

    async def __aiter__(self) -> AsyncIterator[Any]:
        for document in self._blocking:
            yield document


def finish_at_once(work: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine that only awaits operations of `HopCollections`.

    Raises:
        RuntimeError: if it waits for anything else: no loop would wake it.
    """
    try:
        work.send(None)
    except StopIteration as done:
        result: T = done.value
        return result
    work.close()
    raise RuntimeError("work in one hop may await operations on its collections only")
