"""How often visitors, addresses and channels may do something, counted by this process."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Final

from cachetools import LRUCache

from channels.webchat.rates import Bucket
from inbox.sending.rates import Rate

MAX_BUCKETS: Final = 20_000


class Buckets:
    """Buckets of one rate by name; those least used lately are forgotten."""

    def __init__(self, rate: Rate) -> None:
        self._rate = rate
        self._buckets: LRUCache[Hashable, Bucket] = LRUCache(MAX_BUCKETS)

    def take(self, name: Hashable, now: float) -> float:
        """Take one; return 0, or the seconds to wait."""
        bucket = self._buckets.get(name)
        if bucket is None:
            bucket = self._buckets[name] = Bucket(self._rate, now)
        return bucket.take(now)
