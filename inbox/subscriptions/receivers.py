"""Addresses of the business that are called: which ones are allowed, and the secrets that sign what is posted there."""

from __future__ import annotations

import base64
import secrets
from datetime import datetime, timedelta
from typing import Final

from inbox.foundation.decoding import field_problem
from inbox.foundation.public_address import AddressRefusedError, check_link_shape, check_public_url
from inbox.foundation.secret_box import SecretBox
from inbox.storage.documents import Fields, ReceiverDocument

SECRET_BYTES: Final = 32
"""Between 24 and 64. Source: Standard Webhooks 1.0, "Symmetric signatures"."""
SYMMETRIC_PREFIX: Final = "whsec_"


async def check_address(url: str, *, allow_private: bool, pointer: str = "/url") -> None:
    """Refuse an address that can't be posted to. Raises `ProblemError` (`invalid_request`)."""
    try:
        check_link_shape(url)
        if not allow_private:
            await check_public_url(url)
    except AddressRefusedError as refused:
        raise field_problem(pointer, str(refused)) from None


def new_secret() -> str:
    """Make a secret in the form of Standard Webhooks."""
    return SYMMETRIC_PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def sealed_secret(secret: str, box: SecretBox) -> bytes:
    """Seal a receiver's first secret."""
    return box.seal({"current": secret})


def rotated_secret(
    document: ReceiverDocument, secret: str, box: SecretBox, *, keep_hours: int, now: datetime
) -> Fields:
    """Return the fields of a receiver with a new secret; the old one signs too for some hours."""
    sealed = {"current": secret, "previous": box.open(document["secrets"])["current"]}
    return {
        "secrets": box.seal(sealed if keep_hours else {"current": secret}),
        "previous_until": now + timedelta(hours=keep_hours) if keep_hours else None,
    }


def signing_secrets(document: ReceiverDocument, box: SecretBox, now: datetime) -> list[str]:
    """Return the secrets that sign now, the current one first."""
    sealed, until = box.open(document["secrets"]), document.get("previous_until")
    previous = sealed.get("previous")
    return [sealed["current"], *([previous] if previous and until and now < until else [])]
