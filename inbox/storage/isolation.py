"""Isolation in sweeps: an item that fails is set apart and hurts no other.

It is reported, set apart for a while so that it takes up no room in the next looks either, and the others are served.
Only a database that is away ends a sweep: then nobody can be served. `inbox.storage.setting_apart` says when to use
what.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from typing import Any, Final, TypeVar

import structlog

from inbox.storage.database import is_transient, is_unavailable
from inbox.storage.documents import Condition
from inbox.storage.setting_apart import in_halves

APART_SECONDS: Final = 30.0
"""Often enough that what was mended is served soon, seldom enough for a log that people read."""
MOST_APART: Final = 1_000
"""Names that are kept, and left out by queries; what fails beyond is tried again at each sweep."""

D = TypeVar("D", bound=Mapping[str, Any])
Item = TypeVar("Item")
Result = TypeVar("Result")

_log = structlog.get_logger()


class Isolated:
    """Deals with the items of one sweep, each by itself.

    Args:
        sweep: Its name in the log.
        apart_seconds: How long an item that failed is left alone.
        monotonic: Tells the time.
    """

    def __init__(
        self, sweep: str, *, apart_seconds: float = APART_SECONDS, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._sweep = sweep
        self._apart_seconds = apart_seconds
        self._monotonic = monotonic
        self._apart: dict[str, float] = {}

    def among(self, condition: Mapping[str, Any]) -> Condition:
        """Narrow a query, which must not speak of `_id`, to documents that are not set apart."""
        now = self._monotonic()
        self._apart = {name: until for name, until in self._apart.items() if until > now}
        return {**condition, "_id": {"$nin": list(self._apart)}} if self._apart else dict(condition)

    async def each(
        self,
        items: Iterable[Item],
        work: Callable[[Item], Awaitable[Result]],
        *,
        name: Callable[[Item], str] | None = None,
    ) -> list[Result]:
        """Do `work` on one item after the other; return what came of those with which it went well.

        Args:
            items: Documents, unless `name` says how else they are told apart.
            work: Deals with one item.
            name: Names an item; without it, its `_id`.

        Raises:
            Exception: if the database is away.
        """
        results: list[Result] = []
        faults = _Faults()
        for item in items:
            id_ = str(item["_id"]) if name is None else name(item)  # type: ignore[index]
            if self._is_apart(id_):
                continue
            try:
                results.append(await work(item))
            except Exception as error:
                if is_unavailable(error):
                    raise
                faults.add(id_, error)
                self._set_apart(id_, error)
        faults.tell(self._sweep)
        return results

    async def together(self, items: Sequence[D], work: Callable[[Sequence[D]], Awaitable[Result]]) -> list[Result]:
        """Do `work` on all items at once, or in halves where one spoils it; return what came of each part."""
        halved = await in_halves([item for item in items if not self._is_apart(str(item["_id"]))], work)
        faults = _Faults()
        for (item,), error in halved.failed:
            faults.add(str(item["_id"]), error)
            self._set_apart(str(item["_id"]), error)
        faults.tell(self._sweep)
        return [result for _, result in halved.done]

    def _is_apart(self, name: str) -> bool:
        return self._apart.get(name, 0.0) > self._monotonic()

    def _set_apart(self, name: str, error: Exception) -> None:
        """Leave an item alone for a while, unless it only met another writer."""
        if len(self._apart) < MOST_APART and not is_transient(error):
            self._apart[name] = self._monotonic() + self._apart_seconds


class _Faults:
    """What went wrong in one look, by cause: one line of the log for each."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()
        self._first: dict[str, tuple[str, Exception]] = {}

    def add(self, name: str, error: Exception) -> None:
        cause = type(error).__name__
        self._counts[cause] += 1
        self._first.setdefault(cause, (name, error))

    def tell(self, sweep: str) -> None:
        for cause, count in self._counts.items():
            name, error = self._first[cause]
            _log.error("items of a sweep failed", sweep=sweep, cause=cause, items=count, first=name, exc_info=error)
