"""Requests to addresses of the business, signed by Standard Webhooks: their own programs are told or asked something.

Source: Standard Webhooks 1.0, "Webhook metadata" and "Signature scheme" (github.com/standard-webhooks).
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

import aiohttp
import msgspec
from aiohttp import hdrs
from standardwebhooks import Webhook as Signer

from channels.public_connections import open_session

POST_SECONDS: Final = 15.0
"""Source: Standard Webhooks 1.0 recommends 15 to 30 seconds."""
CONNECT_SECONDS: Final = 5.0
ANSWER_BYTES: Final = 4_096
"""Of an answer so much is read, then the connection is closed: nothing in it is needed but for whoever debugs."""
ANSWER_CHARS: Final = 1_000
TIMEOUT: Final = aiohttp.ClientTimeout(total=POST_SECONDS, connect=CONNECT_SECONDS)


class Posted(msgspec.Struct, frozen=True, kw_only=True):
    """What came of a request.

    Attributes:
        status: None where no answer came.
        retry_after_seconds: What the receiver asked for.
    """

    seconds: float
    status: int | None = None
    error: str | None = None
    answer: str | None = None
    retry_after_seconds: float | None = None


def open_webhook_session(*, allow_private: bool) -> aiohttp.ClientSession:
    """Open the session for all receivers: addresses are looked at when connecting, redirects are not followed.

    Each receiver has a width of its own. In one pool for all, those that take connections and say nothing would let
    the others find no place: they would look absent.
    """
    return open_session(allow_private=allow_private, timeout=TIMEOUT, per_host=0)


async def post_event(session: aiohttp.ClientSession, url: str, body: bytes, headers: Mapping[str, str]) -> Posted:
    """Post; whatever goes wrong is an answer too."""
    began = time.monotonic()
    try:
        async with session.post(url, data=body, headers=headers, allow_redirects=False) as answer:
            shown = await _beginning(answer)
            seconds = time.monotonic() - began
            wait = _seconds(answer.headers.get(hdrs.RETRY_AFTER))
            return Posted(seconds=seconds, status=answer.status, answer=shown, retry_after_seconds=wait)
    except TimeoutError:
        error = f"no answer within {POST_SECONDS:.0f} seconds"
    except (aiohttp.ClientError, OSError, ValueError) as failed:
        error = _words(failed)
    return Posted(seconds=time.monotonic() - began, error=error)


def headers_of(secrets: Sequence[str], event_id: str, body: bytes, now: datetime) -> dict[str, str]:
    """Return the headers of a request; each secret that is valid now signs."""
    signatures = (Signer(secret).sign(event_id, now, body.decode()) for secret in secrets)
    return {
        "Content-Type": "application/json",
        "User-Agent": "messaging-gateway",
        "webhook-id": event_id,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": " ".join(signatures),
    }


async def _beginning(answer: aiohttp.ClientResponse) -> str:
    """Return the first characters of an answer; the rest is not read, and the connection is not used again."""
    found = await answer.content.read(ANSWER_BYTES)
    if not answer.content.at_eof():
        answer.close()
    return found.decode(errors="replace")[:ANSWER_CHARS]


def _seconds(text: str | None) -> float | None:
    """Read `Retry-After` in seconds; its other form, a date, is rare and left aside."""
    return float(text) if text is not None and text.isdecimal() and len(text) < 8 else None


def _words(error: Exception) -> str:
    """Say what went wrong, without names of our own network."""
    if isinstance(error, aiohttp.ClientConnectorDNSError):
        return "the host's name can't be resolved"
    if isinstance(error, aiohttp.ClientSSLError):
        return "the connection is not secure: the certificate is not valid"
    if isinstance(error, aiohttp.ClientConnectorError):
        return "no connection, or the address is private"
    return f"the exchange broke off ({type(error).__name__})"
