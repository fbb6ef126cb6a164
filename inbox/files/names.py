"""Names of files, as a person gave them and as they are safe to show and to save. Pure."""

from __future__ import annotations

import unicodedata
from typing import Final
from urllib.parse import quote

MAX_NAME_CHARS: Final = 200
"""Below the 255 bytes of common file systems, for most scripts."""
_TURNING: Final = frozenset("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Marks that turn the direction of writing: `gpj.exe` would be read as `exe.jpg`."""


def tidy_name(name: str | None) -> str | None:
    """Return the last part of a path, without control characters and marks that turn the direction; None if empty."""
    last = (name or "").replace("\\", "/").rpartition("/")[2]
    kept = "".join(one for one in last if unicodedata.category(one)[0] != "C" and one not in _TURNING)
    stripped = kept.strip(" .") and kept.strip()
    if len(stripped) > MAX_NAME_CHARS:
        stem, dot, ending = stripped.rpartition(".")
        short = dot + ending if stem and len(ending) <= 10 else ""
        stripped = stripped[: MAX_NAME_CHARS - len(short)] + short
    return stripped or None


def name_in_form(name: str | None) -> str | None:
    """Undo what browsers do to a file's name in a multipart form.

    Source: https://html.spec.whatwg.org/multipage/form-control-infrastructure.html#multipart-form-data
    """
    return name and name.replace("%22", '"').replace("%0D", "\r").replace("%0A", "\n")


def content_disposition(name: str | None, *, inline: bool) -> str:
    """Write the header that says how a browser treats a file.

    Source: RFC 6266, 4.3, with the name in the form of RFC 8187.
    """
    kind, tidy = "inline" if inline else "attachment", tidy_name(name)
    return kind if tidy is None else f"{kind}; filename*=UTF-8''{quote(tidy, safe='')}"
