"""What several processes count together, and each alone while Redis is away."""

from __future__ import annotations

import pytest
from redis.asyncio import Redis

from inbox.storage.redis_clients import connect_redis
from inbox.storage.shared_rates import Allowance, SharedRate, use

THREE_A_MINUTE = Allowance(at_once=3, again_seconds=60)


def test_what_was_used_comes_back_evenly() -> None:
    full_at = 0.0
    waits = []
    for now in (100.0, 100.0, 100.0, 100.0, 119.0, 120.0, 120.0):
        full_at, wait = use(full_at, now, THREE_A_MINUTE, 1)
        waits.append(wait)
    assert waits == [0, 0, 0, 20, 1, 0, 20]


async def test_two_processes_count_together(redis: Redis) -> None:
    one, other = (SharedRate(redis, "files", THREE_A_MINUTE) for _ in range(2))
    assert [await one.take("a"), await other.take("a", 2)] == [0, 0]
    assert 0 < await one.take("a") <= 20
    assert 0 < await other.take("a", 3) <= 60
    assert await one.take("b", 3) == 0
    assert 0 < await redis.pttl("rate:files:a") <= 60_000


@pytest.mark.parametrize("amount", [1, 3])
async def test_without_redis_each_process_counts_for_itself(amount: int) -> None:
    away = connect_redis("redis://127.0.0.1:1/0")
    seconds = 1_000.0
    rate = SharedRate(away, "files", THREE_A_MINUTE, monotonic=lambda: seconds)
    assert [await rate.take("a", amount) for _ in range(3 // amount)] == [0] * (3 // amount)
    assert await rate.take("a", amount) == 20 * amount
    seconds += 20 * amount
    assert await rate.take("a", amount) == 0
    await away.aclose()
