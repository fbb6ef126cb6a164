"""What is counted for reports."""

from __future__ import annotations

from datetime import datetime
from typing import NotRequired, TypedDict


class DurationsDocument(TypedDict):
    """How long something took: the struct is `inbox.reports.tallies.Durations`."""

    count: int
    seconds: float
    longest: float
    within: list[int]


class TransferringDocument(TypedDict):
    """What was handed on: the struct is `inbox.reports.tallies.Transferring`."""

    conversations: int
    to_queues: int
    to_operators: int
    received: int


class AnsweringDocument(TypedDict):
    """Waits that were decided: the struct is `inbox.reports.tallies.Answering`."""

    first_in_time: int
    first_late: int
    next_in_time: int
    next_late: int


class ScoringDocument(TypedDict):
    """How customers rated: the struct is `inbox.reports.tallies.Scoring`."""

    asked: int
    score_1: int
    score_2: int
    score_3: int
    score_4: int
    score_5: int


class TallyDocument(TypedDict):
    """The counts of one queue, channel and so on: the struct is `inbox.reports.tallies.Tally`."""

    key: str
    opened: int
    closed: int
    never_assigned: int
    transfers: int
    waiting: DurationsDocument
    first_answer: DurationsDocument
    handling: DurationsDocument
    reasons: dict[str, int]
    transferring: NotRequired[TransferringDocument]
    answering: NotRequired[AnsweringDocument]
    scoring: NotRequired[ScoringDocument]


class RollupDocument(TypedDict):
    """What happened in half an hour (`inbox.reports.rollups`), or on a day (`inbox.reports.day_rollups`).

    `_id` names workspace, group and beginning.
    """

    _id: str
    workspace_id: str
    group: str
    """Of `inbox.reports.slots.Group`; of days as `inbox.reports.day_rollups.of_days` names it."""
    slot: datetime
    counts: list[TallyDocument]


class RollupMarkDocument(TypedDict):
    """How far a workspace was counted. `_id` is the workspace's."""

    _id: str
    workspace_id: str
    until: NotRequired[datetime]
    again_until: NotRequired[datetime]
    """Up to which it was counted once more, a day later."""
    days_until: NotRequired[datetime]
    """Up to which days were summed."""
