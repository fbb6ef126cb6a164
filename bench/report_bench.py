"""Reports over ninety days of a large workspace.

    .venv/bin/python -m bench.report_bench DIRECTORY

Starts a MongoDB in the directory, writes the counts of 4,320 half hours of 20 queues, 5 channels, 60 operators, 60
tags and 60 topics, of which 20 to 40 appear in each, and prints how long each report takes by each group, one after
the other, as an owner asks for it.
"""

from __future__ import annotations

import random
import statistics
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import uvloop

from bench.cpu import process_seconds
from gateway.embedded.servers import EmbeddedServers
from inbox.foundation.ids import new_id
from inbox.foundation.logs import configure_logging
from inbox.people.access import Caller, CallerKind, Role
from inbox.reports.day_rollups import DAY, day_of, sum_days
from inbox.reports.facts import EVERYTHING
from inbox.reports.report_models import GroupBy, ReportName, ReportQuery
from inbox.reports.reporting import make_report
from inbox.reports.rollup_documents import rollup_document
from inbox.reports.slots import SLOT, Group, slot_of
from inbox.reports.tallies import Closed, Tally, tally_of, together
from inbox.storage.database import Database
from inbox.storage.indexes import create_indexes

DAYS: Final = 90
LONG_AGO: Final = timedelta(days=1000)
KEYS: Final = {Group.QUEUE: 20, Group.CHANNEL: 5, Group.OPERATOR: 60, Group.TAG: 60, Group.TOPIC: 60}
ROUNDS: Final = 1
GOAL_MS: Final = 500


def _tally(rng: random.Random, at: datetime) -> Tally:
    closed = [
        Closed(
            opened_at=at,
            closed_at=at + timedelta(seconds=rng.randrange(7200)),
            reason="operator",
            first_assigned_at=at + timedelta(seconds=rng.randrange(900)),
            first_answer_at=at + timedelta(seconds=rng.randrange(1800)),
        )
        for _ in range(rng.randrange(1, 4))
    ]
    return together(map(tally_of, closed))


async def build(database: Database, workspace: str, end: datetime) -> None:
    """Write the counts of ninety days, half hours and days; the tallies are drawn out of a hundred."""
    rng = random.Random(1)
    drawn = [_tally(rng, end) for _ in range(100)]
    for day in range(DAYS):
        documents = [
            rollup_document(workspace, group.value, end - day * DAY - half * SLOT, _of_some(group, rng, drawn))
            for half in range(1, DAY // SLOT + 1)
            for group in Group
        ]
        await database.rollups.insert_many(documents)
    mark = {"_id": workspace, "workspace_id": workspace, "until": end, "again_until": end - DAY}
    await database.rollup_marks.insert_one(mark)


def _of_some(group: Group, rng: random.Random, drawn: Sequence[Tally]) -> dict[str, Tally]:
    """Return tallies of those keys of a group that appear in one half hour."""
    if group is Group.ALL:
        return {EVERYTHING: rng.choice(drawn)}
    most = KEYS[group]
    return {f"{group}{key}": rng.choice(drawn) for key in rng.sample(range(most), min(most, rng.randrange(20, 41)))}


async def sum_all_days(database: Database, workspace: str) -> None:
    """Sum days as the worker does, as many looks as it takes."""
    own = {"_id": workspace, "workspace_id": workspace}
    for _ in range(DAYS):
        mark = await database.rollup_marks.find_one(own)
        if mark is None or mark.get("days_until", mark["until"] - LONG_AGO) >= day_of(mark["again_until"]):
            return
        await sum_days(database, workspace, mark)


async def measure(database: Database, pid: int, workspace: str, end: datetime) -> None:
    """Print how long reports take, and of that the processor's time here and in MongoDB."""
    owner = Caller(workspace_id=workspace, kind=CallerKind.OPERATOR, id="o", role=Role.OWNER)
    print(
        f"{'by':<10}{'median ms':>12}{'slowest ms':>12}{'ours, CPU ms':>14}{'MongoDB, CPU ms':>17}   (goal {GOAL_MS})"
    )
    for group in GroupBy:
        took, names = [], list(ReportName) * ROUNDS
        before = time.process_time(), process_seconds(pid)
        for name in names:
            query = ReportQuery(from_=end - DAYS * DAY, to=end, group_by=group, time_zone="Europe/Lisbon")
            began = time.perf_counter()
            await make_report(database, owner, name, query, now=end)
            took.append(1000 * (time.perf_counter() - began))
        ours, theirs = time.process_time() - before[0], process_seconds(pid) - before[1]
        each = [1000 * seconds / len(names) for seconds in (ours, theirs)]
        print(
            f"{group.value:<10}{statistics.median(took):>12.0f}{max(took):>12.0f}{each[0]:>14.0f}{each[1]:>17.0f}",
            flush=True,
        )


async def main(directory: Path) -> None:
    """Build and measure."""
    servers = EmbeddedServers(directory)
    state = await servers.start()
    database, pid = Database(state.mongo_url), state.mongod_pid or 0
    try:
        await create_indexes(database)
        workspace, end = new_id(), slot_of(datetime.now(UTC))
        await build(database, workspace, end)
        await sum_all_days(database, workspace)
        await measure(database, pid, workspace, end)
    finally:
        database.close()
        await servers.stop()


if __name__ == "__main__":
    configure_logging("WARNING", process="bench")
    uvloop.run(main(Path(sys.argv[1])))
