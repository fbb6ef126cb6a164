"""Bytes in MongoDB, laid out as GridFS has it, so that any tool for GridFS can read them.

The driver's own GridFS writer gathers up to 48 MB before it sends anything (pymongo 4.20, `_UPLOAD_BUFFER_SIZE`); this
one has one chunk in memory.

Source: https://github.com/mongodb/specifications/blob/master/source/gridfs/gridfs-spec.md
"""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime
from typing import Final

from inbox.files.blob_store import HEAD_BYTES, TooLargeError, Written
from inbox.storage.database import Database

CHUNK_BYTES: Final = 255 * 1024
"""GridFS's usual chunk: with its envelope it fits into 256 KiB."""


class GridFsStore:
    """The blob store that needs nothing but the database."""

    def __init__(self, database: Database) -> None:
        self._files = database.blob_files
        self._chunks = database.blob_chunks

    async def write(self, blob_id: str, chunks: AsyncIterator[bytes], *, limit_bytes: int) -> Written:
        """Store a blob. Raises `TooLargeError`, and what `chunks` raises.

        A chunk does not wait for the journal: the file's document comes after it in the same journal and oplog, and
        without that document there is no blob.
        """
        digest, size, number, head = hashlib.sha256(), 0, 0, b""
        buffer = bytearray()
        async for piece in chunks:
            size += len(piece)
            if size > limit_bytes:
                await self.delete(blob_id)
                raise TooLargeError(limit_bytes)
            digest.update(piece)
            head += piece[: HEAD_BYTES - len(head)]
            buffer += piece
            while len(buffer) >= CHUNK_BYTES:
                await self._insert(blob_id, number, bytes(buffer[:CHUNK_BYTES]))
                number += 1
                del buffer[:CHUNK_BYTES]
        if buffer:
            await self._insert(blob_id, number, bytes(buffer))
        await self._files.insert_one(
            {"_id": blob_id, "length": size, "chunkSize": CHUNK_BYTES, "uploadDate": datetime.now(UTC)}
        )
        return Written(size_bytes=size, sha256=digest.hexdigest(), head=head)

    async def read(self, blob_id: str, *, start: int = 0, end: int | None = None) -> AsyncIterator[bytes]:
        """Return the bytes from `start` up to but without `end`."""
        first = start // CHUNK_BYTES
        wanted: dict[str, int] = {"$gte": first}
        if end is not None:
            wanted["$lte"] = max(end - 1, 0) // CHUNK_BYTES
        found = self._chunks.find({"files_id": blob_id, "n": wanted}).sort("n", 1).batch_size(4)
        async for chunk in found:
            offset = chunk["n"] * CHUNK_BYTES
            data = bytes(chunk["data"])
            stop = len(data) if end is None else min(len(data), end - offset)
            yield data[max(start - offset, 0) : stop]

    async def delete(self, blob_id: str) -> None:
        """Delete a blob."""
        await self._files.delete_one({"_id": blob_id})
        await self._chunks.delete_many({"files_id": blob_id})

    async def names(self, *, after: str, before: str, limit: int) -> Sequence[str]:
        """Return names of blobs between two, in order; MongoDB jumps from name to name in the index."""
        between = {"files_id": {"$gt": after, "$lt": before}}
        steps = ({"$match": between}, {"$sort": {"files_id": 1}}, {"$group": {"_id": "$files_id"}})
        found = await self._chunks.aggregate([*steps, {"$sort": {"_id": 1}}, {"$limit": limit}]).to_list(None)
        return [one["_id"] for one in found]

    async def check(self) -> str:
        """Return a line with the number of blobs."""
        return f"in MongoDB, {await self._files.estimated_document_count()} files"

    async def close(self) -> None:
        """Do nothing: the database belongs to the process."""

    async def _insert(self, blob_id: str, number: int, data: bytes) -> None:
        await self._chunks.insert_one({"files_id": blob_id, "n": number, "data": data})
