"""Which heads of requests are usual, and what they say. Pure: everything else is left to aiohttp's parser.

A head that is accepted here means the same to aiohttp; what could mean two things to two programs (a field that comes
twice, a length in two ways, a folded line, a strange character) is not usual.

Source: RFC 9112 (HTTP/1.1, June 2022), 2 to 6; RFC 9110, 5.5 and 5.6.2.
"""

from __future__ import annotations

import re
from typing import Final

import msgspec

MAX_HEAD_BYTES: Final = 8_000
"""Below what aiohttp takes of a single field; providers send some 600."""
MAX_FIELDS: Final = 64
MAX_BODY_BYTES: Final = 64 * 1024
"""What is longer comes in pieces, and is read as it comes: nearly all webhooks are below 2 kB."""

_START: Final = re.compile(rb"POST (/[A-Za-z0-9/_.-]*) HTTP/1\.1")
_FIELDS: Final = re.compile(rb"(?:\r\n[A-Za-z0-9-]+:[\t\x20-\x7e]*)+")
_FIELD: Final = re.compile(rb"\r\n([A-Za-z0-9-]+):([^\r]*)")
_LENGTH: Final = re.compile(r"[1-9][0-9]{0,5}")
_CHANGES_THE_REST: Final = ("transfer-encoding", "content-encoding", "expect", "upgrade", "trailer")
"""Fields after which body or connection are not what they are without them."""
_BLANK: Final = b" \t"


class Head(msgspec.Struct, frozen=True):
    """The head of a POST whose body has a known length.

    Attributes:
        headers: Names in lower case; each came once.
        size_bytes: Of the head with the empty line: where the body begins.
        body_bytes: Its length.
    """

    path: str
    headers: dict[str, str]
    size_bytes: int
    body_bytes: int


def read_head(data: bytes) -> Head | None:
    """Read the head that data begins with; None where it is not usual, or not here as a whole."""
    end = data.find(b"\r\n\r\n", 0, MAX_HEAD_BYTES)
    start = _START.match(data)
    if end < 0 or start is None or _FIELDS.fullmatch(data, start.end(), end) is None:
        return None
    fields = _FIELD.findall(data, start.end(), end)
    headers = {name.lower().decode(): value.strip(_BLANK).decode() for name, value in fields}
    if len(headers) != len(fields) or len(fields) > MAX_FIELDS or not _is_plain(headers):
        return None
    return Head(start[1].decode(), headers, end + 4, int(headers["content-length"]))


def _is_plain(headers: dict[str, str]) -> bool:
    """Tell whether a body of a known length follows and the connection stays as it is."""
    length = headers.get("content-length", "")
    return (
        "host" in headers
        and _LENGTH.fullmatch(length) is not None
        and int(length) <= MAX_BODY_BYTES
        and headers.get("connection", "keep-alive").lower() == "keep-alive"
        and not any(name in headers for name in _CHANGES_THE_REST)
    )
