"""What must hold before a provider's word counts: rules over the claims of its tokens. Pure.

Source: OpenID Connect Core 1.0, 3.1.3.7 (ID token); OpenID Connect Back-Channel Logout 1.0, 2.6 (logout token);
RFC 7636 (PKCE).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

import jwt
import msgspec

ALGORITHMS: Final = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
"""Signed by the provider alone. What a client's secret could sign (HS…), and no signature at all, is refused."""
LEEWAY_SECONDS: Final = 60
"""By which clocks of servers may differ."""
LOGOUT_VALID_SECONDS: Final = 10 * 60
"""A logout token that is older was kept by somebody."""
LOGOUT_EVENT: Final = "http://schemas.openid.net/event/backchannel-logout"


class TokenRefusedError(Exception):
    """A provider's token does not hold; the message says why, for whoever set the provider up."""


class Identity(msgspec.Struct, frozen=True, kw_only=True):
    """Whom a provider names.

    Attributes:
        session: The provider's name for the sign-in with it, by which it ends it (`sid`).
        verified_email: Only if the provider says that it belongs to the person.
    """

    issuer: str
    subject: str
    session: str | None = None
    verified_email: str | None = None


class Expected(msgspec.Struct, frozen=True, kw_only=True):
    """What tokens are held against."""

    issuer: str
    client_id: str
    now: datetime


def challenge_of(verifier: str) -> str:
    """Return what the provider is shown of a PKCE verifier (S256)."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def key_id_of(token: str) -> str | None:
    """Return the name of the key that a token says it is signed with. Raises `TokenRefusedError`."""
    try:
        header = jwt.get_unverified_header(token)
    except jwt.PyJWTError:
        raise TokenRefusedError("it is no signed token") from None
    if header.get("alg") not in ALGORITHMS:
        raise TokenRefusedError("it is not signed by the provider's own key")
    return header.get("kid")


def key_of(keys: jwt.PyJWKSet | None, key_id: str | None) -> jwt.PyJWK | None:
    """Return the key of a name; without a name the only one there is."""
    if keys is None:
        return None
    usable = [key for key in keys.keys if key.public_key_use in {None, "sig"}]
    if key_id is None:
        return usable[0] if len(usable) == 1 else None
    return next((key for key in usable if key.key_id == key_id), None)


def claims_of(token: str, key: jwt.PyJWK | None, expected: Expected) -> Mapping[str, Any]:
    """Return a token's claims: signed by the key, of the issuer, for us. Raises `TokenRefusedError`."""
    if key is None:
        raise TokenRefusedError("it is signed with a key that the provider does not have")
    options: Any = {"verify_exp": False, "verify_iat": False, "verify_nbf": False, "require": ["iss", "aud", "iat"]}
    try:
        return jwt.decode(
            token,
            key,
            algorithms=[key.algorithm_name],
            audience=expected.client_id,
            issuer=expected.issuer,
            options=options,
        )
    except jwt.PyJWTError as error:
        raise TokenRefusedError(f"it does not hold ({type(error).__name__})") from None


def identity_of(claims: Mapping[str, Any], expected: Expected, nonce: str) -> Identity:
    """Return whom an ID token names. Raises `TokenRefusedError`."""
    if _number(claims, "exp") + LEEWAY_SECONDS <= expected.now.timestamp():
        raise TokenRefusedError("it has expired")
    if not hmac.compare_digest(str(claims.get("nonce", "")).encode(), nonce.encode()):
        raise TokenRefusedError("it belongs to another sign-in (nonce)")
    if claims.get("azp", expected.client_id) != expected.client_id:
        raise TokenRefusedError("it was made for another program (azp)")
    email = claims.get("email") if claims.get("email_verified") is True else None
    return Identity(
        issuer=expected.issuer,
        subject=_subject(claims),
        session=_text(claims, "sid"),
        verified_email=email if isinstance(email, str) else None,
    )


def logout_of(claims: Mapping[str, Any], expected: Expected) -> Identity:
    """Return whose sign-ins a logout token ends; without `session` all of the subject's. Raises `TokenRefusedError`."""
    events = claims.get("events")
    if not isinstance(events, dict) or LOGOUT_EVENT not in events or "nonce" in claims:
        raise TokenRefusedError("it is no logout token")
    if abs(expected.now.timestamp() - _number(claims, "iat")) > LOGOUT_VALID_SECONDS:
        raise TokenRefusedError("it is too old")
    subject, session = _text(claims, "sub"), _text(claims, "sid")
    if subject is None and session is None:
        raise TokenRefusedError("it names neither a person nor a sign-in")
    return Identity(issuer=expected.issuer, subject=subject or "", session=session)


def _subject(claims: Mapping[str, Any]) -> str:
    subject = _text(claims, "sub")
    if subject is None:
        raise TokenRefusedError("it names nobody (sub)")
    return subject


def _text(claims: Mapping[str, Any], name: str) -> str | None:
    value = claims.get(name)
    return value if isinstance(value, str) and 0 < len(value) <= 255 else None


def _number(claims: Mapping[str, Any], name: str) -> float:
    value = claims.get(name)
    if not isinstance(value, int | float) or isinstance(value, bool):
        raise TokenRefusedError(f"it has no {name}")
    return float(value)
