"""Collections of a pipeline: they offer what the driver's do, and leave to it what does not go over a pipeline."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Generator
from functools import partial
from typing import TYPE_CHECKING, Any, Final, TypeVar

from inbox.storage.database import statements
from inbox.storage.database.dialect import Collection, Document, Posted, Session
from inbox.storage.database.statements import Statement

if TYPE_CHECKING:
    from inbox.storage.database.pipeline import Pipeline

T = TypeVar("T")


def pipelined(pipeline: Pipeline, blocking: Any) -> Collection:
    """Return a collection whose writes and reads go over a pipeline.

    Args:
        pipeline: Writes the statements.
        blocking: The driver's collection, for all else.
    """
    return _PipelinedCollection(pipeline, blocking)


class _Answer(Posted[T]):
    """A statement of a pipeline, to be awaited or posted.

    One outside of a transaction that is awaited at once is left to the driver, which repeats it if need be.
    """

    def __init__(self, pipeline: Pipeline, statement: Statement, alone: Callable[[], Any]) -> None:
        self._pipeline = pipeline
        self._statement = statement
        self._alone = alone
        self._is_posted = False

    def post(self) -> None:
        """Put the statement into the next round."""
        self._is_posted = True
        self._pipeline.post(self._statement)

    def __await__(self) -> Generator[Any, None, T]:
        if not self._is_posted and self._statement.session is None:
            return self._pipeline.run(self._alone).__await__()
        if not self._is_posted:
            self.post()
        return self._pipeline.answer(self._statement).__await__()


class _PipelinedCollection:
    """A collection whose writes in a transaction, and reads, go over a pipeline; all else is the driver's."""

    def __init__(self, pipeline: Pipeline, blocking: Any) -> None:
        self._pipeline = pipeline
        self._blocking = blocking
        self._name: str = blocking.name

    def insert_one(self, document: Any, **options: Any) -> Awaitable[Any]:
        statement = statements.insert_one(self._name, document, **options)
        return self._write(statement, partial(self._blocking.insert_one, document))

    def insert_many(self, documents: Any, **options: Any) -> Awaitable[Any]:
        listed = list(documents)
        statement = statements.insert_many(self._name, listed, **options)
        return self._write(statement, partial(self._blocking.insert_many, listed, **options))

    def update_one(self, condition: Any, change: Any, **options: Any) -> Awaitable[Any]:
        statement = statements.update(self._name, condition, change, many=False, **options)
        return self._write(statement, partial(self._blocking.update_one, condition, change, **options))

    def update_many(self, condition: Any, change: Any, **options: Any) -> Awaitable[Any]:
        statement = statements.update(self._name, condition, change, many=True, **options)
        return self._write(statement, partial(self._blocking.update_many, condition, change, **options))

    def delete_one(self, condition: Any, **options: Any) -> Awaitable[Any]:
        statement = statements.delete(self._name, condition, many=False, **options)
        return self._write(statement, partial(self._blocking.delete_one, condition, **options))

    def delete_many(self, condition: Any, **options: Any) -> Awaitable[Any]:
        statement = statements.delete(self._name, condition, many=True, **options)
        return self._write(statement, partial(self._blocking.delete_many, condition, **options))

    def bulk_write(self, requests: Any, **options: Any) -> Awaitable[Any]:
        listed = list(requests)
        alone = partial(self._blocking.bulk_write, listed, **options)
        statement = statements.bulk(self._name, listed, **options)
        return self._pipeline.run(alone) if statement is None else self._write(statement, alone)

    def find(self, *arguments: Any, session: Session | None = None, **options: Any) -> _PipelinedCursor:
        def finding(options: Document) -> Statement:
            return statements.find(self._name, *arguments, session=session, options=options)

        return _PipelinedCursor(self._pipeline, finding, **options)

    async def find_one(self, *arguments: Any, session: Session | None = None, **options: Any) -> Any:
        found = await self.find(*arguments, session=session, **options).limit(1).to_list(1)
        return found[0] if found else None

    def aggregate(self, stages: Any, *, session: Session | None = None, **options: Any) -> _PipelinedCursor:
        statement = statements.aggregate(self._name, stages, session=session, options=options)
        return _PipelinedCursor(self._pipeline, lambda _: statement)

    async def distinct(self, key: str, condition: Any = None, *, session: Session | None = None) -> list[Any]:
        statement = statements.distinct(self._name, key, condition, session=session)
        self._pipeline.post(statement)
        values: list[Any] = await self._pipeline.answer(statement)
        return values

    def __getattr__(self, operation: str) -> Any:
        def run(*arguments: Any, **options: Any) -> Awaitable[Any]:
            return self._pipeline.run(partial(getattr(self._blocking, operation), *arguments, **options))

        return run

    def _write(self, statement: Statement, alone: Callable[[], Any]) -> Awaitable[Any]:
        concern = {} if statement.session is not None else self._blocking.write_concern.document
        if concern:
            statement.command["writeConcern"] = concern
        return _Answer(self._pipeline, statement, alone)


class _PipelinedCursor:
    """What is to be found, until it is asked for."""

    def __init__(self, pipeline: Pipeline, make: Callable[[Document], Statement], **options: Any) -> None:
        self._pipeline = pipeline
        self._make = make
        self._options = {_FIND_NAMES.get(name, name): value for name, value in options.items()}
        self._statement: Statement | None = None
        if "sort" in self._options:
            self.sort(self._options["sort"])
        if "hint" in self._options:
            self.hint(self._options["hint"])

    def sort(self, *order: Any) -> _PipelinedCursor:
        listed = [(order[0], order[1] if len(order) > 1 else 1)] if isinstance(order[0], str) else order[0]
        self._options["sort"] = dict(listed)
        return self

    def limit(self, count: int) -> _PipelinedCursor:
        self._options["limit"] = count
        return self

    def hint(self, index: Any) -> _PipelinedCursor:
        self._options["hint"] = index if isinstance(index, str) else dict(index)
        return self

    def batch_size(self, count: int) -> _PipelinedCursor:
        self._options["batchSize"] = count
        return self

    @property
    def statement(self) -> Statement:
        """The statement that asks for it: the same each time."""
        if self._statement is None:
            self._statement = self._make(self._options)
        return self._statement

    async def to_list(self, length: int | None) -> list[Any]:
        (found,) = await self._pipeline.together(self)
        return found if length is None else found[:length]

    async def __aiter__(self) -> AsyncIterator[Any]:
        for document in await self.to_list(None):
            yield document


_FIND_NAMES: Final = {"max_time_ms": "maxTimeMS", "batch_size": "batchSize"}
