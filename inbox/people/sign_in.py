"""Signing in and out, and setting a password by link."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

import msgspec

from inbox.foundation.problems import ProblemError, not_found
from inbox.foundation.structs import read_as
from inbox.people.accounts import Operator, fold_email
from inbox.people.passwords import check_new_password, find_right, hash_password
from inbox.people.second_factor import SecondFactors
from inbox.people.tokens import Grant, OpenIdOrigin, TokenKind, find_token, issue_token
from inbox.storage.database import Database, Session
from inbox.storage.documents import Condition, OperatorDocument, TokenDocument

MAX_WORKSPACES_TRIED: Final = 3
"""Each try costs 25 ms of hashing, and every wrong sign-in costs all of them, so that nobody can tell how many there
are; who works in more workspaces names the one that is meant."""


class SignedIn(msgspec.Struct, frozen=True, kw_only=True):
    """A fresh sign-in."""

    token: str
    workspace_id: str
    operator: Operator


class Origin(msgspec.Struct, frozen=True):
    """Where a sign-in comes from: its network address, and what the browser or program calls itself."""

    address: str = ""
    device: str | None = None


NOWHERE: Final = Origin()


class SigningIn:
    """Signs operators in.

    Args:
        sign_in_days: How long a sign-in lasts.
    """

    def __init__(self, database: Database, factors: SecondFactors, *, sign_in_days: int) -> None:
        self._database = database
        self._factors = factors
        self._days = sign_in_days

    async def by_password(
        self,
        email: str,
        password: str,
        *,
        now: datetime,
        code: str | None = None,
        workspace_id: str | None = None,
        origin: Origin = NOWHERE,
    ) -> SignedIn:
        """Sign an operator in; where several workspaces have the e-mail, to the oldest one whose password matches.

        Raises:
            ProblemError: `unauthenticated`, the same for an unknown e-mail and a wrong password, after the same work
                however many workspaces know the e-mail; `too_many_requests` and `unavailable` where too many try at
                once. Only who knows the password hears of a second factor: `second_factor_needed`, `unauthenticated`.
        """
        candidates = await _candidates(self._database, email, workspace_id)
        tries = 1 if workspace_id is not None else MAX_WORKSPACES_TRIED
        right = await find_right(hashes_to_try(candidates, tries), password, address=origin.address)
        if right is None:
            raise ProblemError("unauthenticated", "E-mail or password is wrong.")
        await self._factors.check(candidates[right], code, now=now)
        return await self.signed_in(candidates[right], now, device=origin.device)

    async def by_link(
        self, token: str, password: str, *, now: datetime, code: str | None = None, device: str | None = None
    ) -> SignedIn:
        """Set a password with a link's single-use token, and sign in.

        All other sign-ins of the operator end. The token is looked at before the password is hashed, so that no
        stranger makes us hash, and again when it is used. Who reads somebody's mail gets no further than the second
        factor.

        Raises:
            ProblemError: `unauthenticated` if the link is unknown, used or too old; `invalid_request` for a password
                that everybody tries first; `second_factor_needed`, after which the link is still good.
        """
        link = await _password_link(self._database, token, now)
        owner = await self._database.operators.find_one(_owner_of(link))
        if owner is None:
            raise not_found("operator")
        check_new_password(password, email=owner["email"])
        await self._factors.check(owner, code, now=now)
        password_hash = await hash_password(password, whose=owner["_id"])

        async def change(session: Session) -> OperatorDocument:
            await _password_link(self._database, token, now, session)
            theirs = {"workspace_id": owner["workspace_id"], "owner_id": owner["_id"]}
            await self._database.tokens.delete_many(theirs, session=session)
            operator = await self._database.operators.find_one_and_update(
                _owner_of(link), {"$set": {"password_hash": password_hash}}, return_document=True, session=session
            )
            if operator is None:
                raise not_found("operator")
            return operator

        return await self.signed_in(await self._database.transaction(change), now, device=device)

    async def signed_in(
        self,
        operator: OperatorDocument,
        now: datetime,
        *,
        device: str | None = None,
        openid: OpenIdOrigin | None = None,
    ) -> SignedIn:
        """Issue a sign-in to somebody who has shown who they are."""
        grant = Grant(
            kind=TokenKind.SIGN_IN,
            workspace_id=operator["workspace_id"],
            owner_id=operator["_id"],
            valid=timedelta(days=self._days),
            device=device,
            openid=openid,
        )
        token = await issue_token(self._database, grant, now)
        return SignedIn(token=token, workspace_id=grant.workspace_id, operator=read_as(operator, Operator))


def hashes_to_try(candidates: Sequence[OperatorDocument], tries: int) -> list[str | None]:
    """Return the stored hashes, padded with None to a fixed number of tries."""
    known = [candidate["password_hash"] for candidate in candidates[:tries]]
    return known + [None] * (tries - len(known))


async def _candidates(database: Database, email: str, workspace_id: str | None) -> list[OperatorDocument]:
    wanted: Condition = {"email": fold_email(email), "active": True}
    if workspace_id is not None:
        wanted["workspace_id"] = workspace_id
    found: list[OperatorDocument] = await database.operators.find(wanted).sort("_id", 1).to_list(MAX_WORKSPACES_TRIED)
    return found


def _owner_of(link: TokenDocument) -> Condition:
    return {"_id": link["owner_id"], "workspace_id": link["workspace_id"], "active": True}


async def _password_link(
    database: Database, token: str, now: datetime, session: Session | None = None
) -> TokenDocument:
    link = await find_token(database, token, now, session=session)
    if link is None or link["kind"] != TokenKind.PASSWORD_LINK:
        raise ProblemError("unauthenticated", "The link was used or is too old: ask an administrator for a new one.")
    return link
