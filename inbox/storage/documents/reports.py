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


class RollupDocument(TypedDict):
    """What was opened and closed in half an hour (`inbox.reports.rollups`); `_id` names workspace, group and slot."""

    _id: str
    workspace_id: str
    group: str
    """Of `inbox.reports.slots.Group`."""
    slot: datetime
    counts: list[TallyDocument]


class RollupMarkDocument(TypedDict):
    """How far a workspace was counted. `_id` is the workspace's."""

    _id: str
    workspace_id: str
    until: NotRequired[datetime]
    again_until: NotRequired[datetime]
    """Up to which it was counted once more, a day later."""
