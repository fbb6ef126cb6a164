"""Files in the messages that people send: whatever the control API was given becomes Telegram's object."""

from __future__ import annotations

from base64 import b64decode
from binascii import Error as Base64Error
from typing import Any

from channels.sandbox.fetching import NotFetchedError, fetch
from channels.sandbox.telegram.files import EmulatedFile
from channels.sandbox.telegram.media_objects import describe_again, make_object
from channels.sandbox.telegram.method_media import KINDS
from channels.sandbox.telegram.state import Bot, JsonObject
from channels.sandbox.telegram.world import Telegram
from channels.sandbox.web_answers import BadRequestError

MAX_LINKED_BYTES = 50 * 1024 * 1024


async def with_files(telegram: Telegram, bot: Bot, content: JsonObject) -> JsonObject:
    """The message with every file in Telegram's form.

    A file may be given as `{"data_base64"}`, `{"link"}` or `{"file_id"}` of an upload, with the other
    fields of Telegram's object beside it; an object that has all its fields stays as it is.

    Raises:
        BadRequestError: A file is none of these.
    """
    made: JsonObject = {}
    for key, value in content.items():
        made[key] = await _file(telegram, bot, key, value) if key in KINDS else value
    return made


async def _file(telegram: Telegram, bot: Bot, kind: str, given: Any) -> Any:
    if isinstance(given, list) and given and all("file_unique_id" in one for one in given if isinstance(one, dict)):
        return given
    if not isinstance(given, dict):
        raise BadRequestError(f"{kind} must be an object with data_base64, link or file_id")
    if "file_unique_id" in given and "file_id" in given:
        return given
    fields = {key: value for key, value in given.items() if key not in ("data_base64", "link", "file_id")}
    known = telegram.files.get(bot.id, str(given.get("file_id")))
    if known is not None and known.kind == kind:
        return describe_again(telegram.files, known)
    data, mime_type = await _bytes(telegram, known, given)
    fields.setdefault("mime_type", mime_type)
    if known is not None:
        fields = known.fields | fields
    return make_object(telegram.files, bot.id, kind, data, **fields)


async def _bytes(telegram: Telegram, known: EmulatedFile | None, given: JsonObject) -> tuple[bytes, str | None]:
    if known is not None:
        return telegram.files.read(known) or b"", known.mime_type
    if "link" in given:
        try:
            mime_type, data = await fetch(telegram.poster.session, str(given["link"]), MAX_LINKED_BYTES)
        except NotFetchedError as error:
            raise BadRequestError(str(error)) from error
        return data, mime_type
    try:
        return b64decode(str(given["data_base64"]), validate=True), None
    except (KeyError, Base64Error, ValueError) as error:
        raise BadRequestError("a file needs data_base64, link or the file_id of an upload") from error
