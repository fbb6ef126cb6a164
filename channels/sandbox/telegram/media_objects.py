"""Telegram's objects for files: `Photo`, `Video`, `Voice` and so on.

Source: core.telegram.org/bots/api#available-types.
"""

from __future__ import annotations

from base64 import b64decode
from typing import Any

from channels.sandbox.telegram.files import EmulatedFile, FileStore
from channels.sandbox.telegram.images import image_size
from channels.sandbox.telegram.state import JsonObject

DEFAULTS: dict[str, JsonObject] = {
    "photo": {},
    "document": {"file_name": "file.bin", "mime_type": "application/octet-stream"},
    "video": {"width": 640, "height": 360, "duration": 1, "mime_type": "video/mp4"},
    "animation": {"width": 320, "height": 240, "duration": 1, "mime_type": "video/mp4"},
    "audio": {"duration": 1, "mime_type": "audio/mpeg"},
    "voice": {"duration": 1, "mime_type": "audio/ogg"},
    "video_note": {"length": 240, "duration": 1},
    "sticker": {"type": "regular", "width": 512, "height": 512, "is_animated": False, "is_video": False},
}
"""The fields of each kind, with what they say where nobody knows."""

OPTIONAL = frozenset({"file_name", "performer", "title", "emoji", "set_name", "mime_type"})
NO_MIME_TYPE = frozenset({"photo", "video_note", "sticker"})

SMALL_SIDE = 90
"""The longest side of a photo's smallest size."""

SMALL_PNG = b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
"""Stands for the photo's small size: who takes it for the photo itself sees one grey dot."""


def make_object(store: FileStore, bot_id: int, kind: str, data: bytes, **given: Any) -> Any:
    """Store bytes as a file of a kind and describe it: an object, or a list of sizes for a photo.

    Args:
        given: `mime_type`, `file_name`, `duration` and so on, as far as they are known.
    """
    if kind == "photo":
        return _photo(store, bot_id, data)
    fields = _fields(kind, given)
    mime_type = str(given.get("mime_type") or fields.get("mime_type") or "application/octet-stream")
    return describe(store.make(bot_id, kind, data, mime_type=mime_type, fields=fields))


def describe(file: EmulatedFile) -> JsonObject:
    """The object of a known file."""
    return {"file_id": file.id, "file_unique_id": file.unique_id, **file.fields, "file_size": file.size}


def describe_again(store: FileStore, file: EmulatedFile) -> Any:
    """The same for a file that is sent by its id: a photo comes with its small size again."""
    if file.kind != "photo":
        return describe(file)
    data = store.read(file)
    return [describe(file)] if data is None else [*_small(store, file.bot_id, file.fields), describe(file)]


def file_of(content: Any) -> JsonObject:
    """The object itself, or a photo's largest size."""
    found: JsonObject = content[-1] if isinstance(content, list) else content
    return found


def _photo(store: FileStore, bot_id: int, data: bytes) -> list[JsonObject]:
    width, height = image_size(data) or (640, 480)
    fields = {"width": width, "height": height}
    large = store.make(bot_id, "photo", data, mime_type="image/jpeg", fields=fields)
    return [*_small(store, bot_id, fields), describe(large)]


def _small(store: FileStore, bot_id: int, fields: JsonObject) -> list[JsonObject]:
    """The smaller size, unless the photo is as small itself."""
    longest = max(fields["width"], fields["height"])
    if longest <= SMALL_SIDE:
        return []
    small = {side: max(1, fields[side] * SMALL_SIDE // longest) for side in ("width", "height")}
    return [describe(store.make(bot_id, "photo", SMALL_PNG, mime_type="image/png", fields=small))]


def _fields(kind: str, given: JsonObject) -> JsonObject:
    allowed = {*DEFAULTS[kind], *OPTIONAL} - ({"mime_type"} if kind in NO_MIME_TYPE else set())
    known = {key: value for key, value in given.items() if key in allowed and value not in (None, "", 0)}
    return DEFAULTS[kind] | known
