"""When each sweep that rests is to look again: without news it looks then, so nothing due may be left out."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from inbox.channel.channel_directory import ChannelDirectory
from inbox.files.gridfs_store import GridFsStore
from inbox.foundation.clock import FixedClock
from inbox.sending.held import LOOKED_AT
from inbox.storage.database import Database
from inbox.storage.runtime import Runtime
from queueing.queues.queue_telling import QueueTelling
from templates_hsm.sync.template_accounts import next_reading
from workers.deadlines.fire_deadlines import DeadlineKeeper
from workers.deadlines.keep_windows import WindowKeeper
from workers.deadlines.reply import Replier
from workers.fetch_files import FileFetcher
from workers.routing.route import Router
from workers.run_campaigns import Campaigner
from workers.sending.tell_provider import ProviderTeller

NOW, LATER, LATEST = "now", "later", "latest"
"""`later` is in half an hour, `latest` in an hour."""
NextDue = Callable[[], Awaitable[datetime | None]]
Documents = dict[str, list[dict[str, Any]]]

GONE = {"workspace_id": "w1", "email": "a", "status": "offline", "load": 1}
GIVES_BACK = {"_id": "w1", "settings": {"return_after_seconds": 60}}
KEEPS = {"_id": "w1", "settings": {"return_after_seconds": None}}

ROWS: list[tuple[str, Documents, str | None]] = [
    ("speak", {"cues": [{"due_at": LATEST}, {"due_at": LATER}]}, LATER),
    (
        "deadlines",
        {
            "conversations": [
                {"open": False, "workspace_id": "w1", "check_at": NOW},
                {"open": True, "workspace_id": "w1", "check_at": LATER},
                {"open": True, "workspace_id": "w2", "check_at": LATEST},
            ]
        },
        LATER,
    ),
    ("deadlines", {"rechecks": [{"field": "channel_id"}]}, NOW),
    (
        "release",
        {"held_replies": [{"held_until": at} for at in (LATEST, LATER)]},
        LATER,
    ),
    ("tell", {"provider_tasks": [{"channel_id": "c1", "due_at": LATER}]}, NOW),
    ("fetch", {"files": [{"channel_id": "c1", "state": "pending", "next_attempt_at": LATER}]}, NOW),
    ("fetch", {"files": [{"channel_id": "c1", "state": "stored", "next_attempt_at": None}]}, None),
    ("start", {"campaigns": [{"state": "scheduled", "schedule_at": at} for at in (LATEST, LATER)]}, LATER),
    ("start", {"campaigns": [{"state": "draft", "schedule_at": LATER}]}, None),
    ("count", {"campaigns": [{"state": "completed", "count_at": at} for at in (LATEST, LATER, None)]}, LATER),
    ("read", {"template_accounts": [{"due_at": LATEST}, {"due_at": LATER}]}, LATER),
    ("tend", {"operators": [{"email": at, "presence_until": at} for at in (LATEST, LATER)]}, LATER),
    ("tend", {"operators": [{**GONE, "presence_until": None}], "workspaces": [KEEPS]}, None),
    ("tend", {"operators": [GONE], "workspaces": [GIVES_BACK]}, NOW),
    ("tend", {"operators": [{**GONE, "load": 0}], "workspaces": [GIVES_BACK]}, None),
    ("tend", {"queues": [{"workspace_id": "w1", "waiting": 1, "max_wait_seconds": 60}]}, NOW),
    ("tend", {"queues": [{"workspace_id": "w1", "waiting": 1, "max_wait_seconds": None}]}, None),
    ("queues", {"queues": [{"_id": "q1", "workspace_id": "w1", "waiting": 2}]}, NOW),
    ("queues", {"told_queues": [{"_id": "q1", "workspace_id": "w1", "waiting": 2}]}, NOW),
    (
        "queues",
        {
            "queues": [{"_id": "q1", "workspace_id": "w1", "waiting": 2}],
            "told_queues": [{"_id": "q1", "workspace_id": "w1", "waiting": 2}],
        },
        None,
    ),
]


@pytest.fixture
def asked(runtime: Runtime) -> dict[str, NextDue]:
    """What each sweep is asked before it rests."""
    directory = ChannelDirectory(runtime.database, runtime.secret_box, clock=runtime.clock)
    campaigner = Campaigner(runtime, _nobody)
    windows = WindowKeeper(runtime, _nobody)

    async def release() -> datetime | None:
        await windows.release_held()
        return await windows.next_release()

    return {
        "speak": Replier(runtime, _nobody).next_due,
        "deadlines": DeadlineKeeper(runtime, _nobody, _nobody_later).next_due,
        "release": release,
        "tell": ProviderTeller(runtime, directory, {}).next_due,
        "fetch": FileFetcher(runtime, directory, {}, GridFsStore(runtime.database)).next_due,
        "start": campaigner.next_start,
        "count": campaigner.next_count,
        "read": lambda: next_reading(runtime.database),
        "tend": Router(runtime, _nobody).next_tending,
        "queues": QueueTelling(runtime.database, runtime.clock).next_change,
    }


@pytest.mark.parametrize(("sweep", "documents", "due"), ROWS)
async def test_it_looks_again_when_the_first_is_due(
    database: Database,
    clock: FixedClock,
    asked: dict[str, NextDue],
    sweep: str,
    documents: Documents,
    due: str | None,
) -> None:
    times = {NOW: clock.now(), LATER: clock.now() + timedelta(minutes=30), LATEST: clock.now() + timedelta(hours=1)}
    for collection, some in documents.items():
        timed = [
            {key: times.get(value, value) if type(value) is str else value for key, value in one.items()}
            for one in some
        ]
        await getattr(database, collection).insert_many(timed)
    assert await asked[sweep]() == (None if due is None else times[due])


@pytest.mark.parametrize("sweep", sorted({sweep for sweep, _, _ in ROWS}))
async def test_with_nothing_there_nothing_is_in_sight(asked: dict[str, NextDue], sweep: str) -> None:
    assert await asked[sweep]() is None


async def test_held_replies_of_which_a_look_saw_only_some_are_looked_at_again_now(runtime: Runtime) -> None:
    now = runtime.clock.now()
    later = now + timedelta(hours=1)
    await runtime.database.held_replies.insert_many([{"held_until": later} for _ in range(LOOKED_AT + 1)])
    windows = WindowKeeper(runtime, _nobody)
    due = []
    for _ in range(2):
        await windows.release_held()
        due.append(await windows.next_release())
    assert due == [now, now]


def _nobody(*_: object) -> None:
    return


async def _nobody_later(*_: object) -> None:
    return
