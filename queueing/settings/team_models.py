"""Groups, the workspace's own statuses, and business hours, as the API takes and shows them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from enum import StrEnum
from functools import lru_cache
from itertools import pairwise
from typing import Annotated
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Meta

from inbox.foundation.pages import Page
from inbox.foundation.patterns import END
from inbox.model.operator_status import OperatorStatus
from queueing.queues.queue_models import Id, Name

OpensAt = Annotated[str, Meta(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]" + END, examples=["09:00"])]
ClosesAt = Annotated[str, Meta(pattern=r"^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)" + END, examples=["18:00"])]
Country = Annotated[str, Meta(pattern=r"^[A-Z]{2}" + END, examples=["PT"], description="ISO 3166-1 code.")]


class GroupFields(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A group of operators. Operators name their groups; supervisors see what the members have."""

    name: Name
    supervisor_ids: Annotated[tuple[Id, ...], Meta(max_length=100)] = ()


class Group(GroupFields, frozen=True, kw_only=True, forbid_unknown_fields=False):
    """A group."""

    id: str
    created_at: datetime


class GroupPage(Page[Group], frozen=True, kw_only=True):
    """A part of the list of groups."""


class StatusFields(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A status of the workspace's own, such as a lunch break."""

    name: Name


class CustomStatus(StatusFields, frozen=True, kw_only=True, forbid_unknown_fields=False):
    """A status that operators set by its id."""

    id: str
    counts_as: OperatorStatus = OperatorStatus.UNAVAILABLE
    created_at: datetime


class CustomStatusPage(Page[CustomStatus], frozen=True, kw_only=True):
    """A part of the list of statuses."""


class Day(StrEnum):
    """Days of the week."""

    MONDAY = "monday"
    TUESDAY = "tuesday"
    WEDNESDAY = "wednesday"
    THURSDAY = "thursday"
    FRIDAY = "friday"
    SATURDAY = "saturday"
    SUNDAY = "sunday"


class Span(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Open from a time until just before another one, in local time; `24:00` is the day's end."""

    from_: OpensAt = msgspec.field(name="from")
    to: ClosesAt

    def __post_init__(self) -> None:
        """Refuse a span that ends before it begins: a night is two spans."""
        if self.from_ >= self.to:
            raise ValueError("`from` must be before `to`; for a night use two days, with 24:00 and 00:00")


class BusinessHoursFields(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """When a business is open.

    Attributes:
        time_zone: IANA name.
        week: Open spans of each day; a day without any is closed.
        holidays: Further closed dates.
        holiday_country: Whose public holidays are closed too.
    """

    name: Name
    time_zone: Annotated[str, Meta(max_length=64, examples=["Europe/Lisbon"])]
    week: dict[Day, Annotated[tuple[Span, ...], Meta(max_length=10)]] = {}
    holidays: Annotated[tuple[date, ...], Meta(max_length=400)] = ()
    holiday_country: Country | None = None

    def __post_init__(self) -> None:
        """Refuse what no calendar knows, and spans that overlap."""
        try:
            ZoneInfo(self.time_zone)
        except (KeyError, ValueError, OSError):
            raise ValueError("`time_zone` must be an IANA time zone such as Europe/Lisbon") from None
        if self.holiday_country is not None and self.holiday_country not in _countries():
            raise ValueError("`holiday_country` must be a country whose holidays are known, such as PT")
        for day, spans in self.week.items():
            if _overlap(spans):
                raise ValueError(f"`week.{day}` must have spans that do not overlap, in order")


class BusinessHours(BusinessHoursFields, frozen=True, kw_only=True, forbid_unknown_fields=False):
    """Business hours."""

    id: str
    created_at: datetime


class BusinessHoursPage(Page[BusinessHours], frozen=True, kw_only=True):
    """A part of the list of business hours."""


def _overlap(spans: Sequence[Span]) -> bool:
    return any(earlier.to > later.from_ for earlier, later in pairwise(spans))


@lru_cache(maxsize=1)
def _countries() -> frozenset[str]:
    import holidays  # noqa: PLC0415 - 9 MB that only workspaces with holidays of a country need

    return frozenset(holidays.list_supported_countries())
