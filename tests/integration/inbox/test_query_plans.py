"""Each index answers the query that its row names, and each query that runs again and again reads an index.

MongoDB leaves a partial index aside if a query does not name its filter.
"""

from __future__ import annotations

from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from inbox.messages.message_lookup import provider_id_condition
from inbox.storage.database import Database
from inbox.storage.indexes import INDEXES, OLD_INDEXES, Index, create_indexes
from workers.poll_updates import _POLLED
from workers.routing.route import _UNROUTED
from workers.sending.deliver import _WAITING

NOW = datetime(2026, 5, 4, tzinfo=UTC)
ROWS = [(collection, index) for collection, indexes in INDEXES.items() for index in indexes]
NAMES = [f"{collection}.{index.name}" for collection, index in ROWS]
QUERIES = [(collection, index) for collection, index in ROWS if index.query is not None]
LOOKS: list[tuple[str, Any]] = [
    ("messages", provider_id_condition([("w1", "c1", "p1"), ("w1", "c1", "p2")])),
    ("messages", provider_id_condition([("w1", "c1", "p1"), ("w1", "c2", "p1")])),
    ("outbox", _WAITING),
    ("campaigns", {"$or": [{"state": "running"}, {"state": "scheduled", "schedule_at": {"$lte": NOW}}]}),
    ("channels", _POLLED),
    ("conversations", _UNROUTED),
    ("conversations", {"open": True, "check_at": {"$type": "date"}}),
    ("operators", {"presence_until": {"$type": "date"}}),
    ("files", {"state": "pending", "channel_id": {"$gt": ""}}),
    ("campaigns", {"count_at": {"$type": "date"}}),
]


@pytest.mark.parametrize(("collection", "condition"), LOOKS)
async def test_reads_an_index(database: Database, collection: str, condition: dict[str, Any]) -> None:
    plan = await getattr(database, collection).find(condition).explain()
    assert "COLLSCAN" not in str(plan["queryPlanner"]["winningPlan"])


async def test_each_index_is_one_that_its_query_may_read(database: Database) -> None:
    faults = []
    for collection, index in QUERIES:
        planner = (await getattr(database, collection).find(index.query).explain())["queryPlanner"]
        if "COLLSCAN" in str(planner["winningPlan"]) or f"'indexName': '{index.name}'" not in str(planner):
            faults.append(f"{collection}.{index.name}: {planner['winningPlan']}")
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize(("collection", "index"), ROWS, ids=NAMES)
def test_each_index_says_what_it_is_there_for(collection: str, index: Index) -> None:
    assert index.unique or index.keep_seconds is not None or index.query is not None
    module = find_spec(index.asked_by)
    assert module is not None, index.asked_by
    if index.query is not None:
        source = Path(str(module.origin)).read_text(encoding="utf-8")
        assert any(f'"{field}"' in source for field, _ in index.fields if field != "_id"), "it asks by these fields"


def test_messages_have_few_indexes_and_none_of_a_field_that_changes_often() -> None:
    fields = {field for index in INDEXES["messages"] for field in (*dict(index.fields), *(index.partial or {}))}
    assert len(INDEXES["messages"]) <= 6
    assert fields.isdisjoint({"status", "status_times", "attempts", "ends", "error", "tally", "withheld"})


async def test_what_no_query_reads_any_more_is_dropped_at_the_start(database: Database) -> None:
    for collection, names in OLD_INDEXES.items():
        old = [Index(name, f"old_{number}", "inbox").model for number, name in enumerate(names)]
        await getattr(database, collection).create_indexes(old)
    for _ in range(2):
        await create_indexes(database)
    for collection, names in OLD_INDEXES.items():
        assert not {*names} & {*await getattr(database, collection).index_information()}


async def test_new_conversations_are_found_without_reading_those_who_wait(database: Database) -> None:
    waiting = [
        {"_id": f"{queue}-{n}", "queue_id": f"q{queue}", "state": "queued", "open": True, "channel_id": f"{queue}-{n}"}
        for queue in range(4)
        for n in range(100)
    ]
    new = {"_id": "new", "queue_id": "q2", "state": "new", "open": True, "channel_id": "c1"}
    await database.conversations.insert_many([*waiting, new])
    assert await database.conversations.distinct("queue_id", _UNROUTED) == ["q2"]
    plan = await database.conversations.find(_UNROUTED).explain()
    assert plan["executionStats"]["totalKeysExamined"] < 20
