"""A change of which nobody knows whether it took effect is not called a failure."""

from __future__ import annotations

import msgspec

from gateway.http.problem_response import outcome_unknown_response


def test_it_says_what_to_do() -> None:
    response = outcome_unknown_response()
    assert isinstance(response.body, bytes)
    problem = msgspec.json.decode(response.body)
    assert (response.status, problem["code"]) == (503, "unavailable")
    assert "Idempotency-Key" in problem["detail"]
    assert response.headers["Retry-After"]
