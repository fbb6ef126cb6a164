"""A number's limit holds in every second of the provider's log, whoever is killed or emptied meanwhile."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest

from inbox.foundation.ids import new_id
from inbox.messages.waiting import outbox_row
from inbox.model.authors import Author, AuthorKind
from inbox.model.content import TemplateContent
from inbox.sending.outgoing import Lane, outgoing_document
from inbox.storage.database import Database
from tests.acceptance.demo_process import ROOT, DemoProcess, tied
from tests.chaos.world import World, environment_of
from tests.waiting import eventually

LIMIT = 40
"""Campaign messages get four fifths of it: a machine that stands still for a moment bunches what it logs."""
MESSAGES = 90
SEEN_SECONDS = 120.0


@pytest.mark.parametrize("workers", [1, 4])
async def test_no_second_has_more_than_the_number_may_send(world: World, demo: DemoProcess, workers: int) -> None:
    database = Database(str(demo.ready["mongo_url"]))
    await _limit(world, demo, LIMIT)
    await world.kill("work")  # a sender at work may take some seconds to hear of a new limit
    await world.recovered()
    try:
        with _more_workers(demo, workers - 1) as others:
            waiting = await _campaign_messages_wait(database, demo)
            await _sent(world, MESSAGES // 3)
            await world.flush_redis()
            await _kill_all_but_one(world, others)
            await _nothing_waits(database, demo)
        sends = await world.emulator.sends()
        doubtful = {"_id": {"$in": list(waiting)}, "status": "unknown"}
        in_doubt = set(await database.messages.distinct("_id", doubtful))
    finally:
        await _limit(world, demo, 1_000)
        await world.recovered()
        database.close()
    ids = [send["body"]["biz_opaque_callback_data"] for send in sends]
    assert len(ids) == len(set(ids)), "nobody got it twice"
    assert set(ids) | in_doubt >= waiting, "who got none is told to be in doubt"
    assert _most_in_a_second([datetime.fromisoformat(send["time"]).timestamp() for send in sends]) <= LIMIT


async def _limit(world: World, demo: DemoProcess, per_second: int) -> None:
    path = f"/api/v1/channels/{demo.whatsapp['id']}"
    answer = await world.api.ask("PATCH", path, {"messages_per_second": per_second})
    assert answer.status == 200, answer


async def _campaign_messages_wait(database: Database, demo: DemoProcess) -> set[str]:
    """Put messages of a campaign into the outbox; return their ids."""
    channel = await database.channels.find_one({"_id": demo.whatsapp["id"]})
    now = datetime.now(UTC)
    documents = [
        outgoing_document(
            {
                "_id": new_id(),
                "workspace_id": channel["workspace_id"],
                "channel_id": channel["_id"],
                "identity": {"external_id": f"4915{number:09}"},
            },
            TemplateContent(name="hello_again", language="en"),
            Author(AuthorKind.CAMPAIGN),
            number + 1,
            now,
        )
        for number in range(MESSAGES)
    ]
    await database.messages.insert_many(documents)
    await database.outbox.insert_many([outbox_row(d, lane=Lane.CAMPAIGN, at=now) for d in documents])
    return {document["_id"] for document in documents}


async def _sent(world: World, count: int) -> None:
    async def enough() -> bool:
        return len(await world.emulator.sends()) >= count

    await eventually(enough, f"{count} messages are sent", SEEN_SECONDS)


async def _nothing_waits(database: Database, demo: DemoProcess) -> None:
    async def nothing() -> bool:
        return await database.outbox.find_one({"channel_id": demo.whatsapp["id"]}, {"_id": 1}) is None

    await eventually(nothing, "everything is sent", SEEN_SECONDS)


async def _kill_all_but_one(world: World, others: Sequence[subprocess.Popen[bytes]]) -> None:
    """Kill the demo's worker and all but one of the others: most likely the one that sends."""
    for other in others[1:]:
        other.kill()
    await world.kill("work")


@contextmanager
def _more_workers(demo: DemoProcess, count: int) -> Iterator[list[subprocess.Popen[bytes]]]:
    """Have more worker processes during the block."""
    with (demo.directory / "more-workers.log").open("ab") as log:
        workers = [
            subprocess.Popen(
                tied(sys.executable, "-m", "workers"),
                cwd=ROOT,
                env=environment_of(demo),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
            for _ in range(count)
        ]
    try:
        yield workers
    finally:
        for worker in workers:
            if worker.poll() is None:
                worker.send_signal(signal.SIGTERM)
        for worker in workers:
            worker.wait(30)


def _most_in_a_second(times: Sequence[float]) -> int:
    times = sorted(times)
    return max(sum(1 for t in times[i:] if t < at + 1.0) for i, at in enumerate(times))
