"""The usual mix: for each message that arrives three reports on messages that were sent, one update a POST."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Iterator

from bench.existing import check_reported, count_of, customers_wrote, messages_were_sent
from bench.load import run_load
from bench.operator_socket import OperatorSocket, operator_socket
from bench.options import Options
from bench.result import Result, at_least, of_load
from bench.scenario_inbound import CUSTOMERS, SETTLE_SECONDS, check_seen, check_stored
from bench.system import HOST, System, running_system
from bench.whatsapp_bodies import STATUSES, Sent, Webhooks

CONNECTIONS = 64
WANTED = 4_000.0
STATUSES_A_MESSAGE = 3
REPORTS_SETTLE_SECONDS = 5.0
"""Two reports of a message in one batch are one event, so the wait may be in vain."""
MOST_EXPECTED = 2 * WANTED
"""Sent messages are prepared for this many updates a second; a faster run ends earlier."""


async def run(options: Options) -> AsyncIterator[Result]:
    """Run one case."""
    async with running_system() as system:
        conversations = await customers_wrote(system, CUSTOMERS)
        reports = options.seconds * MOST_EXPECTED * STATUSES_A_MESSAGE / (STATUSES_A_MESSAGE + 1)
        sent = await messages_were_sent(system, conversations, int(reports / len(STATUSES)))
        async with operator_socket(system) as socket:
            yield await _measure(options, system, socket, sent)


async def _measure(options: Options, system: System, socket: OperatorSocket, sent: list[Sent]) -> Result:
    before = await count_of(system, direction="in")
    messages: Counter[str] = Counter()
    reports: Counter[str] = Counter()
    meter = system.meter(socket=socket.pid)
    requests = _mixed(Webhooks(system.seed.whatsapp), sent, messages, reports)
    load = await run_load(HOST, system.port, requests, connections=CONNECTIONS, seconds=options.seconds)
    await socket.until("message.created", messages["given"], seconds=SETTLE_SECONDS)
    seen = await socket.until("message.updated", reports.total(), seconds=REPORTS_SETTLE_SECONDS)
    used = meter.read()
    result = of_load("mixed, 1 message : 3 statuses, 64 connections", load)
    used.into(result, load.good)
    result.bare = options.bare.get((CONNECTIONS, 1))
    result.goals = [at_least("rate", "/s", WANTED, load.good_rate)]
    check_stored(result, messages["given"], await count_of(system, direction="in") - before)
    check_seen(result, messages["given"], seen.types.get("message.created", 0))
    await check_reported(result, system, reports, seen.types.get("message.updated", 0))
    result.notes.append(f"{messages['given']:,} messages")
    return result


def _mixed(webhooks: Webhooks, sent: list[Sent], messages: Counter[str], reports: Counter[str]) -> Iterator[bytes]:
    arriving = webhooks.from_customers(CUSTOMERS)
    for number, report in enumerate(webhooks.reports(sent, reports)):
        yield report
        if number % STATUSES_A_MESSAGE == 0:
            messages["given"] += 1
            yield next(arriving)
