"""Finds a template by business account, name and language."""

from __future__ import annotations

from typing import Any

from inbox.storage.database import BlockingDatabase, Database, Session
from templates_hsm.definition.template_definition import Template, TemplateName
from templates_hsm.store.template_views import template_of


async def find_template(
    database: Database, workspace_id: str, waba_id: str, named: TemplateName, session: Session
) -> Template | None:
    """Find a template of a business account by name and language."""
    stored = await database.templates.find_one(_condition(workspace_id, waba_id, named), session=session)
    return None if stored is None else template_of(stored)


def read_template(blocking: BlockingDatabase, workspace_id: str, waba_id: str, named: TemplateName) -> Template | None:
    """As `find_template`, within a batch."""
    stored = blocking.templates.find_one(_condition(workspace_id, waba_id, named))
    return None if stored is None else template_of(stored)


def _condition(workspace_id: str, waba_id: str, named: TemplateName) -> dict[str, Any]:
    return {
        "workspace_id": workspace_id,
        "waba_id": waba_id,
        "name": named.name,
        "language": named.language,
        "deleted_at": None,
    }
