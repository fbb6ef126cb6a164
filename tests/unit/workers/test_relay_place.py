"""Places: the order of commits, as ids of Redis."""

from __future__ import annotations

import pytest

from workers.relay.relay_log import Keep
from workers.relay.relay_source import Place


@pytest.mark.parametrize(
    ("before", "time", "after"),
    [
        (Place(), (5, 1), Place(5, 1, 0)),
        (Place(5, 1, 0), (5, 1), Place(5, 1, 1)),  # the same transaction
        (Place(5, 1, 7), (5, 2), Place(5, 2, 0)),  # the same second
        (Place(5, 9, 7), (6, 1), Place(6, 1, 0)),
    ],
)
def test_the_next_place(before: Place, time: tuple[int, int], after: Place) -> None:
    assert before.next(*time) == after
    assert before < after


@pytest.mark.parametrize(
    ("place", "redis_id"),
    [
        (Place(1, 0, 0), "4294967296-0"),
        (Place(1, (1 << 32) - 1, 2), "8589934591-2"),  # an increment can't run into the next second
        (Place((1 << 32) - 1, (1 << 32) - 1, 0), "18446744073709551615-0"),  # all of 64 bits, until 2106
    ],
)
def test_the_redis_id(place: Place, redis_id: str) -> None:
    assert place.redis_id == redis_id


def test_the_oldest_id_that_is_kept() -> None:
    assert Keep(1, 10).oldest_id(11.9) == "4294967296-0"
    assert Keep(1, 100).oldest_id(5) == "0-0"
