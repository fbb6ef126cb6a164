"""Reading erasures: what is under way, and the certificates of what is over."""

from __future__ import annotations

from inbox.erasing.erasure_models import Erasure, erasure_view
from inbox.foundation.pages import Page, cut_page, decode_cursor
from inbox.foundation.problems import not_found
from inbox.storage.database import Database
from inbox.storage.documents import Condition


async def get_erasure(database: Database, workspace_id: str, erasure_id: str) -> Erasure:
    """Return one. Raises `ProblemError` (`not_found`)."""
    found = await database.erasures.find_one({"_id": erasure_id, "workspace_id": workspace_id}, {"person": 0})
    if found is None:
        raise not_found("erasure")
    return erasure_view(found)


async def list_erasures(database: Database, workspace_id: str, *, limit: int, cursor: str | None) -> Page[Erasure]:
    """List all, newest first."""
    wanted: Condition = {"workspace_id": workspace_id}
    before = decode_cursor(cursor, str)
    if before is not None:
        wanted["_id"] = {"$lt": before}
    found = await database.erasures.find(wanted, {"person": 0}).sort("_id", -1).limit(limit + 1).to_list(None)
    return cut_page([erasure_view(one) for one in found], limit, lambda one: one.id)
