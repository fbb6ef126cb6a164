"""The Graph API's media endpoints, and the upload sessions for template examples."""

from __future__ import annotations

from aiohttp import BodyPartReader, web

from channels.sandbox.graph.errors import GraphError, unknown_object
from channels.sandbox.graph.exchange import SUCCESS, Exchange
from channels.sandbox.graph.media import SIZE_LIMITS
from channels.sandbox.graph.state import JsonObject, Number

MAX_PART_BYTES = max(SIZE_LIMITS.values()) + 1
"""One byte above the largest file, so that a file that is too large is seen to be."""


async def upload(exchange: Exchange, number: Number) -> JsonObject:
    """`POST /{phone_number_id}/media`, multipart."""
    fields, file = await _parts(exchange.request)
    exchange.note = {**fields, "file_bytes": len(file[1]) if file else 0}
    if fields.get("messaging_product") != "whatsapp":
        raise GraphError(100, "The parameter messaging_product is required.")
    if file is None:
        raise GraphError(100, "The parameter file is required.")
    mime_type = file[0] or fields.get("type", "")
    media = exchange.cloud.media.upload(number.id, mime_type, file[1], exchange.cloud.clock.now())
    return {"id": media.id}


async def _parts(request: web.Request) -> tuple[dict[str, str], tuple[str, bytes] | None]:
    if not request.content_type.startswith("multipart/"):
        raise GraphError(100, "The request must be multipart/form-data.")
    fields: dict[str, str] = {}
    file: tuple[str, bytes] | None = None
    try:
        async for part in await request.multipart():
            if not isinstance(part, BodyPartReader):
                continue
            if part.name == "file":
                file = part.headers.get("Content-Type", ""), await _read(part)
            else:
                fields[str(part.name)] = (await part.read()).decode("utf-8", "replace")
    except ValueError as error:
        raise GraphError(100, f"Invalid multipart body: {error}") from error
    return fields, file


async def _read(part: BodyPartReader) -> bytes:
    data = bytearray()
    while chunk := await part.read_chunk(262_144):
        data += chunk
        if len(data) > MAX_PART_BYTES:
            break
    return bytes(data)


def describe(exchange: Exchange, media_id: str) -> JsonObject:
    """`GET /{media_id}`: type, hash, size and a URL for five minutes."""
    now = exchange.cloud.clock.now()
    media = exchange.cloud.media.get(media_id, now)
    if media is None or _foreign(exchange, media.phone_number_id):
        raise unknown_object(media_id, "get")
    return exchange.cloud.media.describe(media, exchange.base_url(), now)


def delete(exchange: Exchange, media_id: str) -> JsonObject:
    """`DELETE /{media_id}`."""
    media = exchange.cloud.media.get(media_id)
    if media is None or _foreign(exchange, media.phone_number_id):
        raise unknown_object(media_id, "delete")
    exchange.cloud.media.delete(media_id)
    return SUCCESS


def download(exchange: Exchange) -> bytes:
    """The bytes behind a URL of `describe`; needs the token, too."""
    query = exchange.request.query
    now = exchange.cloud.clock.now()
    media = exchange.cloud.media.get(query.get("mid", ""), now)
    known = media is not None and media.urls.get(query.get("hash", ""), 0.0) > now
    if media is None or not known or _foreign(exchange, media.phone_number_id):
        raise web.HTTPNotFound(text="URL signature expired")
    exchange.content_type = media.mime_type
    return media.data


def _foreign(exchange: Exchange, phone_number_id: str) -> bool:
    number = exchange.cloud.state.numbers.get(phone_number_id)
    return number is not None and number.config.access_token != exchange.token


def open_session(exchange: Exchange, app_id: str) -> JsonObject:
    """`POST /{app_id}/uploads`: a session for a template's sample, at the app of the token."""
    numbers = exchange.cloud.state.numbers.values()
    if not any(one.config.app_id == app_id and one.config.access_token == exchange.token for one in numbers):
        raise unknown_object(app_id, "post")
    query = exchange.request.query
    return exchange.cloud.samples.open(query.get("file_length", ""), query.get("file_type", ""))


def fill_session(exchange: Exchange, name: str) -> JsonObject:
    """`POST /upload:…`: the handle that goes into a template's `header_handle`."""
    data = exchange.body or b""
    exchange.note = {"file_bytes": len(data)}
    return exchange.cloud.samples.fill(name, exchange.request.headers.get("file_offset", ""), data)
