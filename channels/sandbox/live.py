"""What the phone page is told as it happens, and which chats it has open."""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import Any, TypeAlias

import msgspec

ChatKey: TypeAlias = tuple[str, str]
"""(the business's id with the provider, the customer's)."""

QUEUE_EVENTS = 1_000
"""Events that a slow page may lag behind before it is told to read everything again."""


class LivePage:
    """One page: its unsent events and its open chats."""

    def __init__(self) -> None:
        self.events: asyncio.Queue[bytes] = asyncio.Queue(QUEUE_EVENTS)
        self.open_chats: frozenset[ChatKey] = frozenset()


class LiveFeed:
    """Spreads events to the pages; costs nothing while nobody looks."""

    def __init__(self) -> None:
        self._subscribers: set[LivePage] = set()
        self._open: Counter[ChatKey] = Counter()

    def join(self) -> LivePage:
        """A new page."""
        subscriber = LivePage()
        self._subscribers.add(subscriber)
        return subscriber

    def leave(self, subscriber: LivePage) -> None:
        """The page is gone; its chats are closed."""
        self.show(subscriber, frozenset())
        self._subscribers.discard(subscriber)

    def show(self, subscriber: LivePage, chats: frozenset[ChatKey]) -> None:
        """Replace the set of chats that a page has open."""
        self._open.subtract(subscriber.open_chats)
        self._open.update(chats)
        subscriber.open_chats = chats

    @property
    def watched(self) -> bool:
        """Whether any page listens: without one, events need not even be made."""
        return bool(self._subscribers)

    def is_open(self, chat: ChatKey) -> bool:
        """Whether some page shows this chat."""
        return bool(self._subscribers) and self._open[chat] > 0

    def tell(self, event: dict[str, Any]) -> None:
        """Send an event to every page."""
        if not self._subscribers:
            return
        data = msgspec.json.encode(event)
        for subscriber in self._subscribers:
            _offer(subscriber, data)


def _offer(subscriber: LivePage, data: bytes) -> None:
    if subscriber.events.full():
        while not subscriber.events.empty():
            subscriber.events.get_nowait()
        data = b'{"type":"resync"}'
    subscriber.events.put_nowait(data)
