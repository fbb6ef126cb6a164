"""The versions of the Graph API, and the day on which each ends. Imports nothing: settings and `doctor` read it too."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final

NEWEST: Final = "26.0"
"""The newest that pywa speaks; a test looks whether it has learnt a newer one."""

ENDS: Final[Mapping[str, date]] = {
    "20.0": date(2026, 9, 24),
    "21.0": date(2027, 1, 21),
    "22.0": date(2027, 5, 20),
    "23.0": date(2027, 10, 8),
    "24.0": date(2028, 2, 18),
    "25.0": date(2028, 7, 29),
}
"""A version ends two years after its successor came; the newest has no end yet. Source: graph-api/changelog."""


def says_of(version: str, today: date) -> tuple[bool, str]:
    """Say whether a version can be used, and until when, with what to do."""
    ends = ENDS.get(version)
    if ends is None:
        newest = version == NEWEST
        return True, f"Graph API {version}, " + ("the newest known here" if newest else "whose end is not known here")
    day = f"Graph API {version} ends on {ends.isoformat()}"
    advice = f"set GATEWAY_GRAPH_VERSION to {NEWEST}"
    if ends <= today:
        return False, f"Graph API {version} ended on {ends.isoformat()}; {advice}"
    soon = (ends - today).days <= WARN_DAYS
    return not soon, f"{day}; {advice}" if soon else day


WARN_DAYS: Final = 60
"""Time to try a newer one."""
