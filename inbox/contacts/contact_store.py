"""Contacts: finding and changing them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import msgspec

from inbox.arriving.ingest_events import contact_updated
from inbox.contacts.contact_models import Contact, ContactPatch, ContactQuery, Marketing, OptOutSource, contact_view
from inbox.contacts.suppression import Suppression
from inbox.foundation.clock import Clock
from inbox.foundation.decoding import convert
from inbox.foundation.pages import Page, cut_page, decode_cursor
from inbox.foundation.problems import not_found
from inbox.messages.views import to_document
from inbox.storage.database import Database, Document, Session
from inbox.stream.events import write_events


class ContactStore:
    """The contacts of all workspaces."""

    def __init__(self, database: Database, clock: Clock, suppression: Suppression) -> None:
        self._database = database
        self._clock = clock
        self._suppression = suppression

    async def get(self, workspace_id: str, contact_id: str) -> Contact:
        """Get one contact. Raises `Problem` (`not_found`)."""
        return contact_view(await self._find(workspace_id, contact_id))

    async def list(self, workspace_id: str, query: ContactQuery) -> Page[Contact]:
        """List contacts, the newest first."""
        condition: Document = {"workspace_id": workspace_id, **_wanted(query)}
        before = decode_cursor(query.cursor, str)
        if before is not None:
            condition["_id"] = {"$lt": before}
        found = self._database.contacts.find(condition).sort("_id", -1).limit(query.limit + 1)
        contacts = [contact_view(document) async for document in found]
        return cut_page(contacts, query.limit, lambda contact: contact.id)

    async def patch(self, workspace_id: str, contact_id: str, patch: Mapping[str, Any]) -> Contact:
        """Change what the patch names. An opt-out also goes to the suppression list, which outlives the contact.

        Raises:
            Problem: `not_found`, `invalid_request`.
        """
        wanted = convert(patch, ContactPatch)

        async def change(session: Session) -> Contact:
            stored = await self._find(workspace_id, contact_id, session=session)
            now = self._clock.now()
            fields = self._fields(wanted)
            if not fields:
                return contact_view(stored)
            await self._database.contacts.update_one(
                {"_id": contact_id, "workspace_id": workspace_id},
                {"$set": fields, "$inc": {"version": 1}},
                session=session,
            )
            changed = stored | fields | {"version": stored["version"] + 1}
            if "marketing" in fields:
                await self._suppression.follow(changed, session=session)
            await write_events(self._database, [contact_updated(workspace_id, changed, now)], at=now, session=session)
            return contact_view(changed)

        return await self._database.transaction(change)

    def _fields(self, patch: ContactPatch) -> Document:
        fields: Document = {
            name: to_document(value)
            for name in ("name", "language", "tags", "consent")
            if (value := getattr(patch, name)) is not msgspec.UNSET
        }
        if patch.accepts_marketing is not msgspec.UNSET:
            said = Marketing(accepts=patch.accepts_marketing, at=self._clock.now(), source=OptOutSource.OPERATOR)
            fields["marketing"] = to_document(said)
        return fields

    async def _find(self, workspace_id: str, contact_id: str, *, session: Session = None) -> Document:
        found: Document | None = await self._database.contacts.find_one(
            {"_id": contact_id, "workspace_id": workspace_id}, session=session
        )
        if found is None:
            raise not_found("contact")
        return found


def _wanted(query: ContactQuery) -> Document:
    wanted: Document = {}
    if query.tag is not None:
        wanted["tags"] = query.tag
    if query.q:
        digits = re.sub(r"\D", "", query.q)
        either: list[Document] = [{"name": {"$regex": f"^{re.escape(query.q)}", "$options": "i"}}]
        if digits:
            either.append({"identity_keys": {"$regex": f"^whatsapp:{digits}"}})
        wanted["$or"] = either
    return wanted
