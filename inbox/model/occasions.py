"""The occasions on which a customer gets an automatic text."""

from __future__ import annotations

from enum import StrEnum


class Occasion(StrEnum):
    """When an automatic text is sent."""

    GREETING = "greeting"
    WAITING = "waiting"
    NOBODY_AVAILABLE = "nobody_available"
    OUT_OF_HOURS = "out_of_hours"
    OVERFLOW = "overflow"
    ASSIGNED = "assigned"
    TRANSFERRED = "transferred"
    NO_ANSWER = "no_answer"
    CLOSING_SOON = "closing_soon"
    CLOSED = "closed"
    RATING = "rating"
    RATED = "rated"
    RETURNING = "returning"


def occasion_of_cue(cue_id: str) -> str:
    """Return the occasion that the id of a cue names: it is `conversation:occasion:moment`."""
    return cue_id.rsplit(":", 2)[1]
