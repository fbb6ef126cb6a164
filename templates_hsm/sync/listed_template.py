"""Reads a template as Meta lists it: raw JSON, in which unknown values must not hide the known ones."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from inbox.storage.documents import TemplateDetailsDocument
from templates_hsm.definition.limits import MAX_PRICE
from templates_hsm.definition.meta_words import said, status_of, word
from templates_hsm.definition.template_definition import Category, Component, Quality, TemplateStatus
from templates_hsm.store.template_changes import judged

_GENERATED: Final = "AUTO_GENERATED"


class Listed(msgspec.Struct, frozen=True, kw_only=True):
    """A template at Meta.

    Attributes:
        said: Meta's reason, such as `INVALID_FORMAT`.
        ttl_seconds: How long Meta tries to deliver a message, where that was chosen.
        max_price_per_1000: In the smallest unit of the account's currency.
        generated: Meta made it of messages without a template.
    """

    provider_id: str
    name: str
    language: str
    category: Category
    status: TemplateStatus
    components: tuple[Component, ...]
    said: str | None = None
    quality: Quality = Quality.UNKNOWN
    ttl_seconds: int | None = None
    max_price_per_1000: int | None = None
    generated: bool = False


def read_listed(raw: Mapping[str, Any]) -> Listed | None:
    """Read one item of a listing; None for what has no id, name or language."""
    provider_id, name, language = raw.get("id"), raw.get("name"), raw.get("language")
    if not isinstance(provider_id, str | int) or not isinstance(name, str) or not isinstance(language, str):
        return None
    components = raw.get("components")
    score, price = raw.get("quality_score"), raw.get("optimization_spec")
    return Listed(
        provider_id=str(provider_id),
        name=name,
        language=language,
        category=word(Category, raw.get("category"), Category.MARKETING),
        status=status_of(raw.get("status")),
        components=tuple(part for part in components if isinstance(part, dict)) if isinstance(components, list) else (),
        said=said(raw.get("rejected_reason")),
        quality=word(Quality, score.get("score") if isinstance(score, dict) else score, Quality.UNKNOWN),
        ttl_seconds=_number(raw.get("message_send_ttl_seconds")),
        max_price_per_1000=_number(price.get("bid_amount") if isinstance(price, dict) else None),
        generated=raw.get("source") == _GENERATED,
    )


def _number(given: object) -> int | None:
    """Read a number that Meta writes as one or as text; None for what is none, or for none chosen (-1)."""
    text = str(given)
    return int(text) if text.isascii() and text.isdecimal() and 0 < int(text) <= MAX_PRICE else None


def stored_fields(listed: Listed, details: TemplateDetailsDocument | None = None) -> dict[str, Any]:
    """Return the stored fields of a template as Meta has it.

    Args:
        listed: As it was read.
        details: `status` and `text` of a notice that said more than the listing's reason; it counts as long as
            the template is in that status.
    """
    if details is not None and details["status"] != listed.status.value:
        details = None
    reason = listed.said if details is None else details["text"]
    shown = reason if listed.status is not TemplateStatus.APPROVED else None
    return {
        **judged(
            listed.status,
            listed.category,
            listed.components,
            quality=listed.quality,
            said=shown,
            generated=listed.generated,
        ),
        "name": listed.name,
        "language": listed.language,
        "category": listed.category.value,
        "quality": listed.quality.value,
        "components": [dict(part) for part in listed.components],
        "ttl_seconds": listed.ttl_seconds,
        "max_price_per_1000": listed.max_price_per_1000,
        "provider_id": listed.provider_id,
        "said": listed.said,
        "details": details,
        **({"generated": True} if listed.generated else {}),
    }
