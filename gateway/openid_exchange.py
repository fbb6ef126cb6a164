"""What is asked of a provider of OpenID Connect: its configuration, its keys, and a code's tokens.

Configuration and keys are kept for an hour; keys are asked for again when a token names one that is not among them,
or is signed with none of them, so that a provider may change its keys at any time.

Source: OpenID Connect Discovery 1.0, 4; OpenID Connect Core 1.0, 3.1.3 and 10.1.1 (rotation of keys).
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from typing import Any, Final
from urllib.parse import urlencode

import aiohttp
import jwt
import msgspec
from cachetools import LRUCache

from channels.public_connections import open_session, read_whole
from inbox.foundation.capped_answers import AnswerTooLargeError
from inbox.foundation.problems import ProblemError
from inbox.people.openid_rules import Expected, TokenRefusedError, claims_of, key_id_of, key_of
from inbox.storage.documents import OpenIdProviderDocument

ASK_SECONDS: Final = 5.0
"""Two questions in a row stay below the time limit of a request."""
KEEP_SECONDS: Final = 3600.0
KEYS_AGAIN_SECONDS: Final = 10.0
"""Somebody who sends tokens with made-up keys makes us ask no more often."""
MAX_KEPT: Final = 500
MAX_ANSWER_BYTES: Final = 256 * 1024


class Configuration(msgspec.Struct, frozen=True):
    """What is used of a provider's configuration."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    token_endpoint_auth_methods_supported: tuple[str, ...] = ("client_secret_basic",)


class Grant(msgspec.Struct, frozen=True, kw_only=True):
    """What a code is exchanged with."""

    code: str
    verifier: str
    redirect_uri: str
    client_secret: str


class _Kept(msgspec.Struct):
    configuration: Configuration
    until: float
    keys: jwt.PyJWKSet | None = None
    keys_until: float = 0.0
    keys_asked_at: float = float("-inf")


class OpenIdExchange:
    """Asks providers; made once for a process."""

    def __init__(self, *, allow_private: bool, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._allow_private = allow_private
        self._monotonic = monotonic
        self._kept: LRUCache[str, _Kept] = LRUCache(MAX_KEPT)
        self._session: aiohttp.ClientSession | None = None

    async def close(self) -> None:
        """Close all connections."""
        if self._session is not None:
            await self._session.close()

    async def configuration(self, issuer: str) -> Configuration:
        """Return a provider's configuration. Raises `ProblemError` (`provider_failed`)."""
        return (await self._known(issuer)).configuration

    async def authorization_url(self, provider: OpenIdProviderDocument, parameters: Mapping[str, str]) -> str:
        """Return where a person is sent. Raises `ProblemError` (`provider_failed`)."""
        endpoint = (await self.configuration(provider["issuer"])).authorization_endpoint
        return f"{endpoint}{'&' if '?' in endpoint else '?'}{urlencode(parameters)}"

    async def id_token(self, provider: OpenIdProviderDocument, grant: Grant) -> str:
        """Exchange a code. Raises `ProblemError` (`provider_failed`, `unauthenticated`)."""
        configuration = await self.configuration(provider["issuer"])
        form = {
            "grant_type": "authorization_code",
            "code": grant.code,
            "redirect_uri": grant.redirect_uri,
            "code_verifier": grant.verifier,
            "client_id": provider["client_id"],
        }
        auth = None
        if grant.client_secret and "client_secret_basic" in configuration.token_endpoint_auth_methods_supported:
            auth = aiohttp.BasicAuth(provider["client_id"], grant.client_secret)
        elif grant.client_secret:
            form["client_secret"] = grant.client_secret
        answer = await self._ask("POST", configuration.token_endpoint, data=form, auth=auth)
        token = answer.get("id_token")
        if not isinstance(token, str):
            raise ProblemError(
                "provider_failed", "The provider sent no ID token: does the client have the scope openid?"
            )
        return token

    async def claims(self, provider: OpenIdProviderDocument, token: str, expected: Expected) -> Mapping[str, Any]:
        """Return the claims of a token that the provider signed for us.

        Raises:
            TokenRefusedError: it did not.
            ProblemError: `provider_failed`.
        """
        key_id = key_id_of(token)
        known = await self._known(provider["issuer"])
        if known.keys is None or known.keys_until <= self._monotonic():
            await self._fetch_keys(known)
        try:
            return claims_of(token, key_of(known.keys, key_id), expected)
        except TokenRefusedError:
            if self._monotonic() - known.keys_asked_at < KEYS_AGAIN_SECONDS:
                raise
        await self._fetch_keys(known)
        return claims_of(token, key_of(known.keys, key_id), expected)

    async def _known(self, issuer: str) -> _Kept:
        known = self._kept.get(issuer)
        if known is None or known.until <= self._monotonic():
            url = f"{issuer.rstrip('/')}/.well-known/openid-configuration"
            try:
                configuration = msgspec.convert(await self._ask("GET", url), Configuration)
            except msgspec.ValidationError:
                raise ProblemError("provider_failed", "The provider's configuration can't be read.") from None
            if configuration.issuer != issuer:
                raise ProblemError("provider_failed", "The provider calls itself by another issuer than was entered.")
            known = self._kept[issuer] = _Kept(configuration, self._monotonic() + KEEP_SECONDS)
        return known

    async def _fetch_keys(self, known: _Kept) -> None:
        known.keys_asked_at = self._monotonic()
        answer = await self._ask("GET", known.configuration.jwks_uri)
        try:
            known.keys = jwt.PyJWKSet.from_dict(dict(answer))
        except jwt.PyJWTError:
            raise ProblemError("provider_failed", "The provider's keys can't be read.") from None
        known.keys_until = known.keys_asked_at + KEEP_SECONDS

    async def _ask(self, method: str, url: str, **given: Any) -> dict[str, Any]:
        """Ask one question; a redirect is no answer."""
        if not url.startswith("https://") and not (self._allow_private and url.startswith("http://")):
            raise ProblemError("provider_failed", "The provider must be asked over https.")
        try:
            async with (
                asyncio.timeout(ASK_SECONDS),
                self._open().request(method, url, allow_redirects=False, **given) as answer,
            ):
                content = await read_whole(answer, MAX_ANSWER_BYTES)
                if 400 <= answer.status < 500 and method == "POST":
                    raise ProblemError("unauthenticated", "The provider did not accept this sign-in: begin again.")
                if answer.status != 200:
                    raise ProblemError("provider_failed", f"The provider answered {answer.status}.")
                return msgspec.json.decode(content, type=dict[str, Any])
        except (aiohttp.ClientError, OSError, TimeoutError, AnswerTooLargeError, msgspec.DecodeError, ValueError):
            raise ProblemError(
                "provider_failed", "The provider can't be reached, or its answer can't be read."
            ) from None

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None:
            timeout = aiohttp.ClientTimeout(total=ASK_SECONDS)
            self._session = open_session(allow_private=self._allow_private, timeout=timeout)
        return self._session
