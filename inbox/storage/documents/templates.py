"""WhatsApp's templates as they are at Meta, and when each business account is read again."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NotRequired, TypedDict


class DraftDocument(TypedDict):
    """Changes of a submitted template that wait to be submitted."""

    category: str
    components: list[dict[str, Any]]
    ttl_seconds: NotRequired[int | None]
    max_price_per_1000: NotRequired[int | None]


class TemplateChangeDocument(TypedDict):
    """A line of a template's history; the struct is `templates_hsm.store.template_views.TemplateChange`."""

    at: datetime
    what: str
    before: str | None
    after: str | None
    reason: str | None


class TemplateDetailsDocument(TypedDict):
    """What a notice said beyond the listing's reason, for as long as the template has that status."""

    status: str
    text: str


class TemplateDocument(TypedDict):
    """A template of a business account.

    Written by `templates_hsm.store.template_store` and `templates_hsm.sync.apply_listing`; what the templates' code
    works on is the struct `templates_hsm.definition.template_definition.Template`.
    """

    _id: str
    workspace_id: str
    waba_id: str
    channel_id: str
    """Through which it was made or read."""
    provider_id: str | None
    """Meta's id; None before it was submitted."""
    name: str
    language: str
    category: str
    components: list[dict[str, Any]]
    """As Meta writes them."""
    ttl_seconds: NotRequired[int | None]
    """How long Meta tries to deliver a message; None: as long as it does by itself."""
    max_price_per_1000: NotRequired[int | None]
    """Of a marketing template, in the smallest unit of the account's currency."""
    status: str
    quality: str
    usable: bool
    reason: str | None
    """Why it is not usable, for people."""
    said: str | None
    """Meta's own reason."""
    details: NotRequired[TemplateDetailsDocument | None]
    generated: NotRequired[bool]
    """Meta made it of messages without a template."""
    draft: DraftDocument | None
    changes: list[TemplateChangeDocument]
    """The latest, oldest first."""
    created_at: datetime
    updated_at: datetime
    read_at: NotRequired[datetime]
    """When the listing was asked for that it was last held against: an older one changes nothing."""
    seen_at: NotRequired[datetime]
    deleted_at: datetime | None


class TemplateAccountDocument(TypedDict):
    """A business account whose templates are followed (`templates_hsm.sync.template_accounts`).

    `_id` is `workspace:waba`.
    """

    _id: str
    workspace_id: str
    waba_id: str
    due_at: datetime
    full_due_at: NotRequired[datetime]
    """When all templates are read again, not only those that notices name."""
    claimed: NotRequired[bool]
    failing: NotRequired[bool]
    failed_at: NotRequired[datetime]
    error: NotRequired[str | None]
    """For people."""
    synced_at: NotRequired[datetime]
