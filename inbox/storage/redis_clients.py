"""Redis clients whose pipelines give their connection back even when they are cancelled meanwhile.

The library's own pipeline, cancelled while it gives its connection back, keeps it: the pool counts it as in use for
ever. Time-outs and a stopping worker cancel at any `await`.
"""

from __future__ import annotations

from redis.asyncio import Redis
from redis.asyncio.client import Pipeline
from redis.backoff import NoBackoff
from redis.retry import Retry

REDIS_CONNECT_SECONDS = 1.0
REDIS_SOCKET_SECONDS = 5.0
"""Above the 2 s for which stream readers block; a silent Redis is given up after that."""


class CancellablePipeline(Pipeline):
    """A pipeline that is safe to cancel."""

    async def reset(self) -> None:
        """Return the connection, closed if this was cut off."""
        try:
            await super().reset()  # type: ignore[no-untyped-call]  # untyped in the library
        except BaseException:
            await self._give_up_connection()
            raise

    async def _give_up_connection(self) -> None:
        """Return the connection closed: an answer may still be under way on it."""
        connection, self.connection = self.connection, None
        if connection is None:
            return
        await connection.disconnect(nowait=True)
        if connection in self.connection_pool._in_use_connections:
            await self.connection_pool.release(connection)


class CancellableRedis(Redis):
    """A client whose pipelines are safe to cancel."""

    def pipeline(self, transaction: bool = True, shard_hint: str | None = None) -> Pipeline:
        """Make a pipeline."""
        return CancellablePipeline(self.connection_pool, self.response_callbacks, transaction, shard_hint)


def connect_redis(url: str) -> Redis:
    """Make a client that fails fast instead of retrying: callers have their own plan for a missing Redis."""
    redis: Redis = CancellableRedis.from_url(
        url,
        socket_connect_timeout=REDIS_CONNECT_SECONDS,
        socket_timeout=REDIS_SOCKET_SECONDS,
        retry=Retry(NoBackoff(), 0),
    )
    return redis
