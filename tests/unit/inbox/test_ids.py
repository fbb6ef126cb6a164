"""Ids: unique, and in the order in which a process made them."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

from inbox.foundation.ids import lowest_id, made_at, new_id


def test_each_is_above_the_one_before() -> None:
    """Thousands a millisecond keep their order."""
    made = [new_id() for _ in range(20_000)]
    assert made == sorted(set(made))
    assert {len(one) for one in made} == {24}


def test_threads_never_make_the_same() -> None:
    with ThreadPoolExecutor(8) as threads:
        made = [one for some in threads.map(lambda _: [new_id() for _ in range(2_000)], range(8)) for one in some]
    assert len(set(made)) == 16_000


def test_the_lowest_of_a_time_is_below_all_made_since() -> None:
    assert lowest_id(time.time()) < new_id()


def test_an_id_tells_when_it_was_made() -> None:
    assert made_at(lowest_id(1_700_000_000.123)) == 1_700_000_000.123
