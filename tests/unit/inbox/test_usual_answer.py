"""Within which time most got their first answer, and when nothing is said of it."""

from __future__ import annotations

import pytest

from inbox.reports.tallies import took
from inbox.reports.usual_answer import LEAST, usual_limit


@pytest.mark.parametrize(
    ("seconds", "limit"),
    [
        pytest.param([], None, id="no day was counted"),
        pytest.param([10.0] * (LEAST - 1), None, id="too few"),
        pytest.param([10.0] * LEAST, 30, id="just enough"),
        pytest.param([300.0] * 7 * 3 + [90_000.0] * 3 * 3, 300, id="seven of ten"),
        pytest.param([300.0] * 20 + [7_000.0] * 10, 14_400, id="fewer than seven of ten"),
        pytest.param([90_000.0] * 30, None, id="longer than a day"),
    ],
)
def test_the_shortest_limit_that_most_kept(seconds: list[float], limit: int | None) -> None:
    assert usual_limit(took(one) for one in seconds) == limit
