"""What an operator in a status can be given, as one table."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

import msgspec


class OperatorStatus(StrEnum):
    """The statuses that every workspace has; its own ones are ids, and each counts as unavailable."""

    OFFLINE = "offline"
    ONLINE = "online"
    READY = "ready"
    UNAVAILABLE = "unavailable"


class Takes(msgspec.Struct, frozen=True):
    """What an operator in a status can be given."""

    from_queues: bool
    transfers: bool


TAKES: Final[Mapping[OperatorStatus, Takes]] = {
    OperatorStatus.OFFLINE: Takes(from_queues=False, transfers=False),
    OperatorStatus.ONLINE: Takes(from_queues=False, transfers=True),
    OperatorStatus.READY: Takes(from_queues=True, transfers=True),
    OperatorStatus.UNAVAILABLE: Takes(from_queues=False, transfers=False),
}
"""Domain rule 2.2."""

READY: Final = OperatorStatus.READY.value
REACHABLE: Final = frozenset(status.value for status, takes in TAKES.items() if takes.transfers)
"""Who has one of these can be given a conversation by hand."""
