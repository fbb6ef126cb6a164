"""Links by which people set their passwords."""

from __future__ import annotations


def password_link(public_url: str, token: str) -> str:
    """Return the link with which a person sets a password; what follows `#` never reaches a server's log."""
    return f"{public_url.rstrip('/')}/#/password/{token}"
