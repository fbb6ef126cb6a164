"""Where queues lead to, and the rule between waiting and auto-close."""

from __future__ import annotations

from typing import Any

import pytest

from inbox.model.queue_chain import closes_too_soon, loop_from, way_of


def queue(next_: str | None = None, *, wait: int | None = None, leads: bool = True) -> dict[str, Any]:
    return {
        "name": "Q",
        "next_queue_id": next_,
        "max_wait_seconds": wait,
        "on_max_wait": "close",
        "on_overflow": "transfer" if next_ and leads else "close",
    }


def channel(queue_id: str | None, **seconds: int) -> dict[str, Any]:
    return {"name": "C", "queue_id": queue_id, "auto_close": seconds}


QUEUES = {
    "a": queue("b", wait=60),
    "b": queue("c", wait=600),
    "c": queue(),
    "inert": queue("b", wait=60, leads=False),
    "x": queue("y"),
    "y": queue("x"),
    "to_gone": queue("gone"),
}


@pytest.mark.parametrize(
    ("start", "way"),
    [
        ("a", ["a", "b", "c"]),
        ("inert", ["inert"]),  # named, but nothing is transferred there
        ("x", ["x", "y"]),
        ("to_gone", ["to_gone"]),
        ("gone", []),
        (None, []),
    ],
)
def test_the_way_of_a_conversation(start: str | None, way: list[str]) -> None:
    assert way_of(QUEUES, start) == way


@pytest.mark.parametrize(("start", "loop"), [("x", ["x", "y", "x"]), ("a", []), ("to_gone", [])])
def test_loops(start: str, loop: list[str]) -> None:
    assert loop_from(QUEUES, start) == loop


@pytest.mark.parametrize(
    ("channel_", "field"),
    [
        (channel("a", assigned_seconds=601, unassigned_seconds=601), None),
        (channel("a", assigned_seconds=600), "assigned_seconds"),  # the second queue of the way
        (channel("a", unassigned_seconds=60), "unassigned_seconds"),
        (channel("inert", unassigned_seconds=61), None),
        (channel("c", unassigned_seconds=60), None),  # one may wait there for ever
        (channel(None, unassigned_seconds=60), None),
        (channel("a"), None),
    ],
)
def test_auto_close_exceeds_every_wait_on_the_way(channel_: dict[str, Any], field: str | None) -> None:
    breach = closes_too_soon(channel_, QUEUES)
    assert (breach and breach.field) == field
