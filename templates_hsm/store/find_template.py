"""Finds a template by business account, name and language, or in all its languages."""

from __future__ import annotations

from inbox.storage.database import Collections, Session
from inbox.storage.time_limits import READ_MS
from templates_hsm.definition.template_definition import Template, TemplateName
from templates_hsm.store.template_views import template_of


async def find_template(
    database: Collections, workspace_id: str, waba_id: str, named: TemplateName, session: Session
) -> Template | None:
    """Find a template of a business account by name and language; `session` is None outside of a transaction."""
    condition = {
        "workspace_id": workspace_id,
        "waba_id": waba_id,
        "name": named.name,
        "language": named.language,
        "deleted_at": None,
    }
    stored = await database.templates.find_one(condition, session=session)
    return None if stored is None else template_of(stored)


async def find_translations(
    database: Collections, workspace_id: str, waba_id: str, name: str, session: Session
) -> dict[str, Template]:
    """Find a template of a business account in all its languages, by these."""
    condition = {"workspace_id": workspace_id, "waba_id": waba_id, "name": name, "deleted_at": None}
    found = await database.templates.find(condition, session=session, max_time_ms=READ_MS).to_list(None)
    return {stored["language"]: template_of(stored) for stored in found}
