"""Who has a page of the workplace in front of them now: leases in Redis, since all of it may be lost.

Each page renews its own while it is visible. Without Redis nobody seems to look.
"""

from __future__ import annotations

from typing import Final

from redis.asyncio import Redis
from redis.exceptions import RedisError

from inbox.foundation.clock import Clock
from inbox.people.access import Caller, CallerKind

VISIBLE_SECONDS: Final = 45
"""A page that renews each fifteen seconds is never missed."""
_AWAY: Final = (RedisError, OSError, TimeoutError)


class VisiblePages:
    """Leases of pages, by person."""

    def __init__(self, redis: Redis, clock: Clock) -> None:
        self._redis = redis
        self._clock = clock

    async def heard(self, caller: Caller, page_id: str, visible: bool) -> None:
        """Take what a caller's page says of itself; programs see nothing."""
        if caller.kind is CallerKind.OPERATOR:
            await (self.show if visible else self.hide)(caller.workspace_id, caller.id, page_id)

    async def show(self, workspace_id: str, operator_id: str, page_id: str) -> None:
        """Take or renew a page's lease."""
        key, now = _key(workspace_id, operator_id), self._clock.now().timestamp()
        try:
            async with self._redis.pipeline(transaction=True) as pipeline:
                pipeline.zremrangebyscore(key, "-inf", now)
                pipeline.zadd(key, {page_id: now + VISIBLE_SECONDS})
                pipeline.expire(key, VISIBLE_SECONDS)
                await pipeline.execute()
        except _AWAY:
            return

    async def hide(self, workspace_id: str, operator_id: str, page_id: str) -> None:
        """Give a page's lease back; it may have none."""
        try:
            async with self._redis.pipeline(transaction=False) as pipeline:
                pipeline.zrem(_key(workspace_id, operator_id), page_id)
                await pipeline.execute()
        except _AWAY:
            return

    async def has_any(self, workspace_id: str, operator_id: str) -> bool:
        """Tell whether a page of somebody's is visible."""
        try:
            async with self._redis.pipeline(transaction=False) as pipeline:
                pipeline.zcount(_key(workspace_id, operator_id), self._clock.now().timestamp(), "+inf")
                return bool((await pipeline.execute())[0])
        except _AWAY:
            return False


def _key(workspace_id: str, operator_id: str) -> str:
    return f"{{visible}}:{workspace_id}:{operator_id}"
