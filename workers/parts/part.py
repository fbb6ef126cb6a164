"""What a part of the worker process is, and what all parts stand on."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager
from typing import Any, NamedTuple

from channels.contract import Connector
from channels.registry import open_connectors
from inbox.channel.channel_directory import ChannelDirectory
from inbox.contacts.suppression import Suppression
from inbox.files.blob_store import BlobStore
from inbox.files.stores import open_blob_store
from inbox.foundation.ids import new_id
from inbox.model.channel_kind import ChannelKind
from inbox.storage.leases import Leases
from inbox.storage.runtime import Runtime
from workers.sweep import Sweep


class Part(NamedTuple):
    """The workers of one subject.

    Attributes:
        sweeps: What they look for, again and again.
        works: What they do all the time besides.
        stops: Called when the process ends. Whoever has begun more than its sweeps and works has one.
    """

    sweeps: Sequence[Sweep] = ()
    works: Sequence[Callable[[], Coroutine[Any, Any, None]]] = ()
    stops: Sequence[Callable[[], Awaitable[None]]] = ()


class Common(NamedTuple):
    """What several parts stand on."""

    runtime: Runtime
    directory: ChannelDirectory
    connectors: dict[ChannelKind, Connector]
    suppression: Suppression
    store: BlobStore

    def leases(self) -> Leases:
        """Return leases for one worker, held in a name of its own."""
        return Leases(self.runtime.database, new_id())


@asynccontextmanager
async def open_common(runtime: Runtime) -> AsyncIterator[Common]:
    """Open what the parts stand on, and close it when they have stopped."""
    settings, database = runtime.settings, runtime.database
    common = Common(
        runtime,
        ChannelDirectory(database, runtime.secret_box, clock=runtime.clock),
        open_connectors(allow_private=settings.allow_private_urls, versions=settings.provider_versions),
        Suppression(database, runtime.hash_opt_out),
        open_blob_store(settings, database),
    )
    try:
        yield common
    finally:
        for connector in common.connectors.values():
            await connector.close()
        await common.store.close()
        await common.directory.close()
