"""`python -m bench [--seconds 30] [--only NAME,…] [--json FILE] [--against REV]`: run scenarios, print one table."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import platform
import signal
import sys
import time
import traceback
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import uvloop

from bench import (
    scenario_bare,
    scenario_batches,
    scenario_campaigns,
    scenario_deadlines,
    scenario_floor,
    scenario_footprint,
    scenario_idle,
    scenario_inbound,
    scenario_latency,
    scenario_mixed,
    scenario_outgoing,
    scenario_queues,
    scenario_relay,
    scenario_telegram,
    scenario_webchat,
)
from bench.against import compare
from bench.options import Options, Scenario
from bench.result import Result
from bench.table import one_line, render

SCENARIOS: Mapping[str, Scenario] = {
    "bare": scenario_bare.run,
    "floor": scenario_floor.run,
    "inbound": scenario_inbound.run,
    "mixed": scenario_mixed.run,
    "batches": scenario_batches.run,
    "latency": scenario_latency.run,
    "outgoing": scenario_outgoing.run,
    "queues": scenario_queues.run,
    "campaigns": scenario_campaigns.run,
    "deadlines": scenario_deadlines.run,
    "footprint": scenario_footprint.run,
    "idle": scenario_idle.run,
    "relay": scenario_relay.run,
    "webchat": scenario_webchat.run,
    "telegram": scenario_telegram.run,
}
SCENARIO_SECONDS = 600.0
"""Longest time of one scenario beside its load: something hangs."""


def main() -> int:
    """Run; the exit code tells only whether every scenario was measured to its end."""
    options = _arguments()
    if options.against:
        return compare(options.against, options.only, options.seconds)
    machine = _machine()
    _say(", ".join(f"{name} {value}" for name, value in machine.items()))
    results: list[Result] = []
    began = time.monotonic()
    stopped = False
    try:
        uvloop.run(_run_all(options, results))
    except (KeyboardInterrupt, asyncio.CancelledError):
        stopped = True
        _say("stopped")
    print("\n" + render(results))
    print(f"\n{_load_average()} at the end, after {time.monotonic() - began:.0f} s", flush=True)
    if options.json:
        report = {"machine": machine, "seconds": options.seconds, "results": [result.as_json() for result in results]}
        options.json.write_text(json.dumps(report, indent=1, ensure_ascii=False) + "\n")
    return int(stopped or any(result.error for result in results))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description="Measure the gateway on this machine.")
    parser.add_argument("--seconds", type=float, default=30.0, help="length of each run of load (default: 30)")
    parser.add_argument("--only", type=_names, default=list(SCENARIOS), metavar="NAME,…", help=", ".join(SCENARIOS))
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the results here")
    parser.add_argument("--against", metavar="REV", help="run every scenario at this commit too, and show both")
    return parser.parse_args()


def _names(given: str) -> list[str]:
    names = given.split(",")
    unknown = sorted(set(names) - set(SCENARIOS))
    if unknown:
        raise argparse.ArgumentTypeError(f"no scenario {', '.join(unknown)}; there are {', '.join(SCENARIOS)}")
    return names


async def _run_all(arguments: argparse.Namespace, results: list[Result]) -> None:
    task = asyncio.current_task()
    if task is not None:  # everything that was started is stopped on the way out
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    options = Options(seconds=arguments.seconds)
    for name in SCENARIOS:
        if name in arguments.only:
            await _run(name, options, results)


async def _run(name: str, options: Options, results: list[Result]) -> None:
    """Run one scenario; its crash becomes a row."""
    _say(f"{name} …")
    try:
        async with asyncio.timeout(SCENARIO_SECONDS + 4 * options.seconds):
            async for result in SCENARIOS[name](options):
                results.append(result)
                _say(f"  {one_line(result)}")
    except Exception as error:
        traceback.print_exc()
        results.append(Result(name=name, error=f"{type(error).__name__}: {error}"))


def _machine() -> dict[str, str]:
    models = [line.split(":", 1)[1].strip() for line in _cpu_lines() if line.startswith("model name")]
    return {
        "processors": f"{os.cpu_count()} × {models[0] if models else platform.machine()}",
        "system": platform.platform(),
        "python": platform.python_version(),
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "load": _load_average(),
    }


def _cpu_lines() -> list[str]:
    return Path("/proc/cpuinfo").read_text().splitlines()


def _load_average() -> str:
    return "load average " + ", ".join(f"{load:.2f}" for load in os.getloadavg())


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
