"""The blocking client: the same calls for programs without an event loop, from any number of threads."""

from __future__ import annotations

import asyncio
import inspect
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from redis.asyncio import Redis

from inbox.storage.database import Database
from messaging_gateway_client import (
    BlockingGateway,
    ForbiddenError,
    Gateway,
    UnauthenticatedError,
    UnreachableError,
    every_blocking,
)
from messaging_gateway_client.calls import File
from messaging_gateway_client.operations import Operations
from tests.integration.api.support import PASSWORD
from tests.integration.client.conftest import Clients
from tests.integration.events.events_world import relaying, write_numbers
from tests.integration.events.sockets_world import W, serving

THREADS = 8


def test_it_has_each_call_of_the_other_with_the_same_arguments() -> None:
    for name, call in inspect.getmembers(Operations, inspect.isfunction):
        waiting = getattr(BlockingGateway, name)
        assert not inspect.iscoroutinefunction(waiting), name
        assert inspect.signature(waiting) == inspect.signature(getattr(Gateway, name)), name
        assert inspect.iscoroutinefunction(call), name


async def test_somebody_signs_in_and_works_without_a_loop(clients: Clients) -> None:
    def work() -> list[str]:
        with BlockingGateway(clients.base_url) as person:
            with pytest.raises(UnauthenticatedError):
                person.me()
            person.sign_in("ann@shop.example", PASSWORD)
            assert person.me()["id"] == clients.team.operator.id
            with pytest.raises(ForbiddenError):
                person.show_api_keys()
            stored = person.upload_file(File(b"%PDF-1.4 invoice", "application/pdf", "invoice.pdf"))
            assert stored["filename"] == "invoice.pdf"
        with BlockingGateway(clients.base_url, clients.team.key.token) as key:
            for n in range(5):
                key.make_tag({"name": f"tag {n}"})
            return [tag["name"] for tag in every_blocking(key.show_tags, limit=2)]

    assert await asyncio.to_thread(work) == [f"tag {n}" for n in range(5)]


async def test_threads_share_it_and_a_closed_one_says_so(clients: Clients) -> None:
    def work() -> None:
        gateway = BlockingGateway(clients.base_url, clients.team.owner.token)
        with ThreadPoolExecutor(THREADS) as threads:
            ids = set(threads.map(lambda _: gateway.me()["id"], range(THREADS * 4)))
        assert ids == {clients.team.owner.id}
        gateway.close()
        gateway.close()
        with pytest.raises(RuntimeError, match="closed"):
            gateway.me()

    await asyncio.to_thread(work)


async def test_who_does_not_answer_is_told_of() -> None:
    def work() -> None:
        with BlockingGateway("http://127.0.0.1:1", "t", attempts=1) as gateway, pytest.raises(UnreachableError):
            gateway.me()

    await asyncio.to_thread(work)


async def test_events_are_followed_from_a_cursor_on(database: Database, redis: Redis) -> None:
    async with relaying(database, redis), serving(redis) as server:
        gateway = BlockingGateway(server.url.removesuffix("/api/v1/events"), "owner")
        stream = gateway.events()
        assert await asyncio.to_thread(stream.start) == stream.cursor
        await write_numbers(database, W, range(6))

        def follow(count: int) -> list[int]:
            found: list[int] = []
            for event in gateway.events(stream.cursor):
                data: Any = event["data"]
                found.append(data["n"])
                if len(found) == count:
                    break
            return found

        assert await asyncio.to_thread(follow, 4) == [0, 1, 2, 3]
        assert await asyncio.to_thread(follow, 6) == list(range(6)), "the cursor was not moved on"
        await asyncio.to_thread(gateway.close)
