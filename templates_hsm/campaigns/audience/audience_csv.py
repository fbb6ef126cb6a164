"""Reads an uploaded list: finds the phone column, names the others, validates each row."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple, TextIO

from inbox.contacts.phone_numbers import PhoneRefusedError, read_phone
from inbox.foundation.problems import ProblemError
from templates_hsm.campaigns.audience.list_lines import Cells, ListLines, Spoilt

PHONE_NAMES: Final = (
    *("phone", "to", "number", "phone_number", "mobile", "msisdn", "wa_id", "whatsapp", "telephone", "tel"),
    *("телефон", "номер", "telefon", "telefone", "telefono", "teléfono", "handy"),
)
MAX_COLUMNS: Final = 50
MAX_VALUE_CHARS: Final = 1_024
"""WhatsApp's longest body; no value can be longer."""
MAX_ROWS: Final = 2_000_000
_WORD: Final = re.compile(r"[^\w]+")


class CsvRow(NamedTuple):
    """A valid row: its number from 1, the digits of the phone, the other values, its line in the file."""

    number: int
    phone: str
    values: list[str]
    line: int = 0


class RefusedRow(NamedTuple):
    """A row that was refused, and why."""

    number: int
    value: str
    reason: str
    line: int = 0


class AudienceFile:
    """A CSV file with a header line.

    Attributes:
        columns: The names of the values, as variables in templates.
    """

    def __init__(self, file: TextIO, region: str | None) -> None:
        """Read the header. Raises `ProblemError` (`invalid_request`)."""
        self._region = region
        self._lines = ListLines(file)
        names = [column_name(name) for name in self._lines.heading()]
        check_names(names)
        self._phone = next((names.index(name) for name in PHONE_NAMES if name in names), 0)
        self.columns = [name for place, name in enumerate(names) if place != self._phone]

    @property
    def lines(self) -> int:
        """Lines below the heading that hold something, of those that were read."""
        return self._lines.lines

    @property
    def joined(self) -> int:
        """Lines that continue a cell of the row before."""
        return self._lines.joined

    def rows(self) -> Iterator[CsvRow | RefusedRow]:
        """Yield the rows, valid and refused. Raises `ProblemError` where the rest can't be read."""
        number = 0
        try:
            for number, found in enumerate(self._lines.rows(len(self.columns) + 1), start=1):
                if number > MAX_ROWS:
                    raise ProblemError("too_large", f"A list may have at most {MAX_ROWS:,} rows: split it.")
                yield self._read(number, found)
        except UnicodeError:
            raise ProblemError("invalid_request", f"After row {number} the file is not UTF-8.") from None

    def _read(self, number: int, found: Cells | Spoilt) -> CsvRow | RefusedRow:
        if isinstance(found, Spoilt):
            return RefusedRow(number, found.text[:MAX_VALUE_CHARS], found.reason, found.line)
        line, fields = found
        missing = len(self.columns) + 1 - len(fields)
        if missing < 0:
            return RefusedRow(number, fields[0][:MAX_VALUE_CHARS], "it has more values than the header has names", line)
        fields += [""] * missing
        written = fields.pop(self._phone)
        told = written[:MAX_VALUE_CHARS]
        if any(len(value) > MAX_VALUE_CHARS for value in fields):
            return RefusedRow(number, told, f"a value has more than {MAX_VALUE_CHARS} characters", line)
        try:
            return CsvRow(number, read_phone(written, self._region), fields, line)
        except PhoneRefusedError as refused:
            return RefusedRow(number, told, str(refused), line)


def encoding_of(beginning: bytes) -> str:
    """Return a list's encoding: UTF-16 where the file says so (Excel's "Unicode text"), otherwise UTF-8."""
    return "utf-16" if beginning.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else "utf-8-sig"


def column_name(written: str) -> str:
    """Make a variable's name of a column's heading: "First name" is `first_name`."""
    return _WORD.sub("_", written.strip().lstrip("\ufeff").lower()).strip("_")


def check_names(names: Sequence[str]) -> None:
    """Refuse missing, repeated or unusable column names. Raises `ProblemError` (`invalid_request`)."""
    if not any(names):
        raise ProblemError("invalid_request", "The first line must name the columns; one of them is the phone.")
    if len(names) > MAX_COLUMNS:
        raise ProblemError("invalid_request", f"The list has {len(names)} columns; at most {MAX_COLUMNS} are allowed.")
    if not all(names) or len(set(names)) < len(names):
        raise ProblemError("invalid_request", "Each column needs a name of its own in the first line.")
    bad = next((name for name in names if not name.isidentifier()), None)
    if bad is not None:
        raise ProblemError("invalid_request", f"The column `{bad}` can't be a variable: begin its name with a letter.")
