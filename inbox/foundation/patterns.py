"""Regular expressions of fields that mean the same in Python and in the API's JSON Schema."""

from __future__ import annotations

from typing import Final

END: Final = r"$(?!\n)"
"""The very end: Python's `$` alone also matches before a last line break, JSON Schema's does not."""

VISIBLE: Final = r"[^\s\u00ad\u115f\u1160\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\u2800\u3164\ufeff\uffa0]"
"""For names: something in it can be seen; blanks, fillers and marks of direction can't."""
