from __future__ import annotations

from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from queueing.queues.queue_models import Strategy
from queueing.routing.distribution_rules import Pair, Seat, WaitingConversation, distribute, in_order

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)


def waiting(name: str, *, priority: int = 0, minutes: int = 0, last: str | None = None) -> WaitingConversation:
    queued_at = NOON + timedelta(minutes=minutes)
    return WaitingConversation(id=name, priority=priority, queued_at=queued_at, last_operator_id=last)


def seat(name: str, *, load: int = 0, capacity: int = 5, idle: int = 0, turn: int = 0, skill: int = 0) -> Seat:
    idle_since = NOON - timedelta(minutes=idle)
    return Seat(operator_id=name, load=load, capacity=capacity, idle_since=idle_since, turn=turn, skill=skill)


@pytest.mark.parametrize(
    ("strategy", "seats", "expected"),
    [
        pytest.param(Strategy.LONGEST_IDLE, [seat("a", idle=1), seat("b", idle=9)], "baba", id="idle in turn"),
        pytest.param(Strategy.LEAST_BUSY, [seat("a", load=2), seat("b", load=0)], "bbab", id="loads level out"),
        pytest.param(Strategy.ROUND_ROBIN, [seat("a", turn=7), seat("b", turn=3)], "baba", id="lowest turn first"),
        pytest.param(Strategy.MOST_QUALIFIED, [seat("a", skill=3), seat("b", skill=5)], "bbbb", id="the best"),
        pytest.param(Strategy.LEAST_QUALIFIED, [seat("a", skill=3), seat("b", skill=5)], "aaaa", id="the least"),
        pytest.param(
            Strategy.MOST_QUALIFIED, [seat("a", skill=3), seat("b", skill=5, capacity=1)], "baaa", id="the best is full"
        ),
    ],
)
def test_strategies(strategy: Strategy, seats: list[Seat], expected: str) -> None:
    queue = [waiting(str(i), minutes=i) for i in range(4)]
    assert "".join(pair.operator_id for pair in distribute(queue, seats, strategy)) == expected


def test_order_is_priority_then_waiting_time() -> None:
    queue = [waiting("late", minutes=2), waiting("early", minutes=1), waiting("urgent", priority=5, minutes=3)]
    assert [w.id for w in in_order(queue)] == ["urgent", "early", "late"]


def test_sticky_goes_to_the_last_operator_while_there_is_room() -> None:
    queue = [waiting("1", last="a"), waiting("2", minutes=1, last="a"), waiting("3", minutes=2, last="gone")]
    seats = [seat("a", capacity=1), seat("b", idle=60)]
    assert distribute(queue, seats, Strategy.LONGEST_IDLE, sticky=True) == [
        Pair("1", "a", again=True),
        Pair("2", "b"),
        Pair("3", "b"),
    ]


@given(
    st.lists(st.tuples(st.integers(0, 10), st.integers(0, 50), st.sampled_from(["o0", "o1", None])), max_size=40),
    st.lists(st.tuples(st.integers(0, 4), st.integers(0, 6)), max_size=8),
    st.sampled_from(Strategy),
    st.booleans(),
)
def test_never_over_capacity_and_strictly_in_order(
    entries: list[tuple[int, int, str | None]], rooms: list[tuple[int, int]], strategy: Strategy, sticky: bool
) -> None:
    queue = [waiting(f"c{i}", priority=p, minutes=m, last=last) for i, (p, m, last) in enumerate(entries)]
    seats = [seat(f"o{i}", load=load, capacity=capacity) for i, (load, capacity) in enumerate(rooms)]
    pairs = distribute(queue, seats, strategy, sticky=sticky)
    places = sum(max(0, s.capacity - s.load) for s in seats)
    assert len(pairs) == min(len(queue), places)
    assert [pair.conversation_id for pair in pairs] == [w.id for w in in_order(queue)][: len(pairs)]
    for one in seats:
        got = sum(pair.operator_id == one.operator_id for pair in pairs)
        assert got <= max(0, one.capacity - one.load)


def test_skills_of_a_conversation_come_before_the_strategy() -> None:
    """Who knows most of them gets it; where nobody with room knows any, it waits no longer than others."""
    quick, able = seat("quick", idle=9), msgspec.structs.replace(seat("able", capacity=2), skills={"billing": 3})
    best = msgspec.structs.replace(seat("best", capacity=1), skills={"billing": 5})
    asked = [msgspec.structs.replace(waiting(name, minutes=n), skills=("billing",)) for n, name in enumerate("abcd")]
    others = [waiting("x", minutes=9)]
    pairs = distribute([*asked, *others], [quick, able, best], Strategy.LONGEST_IDLE)
    assert [pair.operator_id for pair in pairs] == ["best", "able", "able", "quick", "quick"]
    unknown = [msgspec.structs.replace(waiting("a"), skills=("law",))]
    assert distribute(unknown, [quick, able], Strategy.LONGEST_IDLE) == [Pair("a", "quick")]
