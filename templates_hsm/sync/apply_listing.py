"""Updates the stored templates of a business account from a listing read at Meta.

What was read later wins: each template remembers when it was read, so that a slow sync can't overwrite a newer
one, and a notice that comes late only leads to another reading. A template that a complete listing does not
have any more becomes `deleted`; a listing that broke off says nothing about what it did not name.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any, Final

import msgspec

from inbox.storage.database import Database, Session
from inbox.storage.documents import TemplateDetailsDocument, TemplateDocument
from inbox.storage.setting_apart import in_halves, is_unavailable_or_transient
from inbox.stream.events import write_events
from templates_hsm.definition.template_definition import TemplateStatus
from templates_hsm.store.template_changes import change_template, deleted_fields, new_document, template_updated
from templates_hsm.sync.listed_template import Listed, stored_fields

BATCH: Final = 100
"""Templates in one transaction: some tens of kilobytes each at most."""


class Listing(msgspec.Struct, frozen=True, kw_only=True):
    """The templates that were read of an account.

    Attributes:
        channel_id: Through which it was read.
        read_at: Taken before the first page was asked for.
        name: Only templates of this name were asked for; None: all.
        details: `status` and `text` of what notices said, by the template's id at Meta.
    """

    workspace_id: str
    waba_id: str
    channel_id: str
    read_at: datetime
    items: Sequence[Listed]
    name: str | None = None
    details: Mapping[str, TemplateDetailsDocument] = {}

    @property
    def scope(self) -> dict[str, Any]:
        """The condition that finds what the listing is about."""
        named = {} if self.name is None else {"name": self.name}
        return {"workspace_id": self.workspace_id, "waba_id": self.waba_id, "deleted_at": None, **named}


async def apply_listing(database: Database, listing: Listing) -> int:
    """Apply a complete listing; return how many templates became different."""
    changed = 0
    for start in range(0, len(listing.items), BATCH):
        changed += await _apply_batch(database, listing, listing.items[start : start + BATCH])
    return changed + await database.transaction(partial(_mark_deleted, database, listing))


async def _apply_batch(database: Database, listing: Listing, items: Sequence[Listed]) -> int:
    """Apply some items; one that can't be stored is left out and the others are stored."""

    async def apply(some: Sequence[Listed]) -> int:
        return await database.transaction(partial(_apply, database, listing, some))

    halved = await in_halves(items, apply, no_fault=is_unavailable_or_transient)
    return sum(changed for _, changed in halved.done)


async def _apply(database: Database, listing: Listing, items: Sequence[Listed], session: Session) -> int:
    names = list({item.name for item in items})
    found = database.templates.find({**listing.scope, "name": {"$in": names}}, session=session)
    known = {(stored["name"], stored["language"]): stored for stored in await found.to_list(None)}
    events = []
    for item in items:
        stored = known.get((item.name, item.language))
        details = listing.details.get(item.provider_id) or (stored.get("details") if stored else None)
        fields = stored_fields(item, details)
        after = await _write(database, listing, stored, fields, session)
        if after is not None:
            events.append(template_updated(after, listing.read_at))
    await write_events(database, events, at=listing.read_at, session=session)
    return len(events)


async def _write(
    database: Database, listing: Listing, stored: TemplateDocument | None, fields: dict[str, Any], session: Session
) -> TemplateDocument | None:
    """Write one template; return it, or None if nothing changed or a later reading was stored first."""
    if stored is None:
        read = {**fields, "read_at": listing.read_at}
        document = new_document(listing.workspace_id, listing.waba_id, listing.channel_id, listing.read_at, read)
        await database.templates.insert_one(document, session=session)
        return document
    if (stored.get("read_at") or stored["created_at"]) > listing.read_at:
        return None
    return await change_template(database, stored, fields, at=listing.read_at, read_at=listing.read_at, session=session)


async def _mark_deleted(database: Database, listing: Listing, session: Session) -> int:
    present = {item.provider_id for item in listing.items}
    submitted = {**listing.scope, "provider_id": {"$type": "string"}, "status": {"$ne": TemplateStatus.DELETED.value}}
    events = []
    for stored in await database.templates.find(submitted, session=session).to_list(None):
        unread = (stored.get("read_at") or stored["created_at"]) < listing.read_at
        if stored["provider_id"] in present or not unread:
            continue
        fields = deleted_fields(stored)
        after = await change_template(
            database, stored, fields, at=listing.read_at, read_at=listing.read_at, session=session
        )
        events += [template_updated(after, listing.read_at)] if after else []
    await write_events(database, events, at=listing.read_at, session=session)
    return len(events)
