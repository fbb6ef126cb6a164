"""An operator's sign-ins, and changing one's own password."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Final

import msgspec

from inbox.foundation.decoding import field_problem
from inbox.foundation.problems import not_found
from inbox.people.passwords import check_new_password, hash_password, verify_password
from inbox.people.tokens import TokenKind, token_hash
from inbox.storage.database import Database, Session
from inbox.storage.documents import Condition

SHOWN_CHARS: Final = 24
"""Of the token's hash: enough to tell sign-ins apart, and nobody can sign in with it."""
_ID: Final = re.compile(f"[0-9a-f]{{{SHOWN_CHARS}}}")
_AFTER_HEX: Final = "g"
SESSIONS_SHOWN: Final = 200


class SignInView(msgspec.Struct, frozen=True, kw_only=True):
    """One sign-in; `last_used_at` is exact to ten minutes, `current` the one that asks.

    `device` is what the browser or program said of itself when it signed in; `openid_provider_id` the company's login
    by which it did, null for a password. `gets_notices`: its browser is told while no page is open.
    """

    id: str
    created_at: datetime
    last_used_at: datetime | None
    expires_at: datetime | None
    current: bool
    device: str | None = None
    openid_provider_id: str | None = None
    gets_notices: bool = False


class SignIns(msgspec.Struct, frozen=True, kw_only=True):
    """Newest first."""

    items: tuple[SignInView, ...]


async def list_sign_ins(
    database: Database, workspace_id: str, operator_id: str, token: str = "", *, now: datetime
) -> SignIns:
    """List the sign-ins of an operator that are still good."""
    found = await database.tokens.find(_owned(workspace_id, operator_id)).sort("created_at", -1).to_list(SESSIONS_SHOWN)
    current = token_hash(token)
    return SignIns(
        items=tuple(
            SignInView(
                id=one["_id"][:SHOWN_CHARS],
                created_at=one["created_at"],
                last_used_at=one["last_used_at"],
                expires_at=one["expires_at"],
                current=one["_id"] == current,
                device=one.get("device"),
                openid_provider_id=one.get("openid_provider"),
                gets_notices="push" in one,
            )
            for one in found
            if one["expires_at"] is None or one["expires_at"] > now
        )
    )


async def end_sign_in(
    database: Database, workspace_id: str, operator_id: str, sign_in_id: str, *, session: Session | None = None
) -> None:
    """End one sign-in of an operator. Raises `ProblemError` (`not_found`)."""
    if _ID.fullmatch(sign_in_id) is None:
        raise not_found("sign-in")
    its = {**_owned(workspace_id, operator_id), "_id": {"$gte": sign_in_id, "$lt": sign_in_id + _AFTER_HEX}}
    if not (await database.tokens.delete_one(its, session=session)).deleted_count:
        raise not_found("sign-in")


async def end_sign_ins(database: Database, workspace_id: str, operator_id: str, *, session: Session) -> None:
    """End all sign-ins of an operator. Links for a password, and their API keys, stay."""
    await database.tokens.delete_many(_owned(workspace_id, operator_id), session=session)


async def shut_out(database: Database, workspace_id: str, operator_id: str, *, session: Session) -> None:
    """Take from an operator every way in: sign-ins, links for a password, and the API keys that they made."""
    of_workspace: Condition = {"workspace_id": workspace_id}
    await database.tokens.delete_many({**of_workspace, "owner_id": operator_id}, session=session)
    await database.tokens.delete_many({**of_workspace, "made_by": operator_id}, session=session)


async def end_other_sign_ins(
    database: Database, workspace_id: str, operator_id: str, token: str, *, session: Session | None = None
) -> None:
    """End all sign-ins of an operator but the one that asks."""
    others = {**_owned(workspace_id, operator_id), "_id": {"$ne": token_hash(token)}}
    await database.tokens.delete_many(others, session=session)


async def change_password(
    database: Database, workspace_id: str, operator_id: str, token: str, *, old: str, new: str
) -> None:
    """Change one's password and end all other sign-ins.

    Raises:
        ProblemError: `invalid_request` for a wrong old one, and for a new one that everybody tries first.
    """
    wanted = {"_id": operator_id, "workspace_id": workspace_id}
    operator = await database.operators.find_one(wanted, {"password_hash": 1, "email": 1})
    check_new_password(new, email=operator["email"] if operator else "")
    if not await verify_password(operator["password_hash"] if operator else None, old, whose=operator_id):
        raise field_problem("/old_password", "is not the present password")
    password_hash = await hash_password(new, whose=operator_id)

    async def change(session: Session) -> None:
        await database.operators.update_one(wanted, {"$set": {"password_hash": password_hash}}, session=session)
        await end_other_sign_ins(database, workspace_id, operator_id, token, session=session)

    await database.transaction(change)


def _owned(workspace_id: str, operator_id: str) -> Condition:
    return {"workspace_id": workspace_id, "owner_id": operator_id, "kind": TokenKind.SIGN_IN.value}
