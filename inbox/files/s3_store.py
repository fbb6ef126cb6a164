"""Bytes in a store that speaks S3: Amazon's, MinIO, Ceph, Garage and others. Needs the extra `s3`.

Small blobs are put at once; larger ones go up in parts, of which one is in memory. A blob is there when all of it is.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack
from typing import Any, Final

import msgspec

from inbox.files.blob_store import HEAD_BYTES, StoreUnavailableError, TooLargeError, Written
from inbox.foundation.capped_answers import AnswerTooLargeError

PART_BYTES: Final = 5 * 1024 * 1024
"""The smallest part that S3 takes, but for the last. Source: AmazonS3/latest/userguide/qfacts.html."""
PIECE_BYTES: Final = 256 * 1024
CONNECT_SECONDS: Final = 5
READ_SECONDS: Final = 20
"""Longest silence; S3 answers in tenths of a second."""
ATTEMPTS: Final = 3
"""Of each call, with the client's own growing pauses; what fails then is tried again by the job or the person."""
CONNECTIONS: Final = 32
_GONE: Final = frozenset({"NoSuchUpload", "NoSuchKey", "404"})


class S3Settings(msgspec.Struct, frozen=True, kw_only=True):
    """The bucket's address and credentials.

    Attributes:
        endpoint: The store's address; None is Amazon's own.
        access_key: None: the client looks where Amazon's tools do (environment, role of the machine).
    """

    bucket: str
    region: str
    endpoint: str | None = None
    access_key: str | None = None
    secret_key: str | None = None


class S3Store:
    """A blob store in one bucket, under the prefix `blobs/`. The connection is opened at first use."""

    def __init__(self, settings: S3Settings, *, prefix: str = "blobs/") -> None:
        self._settings = settings
        self._prefix = prefix
        self._stack = AsyncExitStack()
        self._opening = asyncio.Lock()
        self._opened: Any = None

    async def write(self, blob_id: str, chunks: AsyncIterator[bytes], *, limit_bytes: int) -> Written:
        """Store a blob. Raises `TooLargeError`, `StoreUnavailableError`, and what `chunks` raises."""
        upload = _Upload(self, blob_id)
        digest, size, head, buffer = hashlib.sha256(), 0, b"", bytearray()
        try:
            async for piece in chunks:
                size += len(piece)
                if size > limit_bytes:
                    raise TooLargeError(limit_bytes)
                digest.update(piece)
                head += piece[: HEAD_BYTES - len(head)]
                buffer += piece
                while len(buffer) > PART_BYTES:
                    await upload.part(bytes(memoryview(buffer)[:PART_BYTES]))
                    del buffer[:PART_BYTES]
            await upload.finish(bytes(buffer))
        except BaseException:
            await upload.abort()
            raise
        return Written(size_bytes=size, sha256=digest.hexdigest(), head=head)

    async def read(self, blob_id: str, *, start: int = 0, end: int | None = None) -> AsyncIterator[bytes]:
        """Return the bytes from `start` up to but without `end`."""
        wanted = f"bytes={start}-{'' if end is None else end - 1}"
        if end is not None and end <= start:
            return
        answer = await self.call("get_object", Key=self.key(blob_id), Range=wanted)
        async with answer["Body"] as body:
            while piece := await _piece(body):
                yield piece

    async def delete(self, blob_id: str) -> None:
        """Delete a blob, and the uploaded parts of an incomplete one."""
        for upload_id in await self._broken_uploads(blob_id):
            await self.call("abort_multipart_upload", Key=self.key(blob_id), UploadId=upload_id)
        await self.call("delete_object", Key=self.key(blob_id))

    async def names(self, *, after: str, before: str, limit: int) -> Sequence[str]:
        """Return names of blobs between two, in order."""
        whole, broken = await asyncio.gather(
            self.call("list_objects_v2", Prefix=self._prefix, StartAfter=self.key(after), MaxKeys=limit),
            self.call("list_multipart_uploads", Prefix=self._prefix, KeyMarker=self.key(after), MaxUploads=limit),
        )
        keys = {one["Key"] for one in (*whole.get("Contents", ()), *broken.get("Uploads", ()))}
        found = sorted(key.removeprefix(self._prefix) for key in keys)[:limit]
        return [name for name in found if after < name < before]

    async def check(self) -> str:
        """Write, read and delete a small blob; return one line for people. Raises `StoreUnavailableError`."""
        name, said = "check", b"gateway doctor"
        await self.write(name, _once(said), limit_bytes=len(said))
        read = b"".join([piece async for piece in self.read(name)])
        await self.delete(name)
        if read != said:
            raise StoreUnavailableError("it gives back something else than what was written")
        return f"bucket {self._settings.bucket} can be written, read and deleted from"

    async def close(self) -> None:
        """Close the connections."""
        self._opened = None
        await self._stack.aclose()

    def key(self, blob_id: str) -> str:
        """Return a blob's key in the bucket."""
        return self._prefix + blob_id

    async def call(self, operation: str, **arguments: Any) -> Any:
        """Call S3. Raises `StoreUnavailableError`; its message has no secret."""
        from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415 - only with the extra

        client = await self._client()
        try:
            return await getattr(client, operation)(Bucket=self._settings.bucket, **arguments)
        except ClientError as error:
            code = str(error.response.get("Error", {}).get("Code", "unknown"))
            if code in _GONE and operation != "get_object":
                return {}
            raise StoreUnavailableError(f"{operation} was answered {code}") from None
        except (BotoCoreError, OSError, AnswerTooLargeError) as error:
            raise StoreUnavailableError(f"{operation}: {type(error).__name__}") from None

    async def _broken_uploads(self, blob_id: str) -> list[str]:
        found = await self.call("list_multipart_uploads", Prefix=self.key(blob_id))
        return [one["UploadId"] for one in found.get("Uploads", ()) if one["Key"] == self.key(blob_id)]

    async def _client(self) -> Any:
        async with self._opening:
            if self._opened is None:
                self._opened = await self._stack.enter_async_context(_make_client(self._settings))
        return self._opened


class _Upload:
    """One blob on its way: a multipart upload once it is larger than a part."""

    def __init__(self, store: S3Store, blob_id: str) -> None:
        self._call = store.call
        self._key = store.key(blob_id)
        self._id: str | None = None
        self._parts: list[dict[str, Any]] = []

    async def part(self, data: bytes) -> None:
        if self._id is None:
            self._id = (await self._call("create_multipart_upload", Key=self._key))["UploadId"]
        number = len(self._parts) + 1
        answer = await self._call("upload_part", Key=self._key, UploadId=self._id, PartNumber=number, Body=data)
        self._parts.append({"PartNumber": number, "ETag": answer["ETag"]})

    async def finish(self, rest: bytes) -> None:
        if self._id is None:
            await self._call("put_object", Key=self._key, Body=rest)
            return
        await self.part(rest)
        parts = {"Parts": self._parts}
        await self._call("complete_multipart_upload", Key=self._key, UploadId=self._id, MultipartUpload=parts)

    async def abort(self) -> None:
        """Delete the uploaded parts; if that fails, the sweep of unnamed blobs does it later."""
        if self._id is None:
            return
        try:
            await self._call("abort_multipart_upload", Key=self._key, UploadId=self._id)
        except StoreUnavailableError:
            return


async def _piece(body: Any) -> bytes:
    from botocore.exceptions import BotoCoreError  # noqa: PLC0415 - only with the extra

    try:
        return bytes(await body.read(PIECE_BYTES))
    except (BotoCoreError, OSError) as error:
        raise StoreUnavailableError(f"get_object broke off: {type(error).__name__}") from None


async def _once(data: bytes) -> AsyncIterator[bytes]:
    yield data


def _make_client(settings: S3Settings) -> Any:
    from aiobotocore.config import AioConfig  # noqa: PLC0415 - only with the extra
    from aiobotocore.session import get_session  # noqa: PLC0415

    from inbox.files.s3_answers import CappedSession  # noqa: PLC0415

    config = AioConfig(
        http_session_cls=CappedSession,
        connect_timeout=CONNECT_SECONDS,
        read_timeout=READ_SECONDS,
        max_pool_connections=CONNECTIONS,
        retries={"mode": "standard", "total_max_attempts": ATTEMPTS},
        s3={"addressing_style": "path" if settings.endpoint else "auto"},
        request_checksum_calculation="when_required",  # other stores than Amazon's may not know the newer ones
        response_checksum_validation="when_required",
    )
    return get_session().create_client(
        "s3",
        region_name=settings.region,
        endpoint_url=settings.endpoint,
        aws_access_key_id=settings.access_key,
        aws_secret_access_key=settings.secret_key,
        config=config,
    )
