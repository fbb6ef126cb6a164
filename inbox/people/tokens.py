"""Tokens: 32 random bytes, kept only as SHA-256, found by that hash.

A token is too long to be guessed, so that a fast hash without salt is enough.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

import msgspec

from inbox.storage.database import Database, Session
from inbox.storage.documents import TokenDocument


class TokenKind(StrEnum):
    """Kinds of token."""

    SIGN_IN = "sign_in"
    API_KEY = "api_key"
    BOT = "bot"
    PASSWORD_LINK = "password_link"  # noqa: S105 - a word, no secret


PREFIXES: Final = {
    TokenKind.SIGN_IN: "gwt_",
    TokenKind.API_KEY: "gwk_",
    TokenKind.BOT: "gwb_",
    TokenKind.PASSWORD_LINK: "gwp_",
}
"""They tell a person, and a scanner for leaked secrets, what was found."""

PASSWORD_LINK_VALID: Final = timedelta(hours=72)
_SHAPE: Final = re.compile(r"gw[bkpt]_[A-Za-z0-9_-]{43}")


def new_token(kind: TokenKind) -> str:
    """Make a token."""
    return PREFIXES[kind] + secrets.token_urlsafe(32)


def looks_like_token(text: str) -> bool:
    """Tell whether a text has the shape of a token: anything else is refused without a look-up."""
    return _SHAPE.fullmatch(text) is not None


def token_hash(token: str) -> str:
    """Return what is stored of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


class OpenIdOrigin(msgspec.Struct, frozen=True, kw_only=True):
    """By which provider of OpenID Connect somebody signed in, as whom, and what the provider calls this sign-in."""

    provider_id: str
    subject: str
    session: str | None


class Grant(msgspec.Struct, frozen=True, kw_only=True):
    """Whom a token belongs to and what it allows.

    Attributes:
        owner_id: The operator, or for an API key the key itself.
        valid: How long; None for ever.
        name: What people call it (API keys).
        scopes: What it may do (API keys).
        expires_at: When it ends, in place of `valid`.
        openid: Where the sign-in came from, so that the provider can end it.
        device: The browser or program that signed in, as it names itself (sign-ins).
        made_by: The person who made it, or whose key did (API keys): it ends with them.
    """

    kind: TokenKind
    workspace_id: str
    owner_id: str
    valid: timedelta | None = None
    name: str | None = None
    scopes: tuple[str, ...] | None = None
    expires_at: datetime | None = None
    device: str | None = None
    made_by: str | None = None
    openid: OpenIdOrigin | None = None


async def issue_token(database: Database, grant: Grant, now: datetime, *, session: Session | None = None) -> str:
    """Store a new token and return it; it can't be read again."""
    token = new_token(grant.kind)
    document: TokenDocument = {
        "_id": token_hash(token),
        "workspace_id": grant.workspace_id,
        "kind": grant.kind.value,
        "owner_id": grant.owner_id,
        "name": grant.name,
        "created_at": now,
        "last_used_at": None,
        "expires_at": now + grant.valid if grant.valid else grant.expires_at,
    }
    if grant.scopes is not None:
        document["scopes"] = list(grant.scopes)
    if grant.device is not None:
        document["device"] = grant.device
    if grant.made_by is not None:
        document["made_by"] = grant.made_by
    if grant.openid is not None:
        document["openid_provider"] = grant.openid.provider_id
        document["openid_subject"] = grant.openid.subject
        document["openid_session"] = grant.openid.session
    await database.tokens.insert_one(document, session=session)
    return token


async def find_token(
    database: Database, token: str, now: datetime, *, session: Session | None = None
) -> TokenDocument | None:
    """Find a token that is still valid."""
    if not looks_like_token(token):
        return None
    document: TokenDocument | None = await database.tokens.find_one({"_id": token_hash(token)}, session=session)
    if document is None or (document["expires_at"] is not None and document["expires_at"] <= now):
        return None
    return document


async def revoke_token(database: Database, token: str) -> None:
    """Revoke a token; an unknown one is ignored."""
    await database.tokens.delete_one({"_id": token_hash(token)})
