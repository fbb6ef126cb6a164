"""Proof that a webhook call came from Meta, and the answer to its question beforehand."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping

from channels.contract import WebhookRejectedError

SIGNATURE_HEADER = "x-hub-signature-256"
_PREFIX = "sha256="
_SECRET_FIELDS = ("app_secret", "app_secret_previous")
"""Two may be valid at once, so that a secret is rotated without a gap."""


def verify_signature(headers: Mapping[str, str], body: bytes, credentials: Mapping[str, str]) -> None:
    """Check the HMAC-SHA256 of the raw body in constant time, with the current and the previous secret.

    Args:
        headers: Names in lower case.
        body: Raw bytes as they came.
        credentials: `app_secret`, and `app_secret_previous` during a rotation.

    Raises:
        WebhookRejectedError: 401 when the header is missing, malformed or wrong.

    Source: webhooks/create-webhook-endpoint, 21 Apr 2026.
    """
    header = headers.get(SIGNATURE_HEADER)
    if header is None:
        raise WebhookRejectedError(401, "The X-Hub-Signature-256 header is missing.")
    given = _given_digest(header)
    matches = [hmac.compare_digest(_digest(secret, body), given) for secret in _secrets(credentials)]
    if not any(matches):
        raise WebhookRejectedError(
            401, "The signature does not match. Check that the channel's app_secret is the one of the Meta app."
        )


def answer_challenge(query: Mapping[str, str], credentials: Mapping[str, str]) -> str:
    """Answer Meta's question before it trusts a webhook address.

    Returns:
        The text of `hub.challenge`, to be sent back as it is.

    Raises:
        WebhookRejectedError: 400 when it is no subscription request, 401 when the token is wrong.

    Source: webhooks/create-webhook-endpoint, 21 Apr 2026.
    """
    challenge = query.get("hub.challenge")
    if query.get("hub.mode") != "subscribe" or not challenge:
        raise WebhookRejectedError(400, "Not a subscription request: hub.mode must be subscribe, with a hub.challenge.")
    expected = credentials.get("verify_token", "")
    given = query.get("hub.verify_token", "")
    if not expected or not hmac.compare_digest(_bytes(expected), _bytes(given)):
        raise WebhookRejectedError(401, "The verify token is not the channel's. Copy it from the channel's settings.")
    return challenge


def _given_digest(header: str) -> bytes:
    """Read the 32 bytes out of the header."""
    try:
        digest = bytes.fromhex(header.removeprefix(_PREFIX))
    except ValueError:
        digest = b""
    if not header.startswith(_PREFIX) or len(digest) != hashlib.sha256().digest_size:
        raise WebhookRejectedError(
            401, "The X-Hub-Signature-256 header is malformed: expected sha256= and 64 hex digits."
        )
    return digest


def _secrets(credentials: Mapping[str, str]) -> list[str]:
    return [secret for field in _SECRET_FIELDS if (secret := credentials.get(field))]


def _digest(secret: str, body: bytes) -> bytes:
    return hmac.digest(_bytes(secret), body, "sha256")


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")
