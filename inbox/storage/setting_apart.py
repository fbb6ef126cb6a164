"""One bad item spoils no other: a batch that fails is halved until the bad one stands alone.

Which of the three is for what:

* `Isolated.each` (`inbox.storage.isolation`): a sweep that deals with items one by one.
* `Isolated.together`: a sweep that deals with many in one transaction. Both set apart what fails, and report it.
* `write_setting_apart`: a batch of a group commit, where each item has a submitter who waits for its outcome.

All stand on `in_halves`, which is used by itself where a failed item has an end of its own (it is dropped, or due again
later). Work that runs beside others, and may be slow, goes into a pool instead (`inbox.foundation.task_pool`).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

from inbox.storage.database import is_transient, is_unavailable

Item = TypeVar("Item")
Outcome = TypeVar("Outcome")
Result = TypeVar("Result")

MOST_FAILURES: Final = 50
"""A batch of which more writes fail is not halved any further, so that it does not hold up those behind it. One bad
item among 1,000 is found with ten failed writes, and a batch that is bad through and through takes no more than these.
"""


@dataclass(frozen=True)
class Halved(Generic[Item, Result]):
    """What became of items, by groups, in the order of the items.

    Attributes:
        done: Groups with which it went well, and what came of each.
        failed: Single items that can't be dealt with, and why; larger groups where too much failed.
    """

    done: list[tuple[Sequence[Item], Result]]
    failed: list[tuple[Sequence[Item], Exception]]


def is_unavailable_or_transient(error: Exception) -> bool:
    """Tell whether an error is no item's fault: the database is away, or another writer was faster."""
    return is_unavailable(error) or is_transient(error)


async def in_halves(
    items: Sequence[Item],
    work: Callable[[Sequence[Item]], Awaitable[Result]],
    *,
    no_fault: Callable[[Exception], bool] = is_unavailable,
    most_failures: int | None = None,
) -> Halved[Item, Result]:
    """Do `work` on all items at once, or in halves where that fails; the larger groups are tried first.

    Args:
        items: May be none.
        work: Deals with some, all or none of them.
        no_fault: Tells errors that are no item's fault: they are raised at once.
        most_failures: How often `work` may fail before a group is not halved any further.

    Raises:
        Exception: what `work` raised through no fault of an item.
    """
    done: dict[int, tuple[Sequence[Item], Result]] = {}
    failed: dict[int, tuple[Sequence[Item], Exception]] = {}
    groups = deque([(0, items)] if items else [])
    failures = 0
    while groups:
        start, group = groups.popleft()
        try:
            done[start] = group, await work(group)
        except Exception as error:
            if no_fault(error):
                raise
            failures += 1
            if len(group) == 1 or (most_failures is not None and failures > most_failures):
                failed[start] = group, error
            else:
                half = len(group) // 2
                groups += ((start, group[:half]), (start + half, group[half:]))
    return Halved([done[start] for start in sorted(done)], [failed[start] for start in sorted(failed)])


async def write_setting_apart(
    items: Sequence[Item],
    write: Callable[[Sequence[Item]], Awaitable[Sequence[Outcome | Exception]]],
    set_aside: Callable[[Item, Exception], Outcome | Exception],
    *,
    check: Callable[[Item], object] = lambda _: None,
    most_failures: int = MOST_FAILURES,
) -> Sequence[Outcome | Exception]:
    """Write all items together, or in halves where that fails, whatever the reason.

    Args:
        items: At least one.
        write: Writes items, all or none, and returns their outcomes in order.
        set_aside: Returns the outcome of an item that can't be written even alone; an exception, if it may be
            written later.
        check: Raises what is wrong with an item by itself: it is set aside before anything is written.
        most_failures: How many writes may fail; a group whose write fails then is given its error as a whole.

    Returns:
        An outcome for each item, in order; an exception is for the submitter of that item alone.

    Raises:
        Exception: what `write` raised because the database is away.
    """
    outcomes: dict[int, Outcome | Exception] = {}
    for place, item in enumerate(items):
        try:
            check(item)
        except Exception as error:
            outcomes[place] = set_aside(item, error)
    sound = [place for place in range(len(items)) if place not in outcomes]
    halved = await in_halves(
        sound, lambda places: write([items[place] for place in places]), most_failures=most_failures
    )
    for places, written in halved.done:
        outcomes |= zip(places, written, strict=True)
    for places, fault in halved.failed:
        alone = len(places) == 1
        outcomes |= {place: set_aside(items[place], fault) if alone else fault for place in places}
    return [outcomes[place] for place in range(len(items))]
