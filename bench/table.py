"""One table for people."""

from __future__ import annotations

from collections.abc import Sequence

from bench.cpu import KINDS
from bench.result import Result

_HEAD = ("scenario", "target", "measured", "p50 ms", "p99 ms", *KINDS, "others %", "bare limit", "verdict")
_LEFT = (0, len(_HEAD) - 1)
NOTHING = "–"
LEGEND = (
    "serve … generator: processor time a message (or update) in µs, by kind of process. "
    "others: share of the machine that other programs used meanwhile. "
    "bare limit: the same load on a server that stores nothing; of queues and deadlines: the database alone, "
    "with the fewest writes that it takes (for each step a change of a document; counter and events)."
)


def render(results: Sequence[Result]) -> str:
    """Lay the rows out, notes and faults below."""
    rows = [_HEAD, *(_cells(result) for result in results)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_HEAD))]
    lines = ["  ".join(_aligned(row, widths)).rstrip() for row in rows]
    lines.insert(1, "  ".join("─" * width for width in widths))
    return "\n".join([*lines, "", LEGEND, *_remarks(results)])


def one_line(result: Result) -> str:
    """Say a row's main figure while others are still to come."""
    measured = NOTHING if result.measured is None else f"{_figure(result.measured)} {result.unit}"
    return f"{result.name}: {measured}  {result.verdict}".rstrip()


def _cells(result: Result) -> tuple[str, ...]:
    target = ", ".join(goal.text for goal in result.goals) or NOTHING
    measured = NOTHING if result.measured is None else f"{_figure(result.measured)} {result.unit}"
    cpu = (_optional(result.cpu_us.get(kind)) for kind in KINDS)
    rest = (
        _optional(result.others_percent),
        NOTHING if result.bare is None else _figure(result.bare),
        result.verdict or NOTHING,
    )
    return (result.name, target, measured, _optional(result.p50_ms, 1), _optional(result.p99_ms, 1), *cpu, *rest)


def _aligned(row: Sequence[str], widths: Sequence[int]) -> list[str]:
    return [
        cell.ljust(width) if column in _LEFT else cell.rjust(width)
        for column, (cell, width) in enumerate(zip(row, widths, strict=True))
    ]


def _figure(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def _optional(value: float | None, digits: int = 0) -> str:
    return NOTHING if value is None else f"{value:,.{digits}f}"


def _remarks(results: Sequence[Result]) -> list[str]:
    lines = []
    for result in results:
        remarks = [*result.wrong, *result.notes] if result.error is None else [result.error]
        marks = ["WRONG: "] * len(result.wrong) + [""] * len(result.notes) if result.error is None else ["FAILED: "]
        lines += [f"  {result.name}: {mark}{text}" for mark, text in zip(marks, remarks, strict=True)]
    return lines
