"""Where the demo's clock is written down: a process that somebody starts beside the demo follows it, too."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from inbox.storage.database import Database

CLOCK_FILE: Final = "demo_clock_file"
"""Its document in the collection `gateway`; no other installation has it."""


async def share_clock_file(database: Database, path: Path) -> None:
    """Note which file has the offset of the demo's time."""
    await database.gateway.update_one({"_id": CLOCK_FILE}, {"$set": {"path": str(path)}}, upsert=True)


async def shared_clock_file(database: Database) -> Path | None:
    """Return the file of the demo whose database this is; None for any other."""
    found = await database.gateway.find_one({"_id": CLOCK_FILE}, {"path": 1})
    return None if found is None else Path(found["path"])
