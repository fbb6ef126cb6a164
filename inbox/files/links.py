"""Signed links to files that need no sign-in and expire. Pure."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from inbox.foundation.secret_box import Sign, Vouch
from inbox.foundation.signed_until import is_still_good, signed_until

LIVES_SECONDS: Final = 3600
"""Long enough to look at a long thread; a page asks for a new link when one is over."""
STEP_SECONDS: Final = 600
"""Ends are rounded up to this, so that browsers can keep what they loaded: the same link for ten minutes."""


def file_link(base_url: str, file_id: str, sign: Sign, now: datetime) -> str:
    """Return a link that is valid for 60 to 70 minutes."""
    until = int(now.timestamp()) + LIVES_SECONDS
    until += -until % STEP_SECONDS
    return f"{base_url}/api/v1/media/{file_id}?{signed_until(_subject(file_id), until, sign)}"


def link_is_good(file_id: str, until: str, signature: str, vouches: Vouch, now: datetime) -> bool:
    """Tell whether a link's signature fits this file and has not expired."""
    return is_still_good(_subject(file_id), until, signature, vouches, now)


def _subject(file_id: str) -> str:
    return f"file:{file_id}"
