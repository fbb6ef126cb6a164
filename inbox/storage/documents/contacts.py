"""Contacts: customers, with their accounts at the messengers and what they agreed to."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NotRequired, TypedDict


class AccountDocument(TypedDict):
    """A customer's account with a messenger."""

    kind: str
    external_id: str
    """The provider's id to answer to."""


class IdentityDocument(AccountDocument):
    """An account of a contact, with the further ids by which the provider may name it."""

    aliases: NotRequired[list[str]]


class MarketingDocument(TypedDict):
    """What a customer said about marketing messages; the struct is `inbox.contacts.contact_models.Marketing`."""

    accepts: bool
    at: datetime
    source: str


class ConsentDocument(TypedDict):
    """What a customer agreed to; the struct is `inbox.contacts.contact_models.Consent`."""

    source: str
    at: datetime
    wording: str


class ReachabilityDocument(TypedDict):
    """Whether a channel reaches the contact."""

    reachable: bool
    at: datetime
    by: NotRequired[str]
    """The provider's id of the update that said so."""


class WindowsDocument(TypedDict, total=False):
    """Reply windows of a closed conversation; the next one on the same channel begins with them."""

    window_expires_at: datetime
    free_entry_expires_at: datetime


class LastCampaignDocument(TypedDict):
    """The last campaign that a contact got on a channel."""

    id: str
    at: datetime


class AutoTextsDocument(TypedDict, total=False):
    """What a contact was told automatically on a channel (`queueing.texts.auto_reply_memory`)."""

    told: dict[str, datetime]
    """Occasion → the last time."""
    turns: list[int]
    """Places (`inbox.storage.sequence`) of the latest automatic turns since a person wrote."""


class ContactDocument(TypedDict):
    """A customer of a workspace.

    Made by whoever opens the customer's first conversation, or added before that. Found by `identity_keys`, of which
    each is in one contact.
    """

    _id: str
    workspace_id: str
    name: str | None
    """What people see: the profile name until an operator changes it."""
    profile_name: NotRequired[str | None]
    """As the messenger told it last."""
    identity_keys: list[str]
    """`kind:id` of all accounts and aliases; of a contact without any account `card:` and its own id."""
    identities: list[IdentityDocument]
    search_terms: NotRequired[list[str]]
    """Beginnings of words and numbers by which it is found (`inbox.contacts.search_terms`)."""
    language: NotRequired[str | None]
    phones: NotRequired[list[str]]
    """Further numbers, `+` and digits: where the customer can be called, not where they write from."""
    emails: NotRequired[list[str]]
    fields: NotRequired[dict[str, Any]]
    """Values of the workspace's own fields, by the fields' ids (`inbox.contacts.field_store`)."""
    tags: NotRequired[list[str]]
    """Keys of tags: `inbox.labels.label_reading` says what they are called now."""
    marketing: NotRequired[MarketingDocument | None]
    marketing_sent: NotRequired[list[datetime]]
    """The latest marketing messages, for frequency caps."""
    consent: NotRequired[ConsentDocument | None]
    blocked: NotRequired[bool]
    """Opens no conversation and gets no campaign (`inbox.conversation.blocking`)."""
    reachability: NotRequired[dict[str, ReachabilityDocument]]
    """By channel, where its provider tells of blocks."""
    windows: NotRequired[dict[str, WindowsDocument]]
    """By channel."""
    campaigns: NotRequired[dict[str, LastCampaignDocument]]
    """By channel."""
    auto: NotRequired[dict[str, AutoTextsDocument]]
    """By channel."""
    last_operator_id: NotRequired[str | None]
    openings: NotRequired[int]
    """Conversations opened since it is known: `inbox.arriving.openings`."""
    family: NotRequired[list[str]]
    """Ids of all contacts that were merged by hand, this one among them and the head first; alike in each of them."""
    joined_ids: NotRequired[list[str]]
    """Ids of contacts that went into this one, the latest last."""
    created_at: datetime
    version: int


class ContactFieldDocument(TypedDict):
    """A field of the contact card; the struct is `inbox.contacts.field_models.ContactField`."""

    _id: str
    workspace_id: str
    key: str
    name: str
    type: str
    options: list[str]
    order: int
    created_at: datetime


class SegmentFieldDocument(TypedDict):
    """A condition on one of the workspace's own fields; `key` is what it was called when the segment was saved."""

    id: str
    key: str
    test: str
    value: str | float | bool | None


class SegmentFilterDocument(TypedDict):
    """A segment's filter; the struct is `inbox.segments.segment_models.SegmentFilter`.

    Tags are kept by their first keys, fields by their ids: both outlast new names.
    """

    any_tags: list[str]
    all_tags: list[str]
    no_tags: list[str]
    languages: list[str]
    fields: list[SegmentFieldDocument]
    seen_within_days: int | None
    not_seen_for_days: int | None
    accounts: list[str]
    consent: bool | None
    accepts_marketing: bool | None


class SegmentDocument(TypedDict):
    """A filter over contacts under a name (`inbox.segments.segment_store`)."""

    _id: str
    workspace_id: str
    name: str
    folded: str
    """The name as names are compared."""
    filter: SegmentFilterDocument
    created_at: datetime
    updated_at: datetime


class SuppressionDocument(TypedDict):
    """An account that takes no marketing messages; outlives the contact (`inbox.contacts.suppression`).

    `_id` is a keyed hash of workspace, kind and id: it names nobody.
    """

    _id: str
    workspace_id: str
    source: str
    at: datetime
