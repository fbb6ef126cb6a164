"""What all processes use while nothing happens: processor time and commands a second."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Final

from bench.options import Options
from bench.result import OURS, Result, at_most
from bench.system import running_system

IDLE_MS: Final = 30.0
"""Of processor a second, for two servers, a worker, MongoDB and Redis."""
SETTLE_SECONDS: Final = 5.0
WATCHED_SECONDS: Final = 20.0
"""Several times the longest pause between two looks of a sweep that rests."""


async def run(_: Options) -> AsyncIterator[Result]:
    """Start everything, let it come to rest, and watch it do nothing."""
    async with running_system() as system:
        await asyncio.sleep(SETTLE_SECONDS)
        meter = system.meter()
        await asyncio.sleep(WATCHED_SECONDS)
        used = meter.read()
    measured = sum(used.by_kind.get(kind, 0.0) for kind in OURS) / used.seconds * 1e3
    result = Result(name="idle, a second", unit="ms/s", measured=measured)
    result.goals = [at_most("processor", "ms/s", IDLE_MS, measured)]
    used.into(result, used.seconds)
    yield result
