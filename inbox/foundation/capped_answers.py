"""Reads HTTP answers of other servers up to a limit, so that they can't exhaust memory."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Final

PIECE_BYTES: Final = 64 * 1024
"""How much is read, and unpacked, at a time. Packed, 64 KiB can stand for 64 MiB: pieces are counted unpacked."""
MAX_ANSWER_BYTES: Final = 256 * 1024
"""Of the answer to one call. Telegram's longest, a message of 4,096 units in escapes that quotes another, with 100
entities each, has about 70 KB. A worker may wait for 192 answers of one channel at once: 48 MiB."""
MAX_LIST_BYTES: Final = 8 * 1024 * 1024
"""Of an answer that is a list, of which one is asked for at a time: 100 of Telegram's updates of 70 KB each,
or 100 of Meta's templates with ten cards."""


class AnswerTooLargeError(Exception):
    """An answer was longer than the limit; the rest was not read."""

    def __init__(self, limit_bytes: int) -> None:
        super().__init__(f"an answer has more than {limit_bytes} bytes")
        self.limit_bytes = limit_bytes


async def read_at_most(pieces: AsyncIterator[bytes], limit_bytes: int = MAX_ANSWER_BYTES) -> bytes:
    """Read an answer of at most so many bytes.

    Args:
        pieces: The answer, unpacked, in pieces that are small themselves.
        limit_bytes: The most that is kept.

    Raises:
        AnswerTooLargeError: as soon as there is more; the caller closes the connection.
    """
    found = bytearray()
    async for piece in pieces:
        found += piece
        if len(found) > limit_bytes:
            raise AnswerTooLargeError(limit_bytes)
    return bytes(found)
