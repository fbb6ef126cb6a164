"""Reads outside of transactions on connections of the loop: no thread, one turn for each.

motor has a thread do every operation: 0.3 ms of processor time for a question whose answer takes a tenth of it. What is
read whole (`find_one`, `distinct`, a cursor's `to_list` or a short `async for`) goes over a borrowed connection
(`inbox.storage.database.borrowing`) instead. Everything else is the driver's, and so is the second try of a read whose
connection or server failed.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from functools import partial
from typing import Any, Final, TypeVar

from pymongo.errors import ConnectionFailure, NetworkTimeout, OperationFailure, PyMongoError

from inbox.storage.database.borrowing import Loans, LoopWire, Wire
from inbox.storage.database.dialect import Collections, Session

T = TypeVar("T")
Take = Callable[[], Awaitable[Wire | None]]
Ask = Callable[[Any], Awaitable[T]]
"""Asks a collection that it is given."""

MOST_AT_ONCE: Final = 1_000
"""Documents that an `async for` takes in one answer: lists and sweeps have less; more should not be held at once."""
_OPTIONS: Final = frozenset({"sort", "limit", "hint", "max_time_ms", "batch_size"})
"""Of a find; one with any other is the driver's."""
_CODES_REPEATED: Final = frozenset({6, 7, 89, 91, 134, 189, 262, 9001, 10107, 11600, 11602, 13435, 13436})
"""Answers after which drivers ask once more. Source: MongoDB's specification of retryable reads (read 2026-11)."""


class Reads:
    """Asks questions on connections that are kept for them.

    Args:
        loans: The connections.
        take: Takes one of them.
        collections_on: Returns collections whose statements go over a connection.
    """

    def __init__(self, loans: Loans, take: Take, collections_on: Callable[[LoopWire], Collections]) -> None:
        self._loans = loans
        self._take = take
        self._collections_on = collections_on

    async def run(self, ask: Callable[[Collections], Awaitable[T]], otherwise: Callable[[], Awaitable[T]]) -> T:
        """Return what is asked for: over one of our connections, or as the driver does `otherwise`.

        Raises:
            PyMongoError: if the question is wrong, takes too long, or nobody answers the second time either.
        """
        wire = await self._take()
        if not isinstance(wire, LoopWire):
            return await otherwise()
        try:
            return await ask(self._collections_on(wire))
        except PyMongoError as error:
            if not _is_repeated(error):
                raise
        finally:
            self._loans.put_back(wire)
        return await otherwise()


def _is_repeated(error: PyMongoError) -> bool:
    """Tell whether the driver would ask again; not after a silence, which was long enough once."""
    if isinstance(error, OperationFailure):
        return error.code in _CODES_REPEATED
    return isinstance(error, ConnectionFailure) and not isinstance(error, NetworkTimeout)


class ReadCollection:
    """A collection of the driver's whose short reads outside of transactions go over connections of the loop."""

    def __init__(self, attribute: str, drivers: Any, reads: Reads) -> None:
        """Wrap a collection.

        Args:
            attribute: The attribute of `Collections` that names it.
            drivers: The driver's own.
            reads: Asks.
        """
        self._attribute = attribute
        self._drivers = drivers
        self._reads = reads

    def find(self, *arguments: Any, session: Session | None = None, **options: Any) -> Any:
        """Ask for documents, once they are read."""
        if session is not None or len(arguments) > 2 or not options.keys() <= _OPTIONS:
            return self._drivers.find(*arguments, session=session, **options)
        return _ReadCursor(self, arguments, options)

    async def find_one(self, *arguments: Any, session: Session | None = None, **options: Any) -> Any:
        """Return the first document, or None."""
        if session is not None or not options.keys() <= _OPTIONS or (arguments and not isinstance(arguments[0], dict)):
            return await self._drivers.find_one(*arguments, session=session, **options)
        found = await self.read(
            lambda there: there.find(*arguments, **options).limit(1).to_list(1),
            lambda: self._drivers.find(*arguments, **options).limit(1).to_list(1),
        )
        return found[0] if found else None

    async def distinct(self, key: str, condition: Any = None, *, session: Session | None = None, **options: Any) -> Any:
        """Return the values that a field has."""
        if session is not None or options:
            return await self._drivers.distinct(key, condition, session=session, **options)
        return await self.read(
            lambda there: there.distinct(key, condition), lambda: self._drivers.distinct(key, condition)
        )

    async def read(self, ask: Ask[T], otherwise: Callable[[], Awaitable[T]]) -> T:
        """Ask this collection over a connection of the loop, or `otherwise`."""
        return await self._reads.run(lambda collections: ask(getattr(collections, self._attribute)), otherwise)

    def drivers_find(self, arguments: tuple[Any, ...], options: dict[str, Any]) -> Any:
        """Return the driver's cursor."""
        return self._drivers.find(*arguments, **options)

    def __getattr__(self, operation: str) -> Any:
        found = getattr(self._drivers, operation)
        setattr(self, operation, found)
        return found


class _ReadCursor:
    """What is to be found, until it is asked for."""

    def __init__(self, collection: ReadCollection, arguments: tuple[Any, ...], options: dict[str, Any]) -> None:
        self._collection = collection
        self._arguments = arguments
        self._options = options

    def sort(self, *order: Any) -> _ReadCursor:
        self._options["sort"] = (
            [(order[0], order[1] if len(order) > 1 else 1)] if isinstance(order[0], str) else order[0]
        )
        return self

    def limit(self, count: int) -> _ReadCursor:
        self._options["limit"] = count
        return self

    def hint(self, index: Any) -> _ReadCursor:
        self._options["hint"] = index
        return self

    def batch_size(self, count: int) -> _ReadCursor:
        self._options["batch_size"] = count
        return self

    async def to_list(self, length: int | None) -> list[Any]:
        limit = self._options.get("limit") or length
        if length is not None and limit is not None:
            limit = min(limit, length)
        options = self._options if not limit else {**self._options, "limit": limit}
        ask = partial(self._ask, options)
        return await self._collection.read(ask, lambda: self._drivers.to_list(length))

    async def _ask(self, options: dict[str, Any], there: Any) -> list[Any]:
        found: list[Any] = await there.find(*self._arguments, **options).to_list(None)
        return found

    async def __aiter__(self) -> AsyncIterator[Any]:
        if 0 < self._options.get("limit", 0) <= MOST_AT_ONCE:
            for document in await self.to_list(None):
                yield document
        else:
            async for document in self._drivers:
                yield document

    @property
    def _drivers(self) -> Any:
        return self._collection.drivers_find(self._arguments, self._options)

    def __getattr__(self, operation: str) -> Any:
        return getattr(self._drivers, operation)
