"""What one workspace may use: refused clearly beyond it, right after a crash, and nobody else's business."""

from __future__ import annotations

import argparse
import asyncio
from collections import Counter
from typing import Any

import pytest

from gateway.commands.quotas import NAMES, QuotaRefusedError, quotas_of
from inbox.files.storage_use import StorageUse
from inbox.foundation.ids import new_id
from inbox.people.quotas import QuotaBook, QuotaChange, change_quotas, usual_quotas
from inbox.retention.dead_letter_surplus import delete_surplus
from inbox.storage.runtime import Runtime
from tests.integration.api.support import Answer, Team
from tests.integration.api.test_media import WORDS, form, upload


def book(runtime: Runtime) -> QuotaBook:
    """The quotas as a process that has just started sees them."""
    return QuotaBook(runtime.database, usual_quotas(runtime.settings))


async def test_no_room_for_files_is_said_and_known_after_a_crash(runtime: Runtime, team: Team, strangers: Team) -> None:
    workspace_id = team.owner.workspace_id
    await change_quotas(runtime.database, workspace_id, QuotaChange(storage_bytes=2 * len(WORDS)))
    assert [(await upload(team.owner, form())).status for _ in range(2)] == [201, 201]
    refused = await upload(team.owner, form())
    assert (refused.status, refused.body["code"]) == (507, "storage_full")
    shown = (await team.owner.get("/workspace/quotas")).body
    assert shown["storage_bytes"] == {"limit": 2 * len(WORDS), "used": 2 * len(WORDS)}
    assert (await upload(strangers.owner, form())).status == 201
    started_anew = StorageUse(runtime.database, book(runtime))
    assert not await started_anew.has_room(workspace_id)
    await runtime.database.files.delete_one({"workspace_id": workspace_id})
    assert await StorageUse(runtime.database, book(runtime)).has_room(workspace_id)


async def test_requests_beyond_the_quota_hear_when_to_come_again(runtime: Runtime, team: Team, strangers: Team) -> None:
    await change_quotas(runtime.database, team.owner.workspace_id, QuotaChange(requests_per_second=1))

    async def ask(who: Team) -> list[Answer]:
        return await asyncio.gather(*(who.owner.get("/me") for _ in range(30)))

    answers = await ask(team)
    statuses = Counter(answer.status for answer in answers)
    assert set(statuses) == {200, 429}
    assert statuses[429] > statuses[200]
    refused = next(answer for answer in answers if answer.status == 429)
    assert (refused.body["code"], refused.body["limit"]) == ("too_many_requests", 1)
    assert int(refused.headers["Retry-After"]) >= 1
    assert {answer.status for answer in await ask(strangers)} == {200}


async def letters(runtime: Runtime, workspace_id: str, count: int) -> None:
    def letter() -> dict[str, Any]:
        return {"_id": new_id(), "workspace_id": workspace_id, "key": new_id(), "at": runtime.clock.now()}

    await runtime.database.dead_letters.insert_many([letter() for _ in range(count)])


async def test_the_oldest_dead_letters_go_beyond_the_quota(runtime: Runtime, team: Team, strangers: Team) -> None:
    for who in (team, strangers):
        await letters(runtime, who.owner.workspace_id, 5)
    own = {"workspace_id": team.owner.workspace_id}
    newest = [one["_id"] async for one in runtime.database.dead_letters.find(own).sort("_id", -1).limit(3)]
    await change_quotas(runtime.database, team.owner.workspace_id, QuotaChange(dead_letters=3))
    assert await delete_surplus(runtime.database, book(runtime)) == 2
    assert await delete_surplus(runtime.database, book(runtime)) == 0
    assert [one["_id"] async for one in runtime.database.dead_letters.find(own).sort("_id", -1)] == newest
    assert await runtime.database.dead_letters.count_documents({"workspace_id": strangers.owner.workspace_id}) == 5


def asked(workspace_id: str, **values: str) -> argparse.Namespace:
    return argparse.Namespace(id=workspace_id, **(dict.fromkeys(NAMES) | values))


async def test_they_are_set_from_the_shell_and_seen_by_administrators(runtime: Runtime, team: Team) -> None:
    workspace_id, settings = team.owner.workspace_id, runtime.settings
    told = await quotas_of(settings, asked(workspace_id, searches_at_once="7", dead_letters="10"))
    assert "searches at once: 7" in told
    told = await quotas_of(settings, asked(workspace_id, dead_letters="usual"))
    assert told.splitlines() == [
        "storage bytes: as much as there is",
        "requests per second: as much as there is",
        "searches at once: 7",
        "dead letters: 100000",
    ]
    shown = (await team.owner.get("/workspace/quotas")).body
    assert (shown["searches_at_once"], shown["dead_letters"]) == (
        {"limit": 7, "used": None},
        {"limit": 100_000, "used": 0},
    )
    assert (await team.operator.get("/workspace/quotas")).status == 403


@pytest.mark.parametrize(("name", "value"), [("dead_letters", "0"), ("searches_at_once", "many")])
async def test_what_is_no_quota_is_refused(runtime: Runtime, team: Team, name: str, value: str) -> None:
    with pytest.raises(QuotaRefusedError):
        await quotas_of(runtime.settings, asked(team.owner.workspace_id, **{name: value}))
    with pytest.raises(QuotaRefusedError):
        await quotas_of(runtime.settings, asked("nobody", dead_letters="1"))
