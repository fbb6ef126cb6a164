"""Campaigns as the API shows and takes them."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, Final

import msgspec
from msgspec import Meta

from inbox.foundation.pages import Page, PageQuery
from inbox.foundation.patterns import END
from inbox.labels.label_models import TagName
from templates_hsm.campaigns.model.campaign_states import CampaignState
from templates_hsm.definition.template_definition import TemplateName

MAX_NAME_CHARS: Final = 200
CampaignName = Annotated[str, Meta(min_length=1, max_length=MAX_NAME_CHARS)]
Id = Annotated[str, Meta(min_length=1, max_length=64)]
TimeOfDay = Annotated[str, Meta(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]" + END, examples=["21:00"])]
Region = Annotated[str, Meta(pattern=r"^[A-Z]{2}" + END, examples=["DE"])]


class _Strict(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base of what clients send."""


class QuietHours(_Strict, frozen=True, kw_only=True):
    """Hours in which nobody is written to, in the recipient's time zone."""

    begin: TimeOfDay
    end: TimeOfDay


class FrequencyCap(_Strict, frozen=True, kw_only=True):
    """The most marketing messages to one contact in so many days, of all campaigns together."""

    messages: Annotated[int, Meta(ge=1, le=20)]
    days: Annotated[int, Meta(ge=1, le=90)]


class StopRule(_Strict, frozen=True, kw_only=True):
    """Stop when this share of the attempts has failed, after at least so many."""

    failed_share: Annotated[float, Meta(gt=0, le=1)] = 0.3
    after: Annotated[int, Meta(ge=1, le=1_000_000)] = 50


class ListConsent(_Strict, frozen=True, kw_only=True):
    """The consent of everybody on an uploaded list; recorded with contacts that have none yet."""

    source: Annotated[str, Meta(min_length=1, max_length=200)]
    at: datetime
    wording: Annotated[str, Meta(min_length=1, max_length=2000)]


class Letter(StrEnum):
    """Which of two variants; `a` is what the campaign itself says."""

    A = "a"
    B = "b"


class Variant(_Strict, frozen=True, kw_only=True):
    """Variant B: another template, or other variables, for a part of the recipients.

    Attributes:
        variables: As those of the campaign.
        share: Of a hundred recipients so many get B. Who it is follows from the recipient and does not change.
    """

    template: TemplateName
    variables: dict[str, Any] | None = None
    share: Annotated[int, Meta(ge=1, le=99)] = 50


class CampaignFields(_Strict, frozen=True, kw_only=True):
    """What a campaign is.

    Attributes:
        variables: The template's parameters in the contract's form; each text is a Jinja template over the
            columns of the audience. Left out: columns with the variables' names, else the columns in order.
        by_language: Each recipient gets the template in their language, or one that is near, if there is a translation
            that can be sent; otherwise as it is named in `template`.
        variant: Variant B, null without one.
        rate_per_second: Below what the number allows; null is as fast as it allows.
        region: Country of numbers that are written without country code.
    """

    name: CampaignName
    channel_id: Id
    template: TemplateName
    variables: dict[str, Any] | None = None
    by_language: bool = False
    variant: Variant | None = None
    schedule_at: datetime | None = None
    rate_per_second: Annotated[int, Meta(ge=1, le=1000)] | None = None
    quiet_hours: QuietHours | None = None
    frequency_cap: FrequencyCap | None = None
    consent: ListConsent | None = None
    stop: StopRule = StopRule()
    region: Region | None = None


class SegmentName(msgspec.Struct, frozen=True, kw_only=True):
    """The segment that a campaign goes to."""

    id: str
    name: str


class Audience(msgspec.Struct, frozen=True, kw_only=True):
    """The recipients, checked and frozen.

    Attributes:
        segment: Where they come from, if not from a list. They are written down when the campaign starts.
        fixed_at: Of a segment: since when all are written down; until then the numbers grow.
        lines: Lines of the list that hold something, without the heading; of contacts by tag, or of a segment, the
            contacts.
            `accepted + duplicates + rejected + joined` is this number.
        rejected: Lines that were no recipient; `GET /campaigns/{id}/audience/errors` lists them.
        joined: Lines that continue a quoted value of the line before.
        reasons: The most frequent reasons for leaving lines out, with their numbers.
        countries: Recipients by country calling code.
    """

    id: str
    segment: SegmentName | None = None
    fixed_at: datetime | None = None
    columns: tuple[str, ...] = ()
    lines: int = 0
    accepted: int = 0
    duplicates: int = 0
    rejected: int = 0
    joined: int = 0
    reasons: dict[str, int] = {}
    countries: dict[str, int] = {}


class Counts(msgspec.Struct, frozen=True, kw_only=True):
    """What became of the recipients. Each later step counts in the earlier ones: read ≤ delivered ≤ sent.

    Attributes:
        waiting: Not settled yet: their turn has not come, or they are on their way. All but `delivered` and `read`
            add up to `total`.
        skipped: Got nothing, for a reason that the report names.
    """

    total: int = 0
    waiting: int = 0
    sent: int = 0
    delivered: int = 0
    read: int = 0
    failed: int = 0
    unknown: int = 0
    skipped: int = 0


class Campaign(msgspec.Struct, frozen=True, kw_only=True):
    """A campaign; `reason` says why it stopped."""

    id: str
    name: str
    channel_id: str
    template: TemplateName
    variables: dict[str, Any] | None
    by_language: bool = False
    variant: Variant | None = None
    state: CampaignState
    reason: str | None = None
    schedule_at: datetime | None
    rate_per_second: int | None
    quiet_hours: QuietHours | None
    frequency_cap: FrequencyCap | None
    consent: ListConsent | None
    stop: StopRule
    region: str | None
    audience: Audience | None = None
    counts: Counts = Counts()
    created_at: datetime
    started_at: datetime | None = None
    ended_at: datetime | None = None


class CampaignPage(Page[Campaign], frozen=True, kw_only=True):
    """A part of the list of campaigns."""


class CampaignQuery(PageQuery, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which campaigns to list.

    Attributes:
        q: A part of the name, or of the template's.
    """

    q: Annotated[str, Meta(max_length=200)] | None = None
    state: CampaignState | None = None
    channel_id: Annotated[str, Meta(max_length=64)] | None = None


class CampaignCopy(_Strict, frozen=True, kw_only=True):
    """What a copy is called; null is the name of the original with “(copy)”."""

    name: CampaignName | None = None


class ContactAudience(_Strict, frozen=True, kw_only=True):
    """Recipients from the contacts: those with a tag, as they are now, or those of a segment, as it is at the start."""

    tag: TagName | None = None
    segment_id: Id | None = None

    def __post_init__(self) -> None:
        """Refuse none, and both."""
        if (self.tag is None) == (self.segment_id is None):
            raise ValueError("name either `tag` or `segment_id`")


class TestTo(_Strict, frozen=True, kw_only=True):
    """Where a test goes: a phone number; and which variant."""

    to: Annotated[str, Meta(min_length=3, max_length=40)]
    variant: Letter = Letter.A


class Recipient(msgspec.Struct, frozen=True, kw_only=True):
    """One row of a campaign.

    Attributes:
        state: `waiting`, `skipped`, or the status of the message.
        reason: Why it was skipped, or failed.
        variant: Which of two variants it got; null without variants.
        language: Of the template that it got.
    """

    phone: str
    row: int
    state: str
    reason: str | None = None
    detail: str | None = None
    message_id: str | None = None
    conversation_id: str | None = None
    attempts: int = 0
    variant: Letter | None = None
    language: str | None = None


class RecipientPage(Page[Recipient], frozen=True, kw_only=True):
    """A part of a campaign's recipients, by number."""
