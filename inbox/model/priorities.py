"""Priorities in the line of a queue: higher ones are served first."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

Priority = Annotated[int, Meta(ge=0, le=100)]
"""0 is usual. There are none below it: what is transferred has 0, and goes behind all who wait (domain rule 3.4)."""
