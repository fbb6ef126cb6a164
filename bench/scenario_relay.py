"""The relay by itself: `bench/relay_bench.py` in a process of its own, since it measures its own processor time."""

from __future__ import annotations

import asyncio
import os
import re
import subprocess
import sys
from collections.abc import AsyncIterator

from bench.options import Options
from bench.result import Result
from bench.system import ROOT

LIMIT_SECONDS = 300.0
_RATE = re.compile(r"(?P<name>.+?): +(?P<rate>[\d,]+) (?P<unit>\w+/s), +(?P<us>[\d.]+) us CPU/\w+(?P<rest>.*)")
_LATENCY = re.compile(r"(?P<name>.+?): +p50 (?P<p50>[\d.]+) ms, p99 (?P<p99>[\d.]+) ms(?P<rest>.*)")


async def run(_: Options) -> AsyncIterator[Result]:
    """Turn each line that it prints into a row."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bench.relay_bench"),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=ROOT,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    try:
        async with asyncio.timeout(LIMIT_SECONDS):
            output, errors = await process.communicate()
    finally:
        if process.returncode is None:
            process.terminate()
            await process.wait()
    for line in output.decode().splitlines():
        yield _row(line)
    if process.returncode:
        raise ChildProcessError(errors.decode().strip().splitlines()[-1:] or f"exit code {process.returncode}")


def _row(line: str) -> Result:
    if found := _RATE.fullmatch(line):
        rate = float(found["rate"].replace(",", ""))
        result = Result(name=_name(found["name"]), unit=found["unit"], measured=rate)
        result.cpu_us["work"] = float(found["us"])
        return result
    if found := _LATENCY.fullmatch(line):
        p50, p99 = float(found["p50"]), float(found["p99"])
        return Result(name=_name(found["name"]), unit="ms p99", measured=p99, p50_ms=p50, p99_ms=p99)
    return Result(name="relay", notes=[line])


def _name(words: str) -> str:
    words = " ".join(words.split())
    return words if words.startswith("relay") else f"relay: {words}"
