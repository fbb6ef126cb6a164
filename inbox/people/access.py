"""Who may see and do what: the table of roles and actions, and rules over a caller. Pure.

`RIGHTS` is the one place that says which role, and which scope of a key, an action needs; `check_may` enforces it.
`docs/security.md` shows it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from enum import StrEnum
from typing import Final, NamedTuple

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
    PROVISION = "provision"
    """People and groups, as a directory has them (SCIM)."""


class Action(StrEnum):
    """What somebody may do. The first ones are what routes ask for, the others what is asked within."""

    READ = "read"
    WORK = "work"
    OWN_ACCOUNT = "own_account"
    SET_STATUS = "set_status"
    MANAGE = "manage"
    ADMINISTER = "administer"
    TAKE_DATA_OUT = "take_data_out"
    PROVISION = "provision"
    ERASE_WORKSPACE = "erase_workspace"
    TEST_MAIL_SERVER = "test_mail_server"
    SEE_EVERYTHING = "see_everything"
    TAKE_OVER = "take_over"
    WORK_FOR_OTHERS = "work_for_others"
    SET_PRIORITY = "set_priority"
    SET_OTHERS_STATUS = "set_others_status"
    SET_WORKLOADS = "set_workloads"
    READ_REPORTS = "read_reports"
    READ_COSTS = "read_costs"
    SHARE_VIEWS = "share_views"
    CHANGE_OTHERS_VIEWS = "change_others_views"
    ADD_CONTACTS = "add_contacts"
    UNDO_OPT_OUTS = "undo_opt_outs"
    SEE_TEMPLATE_DRAFTS = "see_template_drafts"


class Right(NamedTuple):
    """Who may do something.

    Attributes:
        least: The lowest role of a person who may.
        scope: What an API key needs; None where only people may.
        says: The action in the words of the field.
        refusal: What somebody hears who may not.
    """

    least: Role
    scope: Scope | None
    says: str
    refusal: str


_ADMINISTRATORS: Final = "Only administrators and owners may do this."
_ANYBODY: Final = "You may not do this."

RIGHTS: Final[Mapping[Action, Right]] = {
    Action.READ: Right(Role.OPERATOR, Scope.READ, "read what they see", _ANYBODY),
    Action.WORK: Right(Role.OPERATOR, Scope.WRITE, "answer and change what they see", _ANYBODY),
    Action.OWN_ACCOUNT: Right(
        Role.OPERATOR,
        None,
        "their own sign-ins, password, second factor, drafts, notices",
        "Only a person who signed in may do this, no API key.",
    ),
    Action.SET_STATUS: Right(Role.OPERATOR, Scope.MANAGE, "set their own status", _ANYBODY),
    Action.MANAGE: Right(
        Role.ADMINISTRATOR, Scope.MANAGE, "channels, queues, templates, campaigns, people, webhooks", _ADMINISTRATORS
    ),
    Action.ADMINISTER: Right(
        Role.ADMINISTRATOR, Scope.ADMINISTER, "API keys, other people's second factor", _ADMINISTRATORS
    ),
    Action.TAKE_DATA_OUT: Right(
        Role.ADMINISTRATOR, Scope.ADMINISTER, "export a customer's data, or all of the workspace's", _ADMINISTRATORS
    ),
    Action.PROVISION: Right(
        Role.ADMINISTRATOR, Scope.PROVISION, "people and groups as a directory has them (SCIM)", _ADMINISTRATORS
    ),
    Action.ERASE_WORKSPACE: Right(
        Role.OWNER, None, "erase the workspace", "Only an owner in person may erase the workspace."
    ),
    Action.TEST_MAIL_SERVER: Right(
        Role.ADMINISTRATOR,
        None,
        "have a mail sent to themselves",
        "Only an administrator in person may do this: the mail goes to who asks for it.",
    ),
    Action.SEE_EVERYTHING: Right(
        Role.MANAGER,
        Scope.READ,
        "see every conversation, contact, file and event",
        "Only managers and above see everything.",
    ),
    Action.TAKE_OVER: Right(
        Role.SUPERVISOR,
        Scope.WRITE,
        "take a conversation over from its operator",
        "Only supervisors, managers, administrators and owners may take over.",
    ),
    Action.WORK_FOR_OTHERS: Right(
        Role.SUPERVISOR,
        Scope.WRITE,
        "answer, close, classify in a colleague's conversation",
        "Only supervisors and above may do this for a colleague.",
    ),
    Action.SET_PRIORITY: Right(
        Role.SUPERVISOR,
        Scope.WRITE,
        "change a conversation's priority",
        "Only supervisors and above may change a priority.",
    ),
    Action.SET_OTHERS_STATUS: Right(
        Role.SUPERVISOR,
        Scope.MANAGE,
        "see and set others' status (supervisors: of their groups)",
        "Only supervisors and above see and change the statuses of others.",
    ),
    Action.SET_WORKLOADS: Right(
        Role.SUPERVISOR,
        Scope.MANAGE,
        "set others' skills and capacities (supervisors: of their groups)",
        "Only supervisors and above change skills and capacities.",
    ),
    Action.READ_REPORTS: Right(
        Role.SUPERVISOR,
        Scope.READ,
        "read reports (supervisors: of their queues and operators)",
        "Reports are for managers and above; supervisors see those of their queues and operators.",
    ),
    Action.READ_COSTS: Right(
        Role.MANAGER,
        Scope.READ,
        "read what messages cost, and budgets",
        "Costs and budgets are for managers and above.",
    ),
    Action.SHARE_VIEWS: Right(
        Role.SUPERVISOR,
        Scope.WRITE,
        "share a saved view",
        "Only supervisors and above may share a view: save it for yourself.",
    ),
    Action.CHANGE_OTHERS_VIEWS: Right(
        Role.MANAGER,
        Scope.WRITE,
        "change a view that somebody else made",
        "Only who made this view, or a manager, may change it: save one of your own.",
    ),
    Action.ADD_CONTACTS: Right(
        Role.MANAGER,
        Scope.WRITE,
        "add contacts who have not written yet",
        "Only managers and above add contacts: write to the customer first, which makes the contact.",
    ),
    Action.UNDO_OPT_OUTS: Right(
        Role.ADMINISTRATOR,
        Scope.MANAGE,
        "undo a customer's opt-out, with a reason",
        "The customer opted out: only they, or an administrator with a reason, may undo it.",
    ),
    Action.SEE_TEMPLATE_DRAFTS: Right(
        Role.ADMINISTRATOR, Scope.MANAGE, "see templates that are drafts", _ADMINISTRATORS
    ),
}


def roles_of(action: Action) -> frozenset[Role]:
    """Return the roles of people who may do something."""
    ranks = list(Role)
    return frozenset(ranks[ranks.index(RIGHTS[action].least) :])


SEES_ALL = roles_of(Action.SEE_EVERYTHING)
TAKES_OVER = roles_of(Action.TAKE_OVER)


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
        lacks_second_factor: Whether they have to set up a second factor before anything else.
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
    lacks_second_factor: bool = False

    @property
    def sees_all(self) -> bool:
        """Whether every conversation of the workspace is visible."""
        return self.role in SEES_ALL

    def may(self, action: Action) -> bool:
        """Whether the caller may do something: a person by role, an API key by scope, a bot as an operator.

        What only people may do has no scope.
        """
        scope = RIGHTS[action].scope
        if self.kind is CallerKind.API_KEY:
            return scope in self.scopes
        return self.role in _ROLES[action] and (scope is not None or self.kind is CallerKind.OPERATOR)


_ROLES: Final = {action: roles_of(action) for action in Action}


def role_of_key(scopes: Collection[Scope]) -> Role:
    """Return the role that an API key has: it can't grant or change a higher one."""
    return Role.ADMINISTRATOR if Scope.ADMINISTER in scopes else Role.MANAGER


def check_may(caller: Caller, action: Action) -> None:
    """Refuse what a caller may not do.

    Raises `ProblemError` (`forbidden`), to an API key with the scope that is missing.
    """
    if caller.may(action):
        return
    right = RIGHTS[action]
    if caller.kind is CallerKind.API_KEY and right.scope is not None:
        raise ProblemError("forbidden", f"This API key has no scope “{right.scope}”.", extra={"scope": right.scope})
    raise ProblemError("forbidden", right.refusal)


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
