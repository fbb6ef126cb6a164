"""Who belongs to a queue, and how many conversations somebody takes."""

from __future__ import annotations

from typing import Any

import pytest

from inbox.conversation.queue_members import DEFAULT_CAPACITY, capacity_of, is_member


def queue(capacity: int | None, *, operators: tuple[str, ...] = (), groups: tuple[str, ...] = ()) -> dict[str, Any]:
    return {"operator_ids": operators, "group_ids": groups, "capacity": capacity}


QUEUES = [
    queue(7, operators=("ann",)),
    queue(3, groups=("night",)),
    queue(None, operators=("ann", "eve")),
    queue(1, operators=("ben",)),
]


@pytest.mark.parametrize(
    ("operator", "capacity"),
    [
        ({"_id": "ann", "group_ids": ["night"]}, 3),  # the smallest of their queues
        ({"_id": "ann", "group_ids": []}, 7),
        ({"_id": "ann", "group_ids": ["night"], "capacity": 20}, 20),  # their own comes first, also a larger one
        ({"_id": "eve", "group_ids": []}, DEFAULT_CAPACITY),  # a queue that names none
        ({"_id": "zoe", "group_ids": []}, DEFAULT_CAPACITY),  # no queue at all: another's 1 is not theirs
    ],
)
def test_capacity(operator: dict[str, Any], capacity: int) -> None:
    assert capacity_of(operator, QUEUES) == capacity


def test_membership_by_name_and_by_group() -> None:
    assert is_member(queue(None, operators=("ann",)), {"_id": "ann"})
    assert is_member(queue(None, groups=("day", "night")), {"_id": "ben", "group_ids": ["night"]})
    assert not is_member(queue(None, operators=("ann",), groups=("day",)), {"_id": "ben", "group_ids": ["night"]})
