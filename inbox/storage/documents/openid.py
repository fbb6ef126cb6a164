"""Signing in by OpenID Connect: a workspace's providers, and sign-ins under way."""

from __future__ import annotations

from datetime import datetime
from typing import TypedDict


class OpenIdProviderDocument(TypedDict):
    """A provider that a workspace trusts to say who somebody is (`inbox.people.openid_store`)."""

    _id: str
    workspace_id: str
    name: str
    issuer: str
    client_id: str
    secrets: bytes
    """Sealed: the client's secret, empty for a public client."""
    link_by: str
    created_at: datetime


class OpenIdLoginDocument(TypedDict):
    """Somebody was sent to a provider and is not back yet. Its id is the hash of `state`."""

    _id: str
    workspace_id: str
    provider_id: str
    browser: str
    """Hash of what only the browser knows that began."""
    nonce: str
    verifier: bytes
    """Sealed: what proves to the provider that it is us who began (PKCE)."""
    link: str | None
    """Hash of the password link by which the person came, if by one."""
    expires_at: datetime


class OpenIdIdentityDocument(TypedDict):
    """As whom a provider knows an operator."""

    issuer: str
    subject: str
