"""Estimates the wait from the queue's recent pace and its operators' capacity; None where nothing is known."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

PACE_WINDOW = timedelta(minutes=30)
ENOUGH_ASSIGNMENTS = 20
"""With twenty assignments within the window there is always a number."""
FEWEST_LATER = 2
"""After the first one: fewer would be a guess."""


def expected_wait(
    position: int, assigned_at: Sequence[datetime], *, ready: int, free_capacity: int, now: datetime
) -> timedelta | None:
    """Estimate the wait of the conversation at `position`.

    The pace is that of the assignments after the first moment within the window. Those of the first moment are not
    counted: when a shift begins many are assigned at a stroke, and after that one for each that is closed.

    Args:
        position: 1 is the next one.
        assigned_at: Times of the queue's recent assignments, in any order.
        ready: How many members take conversations now. With nobody there, how long it takes is not known.
        free_capacity: How many conversations its ready members could take at once.
        now: The current time.

    Returns:
        The estimate, in whole seconds; None where it can't be known.
    """
    if not ready:
        return None
    ahead = position - free_capacity
    if ahead <= 0:
        return timedelta(0)
    recent = sorted(at for at in assigned_at if now - at <= PACE_WINDOW)
    later = sum(at > recent[0] for at in recent)
    if later < FEWEST_LATER and len(recent) < ENOUGH_ASSIGNMENTS:
        return None
    per_assignment = (now - recent[0]) / max(later, 1)
    return timedelta(seconds=round(ahead * per_assignment.total_seconds()))
