"""What operations on the database are written against: collections by attribute, and the session of a transaction.

An operation is a coroutine that takes `Collections` and, inside a transaction, its `Session`, and hands the session to
everything it asks. It does not know where it runs: on the loop (`Database` itself), with all that it awaits from
beginning to end in a thread (`Database.in_thread`), or on a connection of its own, where statements that belong
together go out together (`Database.batch`).
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Generator
from typing import TYPE_CHECKING, Any, TypeVar

from inbox.storage.documents import StoredCollections

Document = dict[str, Any]
"""A document, or a part of a query, whose fields nobody has written down; see `inbox.storage.documents`."""
Collection = Any
Session = Any
Cursor = Any
T = TypeVar("T")


class Collections(StoredCollections):
    """Collections by attribute, whose operations are awaited: `database.messages`, `database.conversations`, …"""

    if not TYPE_CHECKING:  # a collection that is not listed is an error, not an attribute of any type

        def __getattr__(self, collection: str) -> Collection:
            raise AttributeError(collection)

    async def transact_once(self, work: Callable[[Session], Awaitable[T]]) -> T:
        """Run `work` in one transaction, once: a conflict with another writer is raised.

        Raises:
            OutcomeUnknownError: if nobody says whether the commit took effect.
        """
        raise NotImplementedError

    async def transact_and_read(
        self, work: Callable[[Session], Awaitable[T]], *asked: Cursor
    ) -> tuple[T, list[list[Any]]]:
        """As `transact_once`; then read what is there once the transaction is durable.

        Args:
            work: Reads and writes in the session.
            asked: What is read afterwards, outside of the transaction.
        """
        result = await self.transact_once(work)
        return result, await self.together(*asked)

    async def together(self, *asked: Cursor) -> list[list[Any]]:
        """Read several things of which none depends on another; return the documents of each, in order."""
        return [await cursor.to_list(None) for cursor in asked]


class Posted(Awaitable[T]):
    """A statement that is written together with what follows it; awaiting it returns its result."""

    def post(self) -> None:
        """Put the statement into the next round; done already where statements are written one by one."""


class _Done(Posted[T]):
    def __init__(self, result: T) -> None:
        self._result = result

    def __await__(self) -> Generator[Any, None, T]:
        return self._result
        yield


async def post(statement: Awaitable[T]) -> Posted[T]:
    """Have a write go out together with what follows, where that is possible: its answer is not waited for.

    It is written before anything that is asked later, and at the latest with the commit. What is wrong with it is
    raised by the next operation whose answer is waited for, or by the commit: then nothing of the transaction is
    stored. Who needs its result awaits what is returned.
    """
    if isinstance(statement, Posted):
        statement.post()
        return statement
    return _Done(await statement)
