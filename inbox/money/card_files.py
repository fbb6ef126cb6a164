"""Opens the files of rate cards: CSV, and XLSX by `openpyxl`, which is loaded when the first one comes."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Sequence
from itertools import islice
from typing import Final

from inbox.foundation.problems import ProblemError
from inbox.money.card_reading import MAX_ROWS, Row

MAX_FILE_BYTES: Final = 2 * 1024 * 1024
"""Meta's cards have some 30 kB."""
MAX_UNPACKED_BYTES: Final = 32 * 1024 * 1024
"""An XLSX file is a ZIP archive: a small one can hold gigabytes."""
MAX_COLUMNS: Final = 100
_ZIP: Final = b"PK\x03\x04"


def rows_of(data: bytes) -> Sequence[Row]:
    """Return a file's rows, of XLSX those of the first sheet. Raises `ProblemError` (`invalid_request`)."""
    if not data:
        raise ProblemError("invalid_request", "The file is empty.")
    return _rows_of_xlsx(data) if data.startswith(_ZIP) else _rows_of_csv(data)


def _rows_of_csv(data: bytes) -> Sequence[Row]:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ProblemError("invalid_request", "The file is neither XLSX nor CSV in UTF-8.") from None
    first = text.partition("\n")[0]
    delimiter = ";" if first.count(";") > first.count(",") else ","
    try:
        return list(islice(csv.reader(io.StringIO(text), delimiter=delimiter), MAX_ROWS + 1))
    except csv.Error:
        raise ProblemError("invalid_request", "The file is no CSV.") from None


def _rows_of_xlsx(data: bytes) -> Sequence[Row]:
    from openpyxl import load_workbook  # noqa: PLC0415 - 10 MB, for a file a quarter

    broken = ProblemError("invalid_request", "The file is no XLSX that can be read: save it as CSV and upload that.")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if sum(part.file_size for part in archive.infolist()) > MAX_UNPACKED_BYTES:
                raise broken
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        sheet = book.worksheets[0]
        rows = sheet.iter_rows(values_only=True, max_row=MAX_ROWS + 1, max_col=MAX_COLUMNS)
        return list(rows)
    except ProblemError:
        raise
    except Exception:
        raise broken from None
