"""Pages of lists whose filter no index answers whole: reads on in order, filters, stops at a time limit."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from typing import Any, Final, TypeVar

from inbox.foundation.pages import Page, encode_cursor

CHUNK: Final = 200
"""Documents of one step: two queries of a few milliseconds."""
MAX_WALKED: Final = 2_000
"""Looked at for one answer; whoever sees few of many gets a shorter page and the cursor behind it."""

D = TypeVar("D", bound=Mapping[str, Any])
K = TypeVar("K")
ReadOn = Callable[[K | None, int], Awaitable[Sequence[D]]]
Keep = Callable[[Sequence[D]], Awaitable[Collection[str]]]


async def walk(read: ReadOn[K, D], keep: Keep[D], *, after: K | None, key: Callable[[D], K], limit: int) -> Page[D]:
    """Return a page of the documents that are kept, in the order in which they are read.

    Args:
        read: Gives up to so many documents behind a place in the list.
        keep: Gives the ids of those that belong into the page.
        after: The place of the cursor; None for the beginning.
        key: Gives a document's place.
        limit: The most documents of a page. It may have fewer, or none, and go on all the same.
    """
    kept: list[D] = []
    for _ in range(0, MAX_WALKED, CHUNK):
        chunk = await read(after, CHUNK)
        wanted = await keep(chunk)
        for document in chunk:
            if document["_id"] not in wanted:
                continue
            if len(kept) == limit:
                return Page(items=kept, next_cursor=encode_cursor(key(kept[-1])))
            kept.append(document)
        if len(chunk) < CHUNK:
            return Page(items=kept)
        after = key(chunk[-1])
    return Page(items=kept, next_cursor=encode_cursor(after))
