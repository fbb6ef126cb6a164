"""The profile names of customers, cleaned for display: one rule for all messengers."""

from __future__ import annotations

import unicodedata
from typing import Final

from inbox.foundation.invisible import is_invisible

MAX_CHARS: Final = 200
"""As long as a name that an operator may write; messengers allow 64 to 100, and some senders have no limit."""
_LOOKED_AT: Final = 5 * MAX_CHARS
"""Of longer ones no more is read: blanks alone may fill it."""
_TURNING: Final = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Marks for the direction of writing: they would turn what stands beside the name."""
_JOINING: Final = frozenset("\u200c\u200d")
"""Between letters and between the parts of an emoji these change what is seen."""


def profile_name(written: str | None) -> str | None:
    """Return a name as it is shown; None if nothing of it is visible.

    Blanks are single, signs that show nothing or turn the writing are left out, the rest is cut.
    """
    if not written:
        return None
    if len(written) <= MAX_CHARS and written.isascii() and written.isprintable():
        shown = written
    else:
        shown = "".join(map(_shown, written[:_LOOKED_AT]))
        if all(map(is_invisible, shown)):
            return None
    return " ".join(shown.split())[:MAX_CHARS].rstrip() or None


def _shown(sign: str) -> str:
    if sign in _TURNING or unicodedata.category(sign) == "Cs":
        return ""
    if sign in _JOINING or unicodedata.category(sign) in {"Mn", "Cn"}:
        return sign
    return " " if is_invisible(sign) else sign
