"""Statuses and roles as tables."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import cast

import pytest

from inbox.foundation.problems import ProblemError
from inbox.model.operator_status import REACHABLE
from inbox.people.access import Caller, CallerKind, Role
from inbox.storage.documents import OperatorDocument, QueueDocument
from queueing.operators.operator_rules import (
    RANK,
    StatusPlan,
    check_may_change,
    check_may_grant,
    check_may_lead,
    entered,
    settled,
)
from queueing.queues.queue_snapshot import QueueSnapshot


@pytest.mark.parametrize(
    ("status", "next_status", "from_queues", "transfers"),
    [
        ("offline", None, False, False),
        ("online", None, False, True),
        ("ready", None, True, True),
        ("ready", "offline", False, True),  # whoever plans to stop gets nothing new
        ("unavailable", None, False, False),
        ("0192d1a5c0f8", None, False, False),  # the workspace's own: counts as unavailable
    ],
)
def test_what_each_status_takes(status: str, next_status: str | None, from_queues: bool, transfers: bool) -> None:
    member = cast(OperatorDocument, {"_id": "ana", "status": status, "next_status": next_status})
    queue = cast(QueueDocument, {"_id": "sales"})
    snapshot = QueueSnapshot(at=datetime.now(UTC), queue=queue, members=[member], queues=[queue], open_now=True)
    assert (snapshot.takers == [member], status in REACHABLE) == (from_queues, transfers)


@pytest.mark.parametrize(
    ("plan", "load", "outcome"),
    [
        (StatusPlan("ready", "offline"), 2, StatusPlan("ready", "offline")),
        (StatusPlan("ready", "offline"), 0, StatusPlan("offline")),
        (StatusPlan("ready", "ready"), 2, StatusPlan("ready")),  # a plan for the same status is none
        (StatusPlan("ready"), 0, StatusPlan("ready")),
    ],
)
def test_when_a_plan_takes_effect(plan: StatusPlan, load: int, outcome: StatusPlan) -> None:
    assert settled(plan, load) == outcome


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("lead", Role)
@pytest.mark.parametrize("supervised", [True, False])
def test_who_sets_whose_status(lead: Role, role: Role, supervised: bool) -> None:
    ids = frozenset({"ben"} if supervised else ())
    caller = Caller(workspace_id="w1", kind=CallerKind.OPERATOR, id="ann", role=lead, supervised_ids=ids)
    above = RANK[role] > RANK[lead]
    allowed = {
        Role.OPERATOR: False,
        Role.SUPERVISOR: supervised and not above,
        Role.MANAGER: not above,
        Role.ADMINISTRATOR: True,
        Role.OWNER: True,
    }[lead]
    assert _leads(caller, "ben", role) is allowed
    assert _leads(caller, "ann", role), "one's own"


def _leads(caller: Caller, operator_id: str, role: Role) -> bool:
    try:
        check_may_lead(caller, operator_id, role)
    except ProblemError:
        return False
    return True


@pytest.mark.parametrize("status", ["online", "ready", "unavailable", "0192d1a5c0f8"])
def test_entering_changes_only_who_was_offline(status: str) -> None:
    assert entered(StatusPlan(status, "offline")) == StatusPlan(status, "offline")
    assert entered(StatusPlan("offline")) == StatusPlan("online")


@pytest.mark.parametrize("caller", list(Role))
@pytest.mark.parametrize("role", list(Role))
def test_nobody_goes_above_themselves(caller: Role, role: Role) -> None:
    order = list(Role)
    for check in (check_may_change, check_may_grant):
        if order.index(role) <= order.index(caller):
            check(caller, role)
        else:
            with pytest.raises(ProblemError, match="forbidden"):
                check(caller, role)
