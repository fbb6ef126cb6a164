"""Fixtures of the event stream's tests."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from redis.asyncio import Redis

from inbox.storage.redis_clients import connect_redis
from inbox.stream.event_stream import EventReader
from tests.integration.events.events_world import OwnRedis


@pytest.fixture
def reader(redis: Redis) -> EventReader:
    return EventReader(redis)


@pytest_asyncio.fixture
async def own_redis(tmp_path: Path) -> AsyncIterator[OwnRedis]:
    server = OwnRedis(tmp_path)
    await server.start()
    yield server
    await server.kill()


@pytest_asyncio.fixture
async def own_client(own_redis: OwnRedis) -> AsyncIterator[Redis]:
    client = connect_redis(own_redis.url)
    yield client
    await client.aclose()
