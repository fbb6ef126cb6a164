"""`/api/v1/media`: files in and out, a piece at a time."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from typing import Final

import msgspec
from aiohttp import web
from multidict import CIMultiDict

from gateway.http.entity_tags import is_known
from gateway.http.problem_response import problem_response
from gateway.media.file_of_form import PIECE_BYTES, file_of_form
from gateway.parts import PARTS, Parts
from inbox.files.blob_store import StoreUnavailableError
from inbox.files.file_models import MAX_FILE_BYTES, StoredFile
from inbox.files.links import link_is_good
from inbox.files.names import content_disposition, name_in_form
from inbox.files.sniffing import OCTETS
from inbox.files.uploads import KEPT_UNNAMED, find_file, keep_upload
from inbox.foundation.problems import ProblemError
from inbox.messages.file_sight import visible_file
from inbox.people.access import Action, Caller, check_may
from inbox.people.authenticator import masked_roles
from inbox.storage.database import Session
from inbox.storage.idempotency import Answer, OnceOnly, check_key, do_once
from inbox.views.masking import masked_text

PATH: Final = "/api/v1/media"
SHOWN_INLINE: Final = frozenset(
    {
        *("image/jpeg", "image/png", "image/gif", "image/webp", "image/avif", "image/bmp"),
        *("audio/mpeg", "audio/mp4", "audio/ogg", "audio/aac", "audio/amr", "audio/wav", "audio/webm"),
        *("video/mp4", "video/webm", "video/3gpp", "application/pdf"),
    }
)
"""What a browser shows without running anything of it; the rest is saved, never opened in our origin."""
NAMED_TRULY: Final = SHOWN_INLINE | {"text/plain", "text/csv", "application/zip"}
_RANGE: Final = re.compile(r"bytes=(\d{0,15})-(\d{0,15})")
_POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'; sandbox"


class UploadedMedia(msgspec.Struct, frozen=True, kw_only=True):
    """A file that messages can name by its `id`."""

    id: str
    mime_type: str
    bytes: int
    filename: str | None


def register_media(app: web.Application) -> None:
    """Add the routes."""
    app.router.add_post(PATH, upload)
    app.router.add_get(PATH + "/{id}", download, allow_head=False)


async def upload(request: web.Request) -> web.Response:
    """Store the multipart field `file`."""
    parts = request.app[PARTS]
    caller = await _caller(request, parts, Action.WORK)
    if (request.content_length or 0) > MAX_FILE_BYTES + PIECE_BYTES:
        raise ProblemError("too_large", f"A file must not be larger than {MAX_FILE_BYTES} bytes.")
    await parts.files.storage.check(caller.workspace_id)
    form = await file_of_form(request)
    file = await keep_upload(
        parts.runtime.database,
        parts.files.blobs,
        caller.workspace_id,
        form.pieces,
        declared=form.declared,
        filename=name_in_form(form.filename),
        limit_bytes=MAX_FILE_BYTES,
        kept=KEPT_UNNAMED,
        now=parts.runtime.clock.now(),
        by=caller.id,
    )
    parts.files.storage.add(caller.workspace_id, file.bytes or 0)
    answer = await _once(request, parts, caller, file)
    headers = {"Idempotency-Replayed": "true"} if answer.replayed else {}
    return web.Response(status=201, body=answer.response, content_type="application/json", headers=headers)


async def _once(request: web.Request, parts: Parts, caller: Caller, file: StoredFile) -> Answer:
    """Answer a repeated upload as the first one; its second copy is named by nobody and taken away after a day.

    Raises:
        ProblemError: `idempotency_conflict` if the key came with another file before.
    """
    response = msgspec.json.encode(uploaded_media(file))
    key = request.headers.get("Idempotency-Key")
    if key is None:
        return Answer(response=response, replayed=False)
    check_key(key)
    once = OnceOnly(scope=(caller.workspace_id, caller.id, "POST", PATH), key=key, body=str(file.sha256).encode())

    async def respond(_: Session) -> bytes:
        return response

    return await do_once(parts.runtime.database, once, respond, now=parts.runtime.clock.now())


def uploaded_media(file: StoredFile) -> UploadedMedia:
    """Show an upload."""
    return UploadedMedia(id=file.id, mime_type=file.mime_type or OCTETS, bytes=file.bytes or 0, filename=file.filename)


async def download(request: web.Request) -> web.StreamResponse:
    """Serve a file to whoever has a signed link, or the token of somebody who sees it."""
    parts = request.app[PARTS]
    file = await _asked_file(request, parts)
    if file.filename is not None and await masked_roles(parts.runtime.database, file.workspace_id):
        file = msgspec.structs.replace(file, filename=masked_text(file.filename))  # a link says nothing of who uses it
    return await stream_file(request, parts, file)


async def stream_file(request: web.Request, parts: Parts, file: StoredFile) -> web.StreamResponse:
    """Send a stored file, whole or the part that is asked for, with headers that keep its content from acting."""
    size = file.bytes or 0
    headers = _headers(file)
    if is_known(request, str(file.sha256)):
        return web.Response(status=304, headers=headers)
    asked = asked_range(request.headers.get("Range"), size)
    if asked is None:
        return _no_such_range(size)
    start, end = asked
    pieces = parts.files.blobs.read(str(file.blob_id), start=start, end=end)
    first = await _first_of(pieces)
    response = web.StreamResponse(status=206 if (start, end) != (0, size) else 200, headers=headers)
    if response.status == 206:
        response.headers["Content-Range"] = f"bytes {start}-{end - 1}/{size}"
    response.content_length = end - start
    await response.prepare(request)
    await response.write(first)
    async for piece in pieces:
        await response.write(piece)
    await response.write_eof()
    return response


async def _first_of(pieces: AsyncIterator[bytes]) -> bytes:
    """Read before the answer begins: only then can it still say that the store does not work."""
    try:
        return await anext(pieces, b"")
    except StoreUnavailableError:
        raise ProblemError("unavailable", "The store of files does not work: try again soon.") from None


def _headers(file: StoredFile) -> CIMultiDict[str]:
    mime_type = file.mime_type or OCTETS
    return CIMultiDict(
        {
            "Content-Type": mime_type if mime_type in NAMED_TRULY else OCTETS,
            "Content-Disposition": content_disposition(file.filename, inline=mime_type in SHOWN_INLINE),
            "Content-Security-Policy": _POLICY,
            "X-Content-Type-Options": "nosniff",
            "Cross-Origin-Resource-Policy": "cross-origin",
            "Referrer-Policy": "no-referrer",
            "Cache-Control": "private, max-age=600, immutable",
            "Accept-Ranges": "bytes",
            "ETag": f'"{file.sha256}"',
        }
    )


def asked_range(header: str | None, size: int) -> tuple[int, int] | None:
    """Return the part of a file that one `Range` asks for: the whole for none, several, or nonsense; None for no byte.

    aiohttp's `http_range` takes a suffix of no bytes for the whole file.

    Source: RFC 9110, 14.1.2 ("If a valid byte-range-set includes ... a suffix-range with a non-zero suffix-length, then
    it is satisfiable") and 14.2.
    """
    match = _RANGE.fullmatch(header or "")
    if match is None or match.groups() == ("", ""):
        return 0, size
    first, last = match.groups()
    if not first:
        start, end = max(0, size - int(last)), size
    else:
        start, end = int(first), min(size, int(last) + 1) if last else size
        if last and int(last) < start:
            return 0, size
    return None if start >= end else (start, end)


def _no_such_range(size: int) -> web.Response:
    """Source: RFC 9110, 15.5.17 (the answer should say how long the file is)."""
    response = problem_response(ProblemError("range_not_satisfiable", f"The file has {size} bytes."))
    response.headers["Content-Range"] = f"bytes */{size}"
    return response


async def _asked_file(request: web.Request, parts: Parts) -> StoredFile:
    """Find the file for who sees it, or has a link: that is the right to this one."""
    file_id, signature = request.match_info["id"], request.query.get("signature")
    if signature is None:
        return await visible_file(parts.runtime.database, await _caller(request, parts, Action.READ), file_id)
    vouches, now = parts.runtime.secret_box.vouches, parts.runtime.clock.now()
    if not link_is_good(file_id, request.query.get("until", ""), signature, vouches, now):
        raise ProblemError("forbidden", "This link is over or was changed: get a new one from the message.")
    return await find_file(parts.runtime.database, None, file_id)


async def _caller(request: web.Request, parts: Parts, action: Action) -> Caller:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise ProblemError("unauthenticated", "Send a token: Authorization: Bearer TOKEN.")
    caller = await parts.people.authenticator.authenticate(token.strip())
    await parts.http.rate.take(caller.workspace_id)
    check_may(caller, action)
    return caller
