"""Two commits in one sitting: each scenario runs at the other commit and here, one after the other, on one machine.

Machines have fast and slow hours; figures of two commits say something only when they were measured side by side.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench.result import OURS
from bench.system import ROOT
from bench.table import NOTHING, laid_out

_HEAD = ("scenario", "unit", "before", "now", "factor", "µs before", "µs now", "factor", "")


def compare(revision: str, names: Sequence[str], seconds: float) -> int:
    """Run the scenarios at both commits and print one table; the exit code is 1 if one could not be measured."""
    before: dict[str, Mapping[str, Any]] = {}
    now: dict[str, Mapping[str, Any]] = {}
    with tempfile.TemporaryDirectory(prefix="gateway-bench-") as directory, _checkout(revision, directory) as other:
        for name in names:
            before |= _rows(other, name, seconds)
            now |= _rows(ROOT, name, seconds)
    print(f"\nbefore: {revision}\n" + "\n".join(laid_out([_HEAD, *_compared(before, now)])), flush=True)
    return int(any(row["error"] for row in (*before.values(), *now.values())))


@contextmanager
def _checkout(revision: str, directory: str) -> Iterator[Path]:
    """Check the commit out beside this tree; it runs with the packages that are installed here."""
    path = Path(directory) / "before"
    _git("worktree", "add", "--detach", "--quiet", str(path), revision)
    try:
        yield path
    finally:
        _git("worktree", "remove", "--force", str(path))


def _git(*arguments: str) -> None:
    subprocess.run(("git", *arguments), cwd=ROOT, check=True)


def _rows(tree: Path, name: str, seconds: float) -> dict[str, Mapping[str, Any]]:
    """Run one scenario in a tree; one that the commit does not have gives no rows."""
    with tempfile.NamedTemporaryFile(suffix=".json") as report:
        command = (sys.executable, "-m", "bench", "--seconds", str(seconds), "--only", name, "--json", report.name)
        print(f"{name} in {tree}", file=sys.stderr, flush=True)
        subprocess.run(command, cwd=tree, stdout=subprocess.DEVNULL, check=False)
        written = Path(report.name).read_text()
    return {row["name"]: row for row in json.loads(written)["results"]} if written else {}


def _compared(before: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[tuple[str, ...]]:
    for name in dict.fromkeys((*before, *now)):
        old, new = before.get(name, {}), now.get(name, {})
        rates, costs = (old.get("measured"), new.get("measured")), (_cost(old), _cost(new))
        faults = [f"{side}: {text}" for side, row in (("before", old), ("now", new)) for text in _faults(row)]
        yield (name, str((new or old)["unit"]), *_pair(*rates), *_pair(*costs), "; ".join(faults))


def _cost(row: Mapping[str, Any]) -> float | None:
    used = row.get("cpu_us") or {}
    return sum(used.get(kind, 0.0) for kind in OURS) or None


def _faults(row: Mapping[str, Any]) -> list[str]:
    return [*row.get("wrong", ()), *([row["error"]] if row.get("error") else [])]


def _pair(before: float | None, now: float | None) -> tuple[str, str, str]:
    shown = [
        NOTHING if value is None else f"{value:,.4g}" if value < 100 else f"{value:,.0f}" for value in (before, now)
    ]
    factor = NOTHING if not before or not now else f"{now / before:.2f}"
    return (shown[0], shown[1], factor)
