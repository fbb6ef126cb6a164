"""Telegram's updates that arrive, one a POST: 200 means durable."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Iterator
from itertools import count
from urllib.parse import urlsplit

from bench.existing import count_of
from bench.load import run_load
from bench.options import Options
from bench.result import Result, at_least, of_load
from bench.scenario_inbound import check_stored
from bench.system import HOST, System, running_system
from gateway.demo.seed_telegram import SeededTelegram

CUSTOMERS = 500
CONNECTIONS = (40, 100)
"""Telegram's default and its most for `max_connections`."""
WANTED = 2_000
TEXT = "Hello, is my order on its way? It was due on Monday."


async def run(options: Options) -> AsyncIterator[Result]:
    """Run with few and with many connections, each in a system of its own."""
    for connections in CONNECTIONS:
        async with running_system() as system:
            yield await _measure(connections, options, system)


async def _measure(connections: int, options: Options, system: System) -> Result:
    channel = system.seed.telegram
    assert channel is not None
    before = await count_of(system, direction="in")
    meter = system.meter()
    load = await run_load(HOST, system.port, _updates(channel), connections=connections, seconds=options.seconds)
    used = meter.read()
    result = of_load(f"telegram webhooks, {connections} connections", load)
    used.into(result, load.good)
    result.goals = [at_least("rate", "/s", WANTED, load.good_rate)]
    check_stored(result, load.good, await count_of(system, direction="in") - before)
    return result


def _updates(channel: SeededTelegram) -> Iterator[bytes]:
    """Texts of so many customers in turn, as whole HTTP requests."""
    head = (
        f"POST {urlsplit(channel.webhook_url).path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
        f"X-Telegram-Bot-Api-Secret-Token: {channel.secret_token}\r\n"
    )
    for number in count(1):
        person = f'"id":{7_000_000 + number % CUSTOMERS},"first_name":"Customer {number % CUSTOMERS}"'
        body = (
            f'{{"update_id":{number},"message":{{"message_id":{number},"from":{{{person},"is_bot":false,'
            f'"language_code":"en"}},"chat":{{{person},"type":"private"}},"date":{int(time.time())},"text":"{TEXT}"}}}}'
        )
        yield f"{head}Content-Length: {len(body)}\r\n\r\n{body}".encode()
