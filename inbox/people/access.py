"""Who may see and do what: pure rules over a caller and where a conversation is."""

from __future__ import annotations

from enum import StrEnum

import msgspec


class Role(StrEnum):
    """Roles of a workspace's users, from least to most rights; every role may answer customers."""

    OPERATOR = "operator"
    SUPERVISOR = "supervisor"
    MANAGER = "manager"
    ADMINISTRATOR = "administrator"
    OWNER = "owner"


class CallerKind(StrEnum):
    """Who calls: a person who signed in, or a program with a workspace API key."""

    OPERATOR = "operator"
    API_KEY = "api_key"


SEES_ALL = frozenset({Role.MANAGER, Role.ADMINISTRATOR, Role.OWNER})
TAKES_OVER = SEES_ALL | {Role.SUPERVISOR}
ADMINISTERS = frozenset({Role.ADMINISTRATOR, Role.OWNER})
"""Only they manage channels, templates and keys."""


class Caller(msgspec.Struct, frozen=True, kw_only=True):
    """An authenticated caller.

    Attributes:
        id: The operator's or the API key's id.
        role: An API key counts as an administrator.
        queue_ids: Queues whose unassigned conversations an operator or supervisor sees.
        supervised_ids: Operators of the groups that a supervisor supervises.
    """

    workspace_id: str
    kind: CallerKind
    id: str
    role: Role
    queue_ids: frozenset[str] = frozenset()
    supervised_ids: frozenset[str] = frozenset()

    @property
    def sees_all(self) -> bool:
        """Whether every conversation of the workspace is visible."""
        return self.role in SEES_ALL

    @property
    def administers(self) -> bool:
        """Whether the caller may manage channels, templates and keys."""
        return self.role in ADMINISTERS


class Placement(msgspec.Struct, frozen=True, array_like=True):
    """Where a conversation is: its queue and its operator, either may be missing."""

    queue_id: str | None = None
    operator_id: str | None = None


def may_see(caller: Caller, placement: Placement) -> bool:
    """Tell whether a caller sees a conversation that is placed so (domain rule 2.1).

    A conversation without queue and operator waits for anyone.
    """
    if caller.sees_all:
        return True
    if placement.operator_id is not None:
        return placement.operator_id == caller.id or placement.operator_id in caller.supervised_ids
    return placement.queue_id is None or placement.queue_id in caller.queue_ids
