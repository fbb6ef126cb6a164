"""Operators' statuses and roles: functions of values."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final

import msgspec

from inbox.foundation.problems import ProblemError
from inbox.model.operator_status import OperatorStatus
from inbox.people.access import Action, Caller, Role, check_may

WORKLOAD: Final = frozenset({"capacity", "skills"})
"""What supervisors change of an operator."""
RANK: Final[Mapping[Role, int]] = {role: number for number, role in enumerate(Role)}


class StatusPlan(msgspec.Struct, frozen=True):
    """A status, and the one that follows when the conversations in hand are closed."""

    status: str
    next_status: str | None = None


def settled(plan: StatusPlan, load: int) -> StatusPlan:
    """Let the planned status take effect when no conversation is in hand; a plan for the same status is none."""
    if plan.next_status is None or plan.next_status == plan.status:
        return StatusPlan(plan.status)
    return plan if load > 0 else StatusPlan(plan.next_status)


def entered(plan: StatusPlan) -> StatusPlan:
    """Return the status of somebody who enters the workplace: only who was offline becomes online."""
    return StatusPlan(OperatorStatus.ONLINE.value) if plan.status == OperatorStatus.OFFLINE.value else plan


def check_may_lead(caller: Caller, operator_id: str, role: Role) -> None:
    """Check who sets or looks into the statuses of others: supervisors of the operators in their groups, higher ones.

    Only administrators and owners do so with somebody of a higher role.

    Raises:
        ProblemError: `forbidden`.
    """
    if operator_id == caller.id:
        return
    check_may(caller, Action.SET_OTHERS_STATUS)
    if caller.role is Role.SUPERVISOR and operator_id not in caller.supervised_ids:
        raise ProblemError("forbidden", "A supervisor sees and changes only the statuses of the supervised groups.")
    if not caller.may(Action.MANAGE):
        check_may_change(caller.role, role)


def check_may_set(caller: Caller, operator_id: str, role: Role, named: Collection[str]) -> None:
    """Check who changes which fields of an operator: administrators all, supervisors and managers the workload.

    Supervisors do so for the operators in their groups, managers for everybody up to their own role.

    Raises:
        ProblemError: `forbidden`.
    """
    if not caller.may(Action.MANAGE):
        check_may(caller, Action.SET_WORKLOADS)
        if not WORKLOAD.issuperset(named):
            check_may(caller, Action.MANAGE)
        if caller.role is Role.SUPERVISOR and operator_id not in caller.supervised_ids:
            raise ProblemError("forbidden", "A supervisor changes only who is in the supervised groups.")
    check_may_change(caller.role, role)


def check_may_change(caller: Role, role: Role) -> None:
    """Refuse changes to somebody of a higher role. Raises `ProblemError` (`forbidden`)."""
    if RANK[role] > RANK[caller]:
        raise ProblemError("forbidden", f"Only somebody with the role {role.value} may do this.")


def check_may_grant(caller: Role, role: Role) -> None:
    """Refuse to make somebody more than oneself. Raises `ProblemError` (`forbidden`)."""
    if RANK[role] > RANK[caller]:
        raise ProblemError("forbidden", "Nobody gives a role above their own.")
