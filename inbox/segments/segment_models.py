"""Segments as the API shows and takes them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Final

import msgspec
from msgspec import Meta

from inbox.contacts.contact_models import Contact, Language
from inbox.contacts.field_models import FieldKey, FieldValue
from inbox.foundation.pages import Page
from inbox.foundation.patterns import VISIBLE
from inbox.labels.label_models import TagName
from inbox.model.channel_kind import ChannelKind

MAX_NAMED: Final = 20
"""Tags, languages or conditions of one kind: more is read by nobody."""
MOST_DAYS: Final = 3_650
SHOWN: Final = 10
"""Customers that a preview names: enough to see whether the right ones are meant."""

Days = Annotated[int, Meta(ge=1, le=MOST_DAYS)]
Tags = Annotated[tuple[TagName, ...], Meta(max_length=MAX_NAMED)]


class FieldTest(StrEnum):
    """What is asked of a field's value."""

    IS = "is"
    IS_NOT = "is_not"
    """Also true of customers who have no value."""
    AT_LEAST = "at_least"
    """Of numbers and dates."""
    AT_MOST = "at_most"
    IS_SET = "is_set"
    IS_EMPTY = "is_empty"


VALUELESS: Final = frozenset({FieldTest.IS_SET, FieldTest.IS_EMPTY})


class FieldCondition(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What must be true of one of the workspace's own fields.

    Attributes:
        value: To compare with; none for `is_set` and `is_empty`.
    """

    key: FieldKey
    test: FieldTest = FieldTest.IS
    value: FieldValue = None

    def __post_init__(self) -> None:
        """Refuse a comparison with nothing, and a value that nothing is compared with."""
        if (self.test in VALUELESS) != (self.value is None):
            raise ValueError("`value` must be named, except for `is_set` and `is_empty`")


class SegmentFilter(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which customers: those of whom all is true that is named here; without anything all.

    Attributes:
        any_tags: Has at least one of these tags.
        all_tags: Has each of these.
        no_tags: Has none of these.
        languages: Speaks one of these: `pt` also finds `pt-BR`.
        fields: What is true of the workspace's own fields.
        seen_within_days: Wrote to us in the last so many days.
        not_seen_for_days: Did not write to us in the last so many days, or never.
        accounts: Has an account with one of these messengers.
        consent: Whether consent to marketing is recorded.
        accepts_marketing: False: opted out; true: did not.
    """

    any_tags: Tags = ()
    all_tags: Tags = ()
    no_tags: Tags = ()
    languages: Annotated[tuple[Language, ...], Meta(max_length=MAX_NAMED)] = ()
    fields: Annotated[tuple[FieldCondition, ...], Meta(max_length=MAX_NAMED)] = ()
    seen_within_days: Days | None = None
    not_seen_for_days: Days | None = None
    accounts: Annotated[tuple[ChannelKind, ...], Meta(max_length=len(ChannelKind))] = ()
    consent: bool | None = None
    accepts_marketing: bool | None = None

    def __post_init__(self) -> None:
        """Refuse a span in which nobody can have written."""
        within, without = self.seen_within_days, self.not_seen_for_days
        if within is not None and without is not None and without >= within:
            raise ValueError("`not_seen_for_days` must be less than `seen_within_days`")


class SegmentFields(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A segment."""

    name: Annotated[str, Meta(min_length=1, max_length=100, pattern=VISIBLE)]
    filter: SegmentFilter = SegmentFilter()


class Segment(msgspec.Struct, frozen=True, kw_only=True):
    """A segment as it is shown.

    Attributes:
        missing: Tags and fields of the filter that were deleted since: until it is changed it can't be used.
    """

    id: str
    name: str
    filter: SegmentFilter
    missing: tuple[str, ...] = ()
    created_at: datetime
    updated_at: datetime


class SegmentPage(Page[Segment], frozen=True, kw_only=True):
    """A part of the list of segments."""


class SegmentTry(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A filter to try out."""

    filter: SegmentFilter


class SegmentPreview(msgspec.Struct, frozen=True, kw_only=True):
    """Who is in a segment now.

    Attributes:
        customers: How many were found.
        is_all: False where there are too many contacts to look at for an answer: there may be more customers.
        looked_at: Contacts that were looked at.
        first: Some of them, the longest known first.
    """

    customers: int
    is_all: bool
    looked_at: int
    first: Sequence[Contact] = ()
