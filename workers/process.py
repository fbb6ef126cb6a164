"""The worker process: the relay, the senders, the sweeps, and arq for what should happen at once."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable, Mapping, Sequence

import structlog

from channels.contract import Connector
from inbox.foundation.ending_tasks import end_tasks
from inbox.foundation.garbage import calm_garbage_collection
from inbox.foundation.logs import log_lost_exceptions
from inbox.foundation.settings import Settings
from inbox.model.channel_kind import ChannelKind
from inbox.sending.carrying_over import prepare_database
from inbox.storage.runtime import Runtime, open_runtime
from workers.news import News
from workers.parts.assembly import assemble
from workers.parts.part import Part, open_common
from workers.sweep import Sweeps

_log = structlog.get_logger()


async def work(settings: Settings) -> None:
    """Work until SIGTERM or SIGINT; then finish what is on the wire and give all leases back."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    log_lost_exceptions(loop)
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    async with open_runtime(settings) as runtime:
        await prepare_database(runtime.database)
        await work_until(stop, runtime, on_loaded=calm_garbage_collection)


async def work_until(stop: asyncio.Event, runtime: Runtime, *, on_loaded: Callable[[], None] = lambda: None) -> None:
    """Work until `stop` is set.

    Args:
        on_loaded: Called when everything that stays is in memory; a process of its own then freezes it.
    """
    async with open_common(runtime) as common:
        warming = await _begin_warming(runtime, common.connectors)
        news = News(runtime.redis, runtime.clock)
        parts, ingest = assemble(common, news)
        works = _begin(parts, Sweeps(news, runtime.clock))
        on_loaded()
        _log.info("working")
        try:
            await _until_stopped(stop, works)
        finally:
            _log.info("stopping")
            stops = (stop_part() for part in parts for stop_part in part.stops)
            await asyncio.gather(*stops, end_tasks([*warming, *works]))
            await ingest.drain()


def _begin(parts: Sequence[Part], sweeps: Sweeps) -> list[asyncio.Task[None]]:
    works = [work() for part in parts for work in part.works]
    looks = [sweeps.run(row) for part in parts for row in part.sweeps]
    return [asyncio.create_task(work) for work in (*works, *looks)]


async def _until_stopped(stop: asyncio.Event, works: Sequence[asyncio.Task[None]]) -> None:
    """Wait for `stop`; raise what a part has raised that ended before."""
    stopped = asyncio.create_task(stop.wait())
    try:
        ended, _ = await asyncio.wait([stopped, *works], return_when=asyncio.FIRST_COMPLETED)
        for task in ended - {stopped}:
            task.result()
            raise AssertionError("a part of the worker came to an end by itself")
    finally:
        await end_tasks([stopped])


async def _begin_warming(runtime: Runtime, connectors: Mapping[ChannelKind, Connector]) -> list[asyncio.Task[None]]:
    """Begin to load what the channels need. What stops the event loop is over when this returns: no lease is held yet.

    Whoever loads beside the running loop goes on meanwhile.
    """
    kinds = await runtime.database.channels.distinct("kind", {"deleted_at": None})
    warming = [asyncio.create_task(c.make_ready()) for kind, c in connectors.items() if kind.value in kinds]
    if warming:
        await asyncio.wait(warming, timeout=0)
    return warming
