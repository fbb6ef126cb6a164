"""Normal forms of texts that strangers write, at a cost that grows with their length alone.

Normalizing sorts the marks that stand upon one letter, and Python sorts them in the square of their number: four
thousand cost a third of a second, sixty thousand half a minute. No writing has more than a few.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final, Literal

MOST_MARKS: Final = 30
"""Upon one letter; further ones are left out. Source: Unicode Standard Annex #15, 13 (Stream-Safe Text Format)."""

_BEGIN_WITH_MARKS: Final = frozenset("\u0f73\u0f75\u0f81\uff9e\uff9f")
"""Marks of Tibetan and Japanese that become combining ones only when they are decomposed. Source: Unicode 15.0."""
_MAY_BE_MARKS: Final = re.compile(rf"(?:[^\w\s\x00-\u02ff]|[\uff9e\uff9f]){{{MOST_MARKS + 1},}}")


def normalized(form: Literal["NFKC", "NFKD"], text: str) -> str:
    """Return a text in a normal form, with at most `MOST_MARKS` marks upon a letter."""
    return text if text.isascii() else unicodedata.normalize(form, _MAY_BE_MARKS.sub(_with_fewer, text))


def _with_fewer(run: re.Match[str]) -> str:
    kept: list[str] = []
    marks = 0
    for sign in run[0]:
        marks = marks + 1 if unicodedata.combining(sign) or sign in _BEGIN_WITH_MARKS else 0
        if marks <= MOST_MARKS:
            kept.append(sign)
    return "".join(kept)
