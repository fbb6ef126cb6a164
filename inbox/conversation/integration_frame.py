"""The address of the page of ours in which a business's own page stands beside a conversation. Pure.

The workplace is served before anybody signs in, so its policy can't name the business's page. This page is served for
one origin, which its policy names; the origin is signed, so that nobody can have us frame another one.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final
from urllib.parse import quote

from inbox.foundation.secret_box import Sign, Vouch
from inbox.foundation.signed_until import is_still_good, signed_until

PATH: Final = "/integration-frame"


def frame_address(origin: str, expires_at: datetime, sign: Sign) -> str:
    """Return the path and query of the frame for pages of an origin, such as `https://crm.example`."""
    signed = signed_until(_subject(origin), int(expires_at.timestamp()), sign)
    return f"{PATH}?origin={quote(origin, safe='')}&{signed}"


def frame_is_ours(origin: str, until: str, signature: str, vouches: Vouch, now: datetime) -> bool:
    """Tell whether we made this address, and its time has not passed."""
    return is_still_good(_subject(origin), until, signature, vouches, now)


def _subject(origin: str) -> str:
    return f"integration-frame:{origin}"
