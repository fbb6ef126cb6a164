"""How long an operator counts as present after a sign of life."""

from __future__ import annotations

from datetime import datetime, timedelta

from inbox.people.accounts import GRACE_SECONDS
from inbox.storage.database import Database, Session


async def presence_end(
    database: Database, workspace_id: str, now: datetime, *, session: Session | None = None
) -> datetime:
    """Return when the lease ends that begins now: after the workspace's grace time."""
    workspace = await database.workspaces.find_one(
        {"_id": workspace_id}, {"settings.presence_grace_seconds": 1}, session=session
    )
    chosen = workspace.get("settings", {}).get("presence_grace_seconds") if workspace else None
    return now + timedelta(seconds=GRACE_SECONDS if chosen is None else chosen)
