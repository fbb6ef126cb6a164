"""API keys: how programs sign in. The key itself is shown once, when it is made; it has scopes and an end."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated, Final

import msgspec
from msgspec import Meta

from inbox.foundation.decoding import field_problem
from inbox.foundation.ids import new_id
from inbox.foundation.pages import Page, cut_page, decode_cursor
from inbox.foundation.patterns import VISIBLE
from inbox.foundation.problems import not_found
from inbox.people.access import Scope
from inbox.people.tokens import Grant, TokenKind, issue_token
from inbox.storage.database import Database, Session
from inbox.storage.documents import Condition, TokenDocument

ID_PREFIX: Final = "key_"
"""Sets keys apart from operators among the owners of tokens, so that listing them is one range of the index."""
_AFTER_ALL: Final = "key`"

_BEFORE_SCOPES: Final = (Scope.READ, Scope.WRITE, Scope.MANAGE, Scope.ADMINISTER)

LIVES_BY_DEFAULT: Final = timedelta(days=365)
"""A year: somebody still knows what it was made for."""
LIVES_AT_MOST: Final = timedelta(days=5 * 365)

KeyName = Annotated[str, Meta(min_length=1, max_length=100, pattern=VISIBLE)]


class ApiKeyRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A new key's name, scopes and end.

    Attributes:
        scopes: `read`: all lists and objects, files, events. `write`: conversations, messages, contacts. `manage`:
            channels, queues, templates, campaigns, operators. `administer`: administrators, and further keys.
            `provision`: people and groups by SCIM.
        expires_at: A year from now unless given; at most five.
    """

    name: KeyName
    scopes: Annotated[tuple[Scope, ...], Meta(min_length=1)] = (Scope.READ, Scope.WRITE, Scope.MANAGE)
    expires_at: datetime | None = None


class ApiKey(msgspec.Struct, frozen=True, kw_only=True):
    """An API key as it is listed; `last_used_at` is exact to ten minutes.

    `made_by` is the operator with whom the key ends. It and `expires_at` are null for keys from before they were kept.
    """

    id: str
    name: str
    scopes: tuple[Scope, ...]
    created_at: datetime
    expires_at: datetime | None = None
    last_used_at: datetime | None = None
    made_by: str | None = None


class NewApiKey(ApiKey, frozen=True, kw_only=True):
    """An API key just made; `token` is shown this once."""

    token: str


class ApiKeyPage(Page[ApiKey], frozen=True, kw_only=True):
    """A part of the list of API keys."""


def scopes_of(token: TokenDocument) -> frozenset[Scope]:
    """Return the scopes of a stored key; a key older than scopes has those for all that there was then."""
    return frozenset(Scope(scope) for scope in token.get("scopes") or _BEFORE_SCOPES)


async def create_api_key(
    database: Database,
    workspace_id: str,
    asked: ApiKeyRequest,
    *,
    now: datetime,
    made_by: str | None = None,
    session: Session | None = None,
) -> NewApiKey:
    """Make a key. Raises `ProblemError` (`invalid_request`) for an end that has passed or is too far away.

    Args:
        database: Where to.
        workspace_id: Whose.
        asked: Its name, scopes and end.
        now: When.
        made_by: The person with whom it ends; None for one that the installation itself makes.
        session: Of the transaction.
    """
    scopes = tuple(scope for scope in Scope if scope in asked.scopes)
    grant = Grant(
        kind=TokenKind.API_KEY,
        workspace_id=workspace_id,
        owner_id=ID_PREFIX + new_id(),
        name=asked.name,
        scopes=scopes,
        expires_at=_end(asked.expires_at, now),
        made_by=made_by,
    )
    token = await issue_token(database, grant, now, session=session)
    return NewApiKey(
        id=grant.owner_id,
        name=asked.name,
        scopes=scopes,
        created_at=now,
        expires_at=grant.expires_at,
        token=token,
        made_by=made_by,
    )


def _end(asked: datetime | None, now: datetime) -> datetime:
    if asked is None:
        return now + LIVES_BY_DEFAULT
    if asked.tzinfo is None:
        raise field_problem("/expires_at", "must have a time zone, such as Z")
    if not now < asked <= now + LIVES_AT_MOST:
        raise field_problem("/expires_at", f"must be in the future, and within {LIVES_AT_MOST.days} days")
    return asked


async def list_api_keys(database: Database, workspace_id: str, *, limit: int, cursor: str | None) -> Page[ApiKey]:
    """List keys, oldest first."""
    after = decode_cursor(cursor, str) or ID_PREFIX
    found = database.tokens.find({"workspace_id": workspace_id, "owner_id": {"$gt": after, "$lt": _AFTER_ALL}})
    documents = await found.sort("owner_id", 1).limit(limit + 1).to_list(None)
    keys = [_shown(document) for document in documents]
    return cut_page(keys, limit, lambda key: key.id)


def _shown(token: TokenDocument) -> ApiKey:
    scopes = [scope for scope in Scope if scope in scopes_of(token)]
    return msgspec.convert({**token, "id": token["owner_id"], "scopes": scopes}, ApiKey)


async def delete_api_key(
    database: Database, workspace_id: str, key_id: str, *, session: Session | None = None
) -> str | None:
    """Delete a key, which every process refuses within a second; return who made it, if that was kept.

    Raises:
        ProblemError: `not_found`.
    """
    its: Condition = {"workspace_id": workspace_id, "owner_id": key_id, "kind": TokenKind.API_KEY.value}
    key = await database.tokens.find_one(its, session=session)
    if key is None:
        raise not_found("API key")
    await database.tokens.delete_one(its, session=session)
    return key.get("made_by")
