"""Webhooks of 100 updates, as Meta sends them after a pause of its own or at high volume."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

from bench.existing import count_of, customers_wrote, messages_were_sent
from bench.load import run_load
from bench.operator_socket import OperatorSocket, operator_socket
from bench.options import Options
from bench.result import Result, at_least, of_load
from bench.scenario_inbound import CUSTOMERS, SETTLE_SECONDS, check_seen, check_stored
from bench.system import HOST, System, running_system
from bench.whatsapp_bodies import STATUSES, Webhooks

EACH = 100
CONNECTIONS = 16
"""Eight POSTs a server process: more than one batch of the group commit, so that the next is always full."""
WANTED = 10_000.0
REPORTS_PREPARED = 200_000
"""At the wanted rate enough for 20 s; a run of reports ends when all are used."""


async def run(options: Options) -> AsyncIterator[Result]:
    """Run messages and reports, each in a system of its own."""
    async with running_system() as system:
        await customers_wrote(system, CUSTOMERS)
        requests = Webhooks(system.seed.whatsapp).from_customers(CUSTOMERS, each=EACH)
        async with operator_socket(system) as socket:
            yield await _messages(options, system, socket, requests)
    async with running_system() as system:
        conversations = await customers_wrote(system, CUSTOMERS)
        prepared = min(REPORTS_PREPARED, int(options.seconds * 2 * WANTED))
        sent = await messages_were_sent(system, conversations, prepared // len(STATUSES))
        requests = Webhooks(system.seed.whatsapp).reports(sent, each=EACH)
        async with operator_socket(system) as socket:
            yield await _reports(options, system, socket, requests)


async def _messages(options: Options, system: System, socket: OperatorSocket, requests: Iterator[bytes]) -> Result:
    before = await count_of(system, direction="in")
    result, updates = await _measure(options, system, socket, requests, of="message")
    check_stored(result, updates, await count_of(system, direction="in") - before)
    return result


async def _reports(options: Options, system: System, socket: OperatorSocket, requests: Iterator[bytes]) -> Result:
    result, _ = await _measure(options, system, socket, requests, of="status")
    return result


async def _measure(
    options: Options, system: System, socket: OperatorSocket, requests: Iterator[bytes], *, of: str
) -> tuple[Result, int]:
    meter = system.meter(socket=socket.pid)
    load = await run_load(HOST, system.port, requests, connections=CONNECTIONS, seconds=options.seconds)
    updates = load.good * EACH
    type_ = "message.created" if of == "message" else "message.updated"
    seen = await socket.until(type_, updates, seconds=SETTLE_SECONDS)
    used = meter.read()
    result = of_load(f"100 {of}{'es' if of == 'status' else 's'} a POST, {CONNECTIONS} connections", load, updates=EACH)
    used.into(result, updates)
    result.bare = options.bare.get((CONNECTIONS, EACH)) if of == "message" else None
    result.goals = [at_least("rate", "/s", WANTED, load.good_rate * EACH)]
    check_seen(result, updates, seen.types.get(type_, 0))
    result.notes.append(f"the operator had all events {used.seconds - load.seconds:.1f} s after the last answer")
    return result, updates
