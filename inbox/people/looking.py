"""Who looks at a conversation now: leases in Redis, since all of it may be lost.

An operator's client renews its lease while the conversation is on the screen. Without Redis nobody seems to look.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import msgspec
from redis.asyncio import Redis
from redis.exceptions import RedisError

from inbox.foundation.clock import Clock
from inbox.people.access import Caller

LEASE_SECONDS: Final = 30
"""A client that renews each twenty seconds is never missed; one that died is gone after half a minute."""
_AWAY: Final = (RedisError, OSError, TimeoutError)


class Looker(msgspec.Struct, frozen=True, kw_only=True):
    """An operator who has a conversation on the screen, and whether they write in it."""

    operator_id: str
    writing: bool = False


class _Lease(msgspec.Struct, frozen=True, array_like=True):
    until_ms: int
    writing: bool


class Looking:
    """Leases of operators on conversations."""

    def __init__(self, redis: Redis, clock: Clock) -> None:
        self._redis = redis
        self._clock = clock

    async def renew(self, caller: Caller, conversation_id: str, *, writing: bool) -> bool:
        """Take or renew a lease; tell whether that is news to colleagues."""
        key, now = _key(caller.workspace_id, conversation_id), self._now_ms()
        lease = _Lease(now + LEASE_SECONDS * 1000, writing)
        try:
            async with self._redis.pipeline(transaction=True) as pipeline:
                pipeline.hget(key, caller.id)
                pipeline.hset(key, caller.id, msgspec.json.encode(lease).decode())
                pipeline.expire(key, LEASE_SECONDS)
                before, *_ = await pipeline.execute()
        except _AWAY:
            return False
        old = _decoded(before)
        return old is None or old.until_ms <= now or old.writing != writing

    async def leave(self, caller: Caller, conversation_id: str) -> bool:
        """Release a lease; tell whether there was one."""
        try:
            async with self._redis.pipeline(transaction=False) as pipeline:
                pipeline.hdel(_key(caller.workspace_id, conversation_id), caller.id)
                return bool((await pipeline.execute())[0])
        except _AWAY:
            return False

    async def lookers(self, workspace_id: str, conversation_id: str) -> list[Looker]:
        """Return who looks now, by id."""
        try:
            async with self._redis.pipeline(transaction=False) as pipeline:
                pipeline.hgetall(_key(workspace_id, conversation_id))
                found: Mapping[bytes, bytes] = (await pipeline.execute())[0]
        except _AWAY:
            return []
        now = self._now_ms()
        leases = {key.decode(): lease for key, value in found.items() if (lease := _decoded(value)) is not None}
        return [
            Looker(operator_id=operator_id, writing=lease.writing)
            for operator_id, lease in sorted(leases.items())
            if lease.until_ms > now
        ]

    def _now_ms(self) -> int:
        return int(self._clock.now().timestamp() * 1000)


def _key(workspace_id: str, conversation_id: str) -> str:
    return f"{{looking}}:{workspace_id}:{conversation_id}"


def _decoded(value: bytes | None) -> _Lease | None:
    try:
        return None if value is None else msgspec.json.decode(value, type=_Lease)
    except msgspec.DecodeError:
        return None
