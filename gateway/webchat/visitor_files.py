"""`POST /webchat/{channel_id}/files`: visitors' files, stored before the message that names them."""

from __future__ import annotations

import math
import time
from typing import Final

import msgspec
from aiohttp import web

from channels.webchat import limits
from channels.webchat.frames import File
from channels.webchat.identity import Visitor
from channels.webchat.parse import REFUSED_TYPES, content_of_file, file_id_of, file_token
from gateway.media.file_of_form import PIECE_BYTES, file_of_form
from gateway.parts import Parts
from gateway.webchat.rate_buckets import Buckets
from inbox.channel.channel_directory import ChannelRecord
from inbox.files.file_models import StoredFile
from inbox.files.names import name_in_form
from inbox.files.uploads import KEPT_UNNAMED_OF_VISITOR, find_file, keep_upload
from inbox.foundation.problems import ProblemError
from inbox.model.content import Media, MediaContent
from inbox.storage.database import Database
from inbox.storage.shared_rates import Allowance, SharedRate

_CORS: Final = {
    "Access-Control-Allow-Methods": "POST",
    "Access-Control-Allow-Headers": "Authorization",
    "Access-Control-Max-Age": "600",
}


class VisitorUpload(msgspec.Struct, frozen=True, kw_only=True):
    """A file that its visitor can send: `id` is good for this visitor only."""

    id: str
    mime_type: str
    bytes: int
    filename: str | None


class VisitorFiles:
    """Takes files in, and finds them again for the messages that name them."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._uploads = Buckets(limits.UPLOAD_RATE)
        self._of_address = _bytes_rate(parts, "upload-address", limits.ADDRESS_UPLOAD_BYTES)
        self._of_channel = _bytes_rate(parts, "upload-channel", limits.CHANNEL_UPLOAD_BYTES)

    async def upload(self, request: web.Request, channel: ChannelRecord, visitor: Visitor) -> web.Response:
        """Store the multipart field `file`.

        Raises:
            ProblemError: `too_many_requests`, `too_large`, `malformed`, `invalid_request`.
        """
        if (request.content_length or 0) > limits.MAX_UPLOAD_BYTES + PIECE_BYTES:
            raise ProblemError("too_large", f"A file must not be larger than {limits.MAX_UPLOAD_BYTES} bytes.")
        await self._check_rates(request, channel, visitor)
        file = await self._keep(request, channel)
        token = file_token(file.id, channel.id, visitor.id, self._parts.runtime.secret_box.signature)
        shown = VisitorUpload(id=token, mime_type=file.mime_type or "", bytes=file.bytes or 0, filename=file.filename)
        return web.Response(status=201, body=msgspec.json.encode(shown), content_type="application/json")

    async def content(self, channel: ChannelRecord, visitor: Visitor, named: File) -> MediaContent | None:
        """Return the content of a message that names an uploaded file, which is kept from now on; None if none."""
        file_id = file_id_of(named.id, channel.id, visitor.id, self._parts.runtime.secret_box.vouches)
        if file_id is None:
            return None
        database = self._parts.runtime.database
        try:
            file = await find_file(database, channel.workspace_id, file_id)
        except ProblemError:
            return None
        await _keep_for_good(database, file)
        media = Media(
            id=file.id, mime_type=file.mime_type, bytes=file.bytes, filename=file.filename, sha256=file.sha256
        )
        return content_of_file(media)

    async def _check_rates(self, request: web.Request, channel: ChannelRecord, visitor: Visitor) -> None:
        """Count a file for its visitor, address and channel, by the length that is announced; without one by the most.

        Raises:
            ProblemError: `too_many_requests`. What one refuses does not count for the next.
        """
        size = max(request.content_length or limits.MAX_UPLOAD_BYTES, limits.LEAST_UPLOAD_BYTES)
        wait = self._uploads.take((channel.id, visitor.id), time.monotonic())
        wait = wait or await self._of_address.take(self._parts.http.addresses.name(request), size)
        wait = wait or await self._of_channel.take(channel.id, size)
        if wait:
            raise ProblemError(
                "too_many_requests",
                f"Too many files at once. Try again in {math.ceil(wait)} seconds.",
                extra={"retry_after_seconds": math.ceil(wait)},
            )

    async def _keep(self, request: web.Request, channel: ChannelRecord) -> StoredFile:
        await self._parts.files.storage.check(channel.workspace_id)
        form = await file_of_form(request)
        file = await keep_upload(
            self._parts.runtime.database,
            self._parts.files.blobs,
            channel.workspace_id,
            form.pieces,
            declared=form.declared,
            filename=name_in_form(form.filename),
            limit_bytes=limits.MAX_UPLOAD_BYTES,
            kept=KEPT_UNNAMED_OF_VISITOR,
            now=self._parts.runtime.clock.now(),
        )
        self._parts.files.storage.add(channel.workspace_id, file.bytes or 0)
        if file.mime_type in REFUSED_TYPES:
            raise ProblemError("invalid_request", "Programs can't be sent.")
        return file


def _bytes_rate(parts: Parts, kind: str, at_once: int) -> SharedRate:
    allowance = Allowance(at_once=at_once, again_seconds=limits.UPLOAD_BYTES_SECONDS)
    return SharedRate(parts.runtime.redis, kind, allowance)


def add_cors(request: web.Request, response: web.StreamResponse) -> None:
    """Let the page that asked read the answer: its origin was checked."""
    origin = request.headers.get("Origin")
    if origin is not None:
        response.headers["Access-Control-Allow-Origin"] = origin
        response.headers.add("Vary", "Origin")


def preflight() -> web.Response:
    """Answer what a browser asks before it sends a file to another origin."""
    return web.Response(status=204, headers=_CORS)


async def _keep_for_good(database: Database, file: StoredFile) -> None:
    """Keep an upload beyond its first hour, before the message is stored: a message must never lose its file."""
    await database.files.update_one({"_id": file.id, "workspace_id": file.workspace_id}, {"$unset": {"unnamed": ""}})
