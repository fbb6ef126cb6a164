"""Reports as the API takes and shows them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated, Final
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Meta

from inbox.foundation.spans import Time, check_span

LONGEST_SPAN: Final = timedelta(days=400)
"""A year and a month, so that a month can be held against the same one of the year before."""
USUAL_SPAN: Final = timedelta(days=7)


class ReportName(StrEnum):
    """What is reported."""

    CONVERSATIONS = "conversations"
    WAITING = "waiting"
    FIRST_ANSWER = "first_answer"
    HANDLING = "handling"
    CLOSES = "closes"
    TRANSFERS = "transfers"
    TARGETS = "targets"
    RATINGS = "ratings"


class GroupBy(StrEnum):
    """What has a row of its own."""

    NOTHING = "nothing"
    DAY = "day"
    HOUR = "hour"
    """The hour of the day: when the work comes."""
    WEEKDAY = "weekday"
    QUEUE = "queue"
    CHANNEL = "channel"
    OPERATOR = "operator"
    TAG = "tag"
    TOPIC = "topic"


class Format(StrEnum):
    """How a report is answered."""

    JSON = "json"
    CSV = "csv"


class ReportQuery(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which conversations: those that were opened, or closed, in a span of time; without one in the last seven days.

    Attributes:
        time_zone: Of days and hours; the workspace's unless given.
    """

    from_: Time | None = msgspec.field(default=None, name="from")
    to: Time | None = None
    group_by: GroupBy = GroupBy.NOTHING
    time_zone: Annotated[str, Meta(max_length=64, examples=["Europe/Lisbon"])] | None = None
    format: Format = Format.JSON

    def __post_init__(self) -> None:
        """Refuse what no calendar knows, and spans that end before they begin or are too long."""
        check_span(self.from_, self.to)
        if self.from_ is not None and self.to is not None and self.to - self.from_ > LONGEST_SPAN:
            raise ValueError(f"`from` must be at most {LONGEST_SPAN.days} days before `to`")
        if self.time_zone is not None:
            try:
                ZoneInfo(self.time_zone)
            except (KeyError, ValueError, OSError):
                raise ValueError("`time_zone` must be an IANA time zone such as Europe/Lisbon") from None


class ReportRow(msgspec.Struct, frozen=True, kw_only=True):
    """The values of one row, in the order of the report's columns.

    Attributes:
        key: The id, the name of a tag, the day (`2026-11-28`), the hour (`09`), the weekday (1 is Monday); empty for
            conversations without a queue or operator.
        name: What it is called now; null for what is not there any more.
    """

    key: str
    name: str | None
    values: Sequence[float | None]


class Report(msgspec.Struct, frozen=True, kw_only=True, rename={"from_": "from"}):
    """A report.

    Attributes:
        from_: The beginning of the first half hour that is in it.
        to: The end of the last one.
        counted_until: What happened later is not in it yet: mostly `to`.
        columns: What the values of a row are; seconds where the name says so.
    """

    name: ReportName
    from_: datetime
    to: datetime
    counted_until: datetime
    time_zone: str
    group_by: GroupBy
    columns: Sequence[str]
    rows: Sequence[ReportRow]
    total: Sequence[float | None]


class QueueNow(msgspec.Struct, frozen=True, kw_only=True):
    """A queue at this moment.

    Attributes:
        longest_wait_seconds: Of those that wait; null where nobody does.
        overdue: Conversations of the queue, waiting or assigned, whose answer is overdue under a target.
        next_due_at: When the next answer that is not overdue is due.
    """

    id: str
    name: str
    waiting: int
    longest_wait_seconds: int | None
    overdue: int = 0
    next_due_at: datetime | None = None


class OperatorNow(msgspec.Struct, frozen=True, kw_only=True):
    """An operator at this moment.

    Attributes:
        load: Open conversations assigned to them.
        resting: Those of them that don't count for the capacity, because the customer owes the answer.
        overdue: Those of them whose answer is overdue under a target.
    """

    id: str
    name: str
    status: str
    status_since: datetime | None
    load: int
    resting: int = 0
    overdue: int = 0


class LiveReport(msgspec.Struct, frozen=True, kw_only=True):
    """Queues and operators as they are now, as far as the caller sees them."""

    at: datetime
    queues: Sequence[QueueNow]
    operators: Sequence[OperatorNow]
