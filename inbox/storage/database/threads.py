"""Operations that a thread runs from beginning to end.

motor hands every operation to a thread and back, which costs this process 0.1–0.2 ms of processor time each, and a
turn of the loop; a transaction of fourteen statements pays that fourteen times. The same coroutine can be given
collections that block: then nothing in it ever waits for the loop, and one thread runs it from beginning to end.
"""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from typing import TYPE_CHECKING, Any, TypeVar

from inbox.storage.database.dialect import Collection, Collections, Session
from inbox.storage.database.transactions import Opened, run_once

T = TypeVar("T")


class ThreadCollections(Collections):
    """Collections for a coroutine that a thread runs: what is awaited is done already.

    Args:
        client: The driver's client whose operations block.
        named: Returns its collection of a name.
        patience_seconds: How long a commit is asked for.
    """

    def __init__(self, client: Any, named: Callable[[str], Any], patience_seconds: float) -> None:
        self._client = client
        self._named = named
        self._patience_seconds = patience_seconds

    if not TYPE_CHECKING:  # see `Collections`

        def __getattr__(self, collection: str) -> Collection:
            found = _ThreadCollection(self._named(collection))
            setattr(self, collection, found)
            return found

    async def transact_once(self, work: Callable[[Session], Awaitable[T]]) -> T:
        """Run `work` in one transaction, once."""
        with self._client.start_session() as session:
            opened = Opened(
                session, _done(session.commit_transaction), _done(session.abort_transaction), _done(time.sleep)
            )
            return await run_once(opened, work, patience_seconds=self._patience_seconds)


class _ThreadCollection:
    """A collection with the operations that code on the loop awaits."""

    def __init__(self, blocking: Any) -> None:
        self._blocking = blocking

    def find(self, *arguments: Any, **options: Any) -> _ThreadCursor:
        return _ThreadCursor(self._blocking.find(*arguments, **options))

    def aggregate(self, *arguments: Any, **options: Any) -> _ThreadCursor:
        return _ThreadCursor(self._blocking.aggregate(*arguments, **options))

    def __getattr__(self, operation: str) -> Any:
        run = _done(getattr(self._blocking, operation))
        setattr(self, operation, run)
        return run


class _ThreadCursor:
    """A cursor likewise."""

    def __init__(self, blocking: Any) -> None:
        self._blocking = blocking

    def sort(self, *order: Any) -> _ThreadCursor:
        self._blocking.sort(*order)
        return self

    def limit(self, count: int) -> _ThreadCursor:
        self._blocking.limit(count)
        return self

    async def to_list(self, length: int | None) -> list[Any]:
        found: list[Any] = self._blocking.to_list(length)
        return found

    async def __aiter__(self) -> AsyncIterator[Any]:
        for document in self._blocking:
            yield document


def _done(blocking: Callable[..., T]) -> Callable[..., Coroutine[Any, Any, T]]:
    """Make something to await of what blocks: it never waits for the loop."""

    async def run(*arguments: Any, **options: Any) -> T:
        return blocking(*arguments, **options)

    return run


def finish_at_once(work: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine that awaits nothing but operations of `ThreadCollections`.

    Raises:
        RuntimeError: if it waits for anything else: no loop would wake it.
    """
    try:
        work.send(None)
    except StopIteration as done:
        result: T = done.value
        return result
    work.close()
    raise RuntimeError("work in a thread may await operations on its collections only")
