"""Merging contacts by hand, and taking them apart again.

A merge moves nothing: contacts only know each other (`inbox.contacts.whole_contacts`), all in one transaction. What a
customer writes meanwhile goes where it would have gone, since accounts and conversations stay with their contact.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from inbox.contacts.contact_models import Contact
from inbox.contacts.contact_store import ContactStore, show_contacts
from inbox.contacts.whole_contacts import MOST, Whole, contacts_updated, whole
from inbox.conversation.conversation_changes import Change, change_conversations
from inbox.foundation.clock import Clock
from inbox.foundation.decoding import field_problem
from inbox.foundation.problems import ProblemError
from inbox.people.access import Caller
from inbox.people.audit import Act, AuditNote, write_audit
from inbox.storage.database import Database, Session, UpdateOne
from inbox.storage.documents import ContactDocument, with_fields
from inbox.stream.events import EventType, write_events
from inbox.views.telling import contacts_merged

NOT_MERGED: Final = ProblemError("conflict", "This contact is not merged with another one.")


class ContactMerging:
    """Merges contacts that are one customer."""

    def __init__(self, database: Database, clock: Clock, contacts: ContactStore) -> None:
        self._database = database
        self._clock = clock
        self._contacts = contacts

    async def merge(self, caller: Caller, contact_id: str, other_id: str) -> Contact:
        """Make the other contact, with all that were merged into it, a part of the first one's customer.

        Where they are one customer already nothing changes.

        Raises:
            ProblemError: `not_found`; `invalid_request` at `/contact_id` for one that the caller does not see, for the
                contact itself, and where they would be too many; `conflict` where only one of them is blocked.
        """

        async def work(session: Session) -> Contact:
            into = await self._contacts.find(caller, contact_id, session=session)
            if contact_id == other_id:
                raise field_problem("/contact_id", "a contact can't be merged with itself: name another one")
            other = await self._other(caller, other_id, session)
            if into.contact["_id"] != other.contact["_id"]:
                check_merge(into, other)
                into = await self._merge(caller, into, other, session)
            (view,) = await show_contacts(self._database, [into], session=session)
            return view

        return await self._database.transaction(work)

    async def unmerge(self, caller: Caller, contact_id: str) -> Contact:
        """Make a contact a customer of its own again; where it is the one into which others were merged, all of them.

        Raises:
            ProblemError: `not_found`; `conflict` where it is not merged.
        """

        async def work(session: Session) -> Contact:
            customer = await self._contacts.find(caller, contact_id, session=session)
            if len(customer.parts) == 1:
                raise NOT_MERGED
            leaving = _leaving(customer, contact_id)
            apart = await self._part(caller, customer, leaving, session)
            (view,) = await show_contacts(self._database, [apart], session=session)
            return view

        return await self._database.transaction(work)

    async def _other(self, caller: Caller, contact_id: str, session: Session) -> Whole:
        try:
            return await self._contacts.find(caller, contact_id, session=session)
        except ProblemError:
            raise field_problem("/contact_id", "there is no such contact") from None

    async def _merge(self, caller: Caller, into: Whole, other: Whole, session: Session) -> Whole:
        now, workspace_id = self._clock.now(), caller.workspace_id
        family = [*into.ids, *other.ids]
        parts = [
            with_fields(part, {"family": family, "version": part["version"] + 1})
            for part in (*into.parts, *other.parts)
        ]
        await self._write(workspace_id, parts, session)
        for merged_id in other.ids:
            await write_audit(self._database, caller, AuditNote(Act.CONTACT_MERGED, merged_id), at=now, session=session)
        merged = whole(parts)
        told = contacts_merged(workspace_id, merged.contact, other.ids, now)
        await write_events(self._database, [told], at=now, session=session)
        return merged

    async def _part(self, caller: Caller, customer: Whole, leaving: Sequence[str], session: Session) -> Whole:
        """Take contacts out of a customer; return the first of them. Nobody's version falls behind what was shown."""
        now, workspace_id = self._clock.now(), caller.workspace_id
        staying = [id_ for id_ in customer.ids if id_ not in leaving]
        parts = [
            with_fields(part, {"family": [part["_id"]] if part["_id"] in leaving else staying, "version": version})
            for part, version in zip(customer.parts, _versions(customer, leaving), strict=True)
        ]
        await self._write(workspace_id, parts, session)
        for left_id in leaving:
            await write_audit(self._database, caller, AuditNote(Act.CONTACT_UNMERGED, left_id), at=now, session=session)
        events = await contacts_updated(self._database, parts, at=now, session=session)
        await write_events(self._database, events, at=now, session=session)
        await self._tell_of_conversations(workspace_id, leaving, session)
        return next(whole([part]) for part in parts if part["_id"] in leaving)

    async def _write(self, workspace_id: str, parts: Sequence[ContactDocument], session: Session) -> None:
        """Store who is with whom; whoever changes one of the contacts meanwhile makes the transaction start again."""
        updates = [
            UpdateOne(
                {"_id": part["_id"], "workspace_id": workspace_id},
                {"$set": {"family": part["family"], "version": part["version"]}},
            )
            for part in parts
        ]
        await self._database.contacts.bulk_write(updates, ordered=False, session=session)

    async def _tell_of_conversations(self, workspace_id: str, contact_ids: Sequence[str], session: Session) -> None:
        """Tell of open conversations that they are another customer's now."""
        theirs = {"workspace_id": workspace_id, "contact_id": {"$in": list(contact_ids)}, "open": True}
        opened = await self._database.conversations.find(theirs, session=session).to_list(None)
        changes = [Change(one, {"contact_id": one["contact_id"]}) for one in opened]
        at = self._clock.now()
        await change_conversations(self._database, changes, EventType.CONVERSATION_UPDATED, at=at, session=session)


def check_merge(into: Whole, other: Whole) -> None:
    """Refuse a merge that can't be. Raises `ProblemError`."""
    if len(into.parts) + len(other.parts) > MOST:
        raise field_problem(
            "/contact_id", f"they would be {MOST + 1} contacts or more: {MOST} are one customer at most"
        )
    if bool(into.contact.get("blocked")) != bool(other.contact.get("blocked")):
        raise ProblemError("conflict", "One of the contacts is blocked: block or unblock one of them, then merge them.")


def _leaving(customer: Whole, contact_id: str) -> list[str]:
    """Return who leaves the customer: the contact, or everybody where it is the head."""
    named = (part["_id"] for part in customer.parts[1:] if contact_id in (part["_id"], *part.get("joined_ids", ())))
    left = next(named, None)
    return customer.ids if left is None else [left]


def _versions(customer: Whole, leaving: Sequence[str]) -> list[int]:
    """Return the parts' versions: whoever is shown from now on was seen as a part of the whole's version."""
    shown = {customer.ids[0], *leaving}
    above = customer.contact["version"] + 1
    return [above if part["_id"] in shown else part["version"] for part in customer.parts]
