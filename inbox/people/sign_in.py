"""Signing in and out, and setting a password by link."""

from __future__ import annotations

from datetime import datetime
from typing import Final

import msgspec

from inbox.foundation.documents import read_as
from inbox.foundation.problems import Problem
from inbox.people.accounts import Operator, fold_email, issue_sign_in
from inbox.people.passwords import hash_password, verify_password
from inbox.people.tokens import TokenKind, find_token
from inbox.storage.database import Database, Document, Session

MAX_WORKSPACES_TRIED: Final = 5
"""Each try costs 25 ms of hashing; who works in more workspaces names the one that is meant."""


class SignedIn(msgspec.Struct, frozen=True, kw_only=True):
    """A fresh sign-in."""

    token: str
    workspace_id: str
    operator: Operator


async def sign_in(
    database: Database,
    *,
    email: str,
    password: str,
    now: datetime,
    sign_in_days: int,
    workspace_id: str | None = None,
) -> SignedIn:
    """Sign an operator in; of several workspaces with the same e-mail the oldest whose password fits.

    Raises:
        Problem: `unauthenticated`, the same for an unknown e-mail and a wrong password, after the same time.
    """
    for candidate in await _candidates(database, email, workspace_id):
        if await verify_password(candidate["password_hash"], password):
            return await _signed_in(database, candidate, now, sign_in_days)
    raise Problem("unauthenticated", "E-mail or password is wrong.")


async def _candidates(database: Database, email: str, workspace_id: str | None) -> list[Document]:
    wanted: Document = {"email": fold_email(email), "active": True}
    if workspace_id is not None:
        wanted["workspace_id"] = workspace_id
    found = await database.operators.find(wanted).sort("_id", 1).to_list(MAX_WORKSPACES_TRIED)
    return found or [{"password_hash": None}]


async def _signed_in(database: Database, operator: Document, now: datetime, days: int) -> SignedIn:
    token = await issue_sign_in(database, operator["workspace_id"], operator["_id"], now, days=days)
    return SignedIn(token=token, workspace_id=operator["workspace_id"], operator=read_as(operator, Operator))


async def set_password_by_link(
    database: Database, *, token: str, password: str, now: datetime, sign_in_days: int
) -> SignedIn:
    """Set a password with the token of a link, which then is used up, and sign in.

    All other sign-ins of the operator end.

    Raises:
        Problem: `unauthenticated` if the link is unknown, used or too old.
    """
    password_hash = await hash_password(password)

    async def change(session: Session) -> Document:
        link = await find_token(database, token, now, session=session)
        if link is None or link["kind"] != TokenKind.PASSWORD_LINK:
            raise Problem("unauthenticated", "The link was used or is too old: ask an administrator for a new one.")
        owned = {"workspace_id": link["workspace_id"], "owner_id": link["owner_id"]}
        await database.tokens.delete_many(owned, session=session)
        operator: Document = await database.operators.find_one_and_update(
            {"_id": link["owner_id"], "workspace_id": link["workspace_id"]},
            {"$set": {"password_hash": password_hash}},
            return_document=True,
            session=session,
        )
        return operator

    return await _signed_in(database, await database.transaction(change), now, sign_in_days)
