"""Keeps a workspace's integration page, and opens it for a conversation with signed values that expire."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

import jwt

from inbox.contacts.field_store import read_fields
from inbox.conversation.conversation_reading import visible_conversation
from inbox.conversation.integration_frame import frame_address
from inbox.conversation.integration_models import (
    IntegrationFields,
    IntegrationPage,
    NewSecret,
    OpenedPage,
    SecretRequest,
    SigningKey,
    check_page,
    filled_in,
    origin_of,
    signing_key,
    variables_of,
)
from inbox.conversation.integration_values import read_values
from inbox.foundation.ids import new_id
from inbox.foundation.problems import ProblemError, not_found
from inbox.foundation.secret_box import SecretBox
from inbox.foundation.structs import from_document, to_document
from inbox.people.access import Caller
from inbox.storage.database import Database, Session
from inbox.storage.documents import WorkspaceDocument

SECRET_BYTES: Final = 32
"""As long as the hash. Source: RFC 7518, section 3.2."""
KEYS_KEPT: Final = 2
"""The one that signs and the one that follows it."""


class IntegrationPages:
    """The integration pages of all workspaces.

    Args:
        database: Where they are.
        box: Seals their secrets.
        issuer: Our address, as tokens name it.
        allow_http_here: Whether a page on this machine may do without encryption (demo, tests).
    """

    def __init__(self, database: Database, box: SecretBox, *, issuer: str, allow_http_here: bool) -> None:
        self._database = database
        self._box = box
        self._issuer = issuer
        self._allow_http_here = allow_http_here

    async def get(self, workspace_id: str) -> IntegrationPage:
        """Get the page, without its secrets; where there is none, one without an address."""
        stored = await self._database.workspaces.find_one({"_id": workspace_id})
        return IntegrationPage() if stored is None or "integration_page" not in stored else _page(stored)

    async def put(self, workspace_id: str, fields: IntegrationFields, *, session: Session) -> IntegrationPage:
        """Set the page; its secrets stay. Raises `ProblemError` (`invalid_request`)."""
        known = await read_fields(self._database, workspace_id, session=session)
        check_page(fields, [field.key for field in known.values()], allow_http_here=self._allow_http_here)
        own = {"_id": workspace_id}
        stored = await self._database.workspaces.find_one_and_update(
            own, {"$set": {"integration_page": to_document(fields)}}, return_document=True, session=session
        )
        if stored is None:
            raise not_found("workspace")
        return _page(stored)

    async def delete(self, workspace_id: str, *, session: Session) -> None:
        """Take the page away, with its secrets. Raises `ProblemError` (`not_found`)."""
        await self._find(workspace_id, session)
        gone = {"integration_page": "", "integration_keys": "", "integration_secrets": ""}
        await self._database.workspaces.update_one({"_id": workspace_id}, {"$unset": gone}, session=session)

    async def renew_secret(
        self, workspace_id: str, asked: SecretRequest, *, now: datetime, session: Session
    ) -> NewSecret:
        """Make a secret. The first one signs at once, a later one when it was asked for; until then the old one does.

        Raises:
            ProblemError: `not_found` where there is no page.
        """
        stored = await self._find(workspace_id, session)
        current = signing_key(_page(stored).keys, now)
        wait = timedelta(seconds=asked.signs_after_seconds if current is not None else 0)
        made = NewSecret(id=new_id(), signs_from=now + wait, secret=secrets.token_urlsafe(SECRET_BYTES))
        kept = [key for key in (current,) if key is not None and wait][-(KEYS_KEPT - 1) :]
        opened = self._opened(stored)
        sealed = self._box.seal({**{key.id: opened[key.id] for key in kept}, made.id: made.secret})
        keys = [to_document(key) for key in (*kept, SigningKey(id=made.id, signs_from=made.signs_from))]
        changed = {"integration_keys": keys, "integration_secrets": sealed}
        await self._database.workspaces.update_one({"_id": workspace_id}, {"$set": changed}, session=session)
        return made

    async def open(self, caller: Caller, conversation_id: str, *, now: datetime) -> OpenedPage:
        """Return the page's address for a conversation. What is masked for the caller is masked in it, too.

        Raises:
            ProblemError: `not_found`; `conflict` while the page has no secret.
        """
        conversation = await visible_conversation(self._database, caller, conversation_id)
        stored = await self._find(caller.workspace_id)
        page, url = _page(stored), stored["integration_page"]["url"]
        key = signing_key(page.keys, now)
        if key is None:
            raise ProblemError("conflict", "The integration page has no secret yet: make one first.")
        values = await read_values(self._database, caller, conversation, variables_of(url, page.fields))
        expires_at = now + timedelta(seconds=page.valid_seconds)
        claims = {
            "iss": self._issuer,
            "aud": origin_of(url),
            "sub": caller.id,
            "iat": int(now.timestamp()),
            "exp": int(expires_at.timestamp()),
            "jti": new_id(),
            "fields": {name: values.get(name) for name in page.fields},
        }
        token = jwt.encode(claims, self._opened(stored)[key.id], algorithm="HS256", headers={"kid": key.id})
        frame = frame_address(origin_of(url), expires_at, self._box.signature)
        return OpenedPage(url=filled_in(url, values, token), expires_at=expires_at, frame_url=frame)

    def _opened(self, stored: WorkspaceDocument) -> Mapping[str, str]:
        sealed = stored.get("integration_secrets")
        return {} if sealed is None else self._box.open(sealed)

    async def _find(self, workspace_id: str, session: Session = None) -> WorkspaceDocument:
        stored = await self._database.workspaces.find_one({"_id": workspace_id}, session=session)
        if stored is None or "integration_page" not in stored:
            raise not_found("integration page")
        return stored


def _page(stored: WorkspaceDocument) -> IntegrationPage:
    fields = {**stored["integration_page"], "keys": stored.get("integration_keys", [])}
    return from_document(fields, IntegrationPage)
