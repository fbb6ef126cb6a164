"""What operations on the database are written against: collections by attribute, and the session of a transaction.

An operation is a coroutine that takes `Collections` and, inside a transaction, its `Session`, and hands the session to
everything it asks. It does not know where it runs: on the loop (`Database` itself) or, with all that it awaits, from
beginning to end in a thread (`Database.in_thread`).
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any, TypeVar

from inbox.storage.documents import StoredCollections

Document = dict[str, Any]
"""A document, or a part of a query, whose fields nobody has written down; see `inbox.storage.documents`."""
Collection = Any
Session = Any
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
