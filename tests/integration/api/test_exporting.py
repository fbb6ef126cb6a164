"""Exports: all of a customer and nothing of another; all of a workspace but its secrets; nothing lost by a kill."""

from __future__ import annotations

import asyncio
import io
import zipfile
from collections.abc import AsyncIterator, Mapping
from contextlib import suppress
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import msgspec
import pytest
import pytest_asyncio

from inbox.erasing.erasing_tools import Tools
from inbox.exporting.export_models import KEPT
from inbox.exporting.export_steps import ExportTools, go_on
from inbox.files.blob_store import Written
from inbox.files.gridfs_store import GridFsStore
from inbox.files.uploads import sweep_unnamed
from inbox.foundation.clock import FixedClock
from inbox.foundation.ids import new_id
from inbox.storage.database import Database
from inbox.storage.isolation import Isolated
from inbox.storage.leases import Leases
from inbox.storage.runtime import Runtime
from tests.integration.api.everywhere import MARKED, NEIGHBOUR, put_everywhere, writes
from tests.integration.api.support import Actor, Client, Team, whatsapp_channel
from workers.erase import Eraser
from workers.export import Exporter

SECRETS = (b"token-1", b"secret-1", b"verify-1", b"$argon2")


@pytest.fixture
def tools(runtime: Runtime) -> ExportTools:
    return ExportTools(runtime.database, runtime.clock, GridFsStore(runtime.database))


@pytest_asyncio.fixture
async def exporter(runtime: Runtime, tools: ExportTools) -> AsyncIterator[Exporter]:
    worker = Exporter(tools, Leases(runtime.database, new_id()))
    yield worker
    await worker.stop()


@pytest_asyncio.fixture
async def channel(team: Team) -> dict[str, Any]:
    return dict((await team.owner.post("/channels", whatsapp_channel())).body)


async def exported(exporter: Exporter, team: Team, path: str) -> dict[str, Any]:
    """Ask for an export and have it made."""
    asked = await team.owner.post(path)
    assert (asked.status, asked.body["state"]) == (202, "working"), asked.body
    await exporter.sweep()
    await exporter.finished(team.owner.workspace_id)
    ready = (await team.owner.get(f"/exports/{asked.body['id']}")).body
    assert ready["state"] == "ready"
    return dict(ready)


async def fetched(client: Client, owner: Actor, export_id: str) -> dict[str, bytes]:
    """Return what the archives of an export have, by name."""
    found: dict[str, bytes] = {}
    for archive in (await owner.get(f"/exports/{export_id}/files")).body["items"]:
        link = urlsplit(archive["url"])
        async with client.get(f"{link.path}?{link.query}") as answer:
            raw = await answer.read()
            assert (answer.status, answer.content_type) == (200, "application/zip")
        assert len(raw) == archive["bytes"]
        with zipfile.ZipFile(io.BytesIO(raw)) as opened:
            assert opened.testzip() is None
            found |= {name: opened.read(name) for name in opened.namelist()}
    return found


class _DiedError(Exception):
    """As a process that was killed."""


class _Dying(GridFsStore):
    """Of three writes it breaks off the first in the middle and the second at its end."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self._writes = 0

    async def write(self, blob_id: str, chunks: AsyncIterator[bytes], *, limit_bytes: int) -> Written:
        self._writes += 1
        if self._writes % 3 == 1:
            await anext(chunks)
            raise _DiedError
        written = await super().write(blob_id, chunks, limit_bytes=limit_bytes)
        if self._writes % 3 == 2:
            raise _DiedError
        return written


def rows(found: Mapping[str, bytes], section: str) -> list[Any]:
    named = sorted(name for name in found if name.startswith(f"{section}-"))
    return [msgspec.json.decode(line) for name in named for line in found[name].splitlines()]


async def test_an_export_of_a_customer_has_all_of_them_and_nothing_of_another(
    team: Team, client: Client, runtime: Runtime, channel: dict[str, Any], exporter: Exporter
) -> None:
    contact = await put_everywhere(team, runtime, channel, MARKED)
    await put_everywhere(team, runtime, channel, NEIGHBOUR)
    ready = await exported(exporter, team, f"/contacts/{contact}/export")
    found = await fetched(client, team.owner, ready["id"])

    whole = b"\n".join(found.values())
    assert [trace for trace in MARKED.traces if trace not in whole] == []
    assert [trace for trace in NEIGHBOUR.traces if trace in whole] == []
    (card,) = rows(found, "contacts")
    assert (card["id"], card["emails"]) == (contact, [MARKED.email])
    assert {note["text"] for note in rows(found, "notes")} == {f"note on {MARKED.word}"}
    (file,) = rows(found, "files")
    assert found[file["path"]] == f"bytes of {MARKED.word}".encode()
    assert ready["counts"]["messages"] == len(rows(found, "messages"))
    assert [row["values"] for row in rows(found, "campaign_recipients")]


async def test_an_export_of_the_workspace_has_everything_but_secrets(
    team: Team, strangers: Team, client: Client, runtime: Runtime, channel: dict[str, Any], exporter: Exporter
) -> None:
    theirs = dict((await strangers.owner.post("/channels", whatsapp_channel("1002"))).body)
    await writes(strangers, theirs, NEIGHBOUR, "of somebody else")
    await put_everywhere(team, runtime, channel, MARKED)
    ready = await exported(exporter, team, "/workspace/export")
    found = await fetched(client, team.owner, ready["id"])

    whole = b"\n".join(found.values())
    assert [trace for trace in MARKED.traces if trace not in whole] == []
    assert [trace for trace in (*NEIGHBOUR.traces, *SECRETS) if trace in whole] == []
    assert strangers.owner.workspace_id.encode() not in whole
    for section in ("operators", "messages", "conversations", "contacts", "audit", "campaign_recipients"):
        ids = [row["id"] for row in rows(found, section)]
        stored = await getattr(runtime.database, section).distinct("_id", {"workspace_id": team.owner.workspace_id})
        assert sorted(ids) == sorted(stored) or section == "audit", section


@pytest.mark.parametrize("path", ["/workspace/export", "contact"])
async def test_it_goes_on_wherever_it_was_killed(
    team: Team, client: Client, runtime: Runtime, channel: dict[str, Any], path: str
) -> None:
    """Each archive is cut off while it is written, and once more before it is noted; nothing is lost or comes twice."""
    contact = await put_everywhere(team, runtime, channel, MARKED)
    for number in range(3):
        await writes(team, channel, MARKED, f"more {number}")
    small = ExportTools(runtime.database, runtime.clock, _Dying(runtime.database), part_bytes=1)
    asked = (await team.owner.post(f"/contacts/{contact}/export" if path == "contact" else path)).body
    while True:
        export = await runtime.database.exports.find_one({"_id": asked["id"]})
        assert export is not None
        if export["state"] == "ready":
            break
        with suppress(_DiedError):
            await go_on(small, export)
    found = await fetched(client, team.owner, asked["id"])
    ids = [row["id"] for row in rows(found, "messages")]
    wanted = {"workspace_id": team.owner.workspace_id, "void": {"$exists": False}}
    assert sorted(ids) == sorted(await runtime.database.messages.distinct("_id", wanted))
    assert len(rows(found, "files")) == 1


async def test_an_erasure_takes_exports_along_and_new_ones_wait_for_it(
    team: Team, runtime: Runtime, channel: dict[str, Any], exporter: Exporter, tools: ExportTools
) -> None:
    contacts = []
    for person in (MARKED, NEIGHBOUR):
        await writes(team, channel, person, f"hello from {person.word}")
        (talk,) = (await team.owner.get(f"/conversations?view=all&q={person.number}")).body["items"]
        contacts.append(talk["contact"]["id"])
    whole = await exported(exporter, team, "/workspace/export")
    theirs, others = [await exported(exporter, team, f"/contacts/{contact}/export") for contact in contacts]
    assert (await team.owner.delete(f"/contacts/{contacts[0]}")).status == 202
    waiting = (await team.owner.post("/workspace/export")).body
    await exporter.sweep()
    await exporter.finished(team.owner.workspace_id)
    assert (await team.owner.get(f"/exports/{waiting['id']}")).body["state"] == "working"

    eraser = Eraser(Tools(runtime.database, runtime.clock, runtime.redis, tools.store), Leases(runtime.database, "e"))
    await eraser.sweep()
    await eraser.finished(team.owner.workspace_id)
    await eraser.stop()
    statuses = {one["id"]: (await team.owner.get(f"/exports/{one['id']}")).status for one in (whole, theirs, others)}
    assert statuses == {whole["id"]: 404, theirs["id"]: 404, others["id"]: 200}
    assert await runtime.database.blob_files.count_documents({}) == 1
    assert await runtime.database.files.distinct("export_id", {}) == [others["id"]]


async def test_of_two_processes_with_the_same_export_each_archive_counts_once(
    team: Team, client: Client, runtime: Runtime, channel: dict[str, Any], tools: ExportTools
) -> None:
    """A lease keeps them apart; where one has lost it and does not know, the mark does."""
    await writes(team, channel, MARKED, "hello")
    asked = (await team.owner.post("/workspace/export")).body
    export = await runtime.database.exports.find_one({"_id": asked["id"]})
    assert export is not None
    await asyncio.gather(go_on(tools, export), go_on(tools, export))
    shown = (await team.owner.get(f"/exports/{asked['id']}")).body
    assert (shown["state"], shown["parts"], shown["counts"]["messages"]) == ("ready", 1, 1)
    assert await runtime.database.files.count_documents({}) == 1
    assert len(rows(await fetched(client, team.owner, asked["id"]), "messages")) == 1


async def test_an_archive_that_was_being_written_when_its_export_was_deleted_goes(
    team: Team, runtime: Runtime, channel: dict[str, Any], tools: ExportTools
) -> None:
    await writes(team, channel, MARKED, "hello")
    asked = (await team.owner.post("/workspace/export")).body
    export = await runtime.database.exports.find_one({"_id": asked["id"]})
    assert export is not None
    assert (await team.owner.delete(f"/exports/{asked['id']}")).status == 204
    assert await go_on(tools, export) is None
    assert await runtime.database.blob_chunks.count_documents({}) == 0
    assert await runtime.database.files.count_documents({}) == 0


async def test_it_is_gone_after_a_week_with_its_archives(
    team: Team, runtime: Runtime, channel: dict[str, Any], exporter: Exporter, clock: FixedClock, tools: ExportTools
) -> None:
    await writes(team, channel, MARKED, "hello")
    await exported(exporter, team, "/workspace/export")
    clock.advance(KEPT - timedelta(minutes=1))
    await sweep_unnamed(runtime.database, tools.store, clock.now(), isolated=Isolated("test"))
    assert await runtime.database.blob_files.count_documents({}) == 1
    clock.advance(timedelta(minutes=2))
    await sweep_unnamed(runtime.database, tools.store, clock.now(), isolated=Isolated("test"))
    assert await runtime.database.blob_files.count_documents({}) == 0


async def test_who_may_export(team: Team, strangers: Team, channel: dict[str, Any], exporter: Exporter) -> None:
    await writes(team, channel, MARKED, "hello")
    (talk,) = (await team.owner.get("/conversations?view=all")).body["items"]
    path = f"/contacts/{talk['contact']['id']}/export"
    assert (await team.operator.post(path)).status == 403
    assert (await team.operator.post("/workspace/export")).status == 403
    assert (await strangers.owner.post(path)).status == 404
    ready = await exported(exporter, team, path)
    assert (await team.operator.get(f"/exports/{ready['id']}/files")).status == 403
    (archive,) = (await team.key.get(f"/exports/{ready['id']}/files")).body["items"]
    by_token = urlsplit(archive["url"]).path.removeprefix("/api/v1")
    assert (await team.owner.get(by_token)).status == 404, "only the link leads to it"
    settings = {"settings": {"masked_roles": ["owner"]}}
    assert (await team.owner.patch("/workspace", settings)).status in {200, 422}
    actions = [entry["action"] for entry in (await team.key.get("/audit")).body["items"]]
    assert {"contact.exported", "export.fetched"} <= {*actions}


async def test_deleting_one_takes_its_archives_along(
    team: Team, runtime: Runtime, channel: dict[str, Any], exporter: Exporter
) -> None:
    await writes(team, channel, MARKED, "hello")
    ready = await exported(exporter, team, "/workspace/export")
    assert (await team.owner.delete(f"/exports/{ready['id']}")).status == 204
    assert (await team.owner.get(f"/exports/{ready['id']}")).status == 404
    assert await runtime.database.blob_chunks.count_documents({}) == 0


async def test_asked_again_it_is_the_same(team: Team, channel: dict[str, Any]) -> None:
    first = await team.owner.post("/workspace/export", Idempotency_Key="k")
    assert (await team.owner.post("/workspace/export")).body == first.body
    assert (await team.owner.post("/workspace/export", Idempotency_Key="k")).body == first.body


async def test_one_that_can_not_be_made_stops_no_other(
    team: Team, channel: dict[str, Any], runtime: Runtime, exporter: Exporter
) -> None:
    assert (await team.owner.post("/workspace/export")).status == 202
    nowhere = {"$set": {"mark": "nowhere:[]"}}
    await runtime.database.exports.update_one({"workspace_id": team.owner.workspace_id}, nowhere)
    contact = await put_everywhere(team, runtime, channel, MARKED)
    await exported(exporter, team, f"/contacts/{contact}/export")
