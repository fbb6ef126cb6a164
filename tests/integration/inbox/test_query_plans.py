"""What runs again and again reads an index. MongoDB leaves a partial one aside if a query does not name its filter."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from inbox.messages.message_lookup import provider_id_condition
from inbox.storage.database import Database
from workers.poll_updates import _POLLED
from workers.routing.route import _UNROUTED
from workers.sending.deliver import _WAITING

NOW = datetime(2026, 5, 4, tzinfo=UTC)
LOOKS: list[tuple[str, Any]] = [
    ("messages", provider_id_condition([("w1", "c1", "p1"), ("w1", "c1", "p2")])),
    ("messages", provider_id_condition([("w1", "c1", "p1"), ("w1", "c2", "p1")])),
    ("messages", {"workspace_id": {"$in": ["w1", "w2"]}, "cue_id": {"$in": ["a", "b"], "$type": "string"}}),
    ("messages", {"workspace_id": "w1", "channel_id": "c1", "part_ids": {"$in": ["p1", "p2"], "$type": "string"}}),
    ("messages", _WAITING),
    ("messages", {"workspace_id": "w1", "channel_id": "c1", "due": True, "lane": {"$lt": 2}}),
    ("messages", {"workspace_id": "w1", "tally": "p1", "status": {"$in": ["queued", "sending"]}}),
    ("messages", {"workspace_id": "w1", "recipient": {"$in": ["a:1", "a:2#1"]}}),
    ("campaign_recipients", {"workspace_id": "w1", "campaign_id": "p1", "due_at": {"$lte": NOW}}),
    ("campaign_recipients", {"workspace_id": "w1", "campaign_id": "p1", "skipped": {"$exists": True}}),
    ("campaigns", {"$or": [{"state": "running"}, {"state": "scheduled", "schedule_at": {"$lte": NOW}}]}),
    ("contacts", {"workspace_id": "w1", "tags": "vip"}),
    ("contacts", {"workspace_id": "w1", "joined_ids": "c1"}),
    ("channels", _POLLED),
    ("conversations", _UNROUTED),
    ("conversations", {"open": True, "$or": [{"check_at": None}, {"check_at": {"$lte": NOW}}]}),
    ("cues", {"due_at": {"$lte": NOW}}),
]


@pytest.mark.parametrize(("collection", "condition"), LOOKS)
async def test_reads_an_index(database: Database, collection: str, condition: dict[str, Any]) -> None:
    plan = await getattr(database, collection).find(condition).explain()
    assert "COLLSCAN" not in str(plan["queryPlanner"]["winningPlan"])
