"""How large a picture is, read from its first bytes.

Source: the headers of PNG (RFC 2083), GIF89a, JPEG (ITU T.81) and WebP (RFC 9649).
"""

from __future__ import annotations

from collections.abc import Callable
from struct import error as StructError  # noqa: N812
from struct import unpack, unpack_from

Size = tuple[int, int]

JPEG_FRAMES = frozenset({*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC})
"""Markers that begin a frame and carry its size."""


def image_size(data: bytes) -> Size | None:
    """Width and height in pixels; None for what is no picture."""
    for magic, read in READERS:
        if data.startswith(magic):
            try:
                return read(data)
            except StructError:
                return None
    return None


def _png(data: bytes) -> Size:
    width, height = unpack(">II", data[16:24])
    return width, height


def _gif(data: bytes) -> Size:
    width, height = unpack("<HH", data[6:10])
    return width, height


def _jpeg(data: bytes) -> Size | None:
    at = 2
    while at + 9 < len(data):
        if data[at] != 0xFF:
            return None
        marker, length = data[at + 1], unpack_from(">H", data, at + 2)[0]
        if marker in JPEG_FRAMES:
            height, width = unpack_from(">HH", data, at + 5)
            return width, height
        at += 2 + length
    return None


def _webp(data: bytes) -> Size | None:
    kind = data[12:16]
    if kind == b"VP8X":
        return int.from_bytes(data[24:27], "little") + 1, int.from_bytes(data[27:30], "little") + 1
    if kind == b"VP8L":
        bits = unpack("<I", data[21:25])[0]
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    if kind == b"VP8 ":
        width, height = unpack("<HH", data[26:30])
        return width & 0x3FFF, height & 0x3FFF
    return None


READERS: tuple[tuple[bytes, Callable[[bytes], Size | None]], ...] = (
    (b"\x89PNG\r\n\x1a\n", _png),
    (b"GIF8", _gif),
    (b"\xff\xd8\xff", _jpeg),
    (b"RIFF", _webp),
)
