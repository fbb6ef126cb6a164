"""What the rows of a report are called now; rows of merged tags and topics become one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from inbox.reports.report_models import GroupBy
from inbox.reports.tallies import Tally, together
from inbox.storage.database import Database

Row = tuple[str, str | None, Tally]
_COLLECTIONS: Final[Mapping[GroupBy, str]] = {
    GroupBy.QUEUE: "queues",
    GroupBy.CHANNEL: "channels",
    GroupBy.OPERATOR: "operators",
}
_LABELS: Final[Mapping[GroupBy, tuple[str, Callable[[Any], str]]]] = {
    GroupBy.TAG: ("tags", lambda tag: tag["name"]),
    GroupBy.TOPIC: ("topics", lambda topic: topic["_id"]),
}
"""Where labels are, and by what their rows are known."""


async def name_rows(
    database: Database, workspace_id: str, group_by: GroupBy, tallies: Mapping[str, Tally]
) -> Sequence[Row]:
    """Return rows with their names."""
    if group_by in _LABELS:
        return await _labelled(database, workspace_id, group_by, tallies)
    if group_by not in _COLLECTIONS:
        return [(key, None, tally) for key, tally in tallies.items()]
    wanted = {"workspace_id": workspace_id, "_id": {"$in": [key for key in tallies if key]}}
    found = getattr(database, _COLLECTIONS[group_by]).find(wanted, {"name": 1})
    names = {document["_id"]: document["name"] async for document in found}
    return [(key, names.get(key), tally) for key, tally in tallies.items()]


async def _labelled(
    database: Database, workspace_id: str, group_by: GroupBy, tallies: Mapping[str, Tally]
) -> list[Row]:
    """Put the keys of each tag or topic together: one that was merged into another counts there."""
    collection, known_by = _LABELS[group_by]
    wanted = {"workspace_id": workspace_id, "keys": {"$in": list(tallies)}}
    found = await getattr(database, collection).find(wanted, {"name": 1, "keys": 1}).to_list(None)
    label_of = {key: label for label in found for key in label["keys"]}
    rows: dict[str, Row] = {}
    for key, tally in tallies.items():
        label = label_of.get(key)
        known = key if label is None else known_by(label)
        name = None if label is None else label["name"]
        rows[known] = (known, name, together((rows[known][2], tally)) if known in rows else tally)
    return list(rows.values())
