"""Reads Meta's notices about templates: the names to read again, and reasons that a listing lacks.

A notice is never applied as it stands: it may come late, twice, or after its successor. It only leads to another
reading, and its words count as long as the reading finds the status that it told of.

Source: webhooks/reference/message_template_status_update, message_template_quality_update,
template_category_update and message_template_components_update.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import msgspec

from inbox.storage.documents import NoticeDocument, TemplateDetailsDocument
from templates_hsm.definition.meta_words import said, status_of

TOPICS: Final = (
    "message_template_status_update",
    "message_template_quality_update",
    "template_category_update",
    "message_template_components_update",
)
MAX_DETAILS_CHARS: Final = 500
_TELLING: Final = (
    ("rejection_info", "reason"),
    ("rejection_info", "recommendation"),
    ("other_info", "description"),
    ("disable_info", "disable_date"),
)
"""Where a status notice says more, in the order in which it is shown."""


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """What some notices of one account say together.

    Attributes:
        names: Of the templates they are about; None in it where a notice names none.
        details: `status` and `text` by the template's id at Meta, of the last notice of each.
    """

    ids: tuple[str, ...]
    names: frozenset[str | None]
    details: Mapping[str, TemplateDetailsDocument]


def told_by(notices: Sequence[NoticeDocument]) -> Told:
    """Read stored notices, oldest first."""
    values = [_value(notice) for notice in notices]
    names = frozenset(_name(value) for value in values)
    details = {str(value["message_template_id"]): found for value in values if (found := _details(value))}
    return Told(ids=tuple(notice["_id"] for notice in notices), names=names, details=details)


def _value(notice: NoticeDocument) -> Mapping[str, Any]:
    try:
        value = msgspec.json.decode(bytes(notice["raw"]))
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def _name(value: Mapping[str, Any]) -> str | None:
    name = value.get("message_template_name")
    return name if isinstance(name, str) and name else None


def _details(value: Mapping[str, Any]) -> TemplateDetailsDocument | None:
    if "event" not in value or "message_template_id" not in value:
        return None
    text = " ".join(_telling(value))[:MAX_DETAILS_CHARS]
    return {"status": status_of(value["event"]).value, "text": text} if text else None


def _telling(value: Mapping[str, Any]) -> Iterator[str]:
    reason = said(value.get("reason"))
    more = [
        str(value[part][name]) for part, name in _TELLING if isinstance(value.get(part), dict) and value[part].get(name)
    ]
    if reason:
        yield f"{reason}:" if more else reason
    yield from more
