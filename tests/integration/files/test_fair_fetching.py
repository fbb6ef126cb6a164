"""Customers' files are fetched side by side: a tenant, or a provider, that is slow leaves room for the others."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import ClassVar

import pytest

from channels.abilities import FetchedFile
from channels.contract import ChannelAccount
from channels.webchat.connector import WebchatConnector
from inbox.channel.channel_directory import ChannelDirectory
from inbox.channel.channel_models import WebchatChannelFields, WebchatCredentials
from inbox.channel.channel_store import ChannelStore
from inbox.files.gridfs_store import GridFsStore
from inbox.model.channel_kind import ChannelKind
from inbox.storage.runtime import Runtime
from tests.integration.files.test_files import PNG
from workers.fetch_files import AT_ONCE, FileFetcher

SOON_SECONDS = 20.0
QUICK = "quick"


class Provider(WebchatConnector):
    """Gives out files, all but the quick ones without end."""

    kind: ClassVar[ChannelKind] = ChannelKind.WEBCHAT

    def __init__(self) -> None:
        self.asked: list[str] = []

    @asynccontextmanager
    async def fetch_file(self, reference: str, account: ChannelAccount) -> AsyncIterator[FetchedFile]:
        self.asked.append(reference)
        yield FetchedFile(mime_type="image/png", chunks=_once() if reference == QUICK else _endless())


async def _once() -> AsyncIterator[bytes]:
    yield PNG


async def _endless() -> AsyncIterator[bytes]:
    yield PNG
    await asyncio.Event().wait()


class Fetching:
    """A process that fetches files of several tenants' channels."""

    def __init__(self, runtime: Runtime) -> None:
        self.runtime = runtime
        self.provider, self.quick_provider = Provider(), Provider()
        self.directory = ChannelDirectory(runtime.database, runtime.secret_box, clock=runtime.clock)
        connectors = {ChannelKind.WEBCHAT: self.provider, ChannelKind.TELEGRAM: self.quick_provider}
        self.fetcher = FileFetcher(runtime, self.directory, connectors, GridFsStore(runtime.database))

    async def channel(self, workspace_id: str, name: str, kind: ChannelKind = ChannelKind.WEBCHAT) -> str:
        credentials = WebchatCredentials(allowed_origins=("https://shop.example",), identity_secret="s" * 40)
        fields = WebchatChannelFields(name=name, credentials=credentials)
        store = ChannelStore(self.runtime.database, self.runtime.secret_box, self.runtime.settings)
        made = await store.create(workspace_id, fields, now=self.runtime.clock.now())
        await self.runtime.database.channels.update_one({"_id": made.id}, {"$set": {"kind": kind.value}})
        return made.id

    async def wants(self, workspace_id: str, channel_id: str, *references: str, ago_seconds: int = 0) -> None:
        at = self.runtime.clock.now() - timedelta(seconds=ago_seconds)
        waiting = [
            {
                "_id": f"{channel_id}-{place}",
                "workspace_id": workspace_id,
                "state": "pending",
                "blob_id": None,
                "created_at": at,
                "channel_id": channel_id,
                "message_id": "m",
                "reference": reference,
                "attempts": 0,
                "next_attempt_at": at,
                "error": None,
            }
            for place, reference in enumerate(references)
        ]
        await self.runtime.database.files.insert_many(waiting)

    async def until_stored(self, channel_id: str) -> None:
        async with asyncio.timeout(SOON_SECONDS):
            while not await self.runtime.database.files.find_one({"channel_id": channel_id, "state": "stored"}):
                await self.fetcher.fetch_due()


@asynccontextmanager
async def fetching(runtime: Runtime) -> AsyncIterator[Fetching]:
    made = Fetching(runtime)
    try:
        yield made
    finally:
        await made.fetcher.stop()
        await made.directory.close()


async def test_a_tenant_of_slow_channels_delays_no_other(runtime: Runtime) -> None:
    async with fetching(runtime) as world:
        for number in range(4):
            slow = await world.channel("slow", f"Slow {number}")
            await world.wants("slow", slow, *["slow"] * 10, ago_seconds=60)
        for _ in range(3):
            await world.fetcher.fetch_due()
        good = await world.channel("good", "Good")
        await world.wants("good", good, QUICK)
        await world.until_stored(good)


@pytest.mark.parametrize("tenants", [AT_ONCE])
async def test_a_provider_that_is_slow_with_everybody_delays_no_other(runtime: Runtime, tenants: int) -> None:
    async with fetching(runtime) as world:
        for number in range(tenants):
            slow = await world.channel(f"w{number}", "Slow")
            await world.wants(f"w{number}", slow, *["slow"] * 3, ago_seconds=60)
        for _ in range(3):
            await world.fetcher.fetch_due()
        good = await world.channel("w0", "Good", ChannelKind.TELEGRAM)
        await world.wants("w0", good, QUICK)
        await world.until_stored(good)
