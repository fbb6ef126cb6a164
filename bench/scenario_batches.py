"""Webhooks of 100 updates, as Meta sends them after a pause of its own or at high volume."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Iterator, Sequence

from bench.existing import check_reported, count_of, customers_wrote, messages_were_sent
from bench.load import run_load
from bench.operator_socket import OperatorSocket, operator_socket
from bench.options import Options
from bench.result import Result, at_least, of_load
from bench.scenario_inbound import CUSTOMERS, check_seen, check_stored
from bench.system import HOST, System, running_system
from bench.whatsapp_bodies import STATUSES, Sent, Webhooks

EACH = 100
CONNECTIONS = 16
"""Eight POSTs a server process: more than one batch of the group commit, so that the next is always full."""
WANTED = 10_000.0
SETTLE_SECONDS = 10.0
REPORTS_PREPARED = 200_000
"""At the wanted rate enough for 20 s; a run of reports ends when all are used."""


async def run(options: Options) -> AsyncIterator[Result]:
    """Run messages and reports, each in a system of its own."""
    async with running_system() as system:
        await customers_wrote(system, CUSTOMERS)
        async with operator_socket(system) as socket:
            yield await _messages(options, system, socket)
    async with running_system() as system:
        conversations = await customers_wrote(system, CUSTOMERS)
        prepared = min(REPORTS_PREPARED, int(options.seconds * 2 * WANTED))
        sent = await messages_were_sent(system, conversations, prepared // len(STATUSES))
        async with operator_socket(system) as socket:
            yield await _reports(options, system, socket, sent)


async def _messages(options: Options, system: System, socket: OperatorSocket) -> Result:
    before = await count_of(system, direction="in")
    requests = Webhooks(system.seed.whatsapp).from_customers(CUSTOMERS, each=EACH)
    result, updates, seen = await _measure(options, system, socket, requests, of="message.created")
    result.name = f"100 messages a POST, {CONNECTIONS} connections"
    result.bare = options.bare.get((CONNECTIONS, EACH))
    check_stored(result, updates, await count_of(system, direction="in") - before)
    check_seen(result, updates, seen)
    return result


async def _reports(options: Options, system: System, socket: OperatorSocket, sent: Sequence[Sent]) -> Result:
    given: Counter[str] = Counter()
    requests = Webhooks(system.seed.whatsapp).reports(sent, given, each=EACH)
    result, _, seen = await _measure(options, system, socket, requests, of="message.updated")
    result.name = f"100 statuses a POST, {CONNECTIONS} connections"
    await check_reported(result, system, given, seen)
    return result


async def _measure(
    options: Options, system: System, socket: OperatorSocket, requests: Iterator[bytes], *, of: str
) -> tuple[Result, int, int]:
    """Return the row, the updates that were answered 200, and the events of the type that the operator got."""
    meter = system.meter(socket=socket.pid)
    load = await run_load(HOST, system.port, requests, connections=CONNECTIONS, seconds=options.seconds)
    updates = load.good * EACH
    seen = await socket.until(of, updates, seconds=SETTLE_SECONDS)
    used = meter.read()
    result = of_load("", load, updates=EACH)
    used.into(result, updates)
    result.goals = [at_least("rate", "/s", WANTED, load.good_rate * EACH)]
    result.notes.append(f"the operator had all events {used.seconds - load.seconds:.1f} s after the last answer")
    return result, updates, seen.types.get(of, 0)
