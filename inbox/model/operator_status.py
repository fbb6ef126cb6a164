"""The statuses of operators, and in which of them one can be given a conversation."""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class OperatorStatus(StrEnum):
    """The statuses that every workspace has; its own ones are ids, and each counts as unavailable."""

    OFFLINE = "offline"
    ONLINE = "online"
    READY = "ready"
    UNAVAILABLE = "unavailable"


READY: Final = OperatorStatus.READY.value
"""Who has this one is given conversations from queues, unless another status is planned (domain rule 2.2)."""
REACHABLE: Final = frozenset({OperatorStatus.ONLINE.value, OperatorStatus.READY.value})
"""Who has one of these can be given a conversation by hand."""
