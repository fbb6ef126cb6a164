"""Files by the API: names as people have them, bodies as attackers send them, parts of files, and what is left over."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from inbox.files.gridfs_store import GridFsStore
from inbox.files.uploads import KEPT_UNNAMED, KEPT_UNNAMED_OF_VISITOR, sweep_unnamed
from inbox.foundation.clock import FixedClock
from inbox.storage.database import Database
from inbox.storage.isolation import Isolated
from tests.integration.api.support import Actor, Answer, Team

WORDS = b"some words"


def form(disposition: str = 'name="file"; filename="a.txt"', end: bytes = b"\r\n--cut--\r\n") -> bytes:
    return f"--cut\r\nContent-Disposition: form-data; {disposition}\r\n\r\n".encode() + WORDS + end


async def upload(actor: Actor, body: bytes) -> Answer:
    return await actor.call("POST", "/media", body, Content_Type="multipart/form-data; boundary=cut")


@pytest.mark.parametrize(
    ("filename", "stored"),
    [
        ("Offer; invoice; final.pdf", "Offer; invoice; final.pdf"),
        ("a\0b.txt", "ab.txt"),
        ("../../etc/\u202efdp.exe", "fdp.exe"),
        ("C:\\x\\inv.pdf", "inv.pdf"),
        ("x" * 400 + ".pdf", "x" * 196 + ".pdf"),
    ],
)
async def test_names_are_taken_and_tidied(team: Team, filename: str, stored: str) -> None:
    answer = await upload(team.operator, form(f'name="file"; filename="{filename}"'))
    assert (answer.status, answer.body["filename"], answer.body["bytes"]) == (201, stored, len(WORDS))


@pytest.mark.parametrize(
    "body",
    [
        form(end=b""),  # it breaks off
        b'--cut\r\nContent-Disposition: form-data; name="file"',
        b"--cut\r\nX-Long: " + b"x" * 9_000 + b"\r\n" + form(),
        b"--cut\r\n\r\n\r\n" * 60_000,
    ],
)
async def test_a_form_that_can_not_be_read_is_refused_and_leaves_nothing(
    team: Team, database: Database, body: bytes
) -> None:
    answer = await upload(team.operator, body)
    assert (answer.status, answer.body["code"]) == (400, "malformed")
    assert await database.files.count_documents({}) == 0
    assert await database.blob_chunks.count_documents({}) == 0


@pytest.mark.parametrize(
    ("asked", "status", "body", "content_range"),
    [
        ("bytes=0-3", 206, b"some", "bytes 0-3/10"),
        ("bytes=-5", 206, b"words", "bytes 5-9/10"),
        ("bytes=-99", 200, WORDS, None),
        ("bytes=5-", 206, b"words", "bytes 5-9/10"),
        ("bytes=-0", 416, None, "bytes */10"),
        ("bytes=10-", 416, None, "bytes */10"),
        ("bytes=5-2", 200, WORDS, None),  # no range at all: as if it had not been asked for
        ("bytes=0-1,3-4", 200, WORDS, None),
        ("bytes=" + "9" * 400 + "-", 200, WORDS, None),
    ],
)
async def test_parts_of_a_file(
    team: Team, asked: str, status: int, body: bytes | None, content_range: str | None
) -> None:
    file = (await upload(team.operator, form())).body
    headers = {"Authorization": f"Bearer {team.operator.token}", "Range": asked}
    async with team.operator.client.get(f"/api/v1/media/{file['id']}", headers=headers) as answer:
        assert (answer.status, answer.headers.get("Content-Range")) == (status, content_range)
        assert body is None or await answer.read() == body


@pytest.mark.parametrize(
    ("had", "status"),
    [("{}", 304), ("W/{}", 304), ('"another", {}', 304), ("*", 304), ('"another"', 200)],
)
async def test_what_a_client_has_is_not_sent_again(team: Team, had: str, status: int) -> None:
    path = f"/api/v1/media/{(await upload(team.operator, form())).body['id']}"
    authorized = {"Authorization": f"Bearer {team.operator.token}"}
    async with team.operator.client.get(path, headers=authorized) as answer:
        etag = answer.headers["ETag"]
    headers = authorized | {"If-None-Match": had.format(etag)}
    async with team.operator.client.get(path, headers=headers) as answer:
        assert (answer.status, answer.headers["ETag"]) == (status, etag)
        assert await answer.read() == (WORDS if status == 200 else b"")


async def test_uploads_that_nobody_names_go_in_time(team: Team, database: Database, clock: FixedClock) -> None:
    store = GridFsStore(database)
    await upload(team.operator, form())
    visitors: dict[str, Any] = {"unnamed": True, "unnamed_until": clock.now() + KEPT_UNNAMED_OF_VISITOR}
    visitors |= {"_id": "visitor", "blob_id": "b", "created_at": clock.now(), "workspace_id": "w"}
    await database.files.insert_one(visitors)
    clock.advance(KEPT_UNNAMED_OF_VISITOR)
    assert await sweep_unnamed(database, store, clock.now(), isolated=Isolated("uploads")) == 1
    assert await database.files.find_one({"_id": "visitor"}) is None
    clock.advance(KEPT_UNNAMED - KEPT_UNNAMED_OF_VISITOR - timedelta(seconds=1))
    assert await sweep_unnamed(database, store, clock.now(), isolated=Isolated("uploads")) == 0
    clock.advance(timedelta(seconds=1))
    assert await sweep_unnamed(database, store, clock.now(), isolated=Isolated("uploads")) == 1
    assert await database.blob_chunks.count_documents({}) == 0
