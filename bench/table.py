"""One table for people."""

from __future__ import annotations

from collections.abc import Sequence

from bench.counts import COLUMNS
from bench.cpu import KINDS
from bench.result import Result

_HEAD = (
    *("scenario", "target", "measured", "processor µs", "p50 ms", "p99 ms"),
    *KINDS,
    *("others %", "bare limit", "× floor", "verdict"),
)
_COUNTS_HEAD = ("a message costs", *COLUMNS)
NOTHING = "–"
LEGEND = (
    "processor: µs a message (or update) of serve, work, mongod and redis together; serve … generator: by kind. "
    "others: share of the machine that other programs used meanwhile. "
    "bare limit: the same load on a server that stores nothing; of queues and deadlines: the database alone, "
    "with the fewest writes that it takes (for each step a change of a document; counter and events). "
    "× floor: times the rate of a server that inserts one document and changes one for each request."
)


def render(results: Sequence[Result]) -> str:
    """Lay the rows out, what a message costs in commands and wake-ups, notes and faults below."""
    lines = laid_out([_HEAD, *(_cells(result) for result in results)])
    counted = [_counts(result) for result in results if result.counts]
    counts = ["", *laid_out([_COUNTS_HEAD, *counted])] if counted else []
    return "\n".join([*lines, "", LEGEND, *counts, "", *_remarks(results)])


def laid_out(rows: Sequence[Sequence[str]]) -> list[str]:
    """Align a head and its rows; the first and the last column to the left."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = ["  ".join(_aligned(row, widths)).rstrip() for row in rows]
    lines.insert(1, "  ".join("─" * width for width in widths))
    return lines


def _counts(result: Result) -> tuple[str, ...]:
    return (result.name, *(_optional(result.counts[column], 2) for column in COLUMNS))


def one_line(result: Result) -> str:
    """Say a row's main figure while others are still to come."""
    measured = NOTHING if result.measured is None else f"{_figure(result.measured)} {result.unit}"
    cost = "" if result.cpu_total_us is None else f"  {result.cpu_total_us:,.0f} µs"
    return f"{result.name}: {measured}{cost}  {result.verdict}".rstrip()


def _cells(result: Result) -> tuple[str, ...]:
    target = ", ".join(goal.text for goal in result.goals) or NOTHING
    measured = NOTHING if result.measured is None else f"{_figure(result.measured)} {result.unit}"
    cpu = (_optional(result.cpu_us.get(kind)) for kind in KINDS)
    rest = (
        _optional(result.others_percent),
        NOTHING if result.bare is None else _figure(result.bare),
        _optional(result.times_floor, 1),
        result.verdict or NOTHING,
    )
    figures = (_optional(result.cpu_total_us), _optional(result.p50_ms, 1), _optional(result.p99_ms, 1))
    return (result.name, target, measured, *figures, *cpu, *rest)


def _aligned(row: Sequence[str], widths: Sequence[int]) -> list[str]:
    left = (0, len(row) - 1)
    return [
        cell.ljust(width) if column in left else cell.rjust(width)
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
