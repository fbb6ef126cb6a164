"""What the command line says, and what one scenario learns from an earlier one."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field

from bench.result import Result


@dataclass
class Options:
    """How to run.

    Attributes:
        seconds: Length of each run of load.
        bare: Updates a second of the server without a database, by (connections, updates a POST), once measured.
        floor: Messages a second of the naive server, by connections, once measured.
    """

    seconds: float = 30.0
    bare: dict[tuple[int, int], float] = field(default_factory=dict)
    floor: dict[int, float] = field(default_factory=dict)


Scenario = Callable[[Options], AsyncIterator[Result]]
"""Gives its rows one by one, so that those before a fault are kept."""
