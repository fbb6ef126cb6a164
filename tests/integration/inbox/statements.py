"""Counting what MongoDB is asked, by database: what a batch costs is the number of its round trips."""

from __future__ import annotations

from collections import Counter
from typing import Final

from pymongo import monitoring


class _Heard(monitoring.CommandListener):
    """Hears of each command of all clients that are opened after it."""

    def __init__(self) -> None:
        self.by_database: Counter[str] = Counter()

    def started(self, event: monitoring.CommandStartedEvent) -> None:
        self.by_database[event.database_name] += 1

    def succeeded(self, event: monitoring.CommandSucceededEvent) -> None:
        """Nothing: a command is counted when it begins."""

    def failed(self, event: monitoring.CommandFailedEvent) -> None:
        """Nothing, too."""


_heard: Final = _Heard()
monitoring.register(_heard)


def statements(database_name: str) -> int:
    """Return how many commands were sent to a database so far."""
    return _heard.by_database[database_name]
