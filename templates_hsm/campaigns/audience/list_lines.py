"""From the lines of a CSV file to rows: no line is lost or swallowed by another row's quoted cell.

A stray quotation mark makes the lines after it part of one cell, and as soon as another mark follows, any reader
of CSV takes that for right. So a cell with line breaks is believed only where the mark is closed at a cell's end,
the row has a value for each heading, and nothing in the cell could be a row by itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from enum import Enum
from typing import Final, NamedTuple, TextIO

from inbox.foundation.problems import ProblemError

DELIMITERS: Final = ",;\t|"
MAX_SPAN_LINES: Final = 254
"""As many as a cell of Excel has (253 line feeds): a mark that is not closed by then was never meant to be open."""
MAX_LINE_CHARS: Final = 131_072
"""Fifty values of twice the longest message; a longer line is no line of a list."""
MIN_PHONE_DIGITS: Final = 7
"""Of the shortest phone number with country code."""
SPANS: Final = "it stands within quotation marks that go over several lines: close them, or take the line breaks out"
BROKEN: Final = "there is text after a closing quotation mark: double the marks within a quoted value"
_QUOTE: Final = '"'
_QUOTED: Final = re.compile(r'"[^"]*"?')
_SEPARATOR: Final = re.compile(r'"?sep=([^\w\s"]|\t)"?', re.IGNORECASE)
"""The first line by which Excel is told the delimiter."""


class Quoting(Enum):
    """Why a text can't be cut into cells."""

    OPEN = "open"
    BROKEN = "broken"


class Cells(NamedTuple):
    """A row: the line on which it begins, counted from 1, and its values."""

    line: int
    values: list[str]


class Spoilt(NamedTuple):
    """A line that could not be read as a row, and why."""

    line: int
    text: str
    reason: str


class ListLines:
    """The lines of a list, one after the other.

    Attributes:
        lines: Lines below the heading that hold something, of those that were read.
        joined: Those of them that continue a cell of the row before.
    """

    def __init__(self, file: TextIO) -> None:
        self._file = file
        self._number = 0
        self._delimiter = DELIMITERS[0]
        self.lines = 0
        self.joined = 0

    def heading(self) -> list[str]:
        """Read the first line, after Excel's `sep=` if that is there. Raises `ProblemError`."""
        line = (self._next() or "").lstrip("\ufeff").rstrip("\r\n")
        told = _SEPARATOR.fullmatch(line)
        if told:
            line = (self._next() or "").rstrip("\r\n")
        self._delimiter = told[1] if told else delimiter_of(line)
        cells = split_cells(line, self._delimiter)
        if isinstance(cells, Quoting):
            raise _refused(self._number, "the heading has a quotation mark that is not closed")
        return cells

    def rows(self, columns: int) -> Iterator[Cells | Spoilt]:
        """Read row after row; empty lines are passed over.

        Args:
            columns: Values that a row with line breaks in its cells must have.

        Raises:
            ProblemError: `invalid_request`, with the line, where the marks of the list can't be trusted any more.
        """
        while (line := self._next()) is not None:
            text = line.rstrip("\r\n")
            if not text:
                continue
            self.lines += 1
            if _QUOTE in text:
                yield from self._quoted(text, columns)
            else:
                yield Cells(self._number, text.split(self._delimiter))

    def _next(self) -> str | None:
        line = self._file.readline(MAX_LINE_CHARS + 1)
        if not line:
            return None
        self._number += 1
        if len(line) > MAX_LINE_CHARS:
            raise _refused(self._number, f"it has more than {MAX_LINE_CHARS:,} characters")
        if "\0" in line:
            raise _refused(self._number, "it has a character that no text has (NUL): save the list as CSV in UTF-8")
        return line

    def _quoted(self, text: str, columns: int) -> Iterator[Cells | Spoilt]:
        own = [(self._number, text)]
        cells = split_cells(text, self._delimiter)
        while cells is Quoting.OPEN:
            number, further = self._continued(own)
            own.append((number, further))
            if _QUOTE in further:
                cells = split_cells("\n".join(line for _, line in own), self._delimiter)
        if isinstance(cells, Quoting):
            yield self._broken(own)
        elif len(own) == 1 or (len(cells) == columns and not _hides_a_row(cells, self._delimiter)):
            self.joined += sum(bool(line) for _, line in own[1:])
            yield Cells(own[0][0], cells)
        else:
            yield from (Spoilt(number, line, SPANS) for number, line in own if line)

    def _continued(self, own: Sequence[tuple[int, str]]) -> tuple[int, str]:
        line = self._next()
        if line is None or len(own) == MAX_SPAN_LINES:
            raise _refused(own[0][0], "a quotation mark is opened here and never closed")
        text = line.rstrip("\r\n")
        self.lines += bool(text)
        return self._number, text

    def _broken(self, own: Sequence[tuple[int, str]]) -> Spoilt:
        """Set a single line aside whose marks come in pairs; otherwise nobody knows where the row ends."""
        number, text = own[0]
        if len(own) > 1 or text.count(_QUOTE) % 2:
            raise _refused(number, "its quotation marks don't match: double the marks within a quoted value")
        return Spoilt(number, text, BROKEN)


def split_cells(text: str, delimiter: str) -> list[str] | Quoting:
    """Cut a row into its values; quotation marks count where a value begins with one."""
    cells: list[str] = []
    place = 0
    while True:
        if text.startswith(_QUOTE, place):
            end = _closing(text, place + 1)
            if end < 0:
                return Quoting.OPEN
            cells.append(text[place + 1 : end].replace(_QUOTE * 2, _QUOTE))
            place = end + 1
            while text.startswith(" ", place):
                place += 1
            if not (place == len(text) or text.startswith(delimiter, place)):
                return Quoting.BROKEN
        else:
            end = text.find(delimiter, place)
            cells.append(text[place : end if end >= 0 else len(text)])
            place = end if end >= 0 else len(text)
        if place == len(text):
            return cells
        place += 1


def delimiter_of(heading: str) -> str:
    """Return the delimiter that stands most often in a heading, outside of quotation marks."""
    return max(DELIMITERS, key=_QUOTED.sub("", heading).count)


def _closing(text: str, start: int) -> int:
    while (end := text.find(_QUOTE, start)) >= 0 and text.startswith(_QUOTE * 2, end):
        start = end + 2
    return end


def _hides_a_row(cells: Sequence[str], delimiter: str) -> bool:
    """Tell whether a line within a cell could be a row: it has several values, or a phone number."""
    further = (line for cell in cells for line in cell.split("\n")[1:])
    return any(delimiter in line or sum(char.isdecimal() for char in line) >= MIN_PHONE_DIGITS for line in further)


def _refused(line: int, what: str) -> ProblemError:
    return ProblemError("invalid_request", f"Line {line}: {what}. The list was not taken.")
