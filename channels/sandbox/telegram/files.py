"""Files by their ids: several ids may stand for the same bytes.

Source: core.telegram.org/bots/api#file, #getfile, #sending-files: an id belongs to one bot and one kind of
file, and never ends; a bot downloads at most 20 MB.
"""

from __future__ import annotations

import hashlib
import secrets
from collections import OrderedDict
from pathlib import Path
from typing import Any

import msgspec

MEGABYTE = 1024 * 1024
MAX_DOWNLOAD_BYTES = 20 * MEGABYTE

STORE_BYTES = 512 * MEGABYTE
"""All files together while they are kept in memory; the oldest are forgotten first."""

PREFIXES = {
    "photo": "AgAC", "voice": "AwAC", "video": "BAAC", "document": "BQAC", "sticker": "CAAC",
    "audio": "CQAC", "animation": "CgAC", "video_note": "DQAC",
}  # fmt: skip
"""File ids of a kind begin alike; clients must not rely on it."""

FOLDERS = {
    "photo": ("photos", "jpg"), "voice": ("voice", "oga"), "video": ("videos", "mp4"),
    "document": ("documents", ""), "sticker": ("stickers", "webp"), "audio": ("music", "mp3"),
    "animation": ("animations", "mp4"), "video_note": ("video_notes", "mp4"),
}  # fmt: skip


class EmulatedFile(msgspec.Struct, kw_only=True, frozen=True):
    """One file id.

    Attributes:
        sha256: Which bytes it stands for.
        path: What `getFile` answers as `file_path`.
        fields: What the file's object says besides: sizes, duration, name.
    """

    id: str
    unique_id: str
    bot_id: int
    kind: str
    sha256: str
    size: int
    path: str
    mime_type: str
    fields: dict[str, Any]


class Blobs:
    """Bytes by their hash: in memory, or as files in a directory."""

    def __init__(self) -> None:
        self.directory: Path | None = None
        self._data: OrderedDict[str, bytes] = OrderedDict()
        self._bytes = 0

    def keep(self, data: bytes) -> str:
        """Store bytes and give their name."""
        name = hashlib.sha256(data).hexdigest()
        if self.directory is not None:
            path = self.directory / name
            if not path.exists():
                self.directory.mkdir(parents=True, exist_ok=True)
                path.write_bytes(data)
        elif name not in self._data:
            self._data[name] = data
            self._bytes += len(data)
            self._make_room()
        return name

    def get(self, name: str) -> bytes | None:
        """The bytes, unless they were forgotten."""
        if self.directory is None:
            return self._data.get(name)
        path = self.directory / name
        return path.read_bytes() if path.exists() else None

    def _make_room(self) -> None:
        while self._bytes > STORE_BYTES and len(self._data) > 1:
            self._bytes -= len(self._data.popitem(last=False)[1])


class FileStore:
    """All files of this Telegram."""

    def __init__(self) -> None:
        self.blobs = Blobs()
        self.files: dict[str, EmulatedFile] = {}
        self._by_path: dict[tuple[int, str], str] = {}
        self._made = 0

    def make(self, bot_id: int, kind: str, data: bytes, *, mime_type: str, fields: dict[str, Any]) -> EmulatedFile:
        """A new id of a kind for these bytes.

        Args:
            fields: What the file's object says besides; `file_name` also ends the path of a document.
        """
        sha256 = self.blobs.keep(data)
        self._made += 1
        folder, ending = FOLDERS[kind]
        ending = ending or str(fields.get("file_name", "")).rpartition(".")[2] or "bin"
        safe_ending = ending.lower() if ending.isascii() and ending.isalnum() else "bin"
        file = EmulatedFile(
            id=PREFIXES[kind] + secrets.token_urlsafe(45),
            unique_id=PREFIXES[kind][:2] + sha256[:14],
            bot_id=bot_id,
            kind=kind,
            sha256=sha256,
            size=len(data),
            path=f"{folder}/file_{self._made}.{safe_ending}",
            mime_type=mime_type,
            fields=fields,
        )
        self.add(file)
        return file

    def add(self, file: EmulatedFile) -> None:
        """Make an id known."""
        self.files[file.id] = file
        self._by_path[file.bot_id, file.path] = file.id
        self._made = max(self._made, len(self.files))

    def get(self, bot_id: int, file_id: str) -> EmulatedFile | None:
        """A file of this bot."""
        file = self.files.get(file_id)
        return file if file is not None and file.bot_id == bot_id else None

    def read(self, file: EmulatedFile) -> bytes | None:
        """Its bytes, unless they were forgotten."""
        return self.blobs.get(file.sha256)

    def at_path(self, bot_id: int, path: str) -> EmulatedFile | None:
        """The file behind a `file_path`."""
        return self.files.get(self._by_path.get((bot_id, path), ""))
