"""How the counts of a half hour, and of a day, are stored."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import cast

from inbox.foundation.structs import to_document
from inbox.reports.tallies import Tally
from inbox.storage.documents import RollupDocument, TallyDocument


def rollup_document(workspace_id: str, group: str, slot: datetime, tallies: Mapping[str, Tally]) -> RollupDocument:
    """Make the document of one group's counts, which begin at a time."""
    return {
        "_id": f"{workspace_id}:{group}:{slot.isoformat()}",
        "workspace_id": workspace_id,
        "group": group,
        "slot": slot,
        "counts": [_count(key, tally) for key, tally in tallies.items()],
    }


def _count(key: str, tally: Tally) -> TallyDocument:
    counted: TallyDocument = {"key": key, **cast(TallyDocument, to_document(tally))}
    return counted
