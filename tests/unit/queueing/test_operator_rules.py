"""Statuses and roles as tables."""

from __future__ import annotations

import pytest

from inbox.foundation.problems import Problem
from inbox.people.access import Role
from queueing.operator_rules import (
    StatusPlan,
    check_may_change,
    check_may_grant,
    entered,
    kind_of,
    settled,
    takes_from_queues,
    takes_transfers,
)


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
    plan = StatusPlan(status, next_status)
    assert (takes_from_queues(plan), takes_transfers(plan)) == (from_queues, transfers)


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


@pytest.mark.parametrize("status", ["online", "ready", "unavailable", "0192d1a5c0f8"])
def test_entering_changes_only_who_was_offline(status: str) -> None:
    assert entered(StatusPlan(status, "offline")) == StatusPlan(status, "offline")
    assert entered(StatusPlan("offline")) == StatusPlan("online")


def test_a_status_of_ones_own_counts_as_unavailable() -> None:
    assert kind_of("lunch") == "unavailable"


@pytest.mark.parametrize("caller", list(Role))
@pytest.mark.parametrize("role", list(Role))
def test_nobody_goes_above_themselves(caller: Role, role: Role) -> None:
    order = list(Role)
    for check in (check_may_change, check_may_grant):
        if order.index(role) <= order.index(caller):
            check(caller, role)
        else:
            with pytest.raises(Problem, match="forbidden"):
                check(caller, role)
