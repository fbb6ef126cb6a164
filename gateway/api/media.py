"""Files: rows of those routes that `gateway.api.file_transfer` serves, and what else can be done with a file."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Final

import msgspec
from msgspec import Meta

from gateway.api.call import Call, Route
from gateway.api.file_transfer import UploadedMedia, download, upload
from inbox.files.fetching import fetch_again
from inbox.foundation.problems import not_found
from inbox.messages.file_sight import sees_file, visible_file


class FileLink(msgspec.Struct, frozen=True, kw_only=True):
    """A link that works without signing in, for an hour."""

    url: str


class LinkQuery(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a signed link has in it; without it a token is needed."""

    until: Annotated[str, Meta(max_length=12)] | None = None
    signature: Annotated[str, Meta(max_length=128)] | None = None


class FetchStarted(msgspec.Struct, frozen=True, kw_only=True):
    """The file is fetched once more; its message tells how that goes."""

    id: str
    requested_at: datetime


async def show_link(call: Call[None, None]) -> FileLink:
    """Make a new link to a file, in place of one that is over."""
    file = await visible_file(call.database, call.caller, call.id)
    return FileLink(url=call.parts.files.links.link(file.id))


async def fetch_once_more(call: Call[None, None]) -> FetchStarted:
    """Fetch a customer's file from the provider again, after it was given up."""
    if not await sees_file(call.database, call.caller, call.id, uploaded_by=None):
        raise not_found("file that was given up")
    if not await fetch_again(call.database, call.workspace_id, call.id, call.now):
        raise not_found("file that was given up")
    return FetchStarted(id=call.id, requested_at=call.now)


_UPLOAD: Final = """Store the multipart field `file`, at most 100 MB; messages name it by its `id`.

What no message names is taken away after a day."""

ROUTES: Final[tuple[Route, ...]] = (
    Route(
        method="POST",
        path="/media",
        handler=upload,
        name="upload_file",
        description=_UPLOAD,
        summary="Upload a file",
        tag="Files",
        response=UploadedMedia,
        status=201,
        problems=("too_large", "malformed", "storage_full"),
        creates=True,
        body_type="multipart/form-data",
        served=False,
    ),
    Route(
        method="GET",
        path="/media/{id}",
        handler=download,
        name="download_file",
        description="Give the bytes of a file, whole or the part that `Range` asks for, to who has a token or a link.",
        summary="Download a file",
        tag="Files",
        query=LinkQuery,
        answer_types=("*/*",),
        also={206: "The part that `Range` asks for.", 304: "What `If-None-Match` names is still the file."},
        problems=("range_not_satisfiable",),
        served=False,
    ),
    Route(
        method="GET",
        path="/media/{id}/link",
        handler=show_link,
        summary="Make a link to a file",
        tag="Files",
        response=FileLink,
    ),
    Route(
        method="POST",
        path="/media/{id}/fetch",
        handler=fetch_once_more,
        summary="Fetch a file again",
        tag="Files",
        response=FetchStarted,
        status=202,
    ),
)
