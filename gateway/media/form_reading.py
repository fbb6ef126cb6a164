"""The one file of a multipart form, read a piece at a time.

Bounded in every direction: how many parts, how long a part's head, how much stands beside the file. What is looked for
in the buffer is found by the interpreter's own search, so that a form of many tiny parts costs no more than its bytes.
It knows no server: bytes come in, a file goes out.

Source: RFC 7578 (multipart/form-data), RFC 2046, 5.1.1 (delimiters), RFC 9110, 5.6.6 (parameters).
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Mapping
from typing import Final
from urllib.parse import unquote

import msgspec

MAX_PARTS: Final = 16
"""A form of ours has one file; pages add a field or two of their own, and a test form some more."""
MAX_HEAD_BYTES: Final = 8 * 1024
"""Of one part: the longest name of a file that systems know, percent-encoded thrice over, and its type."""
MAX_BESIDE_BYTES: Final = 64 * 1024
"""Of everything before the file: other fields are passed over, and long ones are files under another name."""
MAX_BOUNDARY_CHARS: Final = 70
"""Source: RFC 2046, 5.1.1."""

_PARAMETER: Final = re.compile(r';\s*([!#$%&\'+^`|~\w.-]+\*?)\s*=\s*("(?:[^"\\]|\\.)*"|[^;"]*)', re.ASCII | re.DOTALL)
_ESCAPED: Final = re.compile(r'\\(["\\])')
_CRLF: Final = b"\r\n"


class FormUnreadableError(Exception):
    """The form can't be read; the message says why, for whoever sent it."""


class FormFile(msgspec.Struct, frozen=True, kw_only=True):
    """A file of a form.

    Attributes:
        filename: As the browser wrote it.
        declared: The type that the browser names.
        pieces: Its bytes, once. Raises `FormUnreadableError` where the form ends before the file does.
    """

    filename: str | None
    declared: str | None
    pieces: AsyncIterator[bytes]


async def find_file_part(content_type: str, body: AsyncIterator[bytes], *, field: str = "file") -> FormFile:
    """Read up to the file of a form.

    Args:
        content_type: The request's header.
        body: Its bytes as they come.
        field: The name of the form's field.

    Raises:
        FormUnreadableError: if this is no form, it has no such field, or it is beyond the limits.
    """
    reader = _Reader(boundary_of(content_type), body)
    await reader.skip_to_delimiter()
    for _ in range(MAX_PARTS):
        head = await reader.head()
        if head is None:
            raise FormUnreadableError(f"The multipart body has no field with the name “{field}”.")
        named = parameters(head.get("content-disposition", ""))
        if named.get("name") == field:
            return FormFile(filename=_filename(named), declared=head.get("content-type"), pieces=reader.pieces())
        await reader.skip_to_delimiter()
    raise FormUnreadableError(f"The multipart body has more than {MAX_PARTS} parts: send the field “{field}” first.")


def boundary_of(content_type: str) -> bytes:
    """Return what stands between the parts. Raises `FormUnreadableError`."""
    boundary = parameters(content_type).get("boundary", "")
    if not content_type.lower().startswith("multipart/") or not 1 <= len(boundary) <= MAX_BOUNDARY_CHARS:
        raise FormUnreadableError("Send the file as multipart/form-data, in a field with the name “file”.")
    return boundary.encode(errors="replace")


def parameters(header: str) -> Mapping[str, str]:
    """Return the parameters of a header by their names in small letters.

    In quotation marks everything belongs to the value, semicolons too. A backslash escapes a quotation mark or another
    backslash; before anything else it stands for itself, as in the paths that old browsers send.
    """
    found: dict[str, str] = {}
    for name, value in _PARAMETER.findall(header):
        quoted = value.startswith('"')
        found.setdefault(name.lower(), _ESCAPED.sub(r"\1", value[1:-1]) if quoted else value.strip())
    return found


def _filename(named: Mapping[str, str]) -> str | None:
    """Return the name of the file; the form of RFC 8187 goes before the plain one."""
    charset, mark, encoded = named.get("filename*", "").partition("'")
    if mark and charset.lower() in {"utf-8", "iso-8859-1"}:
        return unquote(encoded.partition("'")[2], encoding=charset, errors="replace")
    return named.get("filename")


class _Reader:
    """Walks over a form."""

    def __init__(self, boundary: bytes, body: AsyncIterator[bytes]) -> None:
        self._delimiter = _CRLF + b"--" + boundary
        self._unsure = len(self._delimiter) - 1  # so many bytes at the buffer's end may begin a delimiter
        self._body = body
        self._buffer = bytearray(_CRLF)  # the first delimiter stands at a line's beginning like all others
        self._beside = 0

    async def skip_to_delimiter(self) -> None:
        """Pass over what comes before the next delimiter, and over that."""
        while (at := self._buffer.find(self._delimiter)) < 0:
            self._drop_beside(len(self._buffer) - self._unsure)
            await self._more()
        self._drop_beside(at + len(self._delimiter))

    async def head(self) -> Mapping[str, str] | None:
        """Read a part's head; None after the last part."""
        await self._at_least(2)
        if self._buffer.startswith(b"--"):
            return None
        while (end := self._buffer.find(_CRLF + _CRLF)) < 0:
            self._check_head(len(self._buffer))
            await self._more()
        self._check_head(end)
        lines = bytes(self._buffer[:end]).decode(errors="replace").split("\r\n")
        del self._buffer[: end + len(_CRLF)]  # the second line end may begin a delimiter: the part is empty then
        named = (line.partition(":") for line in lines)
        return {name.strip().lower(): value.strip() for name, _, value in named}

    async def pieces(self) -> AsyncIterator[bytes]:
        """Return the bytes of a part as they come."""
        await self._at_least(len(self._delimiter))
        if self._buffer.startswith(self._delimiter):
            return
        del self._buffer[: len(_CRLF)]
        while (at := self._buffer.find(self._delimiter)) < 0:
            sure = len(self._buffer) - self._unsure
            if sure > 0:
                piece = bytes(self._buffer[:sure])
                del self._buffer[:sure]
                yield piece
            await self._more()
        if at:
            yield bytes(self._buffer[:at])

    def _drop_beside(self, count: int) -> None:
        if count > 0:
            self._beside += count
            del self._buffer[:count]
        if self._beside > MAX_BESIDE_BYTES:
            raise FormUnreadableError("Too much stands before the file: send the field with the file first.")

    def _check_head(self, size: int) -> None:
        if size > MAX_HEAD_BYTES:
            raise FormUnreadableError(f"The head of a part is longer than {MAX_HEAD_BYTES} bytes.")

    async def _at_least(self, count: int) -> None:
        while len(self._buffer) < count:
            await self._more()

    async def _more(self) -> None:
        piece = await anext(self._body, b"")
        if not piece:
            raise FormUnreadableError("The multipart body ends before it is complete.")
        self._buffer += piece
