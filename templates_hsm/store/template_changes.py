"""Changes a stored template: its fields, its history and its event."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final, cast

from inbox.foundation.ids import new_id
from inbox.storage.database import Database, Session
from inbox.storage.documents import TemplateChangeDocument, TemplateDocument
from inbox.stream.events import Event, EventType
from templates_hsm.definition.read_definition import read_definition
from templates_hsm.definition.template_definition import Category, Component, Quality, TemplateStatus
from templates_hsm.definition.usability import usability
from templates_hsm.store.template_views import template_view

KEPT_CHANGES: Final = 100
_TOLD: Final = ("status", "category", "quality")
_UNSEEN: Final = frozenset({"said", "details"})


async def change_template(
    database: Database,
    stored: TemplateDocument,
    fields: dict[str, Any],
    *,
    at: datetime,
    read_at: datetime | None = None,
    session: Session,
) -> TemplateDocument | None:
    """Set fields, with an entry in the history; return the template, or None if no client sees a difference."""
    reading = {} if read_at is None else {"read_at": read_at}
    key = {"_id": stored["_id"], "workspace_id": stored["workspace_id"]}
    if not is_news(stored, fields):
        await database.templates.update_one(key, {"$set": reading | {"seen_at": at}}, session=session)
        return None
    changes = differences(stored, fields, at)
    kept = [*stored.get("changes", ()), *changes][-KEPT_CHANGES:]
    written = {**fields, **reading, "updated_at": at, "changes": kept}
    await database.templates.update_one(key, {"$set": written}, session=session)
    return cast(TemplateDocument, {**stored, **written})


def new_document(
    workspace_id: str, waba_id: str, channel_id: str, now: datetime, fields: Mapping[str, Any]
) -> TemplateDocument:
    """Make a new template's document.

    Args:
        workspace_id: The workspace.
        waba_id: The business account.
        channel_id: Through which it was made or read.
        now: The current time.
        fields: What the template says and where it stands: of a draft, or as Meta lists it.
    """
    document = {
        "_id": new_id(),
        "workspace_id": workspace_id,
        "waba_id": waba_id,
        "channel_id": channel_id,
        "provider_id": None,
        "said": None,
        "draft": None,
        "changes": [],
        "created_at": now,
        "updated_at": now,
        "deleted_at": None,
        **fields,
    }
    return cast(TemplateDocument, document)


def template_updated(stored: TemplateDocument, at: datetime) -> Event:
    """Make the event of a changed template, for everybody in the workspace."""
    data: Any = template_view(stored)
    return Event(workspace_id=stored["workspace_id"], type=EventType.TEMPLATE_UPDATED, at=at, data=data)


def deleted_fields(stored: TemplateDocument) -> dict[str, Any]:
    """Return the fields of a template that is deleted at Meta."""
    category = Category(stored["category"])
    return judged(TemplateStatus.DELETED, category, stored["components"], quality=Quality(stored["quality"]))


def differences(stored: TemplateDocument, fields: dict[str, Any], at: datetime) -> list[TemplateChangeDocument]:
    """Return the history entries for the fields that differ."""
    return list(_differences(stored, fields, at))


def _differences(stored: TemplateDocument, fields: dict[str, Any], at: datetime) -> Iterator[TemplateChangeDocument]:
    for what in _TOLD:
        if what in fields and fields[what] != stored.get(what):
            yield _entry(at, what, stored.get(what), fields[what], fields.get("reason") if what == "status" else None)
    if "components" in fields and fields["components"] != stored.get("components"):
        yield _entry(at, "components", None, None, None)


def _entry(at: datetime, what: str, before: Any, after: Any, reason: str | None) -> TemplateChangeDocument:
    return {"at": at, "what": what, "before": before, "after": after, "reason": reason}


def is_news(stored: TemplateDocument, fields: dict[str, Any]) -> bool:
    """Tell whether a field that clients see differs."""
    return any(stored.get(name) != value for name, value in fields.items() if name not in _UNSEEN)


def judged(
    status: TemplateStatus,
    category: Category,
    components: Sequence[Component],
    *,
    quality: Quality = Quality.UNKNOWN,
    said: str | None = None,
    generated: bool = False,
) -> dict[str, Any]:
    """Return the stored fields that say whether a template can be sent."""
    unknown = read_definition(components, category).unknown
    usable, reason = usability(status, quality=quality, said=said, unknown=unknown, generated=generated)
    return {"status": status.value, "usable": usable, "reason": reason}
