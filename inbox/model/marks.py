"""Formatting of a text: marks that lie beside the words, so that the words stay plain for everybody else. Pure.

A place counts UTF-16 code units, as browsers and Telegram do. Marks may lie inside of one another and overlap.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum
from typing import Annotated, Final

import msgspec
from msgspec import Meta

from inbox.foundation.patterns import END

MAX_MARKS: Final = 100
"""As many as Telegram's apps keep. Source: https://core.telegram.org/api/entities."""
MAX_PLACE: Final = 2 * 65_536
"""No text of ours has more UTF-16 units."""
MAX_ADDRESS_CHARS: Final = 2_048
ADDRESS: Final = r"^https?://[^\s\x00-\x1f]+" + END
"""Of the web: what else stands behind words leads a browser nowhere, or runs something."""

_UNIT_BYTES: Final = 2
_ENCODING: Final = "utf-16-le"
_LOW_SURROGATES: Final = range(0xDC, 0xE0)
"""The upper byte of the second half of a character that has two units."""


class MarkKind(StrEnum):
    """What a mark says of its words."""

    BOLD = "bold"
    ITALIC = "italic"
    UNDERLINE = "underline"
    STRIKETHROUGH = "strikethrough"
    SPOILER = "spoiler"
    CODE = "code"
    PRE = "pre"
    QUOTE = "quote"
    LINK = "link"


class Mark(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """Formatting of a part of a text; `url` is the address behind the words of a `link`.

    `offset` and `length` count UTF-16 code units, as strings of JavaScript do.
    """

    type: MarkKind
    offset: Annotated[int, Meta(ge=0, le=MAX_PLACE)]
    length: Annotated[int, Meta(ge=1, le=MAX_PLACE)]
    url: (
        Annotated[str, Meta(pattern=ADDRESS, max_length=MAX_ADDRESS_CHARS, examples=["https://shop.example/terms"])]
        | None
    ) = None

    @property
    def end(self) -> int:
        """The place after its last unit."""
        return self.offset + self.length


Marks = Annotated[tuple[Mark, ...], Meta(max_length=MAX_MARKS)]


def is_address(url: str) -> bool:
    """Return whether an address may stand behind words."""
    return len(url) <= MAX_ADDRESS_CHARS and re.search(ADDRESS, url) is not None


def units(text: str) -> int:
    """Count UTF-16 code units."""
    return len(text) if text.isascii() else len(text.encode(_ENCODING, "surrogatepass")) // _UNIT_BYTES


def fault_of_marks(text: str, marks: Sequence[Mark]) -> tuple[int, str] | None:
    """Return which mark can't be, and why; None where all fit the text."""
    data = text.encode(_ENCODING, "surrogatepass")
    for place, mark in enumerate(marks):
        if mark.end > len(data) // _UNIT_BYTES:
            return place, "it goes beyond the text; places count UTF-16 code units"
        if splits(data, mark.offset) or splits(data, mark.end):
            return place, "it begins or ends inside of a character of two UTF-16 code units"
        if (mark.url is not None) != (mark.type == MarkKind.LINK):
            return place, "a link has an address in `url`, other marks have none"
    return None


def splits(data: bytes, unit: int) -> bool:
    """Return whether a place in UTF-16 (little endian) is inside of a pair: its second half stands there."""
    upper = unit * _UNIT_BYTES + 1
    return upper < len(data) and data[upper] in _LOW_SURROGATES


def moved(marks: Iterable[Mark], by: int) -> tuple[Mark, ...]:
    """Return marks of a text before which so many units were put."""
    return tuple(msgspec.structs.replace(mark, offset=mark.offset + by) for mark in marks) if by else tuple(marks)


def marks_within(marks: Iterable[Mark], start: int, end: int) -> tuple[Mark, ...]:
    """Return the marks of a piece of the text, with their places in it."""
    return tuple(_within(marks, start, end))


def _within(marks: Iterable[Mark], start: int, end: int) -> Iterator[Mark]:
    for mark in marks:
        first, last = max(mark.offset, start), min(mark.end, end)
        if first < last:
            yield msgspec.structs.replace(mark, offset=first - start, length=last - first)


def marks_by_piece(text: str, pieces: Sequence[str], marks: Sequence[Mark]) -> list[tuple[Mark, ...]]:
    """Share marks out among the pieces of a text, which follow one another with at most white space between them."""
    if not marks:
        return [()] * len(pieces)
    shared, at = [], 0
    for piece in pieces:
        found = text.index(piece, at)
        start, at = units(text[:found]), found + len(piece)
        shared.append(marks_within(marks, start, start + units(piece)))
    return shared


def with_insertions(text: str, insertions: Iterable[tuple[int, str]]) -> str:
    """Put words into a text, each at its place in UTF-16 units; those of one place in the order in which they come."""
    data = text.encode(_ENCODING, "surrogatepass")
    pieces, done = [], 0
    for place, said in sorted(insertions, key=lambda insertion: insertion[0]):
        at = place * _UNIT_BYTES
        pieces += [data[done:at], said.encode(_ENCODING)]
        done = at
    return b"".join([*pieces, data[done:]]).decode(_ENCODING, "replace")


def words_of(text: str, mark: Mark) -> str:
    """Return the words that a mark covers."""
    data = text.encode(_ENCODING, "surrogatepass")
    return data[mark.offset * _UNIT_BYTES : mark.end * _UNIT_BYTES].decode(_ENCODING, "replace")
