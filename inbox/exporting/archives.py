"""Writes one archive of an export: lines of JSON and files, from a mark on, until it is large enough.

A zip file is written from front to back, a piece at a time, so that memory holds one page of rows and one piece of a
file however much a workspace has.
"""

from __future__ import annotations

import asyncio
import zipfile
from collections import Counter
from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import PurePosixPath
from typing import IO, Final, cast

from inbox.exporting.export_models import ExportKind
from inbox.exporting.sections import FILES, SECTIONS, following, line_of, shown
from inbox.exporting.walking_rows import After, Asked, Mark, Row, mark_of
from inbox.files.blob_store import BlobStore
from inbox.files.file_models import FileState
from inbox.files.named_files import stored_ids
from inbox.storage.documents import Condition, FileDocument

FORMAT: Final = 1
PART_BYTES: Final = 256 * 1024 * 1024
"""An archive is done again where its writer was killed; a link's hour is enough to fetch it."""
FILES_IN_PART: Final = 10_000
_SUFFIX_CHARS: Final = 10


class Archive:
    """An archive that is being written.

    Attributes:
        mark: Behind what has been written; None where nothing is left.
        counts: Rows by section.
    """

    def __init__(self, asked: Asked, store: BlobStore, *, at: datetime, part_bytes: int = PART_BYTES) -> None:
        self._asked = asked
        self._store = store
        self._at = at
        self._kind = ExportKind(asked.export["kind"])
        self._number = len(asked.export["parts"]) + 1
        self._sink = _Sink()
        self._zip = zipfile.ZipFile(cast(IO[bytes], self._sink), "w", zipfile.ZIP_DEFLATED)
        self._left_bytes = part_bytes
        self._left_files = FILES_IN_PART
        stored = asked.export["mark"]
        self.mark: Mark | None = mark_of(stored) if stored else Mark(next(iter(SECTIONS[self._kind])))
        self.counts = Counter[str]()

    async def pieces(self) -> AsyncIterator[bytes]:
        """Yield the bytes of the archive. What `mark` and `counts` say holds when they are at their end."""
        self._zip.writestr("export.json", line_of(self._about()))
        while self.mark is not None and self._has_room:
            section = self._files if self.mark.section == FILES else self._rows
            async for piece in section(self.mark):
                yield self._taken(piece)
        self._zip.close()
        yield self._sink.drain()

    @property
    def _has_room(self) -> bool:
        return self._left_bytes > 0 and self._left_files > 0

    def _about(self) -> Row:
        export = self._asked.export
        return {
            "_id": export["_id"],
            "format": FORMAT,
            "kind": export["kind"],
            "workspace": export["workspace_id"],
            "contact_id": export["contact_id"],
            "requested_at": export["requested_at"],
            "part": self._number,
            "made_at": self._at,
        }

    def _taken(self, piece: bytes) -> bytes:
        self._left_bytes -= len(piece)
        return piece

    async def _rows(self, mark: Mark) -> AsyncIterator[bytes]:
        """Write the rows of a section into one file, as long as there is room."""
        read = SECTIONS[self._kind][mark.section]
        with self._entry(f"{mark.section}-{self._number:04}.jsonl", zipfile.ZIP_DEFLATED) as entry:
            while True:
                page = await read(self._asked, mark.after)
                lines = b"".join(line_of(row) for row in page.rows)
                await asyncio.to_thread(entry.write, lines)
                self.counts[mark.section] += len(page.rows)
                yield self._sink.drain()
                if page.after is None:
                    break
                mark = Mark(mark.section, page.after)
                if not self._has_room:
                    self.mark = mark
                    return
        self._end_section(mark.section)
        yield self._sink.drain()

    async def _files(self, mark: Mark) -> AsyncIterator[bytes]:
        """Write files, and at the end a list of those that this archive has."""
        listed = list[Row]()
        async for after, file in self._each(mark.after):
            if file is not None:
                async for piece in self._file(file, listed):
                    yield piece
            if after is None:
                continue
            self.mark = Mark(FILES, after)
            if not self._has_room:
                break
        else:
            self._end_section(FILES)
        self._zip.writestr(f"{FILES}-{self._number:04}.jsonl", b"".join(line_of(row) for row in listed))
        self.counts[FILES] += len(listed)
        yield self._sink.drain()

    async def _each(self, after: After | None) -> AsyncIterator[tuple[After | None, FileDocument | None]]:
        """Yield the files of each row of the section, then the place behind the row."""
        read, following_page = SECTIONS[self._kind][FILES], True
        while following_page:
            page = await read(self._asked, after)
            for row in page.rows:
                for file in await self._stored(row):
                    yield None, file
                yield _place(row), None
            after, following_page = page.after, page.after is not None

    def _end_section(self, section: str) -> None:
        name = following(self._kind, section)
        self.mark = None if name is None else Mark(name)

    async def _stored(self, row: Row) -> list[FileDocument]:
        """Return the files of a row, which is one, or a message that names some."""
        if self._kind is ExportKind.WORKSPACE:
            return [cast(FileDocument, row)]
        ids = stored_ids(row["content"])
        named: Condition = {**self._asked.own, "_id": {"$in": ids}, "state": FileState.STORED.value}
        return await self._asked.database.files.find(named).to_list(None)

    async def _file(self, file: FileDocument, listed: list[Row]) -> AsyncIterator[bytes]:
        """Write one file. It is called by its id, since two may have the same name, and a name may be anything."""
        name = f"{FILES}/{file['_id']}{_suffix(file['filename'])}"
        if name in self._zip.NameToInfo:
            return
        with self._entry(name, zipfile.ZIP_STORED) as entry:
            async for piece in self._store.read(str(file["blob_id"])):
                entry.write(piece)
                yield self._taken(self._sink.drain())
        listed.append({**_listed(file), "path": name})
        self._left_files -= 1

    def _entry(self, name: str, compression: int) -> IO[bytes]:
        about = zipfile.ZipInfo(name, date_time=self._at.timetuple()[:6])
        about.compress_type = compression
        return self._zip.open(about, "w", force_zip64=True)


def _place(row: Row) -> After:
    """Return behind which row of its section the next one stands: a message's, or a file's."""
    return [row["conversation_id"], row["seq"]] if "seq" in row else [row["_id"]]


def _listed(file: FileDocument) -> Row:
    """Return what is said of a file beside its bytes."""
    kept = ("filename", "mime_type", "bytes", "sha256", "created_at", "message_id", "uploaded_by")
    row = shown(file)
    return {"_id": file["_id"], **{name: row[name] for name in kept if name in row}}


def _suffix(filename: str | None) -> str:
    """Return the end of a file's name where it is a plain one."""
    suffix = PurePosixPath(filename or "").suffix
    is_plain = suffix[1:].isascii() and suffix[1:].isalnum() and len(suffix) <= _SUFFIX_CHARS
    return suffix if is_plain else ""


class _Sink:
    """Takes what `zipfile` writes until it is drained; it has no `tell`, so nothing is ever written again."""

    def __init__(self) -> None:
        self._written = bytearray()

    def write(self, data: bytes) -> int:
        """Take some bytes."""
        self._written += data
        return len(data)

    def flush(self) -> None:
        """Do nothing: there is nothing behind it."""

    def drain(self) -> bytes:
        """Return what was written since the last time."""
        drained, self._written = bytes(self._written), bytearray()
        return drained
