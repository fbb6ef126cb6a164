"""The bare limit: the same requests against a server that stores nothing. All that follows is beside it."""

from __future__ import annotations

import os
import tempfile
from collections.abc import AsyncIterator, Iterator
from itertools import islice
from pathlib import Path

from bench.cpu import Meter
from bench.load import run_load
from bench.options import Options
from bench.result import Result, of_load
from bench.system import HOST, free_port, programs
from bench.whatsapp_bodies import Webhooks
from gateway.demo.seed import SeededWhatsApp

PROCESSES = 2
CUSTOMERS = 500
RUNS = ((64, 1), (256, 1), (16, 100))
"""Connections, updates a POST."""
MOST_SECONDS = 10.0
"""Nothing grows here, so a short run tells the same as a long one."""

BARE_CHANNEL = SeededWhatsApp(
    id="bare",
    webhook_url="http://127.0.0.1/webhooks/whatsapp/bare",
    phone_number_id="106540352242922",
    waba_id="102290129340398",
    access_token="none",
    app_secret="0123456789abcdef0123456789abcdef",
    verify_token="none",
)


async def run(options: Options) -> AsyncIterator[Result]:
    """Measure at the connections that the other scenarios use."""
    port = free_port()
    command = ("bench.bare_server", str(port), BARE_CHANNEL.app_secret)
    with tempfile.TemporaryDirectory(prefix="gateway-bench-") as name:
        async with programs({"serve": [command] * PROCESSES}, Path(name), os.environ) as running:
            await running.until_listening(port, PROCESSES)
            for connections, each in RUNS:
                requests = Webhooks(BARE_CHANNEL).from_customers(CUSTOMERS, each=each)
                await run_load(HOST, port, islice(requests, 500), connections=connections, seconds=5)
                yield await _measure(options, port, requests, Meter(running.pids), connections=connections, each=each)


async def _measure(
    options: Options, port: int, requests: Iterator[bytes], meter: Meter, *, connections: int, each: int
) -> Result:
    seconds = min(options.seconds, MOST_SECONDS)
    load = await run_load(HOST, port, requests, connections=connections, seconds=seconds)
    name = f"bare limit, {connections} connections" + (f", {each} a POST" if each > 1 else "")
    result = of_load(name, load, updates=each)
    meter.read().into(result, load.good * each)
    options.bare[connections, each] = result.measured or 0.0
    return result
