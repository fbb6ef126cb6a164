"""Which waits a thread has, when they are due, and what a look at them finds."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from inbox.model.deadlines import NEVER
from inbox.model.target_kind import TargetKind
from queueing.targets.target_judging import SETTLED, Judged, judge
from queueing.targets.target_rules import GRACE, Said, Targets, Wait, due_of, waits_of

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
FIRST, NEXT = TargetKind.FIRST_ANSWER, TargetKind.NEXT_ANSWER


def at(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def thread(text: str) -> list[Said]:
    """Return what was said at each second: `c` the customer, `o` an operator, `.` nothing."""
    return [
        Said(seq=n + 1, at=at(n), is_answer=who == "o", operator_id="ann" if who == "o" else None)
        for n, who in enumerate(text)
        if who != "."
    ]


@pytest.mark.parametrize(
    ("said", "answered", "expected"),
    [
        ("", False, []),
        ("c", False, [(FIRST, 0, None)]),
        ("ccc", False, [(FIRST, 0, None)]),  # who asks again waits no shorter
        ("c..o", False, [(FIRST, 0, 3)]),
        ("c.oc", False, [(FIRST, 0, 2), (NEXT, 3, None)]),
        ("c.oo.c.o", False, [(FIRST, 0, 2), (NEXT, 5, 7)]),
        ("o.c", False, [(NEXT, 2, None)]),  # the business began
        ("o", False, []),
        (".c", True, [(NEXT, 1, None)]),
    ],
)
def test_waits_of_a_thread(said: str, answered: bool, expected: list[tuple[TargetKind, int, int | None]]) -> None:
    found = [
        (
            wait.kind,
            (wait.since - NOON).seconds,
            None if wait.answered_at is None else (wait.answered_at - NOON).seconds,
        )
        for wait in waits_of(thread(said), answered=answered)
    ]
    assert found == expected


def targets(
    first: int | None = 60, after: int | None = 100, *, set_at: float = -1000, warn: int | None = None
) -> Targets:
    seconds = {kind: some for kind, some in ((FIRST, first), (NEXT, after)) if some is not None}
    return Targets(seconds=seconds, warn_seconds=warn, set_at=at(set_at))


@pytest.mark.parametrize(
    ("rule", "wait", "warn_at", "due_at"),
    [
        (targets(), Wait(kind=FIRST, since=at(0)), 48, 60),  # a fifth of the time is left
        (targets(), Wait(kind=NEXT, since=at(0)), 80, 100),
        (targets(warn=10), Wait(kind=FIRST, since=at(0)), 50, 60),
        (targets(warn=3600), Wait(kind=FIRST, since=at(0)), 0, 60),  # no earlier than the wait
        (targets(set_at=500), Wait(kind=FIRST, since=at(0)), 500, 500),  # not before there was a target
        (targets(set_at=55), Wait(kind=FIRST, since=at(0)), 55, 60),
        (targets(first=None), Wait(kind=FIRST, since=at(0)), None, None),
        (targets(set_at=500), Wait(kind=FIRST, since=at(0), answered_at=at(499)), None, None),
    ],
)
def test_when_an_answer_is_due(rule: Targets, wait: Wait, warn_at: int | None, due_at: int | None) -> None:
    due = due_of(wait, rule)
    found = (None, None) if due is None else (due.warn_at, due.due_at)
    assert found == (None if warn_at is None else at(warn_at), None if due_at is None else at(due_at))


def conversation(**more: Any) -> Any:
    placed = {"_id": "c", "workspace_id": "w", "channel_id": "ch", "queue_id": "q", "operator_id": "ann", "open": True}
    return placed | more


def look(said: str, now: float, *, known: Any = None, base: int | None = None, **more: Any) -> Judged:
    seen = [one for one in thread(said) if one.at <= at(now) and one.seq > (base or 0)]
    return judge(conversation(**more), targets(), seen, known or {}, base_seq=base, now=at(now))


def test_a_wait_is_shown_warned_of_and_breached() -> None:
    shown = look("c", 1)
    assert (shown.target or {})["due_at"] == at(60)
    assert (shown.told, shown.decided, shown.look_at) == ((), (), at(48))
    warned = look("c", 48, target=shown.target)
    assert ([str(type_) for type_ in warned.told], warned.look_at) == (["sla.due"], at(60) + GRACE)
    assert look("c", 50, target=warned.target).told == ()
    assert look("c", 60, target=warned.target).told == ()  # an answer may be on its way
    breached = look("c", 61, target=warned.target)
    assert ([str(type_) for type_ in breached.told], breached.look_at) == (["sla.breached"], NEVER)
    (wait,) = breached.decided
    assert (wait["breached"], wait["at"], wait["operator_id"]) == (True, at(60), "ann")
    again = look("c", 62, target=breached.target, known={wait["_id"]: wait})
    assert (again.told, again.target) == ((), breached.target)


def test_a_late_look_finds_each_wait_with_its_own_time() -> None:
    said = "c" + "." * 69 + "oc" + "." * 20 + "o"
    found = look(said, 1000)
    assert [(wait["kind"], wait["breached"], wait["at"]) for wait in found.decided] == [
        ("first_answer", True, at(60)),
        ("next_answer", False, at(92)),
    ]
    assert (found.target, found.told, found.look_at) == (None, (), NEVER)


def test_a_breached_wait_stays_so_wherever_it_goes() -> None:
    wait = look("c", 61).decided[0]
    looser = judge(conversation(), targets(600), thread("c"), {wait["_id"]: wait}, base_seq=None, now=at(70))
    assert (looser.target or {})["due_at"] == at(60)
    assert looser.told == ()


def test_an_answer_in_time_that_is_seen_late_takes_the_breach_back() -> None:
    wait = look("c", 61).decided[0]
    (after,) = look("c" + "." * 58 + "o", 62, known={wait["_id"]: wait}).decided
    assert (after["_id"], after["breached"], after["at"]) == (wait["_id"], False, at(59))


@pytest.mark.parametrize(("closed_at", "decided"), [(30, 0), (90, 1)])
def test_a_close_ends_a_wait(closed_at: int, decided: int) -> None:
    found = look("c", 200, open=False, closed_at=at(closed_at))
    assert (len(found.decided), found.target, found.told, found.follows) == (decided, None, (), False)


def test_looks_at_whatever_moments_decide_the_same() -> None:
    """A look reads behind an old answer only; what it decides is what one look at the end decides."""
    rng = random.Random(7)
    for _ in range(200):
        said = "".join(rng.choice("c.....o....") for _ in range(rng.randrange(400)))
        end = len(said) + 500.0
        at_once = {wait["_id"]: wait for wait in look(said, end).decided}
        by_and_by: dict[str, Any] = {}
        base = None
        for now in sorted([*(rng.uniform(0, end) for _ in range(rng.randrange(6))), end]):
            found = look(said, now, known=by_and_by, base=base)
            by_and_by |= {wait["_id"]: wait for wait in found.decided}
            base = found.base_seq
        assert by_and_by == at_once


def test_an_answer_that_is_old_enough_is_where_the_next_look_begins() -> None:
    assert look("c.o", 3).base_seq is None
    assert look("c.o", 2 + SETTLED.total_seconds()).base_seq == 3
