"""Who may see and do what: rules over a caller and a conversation's queue and operator. Pure."""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum

import msgspec

from inbox.foundation.problems import ProblemError


class Role(StrEnum):
    """Roles of a workspace's users, from least to most rights; every role may answer customers."""

    OPERATOR = "operator"
    SUPERVISOR = "supervisor"
    MANAGER = "manager"
    ADMINISTRATOR = "administrator"
    OWNER = "owner"


class CallerKind(StrEnum):
    """Who calls: a person who signed in, a program with a workspace API key, or a bot with its own token."""

    OPERATOR = "operator"
    API_KEY = "api_key"
    BOT = "bot"


class Scope(StrEnum):
    """What a program may do with its API key. People have none: what they may do follows from their role."""

    READ = "read"
    """Lists, single objects, files, the event stream."""
    WRITE = "write"
    """Conversations, messages, contacts: what operators do."""
    MANAGE = "manage"
    """Channels, queues, templates, campaigns, operators below administrators: what administrators do."""
    ADMINISTER = "administer"
    """Administrators and owners, and further keys."""


SEES_ALL = frozenset({Role.MANAGER, Role.ADMINISTRATOR, Role.OWNER})
TAKES_OVER = SEES_ALL | {Role.SUPERVISOR}
ADMINISTERS = frozenset({Role.ADMINISTRATOR, Role.OWNER})
"""Only they manage channels, templates and keys."""


class Caller(msgspec.Struct, frozen=True, kw_only=True):
    """An authenticated caller.

    Attributes:
        id: The operator's, the API key's or the bot's id.
        role: An API key that may administer counts as an administrator, any other as a manager.
        queue_ids: Queues whose unassigned conversations an operator or supervisor sees.
        supervised_ids: Operators of the groups that a supervisor supervises.
        scopes: What an API key may do; a person is not held back by them.
        person_id: The person who calls or who made the key; None for keys from before that was kept.
        is_masked: Whether customers' phone numbers and e-mail addresses are hidden from them (`inbox.views.masking`).
    """

    workspace_id: str
    kind: CallerKind
    id: str
    role: Role
    queue_ids: frozenset[str] = frozenset()
    supervised_ids: frozenset[str] = frozenset()
    scopes: frozenset[Scope] = frozenset(Scope)
    person_id: str | None = None
    is_masked: bool = False

    @property
    def sees_all(self) -> bool:
        """Whether every conversation of the workspace is visible."""
        return self.role in SEES_ALL

    @property
    def administers(self) -> bool:
        """Whether the caller may manage channels and templates."""
        if self.kind is CallerKind.API_KEY:
            return not self.scopes.isdisjoint({Scope.MANAGE, Scope.ADMINISTER})
        return self.role in ADMINISTERS


def role_of_key(scopes: Collection[Scope]) -> Role:
    """Return the role that an API key has: it can't grant or change a higher one."""
    return Role.ADMINISTRATOR if Scope.ADMINISTER in scopes else Role.MANAGER


def check_scope(caller: Caller, scope: Scope) -> None:
    """Refuse a request that the scopes of the API key do not cover.

    Raises `ProblemError` (`forbidden`) with the scope that is missing.
    """
    if caller.kind is CallerKind.API_KEY and scope not in caller.scopes:
        raise ProblemError("forbidden", f"This API key has no scope “{scope}”.", extra={"scope": scope.value})


class Placement(msgspec.Struct, frozen=True, array_like=True):
    """A conversation's queue and operator, and the bot that holds it; each may be missing."""

    queue_id: str | None = None
    operator_id: str | None = None
    bot_id: str | None = None


def may_see(caller: Caller, placement: Placement) -> bool:
    """Tell whether a caller sees a conversation that is placed so (domain rule 2.1).

    A conversation without queue and operator waits for anyone. A bot sees what it holds.
    """
    if caller.kind is CallerKind.BOT:
        return placement.bot_id == caller.id
    if caller.sees_all:
        return True
    if placement.operator_id is not None:
        return placement.operator_id == caller.id or placement.operator_id in caller.supervised_ids
    return placement.queue_id is None or placement.queue_id in caller.queue_ids
