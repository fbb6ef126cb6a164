"""The file that a method sends: uploaded with the request, fetched from a URL, or known by its id.

Source: core.telegram.org/bots/api#sending-files: photos up to 10 MB and other files up to 50 MB by upload,
5 MB and 20 MB by URL; no change of kind by id.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from channels.sandbox.fetching import NotFetchedError, fetch
from channels.sandbox.telegram.call import MethodCall
from channels.sandbox.telegram.errors import BotApiError, bad_request
from channels.sandbox.telegram.images import image_size
from channels.sandbox.telegram.media_objects import describe_again, make_object
from channels.sandbox.telegram.state import JsonObject

MEGABYTE = 1024 * 1024
MAX_PHOTO_BYTES = 10 * MEGABYTE
MAX_LINKED_BYTES = {"photo": 5 * MEGABYTE}
MAX_LINKED_OTHER_BYTES = 20 * MEGABYTE

MAX_PHOTO_SIDES = 10_000
MAX_PHOTO_RATIO = 20
"""Source: core.telegram.org/bots/api#sendphoto: width and height together, and one to the other."""

KIND_NAMES = {"video_note": "VideoNote"}


@dataclass(slots=True)
class MediaSource:
    """Bytes on their way into a message."""

    data: bytes
    filename: str
    mime_type: str
    fields: JsonObject = field(default_factory=dict)


async def media_object(call: MethodCall, kind: str, value: Any, fields: JsonObject) -> Any:
    """The file's object for a message.

    Args:
        value: The parameter: a file id, a URL, `attach://name`; or None if the upload has the kind's name.
        fields: Duration, size and so on, as far as the client tells.

    Raises:
        BotApiError: There is no such file, or it is no file of this kind.
    """
    store, bot = call.telegram.files, call.bot
    source = await _source(call, kind, str(value or ""))
    if source is None:
        file = store.get(bot.id, str(value))
        if file is None:
            raise bad_request("wrong file identifier/HTTP URL specified")
        if file.kind != kind:
            raise bad_request(f"can't use file of type {_name(file.kind)} as {_name(kind)}")
        return describe_again(store, file)
    _check(kind, source.data)
    given = {"file_name": source.filename, "mime_type": source.mime_type, **fields}
    return make_object(store, bot.id, kind, source.data, **given)


async def _source(call: MethodCall, kind: str, value: str) -> MediaSource | None:
    upload = call.params.files.get(value[9:] if value.startswith("attach://") else kind)
    if upload is not None and (not value or value.startswith("attach://")):
        return MediaSource(upload.data, upload.filename, upload.mime_type)
    if not value or value.startswith("attach://"):
        raise bad_request(f"there is no {kind.replace('_', ' ')} in the request")
    if value.startswith(("http://", "https://")):
        return await _fetched(call, kind, value)
    return None


async def _fetched(call: MethodCall, kind: str, url: str) -> MediaSource:
    limit = MAX_LINKED_BYTES.get(kind, MAX_LINKED_OTHER_BYTES)
    try:
        mime_type, data = await fetch(call.telegram.poster.session, url, limit)
    except NotFetchedError as error:
        raise bad_request("failed to get HTTP URL content") from error
    if mime_type == "text/html":
        raise bad_request("wrong type of the web page content")
    return MediaSource(data, url.partition("?")[0].rpartition("/")[2], mime_type)


def _check(kind: str, data: bytes) -> None:
    if not data:
        raise bad_request("file must be non-empty")
    if kind == "photo":
        _check_photo(data)


def _check_photo(data: bytes) -> None:
    if len(data) > MAX_PHOTO_BYTES:
        limits = f"file of size {len(data)} bytes is too big for a photo; the maximum size is {MAX_PHOTO_BYTES} bytes"
        raise bad_request(limits)
    size = image_size(data)
    if size is None:
        raise bad_request("IMAGE_PROCESS_FAILED")
    if sum(size) > MAX_PHOTO_SIDES or max(size) > MAX_PHOTO_RATIO * max(1, min(size)):
        raise BotApiError(400, "PHOTO_INVALID_DIMENSIONS")


def _name(kind: str) -> str:
    return KIND_NAMES.get(kind, kind.title())
