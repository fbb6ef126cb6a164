"""What follows from a template's state at Meta for the one that is stored: a rule over the two."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from inbox.storage.database import Document
from templates_hsm.definition.template_definition import Category, Quality, TemplateStatus
from templates_hsm.store.template_views import judged
from templates_hsm.sync.listed import Listed

_TOLD = ("status", "category", "quality")
_UNSEEN = frozenset({"said", "details"})


def fields_of(listed: Listed, details: Document | None = None) -> Document:
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
        **judged(listed.status, listed.category, listed.components, quality=listed.quality, said=shown),
        "name": listed.name,
        "language": listed.language,
        "category": listed.category.value,
        "quality": listed.quality.value,
        "components": [dict(part) for part in listed.components],
        "provider_id": listed.provider_id,
        "said": listed.said,
        "details": details,
    }


def deleted_fields(stored: Document) -> Document:
    """Return the fields of a template that Meta does not have any more."""
    category = Category(stored["category"])
    return judged(TemplateStatus.DELETED, category, stored["components"], quality=Quality(stored["quality"]))


def differences(stored: Document, fields: Document, at: datetime) -> list[Document]:
    """Return the entries of the history for what becomes different."""
    return list(_differences(stored, fields, at))


def _differences(stored: Document, fields: Document, at: datetime) -> Iterator[Document]:
    for what in _TOLD:
        if what in fields and fields[what] != stored.get(what):
            yield _entry(at, what, stored.get(what), fields[what], fields.get("reason") if what == "status" else None)
    if "components" in fields and fields["components"] != stored.get("components"):
        yield _entry(at, "components", None, None, None)


def _entry(at: datetime, what: str, before: Any, after: Any, reason: str | None) -> Document:
    return {"at": at, "what": what, "before": before, "after": after, "reason": reason}


def is_news(stored: Document, fields: Document) -> bool:
    """Tell whether anything becomes different that a client sees."""
    return any(stored.get(name) != value for name, value in fields.items() if name not in _UNSEEN)
