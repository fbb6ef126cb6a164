"""What became of a client's calls, and the table of it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

CALL_SECONDS = 30.0
"""A call that takes longer hangs."""


class Outcome(StrEnum):
    """How a call ended."""

    DONE = "carried out"
    REFUSED = "refused as the provider does"
    FAULT = "fault"


@dataclass
class Report:
    """A library's calls."""

    library: str
    version: str
    outcomes: dict[str, Outcome] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)

    def names(self, outcome: Outcome) -> list[str]:
        """The calls that ended so."""
        return [name for name, ended in self.outcomes.items() if ended is outcome]


async def run(
    report: Report, calls: Mapping[str, Callable[[], Awaitable[object]]], is_refusal: Callable[[Exception], bool]
) -> Report:
    """Make all calls, one after another.

    Args:
        is_refusal: Tells the library's error for what the provider refuses in its own form.
    """
    for name, call in calls.items():
        try:
            async with asyncio.timeout(CALL_SECONDS):
                await call()
        except Exception as error:
            report.outcomes[name] = Outcome.REFUSED if is_refusal(error) else Outcome.FAULT
            report.errors[name] = f"{type(error).__name__}: {error}"
        else:
            report.outcomes[name] = Outcome.DONE
    return report


def table(reports: Iterable[Report]) -> str:
    """The table of `docs/sandbox.md`."""
    lines = [
        f"| client | calls | {' | '.join(Outcome)} |",
        f"| --- | {' | '.join('---' for _ in range(len(Outcome) + 1))} |",
    ]
    for report in reports:
        counts = [str(len(report.names(outcome))) for outcome in Outcome]
        lines.append(f"| {report.library} {report.version} | {len(report.outcomes)} | {' | '.join(counts)} |")
    return "\n".join(lines)
