"""What a scenario measured, and how it compares with what was wanted."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any, Literal

from bench.load import Load

OURS = ("serve", "work", "mongod", "redis")
"""Kinds of process whose time is a message's cost."""


@dataclass(frozen=True)
class Goal:
    """One bound that a measured figure is held against.

    Attributes:
        what: The figure's name, such as `rate`.
        sense: Whether the bound is the least or the most that is good.
    """

    what: str
    unit: str
    sense: Literal["least", "most"]
    bound: float
    measured: float

    @property
    def met(self) -> bool:
        """Whether the figure is within the bound."""
        return self.measured >= self.bound if self.sense == "least" else self.measured <= self.bound

    @property
    def missed_by(self) -> float:
        """How many times worse than the bound; 1.0 is exactly the bound."""
        worse, better = (self.bound, self.measured) if self.sense == "least" else (self.measured, self.bound)
        return worse / better if better else math.inf

    @property
    def text(self) -> str:
        """The bound as it stands in the table."""
        return f"{'≥' if self.sense == 'least' else '≤'} {self.bound:,g} {self.unit}"


def at_least(what: str, unit: str, bound: float, measured: float) -> Goal:
    return Goal(what, unit, "least", bound, measured)


def at_most(what: str, unit: str, bound: float, measured: float) -> Goal:
    return Goal(what, unit, "most", bound, measured)


@dataclass(kw_only=True)
class Result:
    """One row of the table.

    Attributes:
        measured: The row's main figure, in `unit`.
        goals: What was wanted; empty where the row only informs.
        cpu_us: Processor time a message (or update), by kind of process.
        counts: Commands, journal writes and wake-ups a message, by the columns of `bench.counts`.
        others_percent: Share of the machine that strangers used meanwhile: what disturbed the measurement.
        bare: What a server without a database, or the database without the gateway, did at the same load in this run,
            in `unit`.
        floor: What a naive server did at the same load in this run (`bench.naive_server`), in `unit`.
        wrong: What must not happen and did (lost, doubled, out of order, refused): the figures count for nothing.
        notes: Further figures, a line each.
        error: Why there is nothing measured.
    """

    name: str
    unit: str = ""
    measured: float | None = None
    p50_ms: float | None = None
    p99_ms: float | None = None
    goals: list[Goal] = field(default_factory=list)
    cpu_us: dict[str, float] = field(default_factory=dict)
    counts: dict[str, float] = field(default_factory=dict)
    others_percent: float | None = None
    bare: float | None = None
    floor: float | None = None
    wrong: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    error: str | None = None

    @property
    def cpu_total_us(self) -> float | None:
        """Processor time a message of the gateway with its databases: without emulator, clients and load."""
        return sum(self.cpu_us.get(kind, 0.0) for kind in OURS) if self.cpu_us else None

    @property
    def times_floor(self) -> float | None:
        """How many times the naive server's rate it is."""
        return self.measured / self.floor if self.measured and self.floor else None

    @property
    def verdict(self) -> str:
        """`met`, `missed` with how far and by what, `wrong`, `failed`, or nothing where there was no goal."""
        if self.error is not None:
            return "failed"
        if self.wrong:
            return "wrong"
        missed = [goal for goal in self.goals if not goal.met]
        if missed:
            return "missed " + ", ".join(f"{goal.missed_by:.2f}x ({goal.what})" for goal in missed)
        return "met" if self.goals else ""

    def as_json(self) -> dict[str, Any]:
        """For `--json`."""
        goals = [
            {"what": g.what, "unit": g.unit, g.sense: g.bound, "measured": round(g.measured, 2), "met": g.met}
            for g in self.goals
        ]
        return {
            **{name: value for name, value in vars(self).items() if name != "goals"},
            "cpu_total_us": self.cpu_total_us,
            "times_floor": self.times_floor,
            "goals": goals,
            "verdict": self.verdict,
        }


def of_load(name: str, load: Load, *, updates: int = 1, unit: str = "updates/s") -> Result:
    """Make the row of a run of load; what was not answered well is wrong and not counted."""
    result = Result(name=name, unit=unit, measured=load.good_rate * updates)
    result.p50_ms, result.p99_ms = load.percentile_ms(0.50), load.percentile_ms(0.99)
    if load.bad:
        result.wrong.append("answers: " + ", ".join(f"{n} × {s or 'none'}" for s, n in sorted(load.bad.items())))
    return result
