"""Which commands MongoDB got, in their order: what happens while a transaction is open."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from pymongo import monitoring

from inbox.storage.database import Database


class CommandOrder(monitoring.CommandListener):
    """Notes commands while it is asked to."""

    def __init__(self) -> None:
        self.listening = False
        self.commands: list[tuple[str, bool]] = []
        """Name, and whether it belongs to a transaction."""

    def started(self, event: monitoring.CommandStartedEvent) -> None:
        if self.listening:
            self.commands.append((event.command_name, "autocommit" in event.command))

    def succeeded(self, event: monitoring.CommandSucceededEvent) -> None: ...

    def failed(self, event: monitoring.CommandFailedEvent) -> None: ...

    def strangers(self) -> list[str]:
        """Name what came between the beginning and the end of a transaction and is not part of it."""
        found, is_open = [], False
        for name, belongs in self.commands:
            if is_open and not belongs:
                found.append(name)
            is_open = belongs and name not in {"commitTransaction", "abortTransaction"}
        return found


@contextmanager
def watched(url: str) -> Iterator[tuple[Database, CommandOrder]]:
    """Have a database whose commands can be noted."""
    order = CommandOrder()
    monitoring.register(order)
    database = Database(url)
    try:
        yield database, order
    finally:
        order.listening = False
        database.close()
