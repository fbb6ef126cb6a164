"""What spreadsheets do with the cells of a CSV file."""

from __future__ import annotations

import re
from typing import Any, Final

_FORMULA_SIGNS: Final = frozenset("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")
_PHONE: Final = re.compile(r"\+[0-9 ()/.-]*", re.ASCII)
_NEXT_CELL: Final = re.compile(r"([;\t\r\n][ \"]*)(?=[=+\-@\uff1d\uff0b\uff0d\uff20])(?!\+[0-9 ()/.-]*(?:[;\t\r\n]|$))")
"""Where half of Europe writes numbers with a comma, a semicolon parts cells, in quotes too that begin elsewhere."""


def harmless(value: Any) -> Any:
    """Keep spreadsheets from running a value as a formula; phone numbers stay as they are.

    Source: OWASP, CSV Injection.
    """
    if not isinstance(value, str):
        return value
    safe = _NEXT_CELL.sub(r"\1'", value)
    return f"'{safe}" if safe[:1] in _FORMULA_SIGNS and not _PHONE.fullmatch(value) else safe
