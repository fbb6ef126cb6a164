"""Queues and their opening hours."""

from __future__ import annotations

from datetime import datetime
from typing import NotRequired, TypedDict


class QueueDocument(TypedDict):
    """A queue (`queueing.settings.queue_store`).

    The settings are those of the struct `queueing.queues.queue_models.QueueFields`, which explains them.
    """

    _id: str
    workspace_id: str
    name: str
    limit: int | None
    max_wait_seconds: int | None
    on_max_wait: str
    on_overflow: str
    next_queue_id: str | None
    hold_when_nobody: bool
    strategy: str
    sticky: bool
    capacity: int | None
    operator_ids: list[str]
    group_ids: list[str]
    skills: list[str]
    business_hours_id: str | None
    on_out_of_hours: str
    texts: dict[str, dict[str, str]]
    """Occasion → language → text."""
    repeat_wait_text_seconds: int | None
    no_answer_seconds: int | None
    required_before_close: NotRequired[list[str]]
    resting_after_seconds: NotRequired[int | None]
    first_answer_target_seconds: NotRequired[int | None]
    next_answer_target_seconds: NotRequired[int | None]
    target_warning_seconds: NotRequired[int | None]
    rating_after: NotRequired[list[str]]
    rating_pause_days: NotRequired[int]
    targets_set_at: NotRequired[datetime | None]
    """When targets or opening hours were set or changed last; None where there are no targets."""

    waiting: int
    """How many wait; changed in the transaction of each move, so that two who would take the last place meet."""
    assigned_at: list[datetime]
    """When the latest conversations were handed out: the pace."""
    version: int
    created_at: datetime


class ToldQueueDocument(TypedDict):
    """How many waited when it was told last (`queueing.queues.queue_telling`). `_id` is the queue's.

    Attributes:
        times: Counts tellings of any kind, so that two at once meet here.
    """

    _id: str
    workspace_id: str
    waiting: int
    at: datetime
    times: NotRequired[int]


class BusinessHoursDocument(TypedDict):
    """Opening hours; the struct is `queueing.settings.team_models.BusinessHours`."""

    _id: str
    workspace_id: str
    name: str
    time_zone: str
    week: dict[str, list[dict[str, str]]]
    """Day → spans of `from` and `to`, as `HH:MM`."""
    holidays: list[str]
    """Dates, `YYYY-MM-DD`."""
    holiday_country: NotRequired[str | None]
    created_at: datetime
