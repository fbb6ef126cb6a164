"""API keys: how programs sign in. The key itself is shown once, when it is made."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Final

import msgspec
from msgspec import Meta

from inbox.foundation.ids import new_id
from inbox.foundation.pages import Page, cut_page, decode_cursor
from inbox.foundation.problems import not_found
from inbox.people.tokens import Grant, TokenKind, issue_token
from inbox.storage.database import Database, Session

ID_PREFIX: Final = "key_"
"""Sets keys apart from operators among the owners of tokens, so that listing them is one range of the index."""
_AFTER_ALL: Final = "key`"

KeyName = Annotated[str, Meta(min_length=1, max_length=100)]


class ApiKey(msgspec.Struct, frozen=True, kw_only=True):
    """An API key as it is listed; `last_used_at` is exact to ten minutes."""

    id: str
    name: str
    created_at: datetime
    last_used_at: datetime | None = None


class NewApiKey(ApiKey, frozen=True, kw_only=True):
    """An API key just made; `token` is shown this once."""

    token: str


class ApiKeyPage(Page[ApiKey], frozen=True, kw_only=True):
    """A part of the list of API keys."""


async def create_api_key(
    database: Database, *, workspace_id: str, name: str, now: datetime, session: Session | None = None
) -> NewApiKey:
    """Make a key that has an administrator's rights until it is deleted."""
    key_id = ID_PREFIX + new_id()
    grant = Grant(kind=TokenKind.API_KEY, workspace_id=workspace_id, owner_id=key_id, name=name)
    token = await issue_token(database, grant, now, session=session)
    return NewApiKey(id=key_id, name=name, created_at=now, token=token)


async def list_api_keys(database: Database, workspace_id: str, *, limit: int, cursor: str | None) -> Page[ApiKey]:
    """List keys, oldest first."""
    after = decode_cursor(cursor, str) or ID_PREFIX
    found = database.tokens.find({"workspace_id": workspace_id, "owner_id": {"$gt": after, "$lt": _AFTER_ALL}})
    documents = await found.sort("owner_id", 1).limit(limit + 1).to_list(None)
    keys = [msgspec.convert({**document, "id": document["owner_id"]}, ApiKey) for document in documents]
    return cut_page(keys, limit, lambda key: key.id)


async def delete_api_key(database: Database, workspace_id: str, key_id: str) -> None:
    """Delete a key; every process refuses it within a second.

    Raises:
        Problem: `not_found`.
    """
    outcome = await database.tokens.delete_one(
        {"workspace_id": workspace_id, "owner_id": key_id, "kind": TokenKind.API_KEY.value}
    )
    if not outcome.deleted_count:
        raise not_found("API key")
