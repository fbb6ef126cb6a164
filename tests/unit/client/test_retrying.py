"""When the client sends a request again."""

from __future__ import annotations

import pytest

from messaging_gateway_client import GatewayError, UnreachableError
from messaging_gateway_client.problems import problem_of
from messaging_gateway_client.retrying import MOST_SECONDS, growing_pause, pause_before_retry

LOST = UnreachableError("lost")


@pytest.mark.parametrize(
    ("error", "repeatable", "again"),
    [
        (LOST, True, True),
        (LOST, False, False),  # whether it was done is not known
        (problem_of(503), True, True),
        (problem_of(503), False, False),
        (problem_of(429), True, True),
        (problem_of(429), False, True),  # nothing was done
        (problem_of(409), True, False),
        (problem_of(500), True, False),
        (problem_of(502), True, False),
        (problem_of(404), True, False),
    ],
)
def test_what_may_help_is_done_again(error: GatewayError, repeatable: bool, again: bool) -> None:
    assert (pause_before_retry(error, 1, repeatable=repeatable) is not None) is again


def test_it_waits_as_long_as_the_answer_says() -> None:
    assert pause_before_retry(problem_of(429, b"", "7"), 1, repeatable=False) == 7
    assert (pause_before_retry(problem_of(429, b"", "soon"), 1, repeatable=False) or 0) < 7


def test_pauses_grow_up_to_an_end() -> None:
    assert growing_pause(1) < 0.3
    assert 0.25 <= growing_pause(3) <= 1
    assert growing_pause(1_000) <= MOST_SECONDS


def test_a_proxys_page_is_a_problem_too() -> None:
    problem = problem_of(502, b"<html>Bad gateway</html>")
    assert (problem.status, problem.code, problem.errors) == (502, "unknown", ())
    assert problem_of(400, b"[1]").code == "unknown"
