"""Writes a batch of which one item may be bad: halves it until the bad one stands alone."""

from __future__ import annotations

from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from typing import Final, TypeVar

from inbox.storage.database import is_unavailable

Item = TypeVar("Item")
Outcome = TypeVar("Outcome")

MOST_FAILURES: Final = 50
"""A batch of which more writes fail is not halved any further, so that it does not hold up those behind it. One bad
item among 1,000 is found with ten failed writes, and a batch that is bad through and through takes no more than these.
"""


async def write_setting_apart(
    items: Sequence[Item],
    write: Callable[[Sequence[Item]], Awaitable[Sequence[Outcome | Exception]]],
    set_aside: Callable[[Item, Exception], Outcome | Exception],
    *,
    check: Callable[[Item], object] = lambda _: None,
    most_failures: int = MOST_FAILURES,
) -> Sequence[Outcome | Exception]:
    """Write all items together, or in halves where that fails, whatever the reason.

    The larger groups are tried first, so that the many good items are written before the last bad one is found.

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
    groups = deque([sound] if sound else [])
    failures = 0
    while groups:
        places = groups.popleft()
        try:
            written = await write([items[place] for place in places])
        except Exception as error:
            if is_unavailable(error):
                raise
            failures += 1
            if len(places) == 1:
                outcomes[places[0]] = set_aside(items[places[0]], error)
            elif failures <= most_failures:
                half = len(places) // 2
                groups += (places[:half], places[half:])
            else:
                outcomes |= dict.fromkeys(places, error)
        else:
            outcomes |= zip(places, written, strict=True)
    return [outcomes[place] for place in range(len(items))]
