"""Providers of OpenID Connect, sign-ins under way, and whom a provider's word lets in."""

from __future__ import annotations

import hmac
import secrets
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated, Final

import msgspec
from msgspec import Meta

from inbox.foundation.ids import new_id
from inbox.foundation.patterns import VISIBLE
from inbox.foundation.problems import ProblemError, not_found
from inbox.foundation.secret_box import SecretBox
from inbox.people.accounts import fold_email
from inbox.people.openid_rules import Identity, challenge_of
from inbox.people.tokens import TokenKind, find_token, token_hash
from inbox.storage.database import Database, DuplicateKeyError, Session
from inbox.storage.documents import Condition, OpenIdLoginDocument, OpenIdProviderDocument, OperatorDocument

MAX_PROVIDERS: Final = 10
"""Buttons of a sign-in page that people still read."""
COME_BACK_WITHIN: Final = timedelta(minutes=10)
"""Time to type in a password and a code there."""


class LinkBy(StrEnum):
    """How somebody whom a provider names for the first time becomes one of our operators."""

    INVITATION = "invitation"
    """By the link of an invitation, or of an administrator, only."""
    VERIFIED_EMAIL = "verified_email"
    """Also by an e-mail address that the provider has verified."""


class ProviderRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A provider to trust.

    Attributes:
        name: On the sign-in page's button.
        issuer: Its address, as its own configuration names it.
        client_secret: None for a public client.
        link_by: `verified_email` only where the provider lets nobody claim another's address.
    """

    name: Annotated[str, Meta(min_length=1, max_length=100, pattern=VISIBLE)]
    issuer: Annotated[str, Meta(min_length=1, max_length=500, examples=["https://login.example.com"])]
    client_id: Annotated[str, Meta(min_length=1, max_length=255)]
    client_secret: Annotated[str, Meta(min_length=1, max_length=1_000)] | None = None
    link_by: LinkBy = LinkBy.INVITATION


class Provider(msgspec.Struct, frozen=True, kw_only=True):
    """A provider as it is shown; its secret never is."""

    id: str
    name: str
    issuer: str
    client_id: str
    link_by: LinkBy
    created_at: datetime


class Providers(msgspec.Struct, frozen=True, kw_only=True):
    """All providers of a workspace, oldest first."""

    items: tuple[Provider, ...]


class Begun(msgspec.Struct, frozen=True, kw_only=True):
    """A sign-in that began: what goes to the provider, and what the browser keeps."""

    state: str
    nonce: str
    challenge: str
    browser_token: str


class OpenIdStore:
    """The providers of all workspaces, and those who are on their way."""

    def __init__(self, database: Database, box: SecretBox) -> None:
        self._database = database
        self._box = box

    async def create(self, workspace_id: str, asked: ProviderRequest, *, now: datetime, session: Session) -> Provider:
        """Add a provider. Raises `ProblemError` (`conflict`) where there are too many."""
        own: Condition = {"workspace_id": workspace_id}
        if await self._database.openid_providers.count_documents(own, session=session) >= MAX_PROVIDERS:
            raise ProblemError("conflict", f"A workspace has at most {MAX_PROVIDERS} providers. Delete one first.")
        document: OpenIdProviderDocument = {
            "_id": new_id(),
            "workspace_id": workspace_id,
            "name": asked.name,
            "issuer": asked.issuer,
            "client_id": asked.client_id,
            "secrets": self._box.seal({"client_secret": asked.client_secret or ""}),
            "link_by": asked.link_by.value,
            "created_at": now,
        }
        await self._database.openid_providers.insert_one(document, session=session)
        return _shown(document)

    async def list(self, workspace_id: str) -> Providers:
        """List the providers of a workspace."""
        found = await self._database.openid_providers.find({"workspace_id": workspace_id}).sort("_id", 1).to_list(None)
        return Providers(items=tuple(map(_shown, found)))

    async def only_workspace(self) -> str | None:
        """Return the workspace of an installation that has one only."""
        found = await self._database.workspaces.find({}, {"_id": 1}).limit(2).to_list(None)
        return found[0]["_id"] if len(found) == 1 else None

    async def delete(self, workspace_id: str, provider_id: str, *, session: Session) -> None:
        """Trust a provider no longer; whoever signed in by it is signed out. Raises `ProblemError` (`not_found`)."""
        own: Condition = {"_id": provider_id, "workspace_id": workspace_id}
        if not (await self._database.openid_providers.delete_one(own, session=session)).deleted_count:
            raise not_found("provider")
        theirs: Condition = {"workspace_id": workspace_id, "openid_provider": provider_id}
        await self._database.tokens.delete_many(theirs, session=session)

    async def find(self, provider_id: str) -> OpenIdProviderDocument:
        """Return a stored provider. Raises `ProblemError` (`not_found`)."""
        found = await self._database.openid_providers.find_one({"_id": provider_id})
        if found is None:
            raise not_found("provider")
        return found

    def client_secret(self, provider: OpenIdProviderDocument) -> str:
        """Return the client's secret in clear; empty for a public client."""
        return self._box.open(provider["secrets"])["client_secret"]

    async def begin(self, provider: OpenIdProviderDocument, link_token: str | None, *, now: datetime) -> Begun:
        """Write down that somebody goes to a provider. Raises `ProblemError` (`unauthenticated`) for a link too old."""
        if link_token is not None:
            link = await find_token(self._database, link_token, now)
            if link is None or link["kind"] != TokenKind.PASSWORD_LINK:
                raise _link_refused()
            if link["workspace_id"] != provider["workspace_id"]:
                raise _link_refused()
        state, nonce, verifier, browser = (secrets.token_urlsafe(32) for _ in range(4))
        document: OpenIdLoginDocument = {
            "_id": token_hash(state),
            "workspace_id": provider["workspace_id"],
            "provider_id": provider["_id"],
            "browser": token_hash(browser),
            "nonce": nonce,
            "verifier": self._box.seal({"verifier": verifier}),
            "link": None if link_token is None else token_hash(link_token),
            "expires_at": now + COME_BACK_WITHIN,
        }
        await self._database.openid_logins.insert_one(document)
        return Begun(state=state, nonce=nonce, challenge=challenge_of(verifier), browser_token=browser)

    async def come_back(self, state: str, browser_token: str, *, now: datetime) -> OpenIdLoginDocument:
        """Take the sign-in that began with a state, once, in the browser that began it.

        Raises `ProblemError` (`unauthenticated`).
        """
        own: Condition = {"_id": token_hash(state)}
        found = await self._database.openid_logins.find_one(own)
        if found is None or found["expires_at"] <= now:
            raise _begin_again()
        if not hmac.compare_digest(found["browser"], token_hash(browser_token)):
            raise _begin_again()
        if not (await self._database.openid_logins.delete_one(own)).deleted_count:
            raise _begin_again()
        return found

    def verifier(self, login: OpenIdLoginDocument) -> str:
        """Return the PKCE verifier in clear."""
        return self._box.open(login["verifier"])["verifier"]

    async def who(
        self, provider: OpenIdProviderDocument, login: OpenIdLoginDocument, identity: Identity, *, now: datetime
    ) -> OperatorDocument:
        """Return the active operator whom a provider names, linked now if that is allowed.

        Raises:
            ProblemError: `unauthenticated` if nobody is.
        """
        workspace_id = provider["workspace_id"]
        known: Condition = {
            "workspace_id": workspace_id,
            "openid": {
                "$exists": True,
                "$elemMatch": {"issuer": identity.issuer, "subject": identity.subject},
            },
        }
        found = await self._database.operators.find_one(known)
        if found is None and login["link"] is not None:
            found = await self._by_link(workspace_id, login["link"], identity, now)
        elif found is None and provider["link_by"] == LinkBy.VERIFIED_EMAIL and identity.verified_email is not None:
            email = fold_email(identity.verified_email)
            found = await self._link({"workspace_id": workspace_id, "email": email, "active": True}, identity)
        if found is None or not found["active"]:
            raise ProblemError(
                "unauthenticated", "The provider knows you, but no account here is yours: ask for an invitation."
            )
        return found

    async def _by_link(
        self, workspace_id: str, link: str, identity: Identity, now: datetime
    ) -> OperatorDocument | None:
        """Link who came by an invitation; the link is used up with it."""

        async def work(session: Session) -> OperatorDocument | None:
            its: Condition = {"_id": link, "workspace_id": workspace_id, "kind": TokenKind.PASSWORD_LINK.value}
            token = await self._database.tokens.find_one(its, session=session)
            if token is None or token["expires_at"] is None or token["expires_at"] <= now:
                return None
            theirs: Condition = {"_id": token["owner_id"], "workspace_id": workspace_id, "active": True}
            operator = await self._link(theirs, identity, session=session)
            if operator is not None:
                await self._database.tokens.delete_one(its, session=session)
            return operator

        return await self._database.transaction(work)

    async def _link(
        self, who: Condition, identity: Identity, *, session: Session | None = None
    ) -> OperatorDocument | None:
        """Remember as whom a provider knows an operator.

        One whom it knows as somebody else already is left alone; so is one with a second factor, which who reads
        somebody's mail must not get around.
        """
        entry = {"issuer": identity.issuer, "subject": identity.subject}
        unlinked: Condition = {**who, "openid.issuer": {"$ne": identity.issuer}, "second_factor.since": None}
        try:
            linked = await self._database.operators.find_one_and_update(
                unlinked, {"$push": {"openid": entry}}, return_document=True, session=session
            )
        except DuplicateKeyError:
            return None
        return linked

    async def log_out(self, provider: OpenIdProviderDocument, ended: Identity) -> set[str]:
        """End the sign-ins that a provider has ended; return whose they were."""
        theirs: Condition = {"workspace_id": provider["workspace_id"], "openid_provider": provider["_id"]}
        if ended.subject:
            theirs["openid_subject"] = ended.subject
        if ended.session is not None:
            theirs["openid_session"] = ended.session
        found = await self._database.tokens.find(theirs, {"owner_id": 1}).to_list(None)
        await self._database.tokens.delete_many(theirs)
        return {token["owner_id"] for token in found}


def _shown(document: OpenIdProviderDocument) -> Provider:
    return msgspec.convert({**document, "id": document["_id"]}, Provider)


def _begin_again() -> ProblemError:
    return ProblemError("unauthenticated", "This sign-in took too long, or began in another window: begin again.")


def _link_refused() -> ProblemError:
    return ProblemError("unauthenticated", "The link was used or is too old: ask an administrator for a new one.")
