"""Reads a template as Meta lists it: raw JSON, in which a new word must not hide all the others."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from templates_hsm.definition.reading import word
from templates_hsm.definition.template_definition import Category, Component, Quality, TemplateStatus

_SAME_AS: Final[Mapping[str, TemplateStatus]] = {
    "flagged": TemplateStatus.APPROVED,
    "reinstated": TemplateStatus.APPROVED,
    "unarchived": TemplateStatus.APPROVED,
}
"""Words that say that it can be sent: a flagged one may be, until Meta pauses it (template-quality)."""
_NO_REASON: Final = frozenset({"", "NONE"})


class Listed(msgspec.Struct, frozen=True, kw_only=True):
    """A template at Meta.

    Attributes:
        said: Meta's reason, such as `INVALID_FORMAT`.
    """

    provider_id: str
    name: str
    language: str
    category: Category
    status: TemplateStatus
    components: tuple[Component, ...]
    said: str | None = None
    quality: Quality = Quality.UNKNOWN


def status_of(given: object) -> TemplateStatus:
    """Return the status for a word of Meta's, of a listing or of a webhook's event."""
    known = str(given).lower()
    return _SAME_AS.get(known) or word(TemplateStatus, known, TemplateStatus.UNKNOWN)


def read_listed(raw: Mapping[str, Any]) -> Listed | None:
    """Read one item of a listing; None for what has no id, name or language."""
    provider_id, name, language = raw.get("id"), raw.get("name"), raw.get("language")
    if not isinstance(provider_id, str | int) or not isinstance(name, str) or not isinstance(language, str):
        return None
    components = raw.get("components")
    score = raw.get("quality_score")
    return Listed(
        provider_id=str(provider_id),
        name=name,
        language=language,
        category=word(Category, raw.get("category"), Category.MARKETING),
        status=status_of(raw.get("status")),
        components=tuple(part for part in components if isinstance(part, dict)) if isinstance(components, list) else (),
        said=said(raw.get("rejected_reason")),
        quality=word(Quality, score.get("score") if isinstance(score, dict) else score, Quality.UNKNOWN),
    )


def said(reason: object) -> str | None:
    """Return Meta's reason, where there is one."""
    return reason if isinstance(reason, str) and reason not in _NO_REASON else None
