"""What a row used: processor time of our processes by kind, of strangers, and the counters of `bench.counts`."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.counts import Counters, difference
from bench.result import Result

KINDS = ("serve", "work", "mongod", "redis", "sandbox", "socket", "generator")
"""In the table's order. `socket` is the operator's client, `generator` the benchmark itself."""
_TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Used:
    """Processor seconds and counters since the meter was made."""

    seconds: float
    by_kind: Mapping[str, float]
    others: float
    counted: tuple[Mapping[str, float], Mapping[str, float]] | None = None

    def into(self, result: Result, messages: float) -> None:
        """Write into a row what each kind used a message, and what strangers used of the machine."""
        if messages:
            result.cpu_us = {kind: used / messages * 1e6 for kind, used in self.by_kind.items()}
        if messages and self.counted:
            result.counts = difference(*self.counted, messages)
        result.others_percent = self.others / (self.seconds * (os.cpu_count() or 1)) * 100


class Meter:
    """Counts from its making on."""

    def __init__(self, pids: Mapping[str, Sequence[int]], counters: Counters | None = None) -> None:
        self._pids = pids
        self._counters = counters
        self._counted = counters.read() if counters else None
        self._began = time.perf_counter()
        self._before = self._by_kind()
        self._machine_before = _machine_seconds()

    def read(self) -> Used:
        """Return what was used so far."""
        after = self._by_kind()
        by_kind = {kind: after[kind] - self._before[kind] for kind in after}
        others = _machine_seconds() - self._machine_before - sum(by_kind.values())
        seconds = time.perf_counter() - self._began
        counted = (self._counted, self._counters.read()) if self._counters and self._counted else None
        return Used(seconds, by_kind, max(0.0, others), counted)

    def _by_kind(self) -> dict[str, float]:
        used = {kind: sum(process_seconds(pid) for pid in pids) for kind, pids in self._pids.items()}
        return {**used, "generator": time.process_time()}


def process_seconds(pid: int) -> float:
    """Processor time that a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS_PER_SECOND


def rss_mb(pid: int) -> float:
    """Resident memory of a process in MiB."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS"))


def _machine_seconds() -> float:
    """Busy time of all processors: user, nice, system, irq, softirq, steal."""
    fields = [int(field) for field in Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:9]]
    return (fields[0] + fields[1] + fields[2] + fields[5] + fields[6] + fields[7]) / _TICKS_PER_SECOND
