"""The file of a form that a request brings, as its bytes come in."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Final

import msgspec
from aiohttp import hdrs, web

from gateway.media.form_reading import FormFile, FormUnreadableError, find_file_part
from inbox.foundation.problems import ProblemError

PIECE_BYTES: Final = 64 * 1024
"""What a form has around its file, at most."""
SILENT_SECONDS: Final = 30.0
"""Longest silence of an upload: a phone in a tunnel comes back sooner or not at all."""
UPLOAD_SECONDS: Final = 15 * 60.0
"""100 MB at 120 kB/s."""


async def file_of_form(request: web.Request) -> FormFile:
    """Read up to the multipart field `file`.

    Raises:
        ProblemError: `malformed`, also while its pieces are read.
    """
    try:
        form = await find_file_part(request.headers.get(hdrs.CONTENT_TYPE, ""), _arriving(request))
    except FormUnreadableError as fault:
        raise ProblemError("malformed", str(fault)) from None
    return msgspec.structs.replace(form, pieces=_complete(form.pieces))


async def _complete(pieces: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    try:
        async for piece in pieces:
            yield piece
    except FormUnreadableError as fault:
        raise ProblemError("malformed", str(fault)) from None


async def _arriving(request: web.Request) -> AsyncIterator[bytes]:
    """Return the bytes of a body as they come. Raises `ProblemError` (`malformed`) where that takes too long."""
    ends_at = time.monotonic() + UPLOAD_SECONDS
    while True:
        try:
            async with asyncio.timeout(min(SILENT_SECONDS, ends_at - time.monotonic())):
                piece = await request.content.readany()
        except TimeoutError:
            detail = f"The body did not arrive in time: {SILENT_SECONDS:g} s of silence or {UPLOAD_SECONDS:g} s in all."
            raise ProblemError("malformed", detail) from None
        if not piece:
            return
        yield piece
