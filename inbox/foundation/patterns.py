"""Patterns of fields that mean the same in Python and in the JSON Schema of the API's description."""

from __future__ import annotations

from typing import Final

END: Final = r"$(?!\n)"
"""The very end: Python's `$` alone also matches before a last line break, JSON Schema's does not."""
