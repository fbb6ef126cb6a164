"""Signing in by OpenID Connect: the workspace's providers, going to one, and coming back.

The page itself is where the provider sends people back to: it hands code and state over, with what only it knows.
"""

from __future__ import annotations

from typing import Annotated, Final

import msgspec
from msgspec import Meta

from gateway.api.call import Call, Encoded, Route, Who
from gateway.openid_exchange import Grant
from inbox.foundation.decoding import field_problem
from inbox.foundation.problems import ProblemError
from inbox.foundation.public_address import AddressRefusedError, check_public_url, check_url_shape
from inbox.people.access import Scope
from inbox.people.audit import Act
from inbox.people.openid_rules import Expected, TokenRefusedError, identity_of
from inbox.people.openid_store import Provider, ProviderRequest, Providers
from inbox.people.sign_in import SignedIn
from inbox.people.tokens import OpenIdOrigin
from inbox.storage.database import Session

SCOPES: Final = "openid email profile"

Opaque = Annotated[str, Meta(min_length=1, max_length=4_000)]


class ProvidersQuery(msgspec.Struct, frozen=True, kw_only=True):
    """Whose sign-in page asks; left out where the installation has one workspace."""

    workspace_id: Annotated[str, Meta(max_length=100)] | None = None


class SignInButton(msgspec.Struct, frozen=True, kw_only=True):
    """A provider as the sign-in page offers it."""

    id: str
    name: str


class SignInButtons(msgspec.Struct, frozen=True, kw_only=True):
    """The providers by which one may sign in."""

    items: tuple[SignInButton, ...]


class OpenIdStart(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """To which provider; `link_token` for who comes by an invitation, so that the accounts are linked."""

    provider_id: Annotated[str, Meta(min_length=1, max_length=100)]
    link_token: Annotated[str, Meta(min_length=1, max_length=200)] | None = None


class OpenIdStarted(msgspec.Struct, frozen=True, kw_only=True):
    """Where the browser goes, and what it keeps meanwhile: without `browser_token` nobody gets in by coming back."""

    authorization_url: str
    browser_token: str


class OpenIdFinish(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the provider sent back, and what the browser kept."""

    state: Annotated[str, Meta(min_length=1, max_length=200)]
    code: Opaque
    browser_token: Annotated[str, Meta(min_length=1, max_length=200)]


async def show_sign_in_buttons(call: Call[None, ProvidersQuery]) -> SignInButtons:
    """List the providers by which one may sign in to a workspace."""
    store = call.parts.people.openid
    workspace_id = call.query.workspace_id or await store.only_workspace()
    found = () if workspace_id is None else (await store.list(workspace_id)).items
    return SignInButtons(items=tuple(SignInButton(id=one.id, name=one.name) for one in found))


async def start_openid(call: Call[OpenIdStart, None]) -> OpenIdStarted:
    """Begin to sign in by a provider: within ten minutes, in the same browser, once."""
    people = call.parts.people
    address = call.parts.http.addresses.name(call.request)
    if wait := await people.openid_of_address.take(address):
        raise ProblemError(
            "too_many_requests", "Too many sign-ins begin.", extra={"retry_after_seconds": int(wait) + 1}
        )
    provider = await people.openid.find(call.body.provider_id)
    begun = await people.openid.begin(provider, call.body.link_token, now=call.now)
    parameters = {
        "response_type": "code",
        "client_id": provider["client_id"],
        "redirect_uri": _redirect_uri(call.parts.runtime.settings.public_url),
        "scope": SCOPES,
        "state": begun.state,
        "nonce": begun.nonce,
        "code_challenge": begun.challenge,
        "code_challenge_method": "S256",
    }
    url = await people.openid_exchange.authorization_url(provider, parameters)
    return OpenIdStarted(authorization_url=url, browser_token=begun.browser_token)


async def finish_openid(call: Call[OpenIdFinish, None]) -> SignedIn:
    """Sign in by what the provider sent back. A second factor is the provider's business here."""
    people, body = call.parts.people, call.body
    login = await people.openid.come_back(body.state, body.browser_token, now=call.now)
    provider = await people.openid.find(login["provider_id"])
    grant = Grant(
        code=body.code,
        verifier=people.openid.verifier(login),
        redirect_uri=_redirect_uri(call.parts.runtime.settings.public_url),
        client_secret=people.openid.client_secret(provider),
    )
    token = await people.openid_exchange.id_token(provider, grant)
    expected = Expected(issuer=provider["issuer"], client_id=provider["client_id"], now=call.now)
    try:
        claims = await people.openid_exchange.claims(provider, token, expected)
        identity = identity_of(claims, expected, login["nonce"])
    except TokenRefusedError as refused:
        raise ProblemError("unauthenticated", f"The provider's token is refused: {refused}.") from None
    operator = await people.openid.who(provider, login, identity, now=call.now)
    origin = OpenIdOrigin(provider_id=provider["_id"], subject=identity.subject, session=identity.session)
    return await people.signing_in.signed_in(operator, call.now, device=call.device, openid=origin)


async def show_openid_providers(call: Call[None, None]) -> Providers:
    """List the workspace's providers."""
    return await call.parts.people.openid.list(call.workspace_id)


async def make_openid_provider(call: Call[ProviderRequest, None]) -> Encoded:
    """Trust a provider. Its secret is sealed and never shown; its configuration is read now, so that faults show."""
    await _check_issuer(call, call.body.issuer)

    async def work(session: Session) -> Provider:
        made = await call.parts.people.openid.create(call.workspace_id, call.body, now=call.now, session=session)
        await call.audit(Act.OPENID_PROVIDER_MADE, made.id, session=session)
        return made

    return await call.create(work)


async def remove_openid_provider(call: Call[None, None]) -> None:
    """Trust a provider no longer; whoever signed in by it is signed out within a second."""

    async def work(session: Session) -> None:
        await call.parts.people.openid.delete(call.workspace_id, call.id, session=session)
        await call.audit(Act.OPENID_PROVIDER_DELETED, call.id, session=session)

    await call.database.transaction(work)


async def _check_issuer(call: Call[ProviderRequest, None], issuer: str) -> None:
    """Refuse an issuer that can't be one, or does not answer as one. Raises `ProblemError` (`invalid_request`)."""
    try:
        check_url_shape(issuer)
        if not call.parts.runtime.settings.allow_private_urls:
            await check_public_url(issuer)
        await call.parts.people.openid_exchange.configuration(issuer)
    except AddressRefusedError as refused:
        raise field_problem("/issuer", str(refused)) from None
    except ProblemError as problem:
        raise field_problem("/issuer", f"does not answer as a provider: {problem.detail}") from None


def _redirect_uri(public_url: str) -> str:
    return f"{public_url}/"


_PROVIDERS: Final = "/openid-providers"
_TAG: Final = "Signing in"
_FAILS: Final = ("unauthenticated", "not_found", "provider_failed", "too_many_requests")

ROUTES: Final[tuple[Route, ...]] = (
    Route(
        method="GET",
        path="/auth/openid",
        handler=show_sign_in_buttons,
        summary="List how one may sign in",
        tag=_TAG,
        who=Who.ANYONE,
        query=ProvidersQuery,
        response=SignInButtons,
    ),
    Route(
        method="POST",
        path="/auth/openid/start",
        handler=start_openid,
        summary="Begin to sign in by a provider",
        tag=_TAG,
        who=Who.ANYONE,
        request=OpenIdStart,
        response=OpenIdStarted,
        problems=_FAILS,
    ),
    Route(
        method="POST",
        path="/auth/openid/finish",
        handler=finish_openid,
        summary="Sign in by a provider",
        tag=_TAG,
        who=Who.ANYONE,
        request=OpenIdFinish,
        response=SignedIn,
        problems=_FAILS,
        seconds=15.0,
    ),
    Route(
        method="GET",
        path=_PROVIDERS,
        handler=show_openid_providers,
        summary="List providers of sign-ins",
        tag=_TAG,
        who=Who.ADMINISTRATORS,
        response=Providers,
    ),
    Route(
        method="POST",
        path=_PROVIDERS,
        handler=make_openid_provider,
        summary="Trust a provider of sign-ins",
        tag=_TAG,
        who=Who.ADMINISTRATORS,
        scope=Scope.ADMINISTER,
        request=ProviderRequest,
        response=Provider,
        status=201,
        problems=("conflict",),
        creates=True,
        example={"name": "Company login", "issuer": "https://login.example.com", "client_id": "inbox"},
    ),
    Route(
        method="DELETE",
        path=_PROVIDERS + "/{id}",
        handler=remove_openid_provider,
        summary="Trust a provider no longer",
        tag=_TAG,
        who=Who.ADMINISTRATORS,
        scope=Scope.ADMINISTER,
        status=204,
    ),
)
