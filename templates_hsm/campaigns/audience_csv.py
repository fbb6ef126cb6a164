"""Reading a list of recipients: which column is the phone, what the others are called, which rows are good."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple, TextIO

from inbox.contacts.phone_numbers import PhoneRefused, read_phone
from inbox.foundation.problems import Problem

PHONE_NAMES: Final = (
    *("phone", "to", "number", "phone_number", "mobile", "msisdn", "wa_id", "whatsapp", "telephone", "tel"),
    *("телефон", "номер", "telefon", "telefone", "telefono", "teléfono", "handy"),
)
MAX_COLUMNS: Final = 50
MAX_VALUE_CHARS: Final = 1_024
"""WhatsApp's longest body; no value can be longer."""
MAX_ROWS: Final = 2_000_000
DELIMITERS: Final = ",;\t|"
_WORD: Final = re.compile(r"[^\w]+")


class Row(NamedTuple):
    """A good row: its line among the rows from 1, the digits of the phone, the other values."""

    number: int
    phone: str
    values: list[str]


class RowError(NamedTuple):
    """A row that is no recipient, and why."""

    number: int
    value: str
    reason: str


class AudienceFile:
    """A CSV file with a header line.

    Attributes:
        columns: The names of the values, as variables in templates.
    """

    def __init__(self, file: TextIO, region: str | None) -> None:
        """Read the header. Raises `Problem` (`invalid_request`)."""
        self._region = region
        header = file.readline()
        self._delimiter = max(DELIMITERS, key=header.count)
        names = [column_name(name) for name in next(csv.reader([header], delimiter=self._delimiter), [])]
        check_names(names)
        self._phone = next((names.index(name) for name in PHONE_NAMES if name in names), 0)
        self.columns = [name for place, name in enumerate(names) if place != self._phone]
        self._file = file

    def rows(self) -> Iterator[Row | RowError]:
        """Give the rows, good and bad, one by one. Raises `Problem` where it is no CSV any more."""
        reader = csv.reader(self._file, delimiter=self._delimiter)
        number = 0
        try:
            for fields in reader:
                if fields:
                    number += 1
                    yield self._read(number, fields)
                if number >= MAX_ROWS:
                    raise Problem("too_large", f"A list may have at most {MAX_ROWS:,} rows: split it.")
        except (csv.Error, UnicodeDecodeError) as error:
            what = "not UTF-8" if isinstance(error, UnicodeDecodeError) else f"not CSV: {error}"
            raise Problem("invalid_request", f"After row {number} the file is {what}.") from None

    def _read(self, number: int, fields: list[str]) -> Row | RowError:
        missing = len(self.columns) + 1 - len(fields)
        if missing < 0:
            return RowError(number, fields[0][:MAX_VALUE_CHARS], "it has more values than the header has names")
        if missing:
            fields += [""] * missing
        written = fields.pop(self._phone)
        if any(len(value) > MAX_VALUE_CHARS for value in fields):
            return RowError(number, written[:MAX_VALUE_CHARS], f"a value has more than {MAX_VALUE_CHARS} characters")
        try:
            return Row(number, read_phone(written, self._region), fields)
        except PhoneRefused as refused:
            return RowError(number, written[:MAX_VALUE_CHARS], str(refused))


def column_name(written: str) -> str:
    """Make a variable's name of a column's heading: "First name" is `first_name`."""
    return _WORD.sub("_", written.strip().lstrip("\ufeff").lower()).strip("_")


def check_names(names: Sequence[str]) -> None:
    """Refuse headings that can't be told apart. Raises `Problem` (`invalid_request`)."""
    if not any(names):
        raise Problem("invalid_request", "The first line must name the columns; one of them is the phone.")
    if len(names) > MAX_COLUMNS:
        raise Problem("invalid_request", f"The list has {len(names)} columns; at most {MAX_COLUMNS} are allowed.")
    if not all(names) or len(set(names)) < len(names):
        raise Problem("invalid_request", "Each column needs a name of its own in the first line.")
    bad = next((name for name in names if not name.isidentifier()), None)
    if bad is not None:
        raise Problem("invalid_request", f"The column `{bad}` can't be a variable: begin its name with a letter.")
