"""The naive floor: the same requests against a server that stores each by itself. Other rows are told beside it."""

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
from bench.scenario_bare import BARE_CHANNEL, CUSTOMERS, PROCESSES
from bench.system import HOST, free_port, programs
from bench.whatsapp_bodies import Webhooks
from gateway.embedded.servers import EmbeddedServers

CONNECTIONS = (64, 256)
MOST_SECONDS = 10.0


async def run(options: Options) -> AsyncIterator[Result]:
    """Measure at the connections that the rows of inbound messages use, in a database of its own."""
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="gateway-bench-") as name:
        embedded = EmbeddedServers(Path(name), report=lambda _: None)
        state = await embedded.start()
        command = ("bench.naive_server", str(port), BARE_CHANNEL.app_secret, state.mongo_url)
        try:
            async with programs({"serve": [command] * PROCESSES}, Path(name), os.environ) as running:
                await running.until_listening(port, PROCESSES)
                pids = {**running.pids, "mongod": [embedded.pids()["mongod"]]}
                for connections in CONNECTIONS:
                    requests = Webhooks(BARE_CHANNEL).from_customers(CUSTOMERS)
                    await run_load(HOST, port, islice(requests, CUSTOMERS), connections=connections, seconds=10)
                    yield await _measure(options, port, requests, Meter(pids), connections=connections)
        finally:
            await embedded.stop()


async def _measure(options: Options, port: int, requests: Iterator[bytes], meter: Meter, *, connections: int) -> Result:
    seconds = min(options.seconds, MOST_SECONDS)
    load = await run_load(HOST, port, requests, connections=connections, seconds=seconds)
    result = of_load(f"naive floor, {connections} connections", load)
    meter.read().into(result, load.good)
    options.floor[connections] = result.measured or 0.0
    return result
