"""Webhooks that the gateway sends: whether they are its own, and what they say.

Source: Standard Webhooks, specification 1.0.0 (standardwebhooks.com).
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

from messaging_gateway_client.problems import GatewayError

TOLERANCE_SECONDS: Final = 300
"""A request that is older, or from so far ahead, may be one that somebody kept."""
_PREFIX: Final = "whsec_"
_VERSION: Final = "v1"


class SignatureError(GatewayError):
    """The request is not from the gateway, is too old, or was changed: answer 400."""


class WebhookEvent(NamedTuple):
    """An event that the gateway told.

    Attributes:
        id: Of the event: drop what you have seen.
        timestamp: When it happened, RFC 3339.
        data: As on the event stream.
    """

    id: str
    type: str
    timestamp: str
    data: dict[str, Any]


def verify_webhook(
    body: bytes, headers: Mapping[str, str], secrets: str | Sequence[str], *, now: float | None = None
) -> WebhookEvent:
    """Return the event of a request whose signature is right.

    Args:
        body: As it came, byte by byte.
        headers: Of the request.
        secrets: The webhook's (`whsec_…`), or a bot's or helper's; several while a secret is changed.
        now: Seconds since 1970; the clock's unless given.

    Raises:
        SignatureError: It is not to be trusted.
    """
    given = {name.lower(): value for name, value in headers.items()}
    event_id, sent_at, signatures = (given.get(f"webhook-{name}", "") for name in ("id", "timestamp", "signature"))
    if not (event_id and sent_at and signatures):
        raise SignatureError("The request has no webhook-id, webhook-timestamp or webhook-signature.")
    _check_age(sent_at, time.time() if now is None else now)
    signed = b".".join((event_id.encode(), sent_at.encode(), body))
    keys = [_key(one) for one in ([secrets] if isinstance(secrets, str) else secrets)]
    if not any(_is_right(signed, signature, key) for signature in _of_version(signatures) for key in keys):
        raise SignatureError("No signature of the request is one of this secret.")
    event = json.loads(body)
    return WebhookEvent(event_id, event["type"], event["timestamp"], event["data"])


def _check_age(sent_at: str, now: float) -> None:
    if not sent_at.isdecimal() or abs(now - int(sent_at)) > TOLERANCE_SECONDS:
        raise SignatureError("The request is too old, or one of the clocks is wrong.")


def _key(secret: str) -> bytes:
    try:
        return base64.b64decode(secret.removeprefix(_PREFIX), validate=True)
    except binascii.Error as error:
        raise SignatureError("This is no secret of a webhook: they begin with whsec_.") from error


def _of_version(signatures: str) -> Iterator[str]:
    for one in signatures.split():
        version, _, signature = one.partition(",")
        if version == _VERSION:
            yield signature


def _is_right(signed: bytes, signature: str, key: bytes) -> bool:
    expected = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest())
    return hmac.compare_digest(expected, signature.encode())
