"""From a webhook to the frame on an operator's socket, at an even pace that is far from the limit."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Iterator

from bench.existing import customers_wrote
from bench.load import percentile_ms, run_load, run_paced
from bench.operator_socket import OperatorSocket, operator_socket
from bench.options import Options
from bench.result import Result, at_most
from bench.scenario_inbound import CUSTOMERS, SETTLE_SECONDS, check_seen
from bench.system import HOST, System, running_system
from bench.whatsapp_bodies import Webhooks, customer

RATE = 300
MOST_SECONDS = 20.0
P99_MS = 50.0
CONNECTIONS = 16
WARM_MESSAGES = 300
PREFIX = "number "


async def run(options: Options) -> AsyncIterator[Result]:
    """Run one case."""
    async with running_system() as system:
        await customers_wrote(system, CUSTOMERS)
        async with operator_socket(system, prefix=PREFIX) as socket:
            await run_load(HOST, system.port, _warming(system), connections=1, seconds=5)
            yield await _measure(options, system, socket)


async def _measure(options: Options, system: System, socket: OperatorSocket) -> Result:
    count = int(RATE * min(options.seconds, MOST_SECONDS))
    began: list[float] = []
    meter = system.meter(socket=socket.pid)
    load = await run_paced(HOST, system.port, _numbered(system, count, began), rate=RATE, connections=CONNECTIONS)
    seen = await socket.until("message.created", count + WARM_MESSAGES, seconds=SETTLE_SECONDS)
    took = [at - began[number] for number, at in seen.arrived.items()]
    result = Result(name=f"webhook to socket at {RATE}/s", unit="ms p99", measured=percentile_ms(took, 0.99))
    result.p50_ms, result.p99_ms = percentile_ms(took, 0.50), percentile_ms(took, 0.99)
    meter.read().into(result, count)
    result.goals = [at_most("p99", "ms", P99_MS, result.p99_ms)]
    check_seen(result, count, len(took))
    worst = max(took, default=0.0) * 1000
    answers = f"the answer 200 took {load.percentile_ms(0.5):.1f} ms (p99 {load.percentile_ms(0.99):.1f})"
    result.notes.append(f"slowest {worst:.0f} ms; {answers}; paced at {count / load.seconds:.0f}/s")
    return result


def _warming(system: System) -> Iterator[bytes]:
    webhooks = Webhooks(system.seed.whatsapp)
    return (webhooks.messages([customer(number)]) for number in range(WARM_MESSAGES))


def _numbered(system: System, count: int, began: list[float]) -> Iterator[bytes]:
    """Return messages whose text is their number; note when each was handed over."""
    webhooks = Webhooks(system.seed.whatsapp)
    for number in range(count):
        request = webhooks.messages([customer(number % CUSTOMERS)], [f"{PREFIX}{number}"])
        began.append(time.monotonic())
        yield request
