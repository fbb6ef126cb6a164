"""A client that keeps a copy of a collection by the contract's recipe, while everything around it fails.

It reads the cursor, reads the list, follows, and reconnects at random; on 410 it begins again. In the end
its copy must equal the collection. A silent gap or a wrong order would leave it different.
"""

from __future__ import annotations

import asyncio
import random
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import aiohttp
import pytest
from redis.asyncio import Redis

from inbox.storage.database import Database, Session
from inbox.stream.event_stream import EventReader
from inbox.stream.events import Event, EventType, write_events
from tests.integration.events.events_world import OwnRedis, RelayProcess, eventually, stop
from tests.integration.events.sockets_world import EventServer, W, connected, poll, serving

OBJECTS = 25


class Model:
    """A client's copy: version by object; a deleted object stays as a version."""

    def __init__(self, server: EventServer, database: Database, seed: int) -> None:
        self.copy: dict[int, int] = {}
        self.fresh_starts = 0
        self.applied = 0
        self._server = server
        self._database = database
        self._random = random.Random(seed)
        self._cursor: str | None = None

    async def follow(self) -> None:
        """Follow until cancelled."""
        while True:
            with suppress(aiohttp.ClientError, TimeoutError):
                if self._cursor is None:
                    await self._start()
                elif self._random.random() < 0.3:
                    await self._poll()
                else:
                    await self._listen(self._random.randint(1, 60))
            await asyncio.sleep(0.005)

    async def _start(self) -> None:
        status, page = await poll(self._server, limit=0)
        if status == 200:
            self.copy = await listed(self._database)
            self._cursor = page["cursor"]
            self.fresh_starts += 1

    async def _poll(self) -> None:
        status, page = await poll(self._server, cursor=self._cursor, limit=self._random.randint(1, 30))
        if status == 410:
            self._cursor = None
        elif status == 200:
            for item in page["items"]:
                self._apply(item)
            self._cursor = page["cursor"]

    async def _listen(self, frames: int) -> None:
        headers = {"Authorization": "Bearer owner"}
        async with connected(self._server, headers=headers, cursor=self._cursor) as client:
            for _ in range(frames):
                frame = await client.frame(5)
                if "closed" in frame:
                    self._cursor = None if frame["closed"] == 4410 else self._cursor
                    return
                if "data" in frame:
                    self._apply(frame)
                self._cursor = frame["cursor"]

    def _apply(self, item: dict[str, Any]) -> None:
        """Versions only go up by one, except for events that the list already had in it."""
        n, version = item["data"]["n"], item["data"]["version"]
        known = self.copy.get(n, 0)
        assert version <= known + 1, f"gap: object {n} goes from {known} to {version}"
        self.copy[n] = max(known, version)
        self.applied += 1


async def listed(database: Database) -> dict[int, int]:
    return {item["_id"]: item["version"] for item in await database.things.find().to_list(None)}


async def change(database: Database, numbers: list[int]) -> None:
    """Change objects in one transaction, each with its event, in up to two documents."""

    async def work(session: Session) -> None:
        events = []
        for n in numbers:
            thing = await database.things.find_one_and_update(
                {"_id": n}, {"$inc": {"version": 1}}, upsert=True, return_document=True, session=session
            )
            data = {"n": n, "version": thing["version"]}
            events.append(Event(workspace_id=W, type=EventType.CONVERSATION_UPDATED, at=datetime.now(UTC), data=data))
        for part in (events[:2], events[2:]):
            await write_events(database, part, at=datetime.now(UTC), session=session)

    await database.transaction(work)


async def write_for(database: Database, seed: int, changes: int) -> None:
    chosen = random.Random(seed)
    for _ in range(changes):
        await change(database, sorted(chosen.sample(range(OBJECTS), chosen.randint(1, 4))))


@pytest.mark.parametrize("seed", [1, 2])
async def test_copies_equal_the_collection_after_every_fault(
    database: Database, database_url: str, own_redis: OwnRedis, own_client: Redis, seed: int
) -> None:
    reader = EventReader(own_client)
    relays = [RelayProcess(database_url, own_redis.url, 0.8) for _ in range(2)]
    for relay in relays:
        await relay.start()
    await database.things.insert_one({"_id": 0, "version": 0})
    try:
        async with serving(own_client) as server:
            await eventually(lambda: reader.current(W))
            models = [Model(server, database, seed * 10 + n) for n in range(4)]
            followers = [asyncio.ensure_future(model.follow()) for model in models]
            writers = [asyncio.ensure_future(write_for(database, seed * 100 + n, 120)) for n in range(3)]
            await _break_things(relays, own_redis, own_client, random.Random(seed))
            await asyncio.gather(*writers)
            truth = await listed(database)
            await eventually(lambda: _all_equal(models, followers, truth), 40)
            for follower in followers:
                await stop(follower)
            assert sum(model.applied for model in models) > 100
            assert any(model.fresh_starts > 1 for model in models)
    finally:
        for relay in relays:
            await relay.kill()


async def _break_things(relays: list[RelayProcess], own_redis: OwnRedis, client: Redis, chosen: random.Random) -> None:
    faults = ["kill relay", "kill relay", "flushall", "restart redis with a lost tail", "kill relay"]
    chosen.shuffle(faults)
    for fault in faults:
        before = await eventually(lambda: _count(client))
        await eventually(lambda before=before: _moved_on(client, before))
        if fault == "kill relay":
            relay = chosen.choice(relays)
            await relay.kill()
            await relay.start()
        elif fault == "flushall":
            await client.flushall()
        else:
            await client.save()
            await eventually(lambda before=before: _moved_on(client, before))
            await own_redis.kill()
            await own_redis.start()


async def _count(client: Redis) -> tuple[str, int]:
    cursor = await EventReader(client).current(W)
    return cursor.epoch, cursor.count


async def _moved_on(client: Redis, before: tuple[str, int]) -> bool:
    return await _count(client) != before


async def _all_equal(models: list[Model], followers: list[asyncio.Task[None]], truth: dict[int, int]) -> bool:
    for follower in followers:
        if follower.done():
            follower.result()
    return all(model.copy == truth for model in models)
