"""Requests to push services: encrypted for one browser, signed with the installation's own key.

Source: RFC 8030 (the protocol), RFC 8188 and 8291 (`aes128gcm`), RFC 8292 (VAPID).
"""

from __future__ import annotations

import os
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlsplit

import aiohttp
import http_ece
import jwt
import msgspec
from cryptography.hazmat.primitives.asymmetric import ec

from channels.public_connections import open_session

SIGNED_FOR: Final = timedelta(hours=12)
"""At most 24 hours. Source: RFC 8292, section 2."""
PUSH_SECONDS: Final = 10.0
CONNECT_SECONDS: Final = 5.0
PER_SERVICE: Final = 20
"""Connections to one push service: a slow one takes none from others."""
SALT_BYTES: Final = 16
RECORD_BYTES: Final = 4_096
"""All of a message in one record. Source: RFC 8291, section 4."""


class PushTarget(msgspec.Struct, frozen=True, kw_only=True):
    """A browser: its push service's address for it, and its keys."""

    endpoint: str
    p256dh: bytes
    auth: bytes


class PushSigner(msgspec.Struct, frozen=True, kw_only=True):
    """Who we are to push services.

    Attributes:
        public_text: The public key in base64url.
        contact: An address of ours with `https:`, by which a push service can find us; None where there is none.
    """

    private: ec.EllipticCurvePrivateKey
    public_text: str
    contact: str | None


class PushOrder(msgspec.Struct, frozen=True, kw_only=True):
    """How a push service is to treat a notice.

    Attributes:
        ttl_seconds: How long it is kept for a device that is away.
        topic: A newer one with the same topic takes its place.
    """

    ttl_seconds: int
    topic: str
    urgency: str = "high"


def open_push_session(*, allow_private: bool) -> aiohttp.ClientSession:
    """Open the session for all push services: addresses are looked at when connecting, redirects are not followed."""
    timeout = aiohttp.ClientTimeout(total=PUSH_SECONDS, sock_connect=CONNECT_SECONDS)
    return open_session(allow_private=allow_private, timeout=timeout, per_host=PER_SERVICE)


def encrypted(
    body: bytes, target: PushTarget, *, salt: bytes | None = None, private: ec.EllipticCurvePrivateKey | None = None
) -> bytes:
    """Encrypt for a browser. `salt` and `private` are new for each message; tests name those of the RFC."""
    result: bytes = http_ece.encrypt(
        body,
        salt=salt or os.urandom(SALT_BYTES),
        private_key=private or ec.generate_private_key(ec.SECP256R1()),
        dh=target.p256dh,
        auth_secret=target.auth,
        rs=RECORD_BYTES,
        version="aes128gcm",
    )
    return result


def push_headers(signer: PushSigner, endpoint: str, order: PushOrder, now: datetime) -> dict[str, str]:
    """Return the headers of a request."""
    parts = urlsplit(endpoint)
    claims = {"aud": f"{parts.scheme}://{parts.netloc}", "exp": int((now + SIGNED_FOR).timestamp())}
    if signer.contact is not None:
        claims["sub"] = signer.contact
    token = jwt.encode(claims, signer.private, algorithm="ES256")
    return {
        "Authorization": f"vapid t={token}, k={signer.public_text}",
        "Content-Encoding": "aes128gcm",
        "Content-Type": "application/octet-stream",
        "TTL": str(order.ttl_seconds),
        "Urgency": order.urgency,
        "Topic": order.topic,
    }
