"""Lists in pages."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Generic, ParamSpec, TypedDict, TypeVar

ItemT = TypeVar("ItemT")
P = ParamSpec("P")


class Page(TypedDict, Generic[ItemT]):
    """A part of a list. `next_cursor` leads to the next one; null: there is none."""

    items: list[ItemT]
    next_cursor: str | None


async def every(call: Callable[P, Awaitable[Page[ItemT]]], *args: P.args, **given: P.kwargs) -> AsyncIterator[ItemT]:
    """Go through a list, whatever its length: `async for contact in every(gateway.show_contacts, tag="vip")`.

    A page may be empty and not be the last one.
    """
    cursor = given.pop("cursor", None)
    while True:
        page = await call(*args, **{**given, "cursor": cursor})  # type: ignore[arg-type]
        for item in page["items"]:
            yield item
        cursor = page["next_cursor"]
        if cursor is None:
            return
