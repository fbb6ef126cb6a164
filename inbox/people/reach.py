"""What an operator sees through their groups: queues and supervised colleagues."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from inbox.people.access import SEES_ALL, Role
from inbox.storage.database import Database


class Reach(msgspec.Struct, frozen=True, kw_only=True):
    """Ids of queues whose unassigned conversations are visible, and of supervised operators."""

    queue_ids: frozenset[str] = frozenset()
    supervised_ids: frozenset[str] = frozenset()


async def reach_of(
    database: Database, workspace_id: str, operator_id: str, *, role: Role, group_ids: Sequence[str]
) -> Reach:
    """Read an operator's reach; empty for roles that see everything anyway (domain rule 2.1)."""
    if role in SEES_ALL:
        return Reach()
    member = {
        "workspace_id": workspace_id,
        "$or": [{"operator_ids": operator_id}, {"group_ids": {"$in": list(group_ids)}}],
    }
    queue_ids = await database.queues.distinct("_id", member)
    supervised = await _supervised(database, workspace_id, operator_id) if role is Role.SUPERVISOR else []
    return Reach(queue_ids=frozenset(queue_ids), supervised_ids=frozenset(supervised))


async def _supervised(database: Database, workspace_id: str, supervisor_id: str) -> list[str]:
    groups = await database.groups.distinct("_id", {"workspace_id": workspace_id, "supervisor_ids": supervisor_id})
    if not groups:
        return []
    members: list[str] = await database.operators.distinct(
        "_id", {"workspace_id": workspace_id, "group_ids": {"$in": groups}}
    )
    return members
