from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from inbox.conversation.waiting_estimate import expected_wait
from inbox.model.deadlines import Silence, deadline
from queueing.queues.admission_rules import Entrant, EntryAnswer, QueueFacts, may_enter, room

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
NEW, TRANSFER = Entrant.NEW, Entrant.TRANSFER


def facts(**changed: Any) -> QueueFacts:
    return QueueFacts(**({"waiting": 0, "limit": 10, "ready": 1, "reachable": 1} | changed))


@pytest.mark.parametrize(
    ("entrant", "changed", "answer"),
    [
        pytest.param(NEW, {}, EntryAnswer.QUEUED, id="room and a ready member"),
        pytest.param(NEW, {"waiting": 9}, EntryAnswer.QUEUED, id="the last place"),
        pytest.param(NEW, {"waiting": 10}, EntryAnswer.OVERFLOWED, id="full"),
        pytest.param(NEW, {"waiting": 10, "taken_at_once": 1}, EntryAnswer.QUEUED, id="full, but one is taken at once"),
        pytest.param(
            NEW, {"waiting": 12, "taken_at_once": 2}, EntryAnswer.OVERFLOWED, id="full also after they are taken"
        ),
        pytest.param(NEW, {"waiting": 99, "limit": None}, EntryAnswer.QUEUED, id="no limit"),
        pytest.param(NEW, {"ready": 0}, EntryAnswer.QUEUED, id="nobody is ready, the queue holds"),
        pytest.param(
            NEW, {"ready": 0, "holds": False}, EntryAnswer.NO_OPERATORS, id="nobody is ready, it does not hold"
        ),
        pytest.param(NEW, {"open_now": False}, EntryAnswer.QUEUED, id="out of hours, held"),
        pytest.param(
            NEW, {"open_now": False, "closes_out_of_hours": True}, EntryAnswer.OUT_OF_HOURS, id="out of hours"
        ),
        pytest.param(TRANSFER, {"ready": 0}, EntryAnswer.QUEUED, id="a transfer to one who is online"),
        pytest.param(
            TRANSFER, {"ready": 0, "reachable": 0}, EntryAnswer.NO_OPERATORS, id="holding is not for transfers"
        ),
        pytest.param(TRANSFER, {"waiting": 10}, EntryAnswer.OVERFLOWED, id="a transfer into a full queue"),
        pytest.param(TRANSFER, {"open_now": False, "closes_out_of_hours": True}, EntryAnswer.QUEUED, id="at any hour"),
    ],
)
def test_decision_table(entrant: Entrant, changed: dict[str, Any], answer: EntryAnswer) -> None:
    assert may_enter(facts(**changed), entrant) is answer


@pytest.mark.parametrize(
    ("waiting", "taken_at_once", "entrants", "let_in"),
    [(0, 0, 100, 10), (7, 0, 2, 2), (10, 0, 5, 0), (12, 0, 5, 0), (0, 3, 100, 13), (12, 3, 5, 1), (12, 1, 5, 0)],
)
def test_room_for_many(waiting: int, taken_at_once: int, entrants: int, let_in: int) -> None:
    """As many wait afterwards as the limit says, beside those who are taken in the same moment."""
    assert room(facts(waiting=waiting, taken_at_once=taken_at_once), entrants) == let_in


@pytest.mark.parametrize(
    ("position", "assignments", "free", "seconds"),
    [
        pytest.param(1, 0, 1, 0, id="somebody is free"),
        pytest.param(3, 0, 0, None, id="nothing to go by"),
        pytest.param(3, 2, 0, None, id="two are a guess"),
        pytest.param(3, 3, 0, 180, id="three give two spaces of a minute"),
        pytest.param(3, 20, 0, 180, id="one a minute"),
        pytest.param(3, 20, 2, 60, id="two can be taken at once"),
    ],
)
def test_expected_wait(position: int, assignments: int, free: int, seconds: int | None) -> None:
    times = [NOON - timedelta(minutes=minutes) for minutes in range(assignments)]
    expected = None if seconds is None else timedelta(seconds=seconds)
    assert expected_wait(position, times, ready=1, free_capacity=free, now=NOON) == expected
    assert expected_wait(position, times, ready=0, free_capacity=0, now=NOON) is None, "nobody is there"


@pytest.mark.parametrize(
    ("at_once", "later", "seconds"),
    [
        pytest.param(15, 5, 240, id="a shift began, then one in two minutes"),
        pytest.param(500, 5, 240, id="a large shift began"),
        pytest.param(20, 0, 1200, id="twenty make a number, however little it tells"),
        pytest.param(19, 0, None, id="nineteen at a stroke tell nothing of what follows"),
    ],
)
def test_a_stroke_is_no_pace(at_once: int, later: int, seconds: int | None) -> None:
    began = NOON - timedelta(minutes=10)
    times = [began] * at_once + [began + timedelta(minutes=2 * (n + 1)) for n in range(later)]
    wait = expected_wait(2, times, ready=1, free_capacity=0, now=NOON)
    assert wait == (None if seconds is None else timedelta(seconds=seconds))


def test_deadlines() -> None:
    rule = Silence(assigned_seconds=600, unassigned_seconds=None, warn_before_seconds=60)
    due = deadline(rule, assigned=True, active_at=NOON)
    assert (due.closes_at, due.warns_at) == (NOON + timedelta(minutes=10), NOON + timedelta(minutes=9))
    assert deadline(rule, assigned=False, active_at=NOON).closes_at is None
