"""Invisible characters: blanks, direction marks, fillers and the like."""

from __future__ import annotations

import unicodedata
from typing import Final

_BLANK_LETTERS: Final = frozenset("\u115f\u1160\u3164\uffa0\u2800\u17b4\u17b5\u180b\u180c\u180d\u180f")
"""Fillers of Hangul, the empty Braille cell, inherent vowels of Khmer, Mongolian selectors: letters or signs by
their class, and still nothing to see. Source: Unicode 15.0, DerivedCoreProperties, Default_Ignorable_Code_Point."""
_BLANK_CLASSES: Final = frozenset({"Cc", "Cf", "Cn", "Co", "Cs", "Zs", "Zl", "Zp"})
_SELECTORS: Final = ((0xFE00, 0xFE0F), (0xE0100, 0xE01EF), (0x034F, 0x034F))
"""Variation selectors and the grapheme joiner: they change what stands before them."""


def is_invisible(sign: str) -> bool:
    """Tell whether a character by itself is invisible."""
    if sign in _BLANK_LETTERS or unicodedata.category(sign) in _BLANK_CLASSES:
        return True
    return any(first <= ord(sign) <= last for first, last in _SELECTORS)
