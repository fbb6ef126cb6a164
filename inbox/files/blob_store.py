"""The interface of blob stores; implemented on MongoDB (`gridfs_store`) and S3 (`s3_store`)."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from typing import Final, Protocol

import msgspec

HEAD_BYTES: Final = 8 * 1024
"""Enough for every signature that `filetype` knows."""


class Written(msgspec.Struct, frozen=True, kw_only=True):
    """A blob that was written completely.

    Attributes:
        sha256: In hexadecimal.
        head: Its first bytes, by which its type is known.
    """

    size_bytes: int
    sha256: str
    head: bytes


class TooLargeError(Exception):
    """More bytes came than the limit allows; nothing was kept."""

    def __init__(self, limit_bytes: int) -> None:
        super().__init__(f"more than {limit_bytes} bytes")
        self.limit_bytes = limit_bytes


class StoreUnavailableError(Exception):
    """The store could not be reached or refused; the message has the request and the answer."""


class BlobStore(Protocol):
    """Keeps bytes under names; a name is written once and never changed."""

    async def write(self, blob_id: str, chunks: AsyncIterator[bytes], *, limit_bytes: int) -> Written:
        """Store a blob, a piece at a time; returning means durable.

        What a failed or killed write left can be taken away with `delete`.

        Raises:
            TooLargeError: after the limit.
            StoreUnavailableError: if the store does not work.
            Exception: what `chunks` raises.
        """
        ...

    def read(self, blob_id: str, *, start: int = 0, end: int | None = None) -> AsyncIterator[bytes]:
        """Return the bytes from `start` up to but without `end`, in pieces of at most 256 KiB."""
        ...

    async def delete(self, blob_id: str) -> None:
        """Delete a blob, also an incomplete one; an unknown name is ignored."""
        ...

    async def names(self, *, after: str, before: str, limit: int) -> Sequence[str]:
        """Return at most `limit` names between two, in order: of complete blobs and of others."""
        ...

    async def check(self) -> str:
        """Check that the store works; return one line for people. Raises `StoreUnavailableError`."""
        ...

    async def close(self) -> None:
        """Free the connections."""
        ...
