"""Messages that arrive, one a POST: 200 means durable, and the operators' sockets learn of each."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass

from bench.existing import count_of, customers_wrote, disk_bytes
from bench.load import Load, run_load
from bench.operator_socket import OperatorSocket, operator_socket
from bench.options import Options
from bench.result import Goal, Result, at_least, at_most, of_load
from bench.system import HOST, System, running_system
from bench.whatsapp_bodies import Webhooks

CUSTOMERS = 500
P99_MS = 50.0
SETTLE_SECONDS = 30.0


@dataclass(frozen=True)
class Case:
    """One row: the load, the messages a second that are wanted, and how many times the naive floor they should be."""

    name: str
    connections: int
    wanted: float
    new_customers: bool = False
    p99_ms: float | None = None
    times_floor: float | None = None


CASES = (
    Case("inbound, 64 connections", 64, 5_000, p99_ms=P99_MS, times_floor=5.0),
    Case("inbound, 256 connections", 256, 6_000, times_floor=7.0),
    Case("inbound, every customer new, 64 connections", 64, 2_500, new_customers=True),
)


async def run(options: Options) -> AsyncIterator[Result]:
    """Run each case in a system of its own: none inherits another's data."""
    for case in CASES:
        async with running_system() as system:
            if not case.new_customers:
                await customers_wrote(system, CUSTOMERS)
            async with operator_socket(system) as socket:
                yield await _measure(case, options, system, socket)


async def _measure(case: Case, options: Options, system: System, socket: OperatorSocket) -> Result:
    before, bytes_before = await count_of(system, direction="in"), await disk_bytes(system)
    meter = system.meter(socket=socket.pid)
    load = await run_load(
        HOST, system.port, _requests(case, system), connections=case.connections, seconds=options.seconds
    )
    seen = await socket.until("message.created", load.good, seconds=SETTLE_SECONDS)
    used = meter.read()
    result = of_load(case.name, load)
    used.into(result, load.good)
    result.bare = options.bare.get((case.connections, 1))
    result.floor = None if case.new_customers else options.floor.get(case.connections)
    result.goals = _goals(case, load, result)
    check_stored(result, load.good, await count_of(system, direction="in") - before)
    check_seen(result, load.good, seen.types.get("message.created", 0))
    result.notes.append(_disk(bytes_before, await disk_bytes(system), load.good))
    result.notes.append(f"the operator had all events {used.seconds - load.seconds:.1f} s after the last answer")
    return result


def _requests(case: Case, system: System) -> Iterator[bytes]:
    webhooks = Webhooks(system.seed.whatsapp)
    return webhooks.from_new_customers() if case.new_customers else webhooks.from_customers(CUSTOMERS)


def _goals(case: Case, load: Load, result: Result) -> list[Goal]:
    goals = [at_least("rate", "/s", case.wanted, load.good_rate)]
    if case.p99_ms is not None:
        goals.append(at_most("p99", "ms", case.p99_ms, load.percentile_ms(0.99)))
    if case.times_floor is not None and result.times_floor is not None:
        goals.append(at_least("floor", "× floor", case.times_floor, result.times_floor))
    return goals


def _disk(before: tuple[float, float], after: tuple[float, float], messages: int) -> str:
    documents, indexes = ((later - earlier) / max(1, messages) for earlier, later in zip(before, after, strict=True))
    return f"a message takes {documents:,.0f} bytes of documents (unpacked) and {indexes:,.0f} of indexes"


def check_stored(result: Result, answered: int, stored: int) -> None:
    """What was answered 200 must be in the database; more may be there only if some got another answer."""
    if stored < answered or (stored > answered and not result.wrong):
        result.wrong.append(f"{answered:,} messages were answered 200, {stored:,} are stored")


def check_seen(result: Result, answered: int, seen: int) -> None:
    """An operator who sees all must have got each event, once."""
    if seen < answered or (seen > answered and not result.wrong):
        result.wrong.append(f"{answered:,} messages, but {seen:,} events on the operator's socket")
