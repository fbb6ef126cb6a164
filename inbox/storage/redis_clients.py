"""Redis clients whose pipelines give their connection back even when they are cancelled meanwhile.

The library's own pipeline, cancelled while it gives its connection back, keeps it: the pool counts it as in use for
ever. Time-outs and a stopping worker cancel at any `await`.
"""

from __future__ import annotations

from typing import Any

from arq.connections import ArqRedis
from redis.asyncio import Redis
from redis.asyncio.client import Pipeline
from redis.backoff import NoBackoff
from redis.retry import Retry

REDIS_CONNECT_SECONDS = 1.0
REDIS_SOCKET_SECONDS = 5.0
"""Above the 2 s for which stream readers block; a silent Redis is given up after that."""


def connect_redis(url: str) -> Redis:
    """Make a client that fails fast instead of retrying: callers have their own plan for a missing Redis."""
    redis: Redis = _Client.from_url(
        url,
        socket_connect_timeout=REDIS_CONNECT_SECONDS,
        socket_timeout=REDIS_SOCKET_SECONDS,
        retry=Retry(NoBackoff(), 0),
    )
    return redis


def job_client(redis: Redis, **options: Any) -> ArqRedis:
    """Make arq's client on the connections of another client; `options` are arq's."""
    return _JobClient(connection_pool=redis.connection_pool, **options)


class _Pipeline(Pipeline):
    """A pipeline that is safe to cancel."""

    async def reset(self) -> None:
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


class _Client(Redis):
    def pipeline(self, transaction: bool = True, shard_hint: str | None = None) -> Pipeline:
        return _Pipeline(self.connection_pool, self.response_callbacks, transaction, shard_hint)


class _JobClient(ArqRedis):  # type: ignore[misc]  # arq has no types
    def pipeline(self, transaction: bool = True, shard_hint: str | None = None) -> Pipeline:
        return _Pipeline(self.connection_pool, self.response_callbacks, transaction, shard_hint)
