"""Who a visitor is: somebody whom the site's back end vouches for, or a browser that we have seen before.

Pure: keys and the time are passed in.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Annotated, Final

import msgspec
from jwt import PyJWS, PyJWTError
from jwt.algorithms import HMACAlgorithm
from msgspec import Meta

from channels.webchat import limits
from inbox.contacts.profile_names import profile_name
from inbox.foundation.secret_box import Sign, Vouch

LEEWAY_SECONDS: Final = 60
"""Clocks of two servers may differ by this much. Source: RFC 7519, 4.1.4 ("no more than a few minutes")."""
ALGORITHM: Final = "HS256"
_ANONYMOUS: Final = "v_"
_KNOWN: Final = "u_"
_ID_BYTES: Final = 16
"""128 random bits: never guessed."""


class IdentityRefusedError(Exception):
    """The proof of identity does not hold.

    Attributes:
        code: `identity_invalid` or `identity_expired`.
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Visitor(msgspec.Struct, frozen=True):
    """A visitor whose identity holds.

    Attributes:
        id: Ours, unique within the channel: an anonymous one can't be mistaken for one that the site named.
        language: Of the page that the visitor reads.
    """

    id: str
    name: str | None = None
    email: str | None = None
    language: str | None = None

    @property
    def anonymous(self) -> bool:
        """Whether only the browser is known."""
        return self.id.startswith(_ANONYMOUS)


_Id = Annotated[str, Meta(min_length=1, max_length=limits.MAX_VISITOR_ID_CHARS)]


class _Claims(msgspec.Struct):
    exp: float
    id: _Id | None = None
    sub: _Id | None = None
    name: Annotated[str, Meta(max_length=limits.MAX_NAME_CHARS)] | None = None
    email: Annotated[str, Meta(max_length=limits.MAX_EMAIL_CHARS)] | None = None
    nbf: float | None = None


def check_identity(token: str, credentials: Mapping[str, str], now: datetime) -> Visitor:
    """Read a token that the site's back end signed: a JWT with `alg` HS256 and the claims `id`, `exp`, `name`, `email`.

    While a secret is being replaced the old one is good too.

    Raises:
        IdentityRefusedError: if it is forged, not ours, or over.

    Source: RFC 7515, 5.2 (validation; `alg` is ours to choose, never the token's); RFC 7519, 4.1.
    """
    payload = _signed_payload(token, credentials)
    try:
        claims = msgspec.json.decode(payload, type=_Claims)
    except msgspec.DecodeError:
        raise IdentityRefusedError("identity_invalid") from None
    return _vouched(claims, now.timestamp())


class _Hmac(HMACAlgorithm):
    """HS256 without the library's warning at secrets under 32 bytes: their length is checked where they are entered."""

    def check_key_length(self, key: bytes) -> None:  # noqa: ARG002  (named by PyJWT)
        return None


_JWS: Final = PyJWS(algorithms=[])
_JWS.register_algorithm(ALGORITHM, _Hmac(HMACAlgorithm.SHA256))


def _signed_payload(token: str, credentials: Mapping[str, str]) -> bytes:
    """Return what the site signed.

    PyJWT checks the signature and reads no claims: it knows no clock but the system's.
    """
    for name in ("identity_secret", "identity_secret_previous"):
        with suppress(PyJWTError, UnicodeEncodeError):
            if secret := credentials.get(name):
                return bytes(_JWS.decode(token, secret, algorithms=[ALGORITHM]))
    raise IdentityRefusedError("identity_invalid")


def _vouched(claims: _Claims, now: float) -> Visitor:
    known = claims.id or claims.sub
    if known is None or (claims.nbf or 0) > now + LEEWAY_SECONDS:
        raise IdentityRefusedError("identity_invalid")
    if claims.exp <= now - LEEWAY_SECONDS:
        raise IdentityRefusedError("identity_expired")
    return Visitor(_KNOWN + known, profile_name(claims.name), profile_name(claims.email))


def new_visitor() -> Visitor:
    """Make up a visitor of whom nothing is known."""
    return Visitor(_ANONYMOUS + secrets.token_urlsafe(_ID_BYTES))


def visitor_token(visitor: Visitor, channel_id: str, sign: Sign, now: datetime) -> str:
    """Return the token by which a browser is known again; good for this channel only."""
    issued = int(now.timestamp())
    return f"{visitor.id}.{issued}.{sign(_signed(visitor.id, channel_id, issued))}"


def is_visitor_token(token: str) -> bool:
    """Return whether a token is a browser's, by its form, not a signed identity."""
    return token.startswith(_ANONYMOUS)


def check_visitor_token(token: str, channel_id: str, vouches: Vouch, now: datetime) -> Visitor:
    """Read a browser's token. Raises `IdentityRefusedError`."""
    visitor_id, _, rest = token.partition(".")
    issued, _, signature = rest.partition(".")
    digits = issued.isascii() and issued.isdigit() and len(issued) <= 12
    if not digits or not visitor_id.startswith(_ANONYMOUS):
        raise IdentityRefusedError("identity_invalid")
    if not vouches(_signed(visitor_id, channel_id, int(issued)), signature):
        raise IdentityRefusedError("identity_invalid")
    if now - timedelta(days=limits.ANONYMOUS_DAYS) > datetime.fromtimestamp(int(issued), now.tzinfo):
        raise IdentityRefusedError("identity_expired")
    return Visitor(visitor_id)


def _signed(visitor_id: str, channel_id: str, issued: int) -> str:
    return f"webchat:{channel_id}:{visitor_id}:{issued}"
