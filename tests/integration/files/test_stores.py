"""One suite over both stores: MongoDB itself, and S3's protocol at a real HTTP server."""

from __future__ import annotations

import asyncio
import hashlib
import sys
import time
from collections.abc import AsyncIterator

import msgspec
import pytest
import pytest_asyncio

from gateway.commands.doctor_checks import check_files
from inbox.files.blob_store import BlobStore, StoreUnavailableError, TooLargeError
from inbox.files.gridfs_store import CHUNK_BYTES, GridFsStore
from inbox.files.orphans import OrphanSweep
from inbox.files.s3_store import PART_BYTES, S3Settings, S3Store
from inbox.foundation.ids import lowest_id, new_id
from inbox.foundation.settings import FilesStore, Settings
from inbox.storage.database import Database

BYTES = bytes(range(256)) * 4096  # 1 MiB
LIMIT = 20 * 1024 * 1024
SIZES = (1, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, PART_BYTES, PART_BYTES + 1, 2 * PART_BYTES)


@pytest_asyncio.fixture(params=["gridfs", "s3"])
async def store(
    request: pytest.FixtureRequest, database: Database, s3_settings: S3Settings
) -> AsyncIterator[BlobStore]:
    opened: BlobStore = GridFsStore(database) if request.param == "gridfs" else S3Store(s3_settings)
    yield opened
    await opened.close()


async def pieces(data: bytes, size: int = 60_000) -> AsyncIterator[bytes]:
    for start in range(0, len(data), size):
        yield data[start : start + size]


async def broken_off(data: bytes) -> AsyncIterator[bytes]:
    yield data
    raise ConnectionResetError


async def read(store: BlobStore, name: str, **part: int) -> bytes:
    return b"".join([piece async for piece in store.read(name, **part)])


async def names(store: BlobStore) -> list[str]:
    return list(await store.names(after="", before="g", limit=100))


@pytest.mark.parametrize("size", SIZES)
async def test_what_is_written_is_read(store: BlobStore, size: int) -> None:
    data = (BYTES * (size // len(BYTES) + 1))[:size]
    written = await store.write("a1", pieces(data), limit_bytes=LIMIT)
    assert (written.size_bytes, written.sha256) == (size, hashlib.sha256(data).hexdigest())
    assert written.head == data[:8192]
    assert await read(store, "a1") == data
    assert await names(store) == ["a1"]
    await store.delete("a1")
    assert await names(store) == []


@pytest.mark.parametrize(
    "part", [(0, 1), (0, CHUNK_BYTES), (CHUNK_BYTES - 1, CHUNK_BYTES + 1), (700_000, 2**20), (5, 5), (2**20 - 1, 2**20)]
)
async def test_a_part_is_read(store: BlobStore, part: tuple[int, int]) -> None:
    await store.write("a1", pieces(BYTES), limit_bytes=LIMIT)
    assert await read(store, "a1", start=part[0], end=part[1]) == BYTES[part[0] : part[1]]


@pytest.mark.parametrize("size", [len(BYTES), PART_BYTES + len(BYTES)])
async def test_more_than_the_limit_is_not_kept(store: BlobStore, size: int) -> None:
    with pytest.raises(TooLargeError):
        await store.write("a1", pieces(bytes(size)), limit_bytes=size - 1)
    assert await names(store) == []
    assert (await store.write("a1", pieces(bytes(size)), limit_bytes=size)).size_bytes == size


@pytest.mark.parametrize("size", [CHUNK_BYTES * 2, PART_BYTES * 2])
async def test_what_breaks_off_can_be_taken_away(store: BlobStore, size: int) -> None:
    with pytest.raises(ConnectionResetError):
        await store.write("a1", broken_off(bytes(size)), limit_bytes=LIMIT)
    await store.delete("a1")
    assert await names(store) == []


async def test_names_come_in_order_between_two(store: BlobStore) -> None:
    for name in ("b2", "a1", "c3", "b1"):
        await store.write(name, pieces(b"x"), limit_bytes=1)
    assert list(await store.names(after="a1", before="c3", limit=10)) == ["b1", "b2"]
    assert list(await store.names(after="", before="d", limit=2)) == ["a1", "b1"]


async def test_bytes_that_no_file_names_are_taken_away(store: BlobStore, database: Database) -> None:
    now = time.time()
    orphans = [lowest_id(now - 7200), lowest_id(now - 7100)]
    named, fresh = lowest_id(now - 7000), new_id()
    for name in (*orphans, named, fresh):
        await store.write(name, pieces(b"x"), limit_bytes=1)
    await database.files.insert_one({"_id": "file", "blob_id": named})
    await OrphanSweep(database, store, since=now - 9000).sweep()
    assert await names(store) == [named, fresh]


async def test_an_upload_that_was_never_completed_is_found_by_its_name(s3_settings: S3Settings) -> None:
    store = S3Store(s3_settings)
    await store.call("create_multipart_upload", Key=store.key("a1"))
    assert await names(store) == ["a1"]
    await store.delete("a1")
    assert await names(store) == []
    await store.close()


async def test_many_at_once_through_one_store(store: BlobStore) -> None:
    datas = {f"a{number}": BYTES[: 40_000 * (number + 1)] for number in range(6)}
    await asyncio.gather(*(store.write(name, pieces(data), limit_bytes=LIMIT) for name, data in datas.items()))
    assert await asyncio.gather(*(read(store, name) for name in datas)) == list(datas.values())


async def test_a_store_that_is_away_says_so(s3_settings: S3Settings) -> None:
    missing = S3Store(msgspec.structs.replace(s3_settings, bucket="no-such-bucket"))
    with pytest.raises(StoreUnavailableError, match="NoSuchBucket"):
        await missing.write("a1", pieces(b"x"), limit_bytes=1)
    with pytest.raises(StoreUnavailableError, match="NoSuchBucket"):
        await read(missing, "a1")
    await missing.close()


@pytest.mark.parametrize(("bucket", "ok"), [(True, True), (False, False)])
async def test_the_doctor_tries_the_store_out(
    settings: Settings, database: Database, s3_settings: S3Settings, *, bucket: bool, ok: bool
) -> None:
    known = settings.model_copy(
        update={
            "files_store": FilesStore.S3,
            "s3_bucket": s3_settings.bucket if bucket else "no-such-bucket",
            "s3_endpoint": s3_settings.endpoint,
            "s3_access_key": "us",
            "s3_secret_key": settings.secret_key,
        }
    )
    check = await check_files(known, database)
    assert check.ok is ok, check
    assert (await check_files(settings, database)).ok


async def test_the_package_of_s3_is_loaded_only_where_it_is_used() -> None:
    code = "import inbox.files.stores, sys; assert not {'aiobotocore', 'botocore'} & set(sys.modules)"
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", code)
    assert await process.wait() == 0
