"""A method's parameters, however they were sent: query, form, JSON, multipart.

Source: core.telegram.org/bots/api#making-requests.
"""

from __future__ import annotations

from collections.abc import AsyncIterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

import msgspec
from aiohttp import BodyPartReader, ClientResponse, MultipartReader, web

from channels.sandbox.telegram.errors import BotApiError, bad_request
from channels.sandbox.telegram.state import JsonObject

MAX_UPLOAD_BYTES = 50 * 1024 * 1024
"""Source: core.telegram.org/bots/api#sending-files: 50 MB, and 10 MB for photos."""

MAX_ANSWER_BYTES = 1024 * 1024
"""Of a webhook's answer without files; what does not end there is no method."""

MAX_BODY_BYTES = MAX_UPLOAD_BYTES + 1024 * 1024


@dataclass(slots=True)
class Upload:
    """A file inside the request."""

    data: bytes
    filename: str
    mime_type: str


@dataclass(slots=True)
class Params:
    """Named values, as text from forms or as JSON's own types, and the files beside them."""

    values: JsonObject = field(default_factory=dict)
    files: dict[str, Upload] = field(default_factory=dict)

    def text(self, name: str, otherwise: str = "") -> str:
        """A string; numbers and truth values are written out."""
        value = self.values.get(name)
        if value is None:
            return otherwise
        return value if isinstance(value, str) else msgspec.json.encode(value).decode()

    def integer(self, name: str, otherwise: int = 0) -> int:
        """A whole number; what is none counts as 0, as Telegram has it."""
        value = self.values.get(name)
        if value is None or value == "":
            return otherwise
        try:
            return int(value)
        except (TypeError, ValueError):
            return 0

    def number(self, name: str) -> float:
        """A number.

        Raises:
            BotApiError: It is missing or something else.
        """
        try:
            return float(self.values[name])
        except (KeyError, TypeError, ValueError) as error:
            raise bad_request(f"{name} is empty") from error

    def flag(self, name: str) -> bool:
        """A truth value."""
        return self.text(name).lower() in ("true", "1", "yes")

    def json(self, name: str) -> Any:
        """A list or an object, sent as JSON or inside a form as text; None where it is missing.

        Raises:
            BotApiError: It cannot be read.
        """
        value = self.values.get(name)
        if not isinstance(value, str):
            return value
        if not value:
            return None
        try:
            return msgspec.json.decode(value)
        except msgspec.DecodeError as error:
            raise bad_request(f"can't parse {name.replace('_', ' ')} JSON object") from error


async def read_params(request: web.Request) -> Params:
    """Read the whole request.

    Raises:
        BotApiError: Its body cannot be read, or is too large.
    """
    params = Params(dict(request.query))
    if request.content_length is not None and request.content_length > MAX_BODY_BYTES:
        raise BotApiError(413)
    if request.content_type.startswith("multipart/"):
        await _read_multipart(request, params)
    elif request.content_type == "application/json":
        params.values |= _object(await request.read())
    elif request.content_type == "application/x-www-form-urlencoded":
        params.values |= _form(await request.read())
    return params


async def answered_params(answer: ClientResponse) -> Params | None:
    """What a webhook's answer asks for: `method` and its parameters; None where it asks for nothing.

    Source: core.telegram.org/bots/api#making-requests-when-getting-updates.
    """
    params = Params()
    try:
        if answer.content_type.startswith("multipart/"):
            await _read_multipart(answer, params)
        else:
            body = await answer.content.read(MAX_ANSWER_BYTES)
            is_form = answer.content_type == "application/x-www-form-urlencoded"
            params.values |= _form(body) if is_form else _object(body)
    except BotApiError:
        return None
    return params if params.text("method") else None


def logged(params: Params, secrets: Mapping[str, str]) -> bytes:
    """What the request log shows of the parameters."""
    files = {name: {"filename": file.filename, "file_bytes": len(file.data)} for name, file in params.files.items()}
    return msgspec.json.encode(
        {**params.values, **files, **{key: secrets[key] for key in secrets & params.values.keys()}}
    )


def _form(body: bytes) -> JsonObject:
    """A form, whatever the request's method: some clients send one with GET, and Telegram reads it."""
    return dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))


def _object(body: bytes) -> JsonObject:
    try:
        value = msgspec.json.decode(body or b"{}")
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise bad_request("can't parse JSON object") from error
    if not isinstance(value, dict):
        raise bad_request("object expected as the request's body")
    return value


async def _read_multipart(source: web.Request | ClientResponse, params: Params) -> None:
    try:
        if isinstance(source, web.Request):
            parts: AsyncIterable[object] = await source.multipart()
        else:
            parts = MultipartReader.from_response(source)
        async for part in parts:
            if isinstance(part, BodyPartReader):
                await _read_part(part, params)
    except ValueError as error:
        raise bad_request("can't parse the multipart body") from error


async def _read_part(part: BodyPartReader, params: Params) -> None:
    name, filename = str(part.name), part.filename
    data = bytearray()
    while chunk := await part.read_chunk(262_144):
        data += chunk
        if len(data) > MAX_UPLOAD_BYTES:
            raise BotApiError(413)
    if filename is None:
        params.values[name] = data.decode("utf-8", "replace")
    else:
        mime_type = part.headers.get("Content-Type", "application/octet-stream")
        params.files[name] = Upload(bytes(data), filename, mime_type)
