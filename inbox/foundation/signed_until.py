"""What we signed for a time, when it comes back in an address. Pure."""

from __future__ import annotations

from datetime import datetime

from inbox.foundation.secret_box import Sign, Vouch


def signed_until(text: str, until: int, sign: Sign) -> str:
    """Return the query of an address: `text` is good until a Unix second."""
    return f"until={until}&signature={sign(_signed(text, until))}"


def is_still_good(text: str, until: str, signature: str, vouches: Vouch, now: datetime) -> bool:
    """Tell whether a signature fits a text, and its time has not passed."""
    if not (until.isascii() and until.isdigit() and len(until) <= 12):
        return False
    return vouches(_signed(text, int(until)), signature) and now.timestamp() < int(until)


def _signed(text: str, until: int) -> str:
    return f"{text}:{until}"
