"""A database whose operations all belong to one transaction, whoever asks: for changes that many stores make together.

A store that begins transactions of its own takes part in the one that is open. So all of it is stored, or nothing.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar, cast

from inbox.storage.database.client import Database
from inbox.storage.database.dialect import Collection, Session

T = TypeVar("T")


def joined(database: Database, session: Session) -> Database:
    """Return the database as an open transaction sees it. It ends with the transaction."""
    return cast(Database, _Joined(database, session))


class _Joined:
    def __init__(self, database: Database, session: Session) -> None:
        self._database = database
        self._session = session

    def __getattr__(self, collection: str) -> _JoinedCollection:
        return _JoinedCollection(getattr(self._database, collection), self._session)

    async def transaction(self, work: Callable[[Session], Awaitable[T]], *, line: str | None = None) -> T:
        """Take part in the open transaction; whoever began it stands in line."""
        del line
        return await work(self._session)


class _JoinedCollection:
    def __init__(self, collection: Collection, session: Session) -> None:
        self._collection = collection
        self._session = session

    def __getattr__(self, operation: str) -> Callable[..., Any]:
        asked = getattr(self._collection, operation)

        def ask(*arguments: Any, **options: Any) -> Any:
            return asked(*arguments, **{**options, "session": self._session})

        return ask
