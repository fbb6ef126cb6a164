"""Polling: each update once, whatever happens to the pollers, and never two pollers of one bot."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest_asyncio

from channels.registry import open_connectors
from inbox.arriving.ingest import Ingest
from inbox.channel.channel_directory import ChannelDirectory
from inbox.contacts.suppression import Suppression
from inbox.foundation.clock import Clock
from inbox.storage.runtime import Runtime
from inbox.storage.sequence import SequenceClock
from tests.integration.telegram.telegram_world import BOT_ID, TOKEN, TelegramWorld
from tests.waiting import eventually
from workers.poll_updates import Poller

WRITERS = 3
TEXTS = 12
LIVES = 8


class Process:
    """A worker, as far as it polls."""

    def __init__(self, given: Runtime, *, timeout_seconds: float = 10) -> None:
        """Start on the real time: places in a thread come from it, and processes follow one another."""
        runtime = replace(given, clock=Clock())
        self._directory = ChannelDirectory(runtime.database, runtime.secret_box)
        self._connectors = open_connectors(allow_private=True)
        sequence = SequenceClock(runtime.clock.server_seconds)
        ingest = Ingest(
            runtime.database,
            runtime.clock,
            sequence,
            timeout_seconds=timeout_seconds,
            suppression=Suppression(runtime.database, str),
        )
        self.poller = Poller(runtime, self._directory, self._connectors, ingest)

    async def stop(self) -> None:
        await self.poller.stop()
        for connector in self._connectors.values():
            await connector.close()
        await self._directory.close()


@pytest_asyncio.fixture
async def polled(world: TelegramWorld) -> AsyncIterator[TelegramWorld]:
    changed = await world.owner.patch(f"/channels/{world.channel['id']}", {"updates": "polling"})
    assert changed.body["updates"] == "polling"
    yield world


async def texts(world: TelegramWorld) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for conversation in (await world.owner.get("/conversations")).body["items"]:
        said = (await world.owner.get(f"/conversations/{conversation['id']}/messages?limit=200")).body["items"]
        found[conversation["identity"]["external_id"]] = [m["content"]["text"] for m in said]
    return found


async def customers_write(world: TelegramWorld) -> None:
    for number in range(TEXTS):
        await asyncio.gather(*(world.write(f"text {number}", user=900 + writer) for writer in range(WRITERS)))


async def test_nothing_is_lost_or_doubled_over_restarts(polled: TelegramWorld, runtime: Runtime) -> None:
    dice = random.Random(3)
    expected = {str(900 + writer): [f"text {n}" for n in range(TEXTS)] for writer in range(WRITERS)}
    async with asyncio.TaskGroup() as group:
        group.create_task(customers_write(polled))
        for _ in range(LIVES):
            process = Process(runtime)
            await process.poller.sweep()
            await asyncio.sleep(dice.uniform(0.01, 0.2))  # it ends at whatever it is doing then
            await process.stop()
    last = Process(runtime)

    async def all_there() -> bool:
        """On a slow machine the webhook may bring everything before a poller takes it back."""
        await last.poller.sweep()
        info = await polled.provider("POST", f"/bot{TOKEN}/getWebhookInfo")
        return info["result"]["url"] == "" and await texts(polled) == expected

    await eventually(all_there)
    await last.stop()


async def test_one_poller_a_bot(polled: TelegramWorld, runtime: Runtime) -> None:
    first, second = Process(runtime), Process(runtime)
    for process in (first, second):
        await process.poller.sweep()
    await polled.write("hello")

    async def came() -> Any:
        await asyncio.gather(first.poller.sweep(), second.poller.sweep())
        return (await texts(polled)).get("500100")

    assert await eventually(came) == ["hello"]
    assert all(request["status"] == 200 for request in await polled.requests("getUpdates"))
    await asyncio.gather(first.stop(), second.stop())
    channel = (await polled.owner.get(f"/channels/{polled.channel['id']}")).body
    assert channel["health"]["status"] == "ok"


async def test_a_wrong_token_is_told_by_the_channels_health(polled: TelegramWorld, runtime: Runtime) -> None:
    await polled.owner.patch(f"/channels/{polled.channel['id']}", {"credentials": {"bot_token": f"{BOT_ID}:wrong"}})
    process = Process(runtime)
    await process.poller.sweep()

    async def failing() -> Any:
        health = (await polled.owner.get(f"/channels/{polled.channel['id']}")).body["health"]
        return health["detail"] if health["status"] == "failing" else None

    assert "BotFather" in await eventually(failing)
    await process.stop()


async def test_an_offset_that_stands_still_is_seen_in_the_channels_health(
    polled: TelegramWorld, runtime: Runtime
) -> None:
    async def health() -> dict[str, Any]:
        return dict((await polled.owner.get(f"/channels/{polled.channel['id']}")).body["health"])

    hurried = Process(runtime, timeout_seconds=0)  # no database is that fast

    async def stands_still() -> bool:
        await hurried.poller.sweep()
        return (await health())["status"] == "failing"

    async def is_asked() -> bool:
        await hurried.poller.sweep()
        info = await polled.provider("POST", f"/bot{TOKEN}/getWebhookInfo")
        return bool(info["result"]["url"] == "")

    await eventually(is_asked)
    await polled.write("hello", user=900)
    await eventually(stands_still)
    assert "can't be stored" in (await health())["detail"]
    await hurried.stop()
    patient = Process(runtime)

    async def goes_on() -> bool:
        await patient.poller.sweep()
        return (await health())["status"] == "ok" and await texts(polled) == {"900": ["hello"]}

    await eventually(goes_on)
    await patient.stop()
