"""What clients send and get about Web Push."""

from __future__ import annotations

import base64
import binascii
from datetime import datetime
from typing import Annotated, Final

from cryptography.hazmat.primitives.asymmetric import ec
from msgspec import Meta, Struct

from inbox.foundation.decoding import field_problem
from inbox.foundation.patterns import END
from inbox.push.push_rules import PushKind

MAX_ENDPOINT_CHARS: Final = 2_000
MAX_SUBSCRIPTIONS: Final = 20
"""Of a person: their devices and browsers."""
AUTH_BYTES: Final = 16
"""Source: RFC 8291, section 3.2."""
CHOICES: Final = tuple(kind for kind in PushKind if kind is not PushKind.TEST)

_Base64Url = Annotated[str, Meta(max_length=200, pattern=rf"^[A-Za-z0-9_-]+=*{END}")]


class PushKeys(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A browser's keys, in base64url, as `PushSubscription.toJSON()` has them."""

    p256dh: _Base64Url
    auth: _Base64Url


class PushSubscriptionFields(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A browser that is to be told.

    Attributes:
        endpoint: The push service's address for this browser.
        kinds: Of what it is told; all unless given.
    """

    endpoint: Annotated[str, Meta(min_length=1, max_length=MAX_ENDPOINT_CHARS)]
    keys: PushKeys
    kinds: Annotated[tuple[PushKind, ...], Meta(max_length=len(CHOICES))] = CHOICES


class PushState(Struct, frozen=True, kw_only=True):
    """How the sign-in that asks is told.

    Attributes:
        public_key: The installation's, for the browser's `pushManager.subscribe`.
        kinds: Of what it is told, while it is told at all.
        since: Since when; null where this sign-in has no subscription, or its browser is gone.
    """

    public_key: str
    kinds: tuple[PushKind, ...]
    since: datetime | None


def check_keys(keys: PushKeys) -> None:
    """Refuse keys that nothing can be encrypted for. Raises `ProblemError` (`invalid_request`)."""
    try:
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), decoded(keys.p256dh))
    except (ValueError, binascii.Error):
        raise field_problem("/keys/p256dh", "must be a point of the curve P-256 in base64url") from None
    try:
        is_whole = len(decoded(keys.auth)) == AUTH_BYTES
    except (ValueError, binascii.Error):
        is_whole = False
    if not is_whole:
        raise field_problem("/keys/auth", f"must be {AUTH_BYTES} bytes in base64url")


def decoded(text: str) -> bytes:
    """Read base64url, with or without its padding."""
    bare = text.rstrip("=")
    return base64.urlsafe_b64decode(bare + "=" * (-len(bare) % 4))
