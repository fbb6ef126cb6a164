"""Templates as they are stored, and as the API shows them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Final

import msgspec
from msgspec import Meta

from inbox.storage.documents import TemplateDocument
from templates_hsm.definition.limits import MAX_NAME_CHARS, MAX_PRICE, TTL_SECONDS
from templates_hsm.definition.read_definition import definition_of
from templates_hsm.definition.template_definition import (
    Category,
    Quality,
    Template,
    TemplateStatus,
)
from templates_hsm.parameters.needed_values import Needed, needed

MAX_COMPONENTS: Final = 10


class TemplateChange(msgspec.Struct, frozen=True, kw_only=True):
    """A change that Meta made.

    Attributes:
        what: `status`, `category`, `quality` or `components`.
    """

    at: datetime
    what: str
    before: str | None = None
    after: str | None = None
    reason: str | None = None


Seconds = Annotated[int, Meta(ge=1, le=TTL_SECONDS[Category.MARKETING.value][1])]
Price = Annotated[int, Meta(ge=1, le=MAX_PRICE)]


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """Changes of a submitted template that are not submitted yet."""

    category: Category
    components: tuple[dict[str, Any], ...]
    ttl_seconds: int | None = None
    max_price_per_1000: int | None = None


class TemplateView(msgspec.Struct, frozen=True, kw_only=True):
    """A template as the API shows it.

    Attributes:
        reason: Why it can't be sent; for one that can, what threatens it.
        ttl_seconds: How long WhatsApp tries to deliver a message; null: as long as it does by itself.
        max_price_per_1000: The highest price of 1,000 deliveries, in the smallest unit of the account's currency;
            only of marketing templates.
        generated: WhatsApp made it of messages that went without a template.
        draft: What was changed here since it was submitted.
        changes: What Meta changed, the newest last.
    """

    id: str
    channel_id: str
    waba_id: str
    name: str
    language: str
    category: Category
    status: TemplateStatus
    reason: str | None
    usable: bool
    quality: Quality
    components: tuple[dict[str, Any], ...]
    parameters_needed: Needed
    ttl_seconds: int | None = None
    max_price_per_1000: int | None = None
    generated: bool = False
    draft: Draft | None = None
    changes: tuple[TemplateChange, ...] = ()
    created_at: datetime
    updated_at: datetime


class TemplateFields(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The fields of a draft.

    Attributes:
        ttl_seconds: How long WhatsApp tries to deliver a message: authentication 30 to 900, utility 30 to 43,200,
            marketing 43,200 to 2,592,000; null: as long as it does by itself.
        max_price_per_1000: The highest price of 1,000 deliveries of a marketing template, in the smallest unit of the
            account's currency.
    """

    channel_id: Annotated[str, Meta(min_length=1, max_length=64)]
    name: Annotated[str, Meta(min_length=1, max_length=MAX_NAME_CHARS)]
    language: Annotated[str, Meta(min_length=1, max_length=20)]
    category: Annotated[str, Meta(min_length=1, max_length=20)]
    components: Annotated[tuple[dict[str, Any], ...], Meta(max_length=MAX_COMPONENTS)]
    ttl_seconds: Seconds | None = None
    max_price_per_1000: Price | None = None


def template_of(stored: TemplateDocument) -> Template:
    """Read a stored template."""
    return Template(
        id=stored["_id"],
        workspace_id=stored["workspace_id"],
        channel_id=stored["channel_id"],
        waba_id=stored["waba_id"],
        name=stored["name"],
        language=stored["language"],
        category=Category(stored["category"]),
        status=TemplateStatus(stored["status"]),
        usable=stored["usable"],
        reason=stored["reason"],
        components=tuple(stored["components"]),
        quality=Quality(stored["quality"]),
        provider_id=stored.get("provider_id"),
    )


def template_view(stored: TemplateDocument) -> TemplateView:
    """Show a stored template."""
    template = template_of(stored)
    draft = stored.get("draft")
    return TemplateView(
        id=template.id,
        channel_id=template.channel_id,
        waba_id=template.waba_id,
        name=template.name,
        language=template.language,
        category=template.category,
        status=template.status,
        reason=template.reason,
        usable=template.usable,
        quality=template.quality,
        components=tuple(stored["components"]),
        parameters_needed=needed(definition_of(template)),
        ttl_seconds=stored.get("ttl_seconds"),
        max_price_per_1000=stored.get("max_price_per_1000"),
        generated=stored.get("generated", False),
        draft=msgspec.convert(draft, Draft) if draft else None,
        changes=tuple(msgspec.convert(change, TemplateChange) for change in stored.get("changes", ())),
        created_at=stored["created_at"],
        updated_at=stored["updated_at"],
    )
