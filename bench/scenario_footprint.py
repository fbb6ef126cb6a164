"""What the system takes when nothing happens, and how long the demo takes to start."""

from __future__ import annotations

import asyncio
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from pathlib import Path

from bench.cpu import rss_mb
from bench.options import Options
from bench.result import Result, at_most
from bench.system import ROOT, System, free_port, running_system

SERVER_MB = 120.0
DEMO_SECONDS = 5.0
SETTLE_SECONDS = 5.0
IDLE_SECONDS = 5.0
DEMO_STARTS = 3
DEMO_LIMIT_SECONDS = 90.0


async def run(_: Options) -> AsyncIterator[Result]:
    """Measure an idle system, then starts of the demo on a fresh directory."""
    async with running_system() as system:
        await asyncio.sleep(SETTLE_SECONDS)
        for result in await _idle(system):
            yield result
    yield await _demo()


async def _idle(system: System) -> list[Result]:
    meter = system.meter()
    await asyncio.sleep(IDLE_SECONDS)
    used = meter.read()
    serve = max(rss_mb(pid) for pid in system.pids["serve"])
    work = max(rss_mb(pid) for pid in system.pids["work"])
    server = Result(name="memory of an idle server process", unit="MB", measured=serve)
    server.goals = [at_most("memory", "MB", SERVER_MB, serve)]
    server.others_percent = used.others / (used.seconds * (os.cpu_count() or 1)) * 100
    idle = (f"{kind} {seconds / used.seconds * 100:.1f} %" for kind, seconds in used.by_kind.items())
    server.notes.append("processor time while idle, of one core: " + ", ".join(idle))
    return [server, Result(name="memory of an idle worker process", unit="MB", measured=work)]


async def _demo() -> Result:
    took = [await asyncio.to_thread(_demo_start) for _ in range(DEMO_STARTS)]
    median = statistics.median(took)
    result = Result(name="gateway demo, start to ready file", unit="s", measured=median)
    result.goals = [at_most("start", "s", DEMO_SECONDS, median)]
    result.notes.append("each on a fresh directory: " + ", ".join(f"{seconds:.2f} s" for seconds in took))
    return result


def _demo_start() -> float:
    """Start the demo as a person would, wait for its ready file, stop it."""
    with tempfile.TemporaryDirectory(prefix="gateway-bench-") as name:
        ready = Path(name) / "ready.json"
        options = ("--data", f"{name}/data", "--port", str(free_port()), "--ready-file", str(ready))
        command = (str(Path(sys.executable).with_name("gateway")), "demo", *options)
        began = time.perf_counter()
        with (Path(name) / "output").open("wb") as output:
            demo = subprocess.Popen(command, cwd=ROOT, stdout=output, stderr=output)
        try:
            return _until_there(ready, demo, began)
        finally:
            demo.send_signal(signal.SIGINT)
            try:
                demo.wait(timeout=30)
            except subprocess.TimeoutExpired:
                demo.kill()
                demo.wait()


def _until_there(ready: Path, demo: subprocess.Popen[bytes], began: float) -> float:
    while not ready.exists():
        if demo.poll() is not None or time.perf_counter() - began > DEMO_LIMIT_SECONDS:
            raise TimeoutError("the demo ended, or was not ready in time")
        time.sleep(0.01)
    return time.perf_counter() - began
