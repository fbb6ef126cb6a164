"""Translates Meta's enumeration values; an unknown one becomes a default instead of an error."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final, TypeVar

from templates_hsm.definition.template_definition import TemplateStatus

Word = TypeVar("Word", bound=StrEnum)
Else = TypeVar("Else")

_SAME_AS: Final[Mapping[str, TemplateStatus]] = {
    "flagged": TemplateStatus.APPROVED,
    "reinstated": TemplateStatus.APPROVED,
    "unarchived": TemplateStatus.APPROVED,
}
"""Words that say that it can be sent: a flagged one may be, until Meta pauses it (template-quality)."""
_NO_REASON: Final = frozenset({"", "NONE"})


def word(kind: type[Word], given: object, otherwise: Else) -> Word | Else:
    """Return the enumeration's member for a value of Meta's in any case of letters, else `otherwise`."""
    try:
        return kind(str(given).lower())
    except ValueError:
        return otherwise


def status_of(given: object) -> TemplateStatus:
    """Return the status for a value in a listing or in a webhook's event."""
    known = str(given).lower()
    return _SAME_AS.get(known) or word(TemplateStatus, known, TemplateStatus.UNKNOWN)


def said(reason: object) -> str | None:
    """Return Meta's reason; None where it gives none."""
    return reason if isinstance(reason, str) and reason not in _NO_REASON else None
