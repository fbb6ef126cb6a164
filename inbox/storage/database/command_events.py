"""Tells those who listen to the driver's commands of those that a pipeline writes, too."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Any

from inbox.storage.database.statements import Statement


class CommandEvents:
    """What is told of one round."""

    def __init__(self, client: Any, connection: Any) -> None:
        self._listeners = client._event_listeners
        self._connection = connection
        self._began = time.monotonic()

    def started(self, statement: Statement, request_id: int, database: str) -> None:
        """Tell that a statement is written."""
        if self._listeners.enabled_for_commands:
            connection = self._connection
            self._listeners.publish_command_start(
                statement.command, database, request_id, connection.address, connection.server_connection_id
            )

    def answered(self, statement: Statement, request_id: int, database: str) -> None:
        """Tell what it was answered."""
        if not self._listeners.enabled_for_commands:
            return
        answer, connection = statement.answer or {}, self._connection
        tell = self._listeners.publish_command_success if answer.get("ok") else self._listeners.publish_command_failure
        tell(
            timedelta(seconds=time.monotonic() - self._began),
            answer,
            statement.shape[0],
            request_id,
            connection.address,
            connection.server_connection_id,
            database_name=database,
        )
