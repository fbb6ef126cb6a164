"""What spreadsheets do with the cells of a CSV file."""

from __future__ import annotations

import re
from typing import Any, Final

_FORMULA_SIGNS: Final = frozenset("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")
_PHONE: Final = re.compile(r"\+[0-9 ()/.-]*", re.ASCII)


def harmless(value: Any) -> Any:
    """Keep spreadsheets from running a value as a formula; phone numbers stay as they are.

    Source: OWASP, CSV Injection.
    """
    if isinstance(value, str) and value[:1] in _FORMULA_SIGNS and not _PHONE.fullmatch(value):
        return f"'{value}"
    return value
