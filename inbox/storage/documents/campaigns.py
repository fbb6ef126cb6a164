"""Campaigns, their recipients, what is left of uploaded lists, and clicks on links."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NotRequired, TypedDict


class TemplateNameDocument(TypedDict):
    """Which template a campaign sends; the struct is `templates_hsm.definition.template_definition.TemplateName`."""

    name: str
    language: str


class SegmentNameDocument(TypedDict):
    """The segment that a campaign goes to, as it was called when it was chosen."""

    id: str
    name: str


class FillingDocument(TypedDict):
    """How far a campaign has written down who is in its segment (`templates_hsm.campaigns.audience.segment_rows`)."""

    wanted: dict[str, Any]
    """The filter as it was at the start; the struct is `inbox.segments.segment_rules.Wanted`."""
    field_ids: list[str]
    """The workspace's fields whose values are the audience's further columns."""
    below: str
    """Contacts that are known since have greater ids, and are left out."""
    above: str | None
    """The last contact that was looked at."""


class AudienceDocument(TypedDict):
    """A list that was checked and frozen.

    The struct, with explanations, is `templates_hsm.campaigns.model.campaign_models.Audience`.
    """

    id: str
    segment: NotRequired[SegmentNameDocument | None]
    fixed_at: NotRequired[datetime | None]
    columns: list[str]
    lines: int
    accepted: int
    duplicates: int
    rejected: int
    joined: int
    reasons: dict[str, int]
    countries: dict[str, int]


class FrozenTemplateDocument(TypedDict):
    """The template as it was at the start; the struct is `templates_hsm.campaigns.model.stop_rules.Frozen`."""

    template_id: str
    category: str
    fingerprint: str


class FrozenVersionsDocument(TypedDict):
    """The further templates as they were at the start; the struct is `templates_hsm.campaigns.model.versions`'s."""

    variant: FrozenTemplateDocument | None
    translations: dict[str, str]


class VariantDocument(TypedDict):
    """Variant B; the struct is `templates_hsm.campaigns.model.campaign_models.Variant`."""

    template: TemplateNameDocument
    variables: dict[str, Any] | None
    share: int


class ForgivenDocument(TypedDict):
    """The failures before a campaign was resumed: the stop rule counts from here."""

    tried: int
    failed: int


class ResultsDocument(TypedDict):
    """What came back on a campaign's messages, as it was counted last (`templates_hsm.campaigns.outcome.results`)."""

    answer_days: int
    counted_at: datetime
    sums: dict[str, dict[str, Any]]
    """By variant; the struct is `templates_hsm.campaigns.model.result_models.Sums`."""


class ResultsCountDocument(TypedDict):
    """A count of what came back that is under way."""

    answer_days: int
    above: str | None
    """The last row that was counted."""
    sums: dict[str, dict[str, Any]]


class CampaignDocument(TypedDict):
    """A campaign (`templates_hsm.campaigns.life.campaign_store`).

    The settings, up to `region`, are those of `templates_hsm.campaigns.model.campaign_models.CampaignFields`.
    """

    _id: str
    workspace_id: str
    name: str
    channel_id: str
    template: TemplateNameDocument
    variables: dict[str, Any] | None
    by_language: NotRequired[bool]
    variant: NotRequired[VariantDocument | None]
    schedule_at: datetime | None
    rate_per_second: int | None
    quiet_hours: dict[str, str] | None
    frequency_cap: dict[str, int] | None
    consent: dict[str, Any] | None
    stop: dict[str, float]
    region: str | None
    files: NotRequired[list[str]]
    """Stored files that its variables name."""

    state: str
    """Of `templates_hsm.campaigns.model.campaign_states.CampaignState`."""
    reason: str | None
    """Why it stopped."""
    audience: AudienceDocument | None
    filling: NotRequired[FillingDocument | None]
    """Its recipients are being written down; nobody gets anything before all are."""
    refused_list: NotRequired[str | None]
    """The last list of which no row was taken, for its errors."""
    list_ended_at: NotRequired[datetime]
    """When its rows were given up for removal, long after its end."""
    frozen: NotRequired[FrozenTemplateDocument]
    frozen_versions: NotRequired[FrozenVersionsDocument]
    """Of a campaign with variants or languages."""
    forgiven: NotRequired[ForgivenDocument]
    fed_to: NotRequired[str | None]
    """The last row whose turn has come; rows are fed in the order of their ids."""
    rounds: NotRequired[int]
    """Grows with each batch that is fed."""
    counts: NotRequired[dict[str, int] | None]
    """As they were told last (`templates_hsm.campaigns.model.campaign_models.Counts`)."""
    count_at: NotRequired[datetime | None]
    """When its messages are counted again; None where nothing changes any more."""
    counted_since: NotRequired[datetime | None]
    results: NotRequired[ResultsDocument]
    results_count: NotRequired[ResultsCountDocument | None]
    unsettled: NotRequired[bool]
    """It was cancelled and rows are still to be ended."""
    created_at: datetime
    started_at: NotRequired[datetime | None]
    ended_at: NotRequired[datetime | None]


class RecipientDocument(TypedDict):
    """A row of a campaign's audience. `_id` is `audience:phone`, so that a number counts once."""

    _id: str
    workspace_id: str
    campaign_id: str
    row: int
    """Its line in the list."""
    values: list[str]
    """In the order of the audience's columns."""
    phone: NotRequired[str]
    """Where it is spelt otherwise than in `_id`."""
    due_at: NotRequired[datetime]
    """Its turn comes (again) then; without it, when the row's turn comes."""
    retry_of: NotRequired[str]
    """The failed message that is sent again."""
    tries: NotRequired[int]
    skipped: NotRequired[str]
    """Why it got nothing."""
    detail: NotRequired[str]


class CampaignCountDocument(TypedDict):
    """What one writer has counted of a campaign's messages; the sum of a campaign's rows is its count.

    `_id` is `campaign:writer`, of variant B `campaign:writer:b` (`inbox.messages.tallying`).
    """

    _id: str
    workspace_id: str
    campaign_id: str
    variant: NotRequired[str]
    counts: dict[str, int]
    """By `inbox.messages.tallying.Bucket`; negative where this writer has moved on what another one counted."""


class CampaignFailureDocument(TypedDict):
    """A message of a campaign that failed, as long as it counts; `_id` is the message's."""

    _id: str
    workspace_id: str
    campaign_id: str
    recipient: str
    to: str
    code: str
    provider_code: str | None
    retryable: bool
    tries_used_up: NotRequired[bool]
    opt_out_noted: NotRequired[bool]
    """The provider refused it because the customer stopped marketing, and their contact says so."""


class AudienceUploadDocument(TypedDict):
    """A list that came in, or is not needed any more: a sweep looks whether its rows may go. `_id` is the list's."""

    _id: str
    workspace_id: str
    campaign_id: str
    at: datetime


class AudienceErrorsDocument(TypedDict):
    """Some rows of a list that are no recipients. `_id` begins with the list's id."""

    _id: str
    workspace_id: str
    campaign_id: str
    errors: list[list[Any]]
    """The members of `templates_hsm.campaigns.audience.audience_csv.RefusedRow`."""


class LinkClickDocument(TypedDict):
    """A click on a link of a marketing message (`inbox.arriving.clicks`). `_id` is `channel:kind:click`."""

    _id: str
    workspace_id: str
    channel_id: str
    kind: str
    """The provider's word: a link was clicked, or its page was seen."""
    at: datetime
