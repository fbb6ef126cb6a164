"""Writing a batch although one item may spoil it: halve until the bad one stands alone."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

from inbox.storage.database import is_poison, is_transient

Item = TypeVar("Item")
Outcome = TypeVar("Outcome")


async def write_setting_apart(
    items: Sequence[Item],
    write: Callable[[Sequence[Item]], Awaitable[Sequence[Outcome]]],
    set_aside: Callable[[Item, Exception], Outcome],
) -> Sequence[Outcome]:
    """Write all items together, or in halves where one of them can't be stored.

    Args:
        items: At least one.
        write: Writes items, all or none, and gives their outcomes in order.
        set_aside: Gives the outcome of an item that can't be stored even alone, or raises.

    Raises:
        Exception: what `write` raised, if it has nothing to do with the items (the database is away).
    """
    try:
        return await write(items)
    except Exception as error:
        if not (is_poison(error) or is_transient(error)):
            raise
        if len(items) == 1:
            return [set_aside(items[0], error)]
    half = len(items) // 2
    first = await write_setting_apart(items[:half], write, set_aside)
    return [*first, *await write_setting_apart(items[half:], write, set_aside)]
