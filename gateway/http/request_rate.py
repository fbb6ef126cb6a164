"""How many requests a second a workspace may make, over all server processes."""

from __future__ import annotations

import math

from redis.asyncio import Redis

from inbox.foundation.problems import ProblemError
from inbox.people.quotas import QuotaBook
from inbox.storage.shared_rates import Allowance, SharedRate


class RequestRate:
    """Counts requests of workspaces that have a quota of them; the others cost nothing."""

    def __init__(self, redis: Redis, book: QuotaBook) -> None:
        self._redis = redis
        self._book = book
        self._rates: dict[int, SharedRate] = {}

    async def take(self, workspace_id: str) -> None:
        """Count a request. Raises `ProblemError` (`too_many_requests`)."""
        limit = (await self._book.of(workspace_id)).requests_per_second
        if limit is None:
            return
        wait = await self._rate(limit).take(workspace_id)
        if wait > 0:
            raise ProblemError(
                "too_many_requests",
                f"The workspace may make {limit} requests a second, all its people and programs together.",
                extra={"retry_after_seconds": math.ceil(wait), "limit": limit},
            )

    def _rate(self, limit: int) -> SharedRate:
        if limit not in self._rates:
            self._rates[limit] = SharedRate(self._redis, "requests", Allowance(at_once=limit, again_seconds=1.0))
        return self._rates[limit]
