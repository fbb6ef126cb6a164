"""The client's event stream: every event once, in order, whatever becomes of its connections."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from redis.asyncio import Redis

from inbox.storage.database import Database
from messaging_gateway_client import CursorExpiredError, EventStream, Gateway, UnauthenticatedError
from tests.integration.events.events_world import relaying, write_numbers
from tests.integration.events.sockets_world import QUICK, EventServer, W, serving


def gateway_of(server: EventServer, token: str = "owner") -> Gateway:
    return Gateway(server.url.removesuffix("/api/v1/events"), token)


async def numbers(stream: EventStream, count: int) -> list[int]:
    found: list[int] = []
    async for event in stream:
        data: Any = event["data"]
        found.append(data["n"])
        if len(found) == count:
            break
    return found


async def test_nothing_is_lost_or_doubled_while_connections_break(database: Database, redis: Redis) -> None:
    total = 300
    async with relaying(database, redis), serving(redis, QUICK) as server, gateway_of(server) as gateway:
        stream = gateway.events()
        await stream.start()
        following = asyncio.ensure_future(numbers(stream, total))
        for n in range(0, total, 20):
            await write_numbers(database, W, range(n, n + 20))
            await server.sockets.close_all()
        assert await following == list(range(total))


async def test_who_starts_again_goes_on_after_what_was_dealt_with(database: Database, redis: Redis) -> None:
    async with relaying(database, redis), serving(redis) as server, gateway_of(server) as gateway:
        stream = gateway.events()
        await stream.start()
        await write_numbers(database, W, range(6))
        assert await numbers(stream, 3) == [0, 1, 2]
        # The third was not done with when the program ended: it comes again, and none is left out.
        assert await numbers(gateway.events(stream.cursor), 4) == [2, 3, 4, 5]


async def test_a_stream_that_was_lost_is_told_of(database: Database, redis: Redis) -> None:
    async with relaying(database, redis), serving(redis) as server, gateway_of(server) as gateway:
        cursor = await gateway.events().start()
        await redis.flushall()
        with pytest.raises(CursorExpiredError) as lost:
            await numbers(gateway.events(cursor), 1)
        assert lost.value.code == "cursor_expired"


async def test_a_token_that_is_over_ends_it(database: Database, redis: Redis) -> None:
    async with relaying(database, redis), serving(redis, QUICK) as server, gateway_of(server) as gateway:
        stream = gateway.events()
        await stream.start()
        following = asyncio.ensure_future(numbers(stream, 1))
        del server.callers["owner"]
        with pytest.raises(UnauthenticatedError):
            await following
