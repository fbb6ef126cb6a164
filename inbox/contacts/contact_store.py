"""Contacts: list, get and change them, as far as the caller sees one of their conversations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, Final

import msgspec

from inbox.contacts.contact_models import (
    CardFields,
    CardWords,
    Contact,
    ContactPatch,
    ContactQuery,
    Marketing,
    NewContact,
    OptOutSource,
    contact_view,
)
from inbox.contacts.field_store import read_fields, stored_values
from inbox.contacts.new_contacts import bare_contact
from inbox.contacts.phone_numbers import PhoneRefusedError, read_phone
from inbox.contacts.search_terms import FIELD, FOUND_BY, search_terms, wanted, with_terms
from inbox.contacts.suppression import Suppression
from inbox.contacts.told import Told, filled
from inbox.contacts.whole_contacts import Whole, read_wholes, spread, whole
from inbox.foundation.clock import Clock
from inbox.foundation.decoding import convert, field_problem
from inbox.foundation.pages import Page, cut_page, decode_cursor
from inbox.foundation.problems import ProblemError, not_found
from inbox.foundation.structs import to_document
from inbox.labels.label_reading import keys_of_tag, read_labels
from inbox.labels.tag_use import keys_for, labelling
from inbox.people.access import Action, Caller, check_may
from inbox.people.audit import Act, AuditNote, write_audit
from inbox.people.sight import check_sees_contact, seen_contacts
from inbox.storage.database import Collections, Database, Session, UpdateOne
from inbox.storage.documents import Condition, ContactDocument, Fields, with_fields
from inbox.storage.time_limits import READ_MS, told_when_too_slow
from inbox.storage.walking import walk
from inbox.stream.events import write_events
from inbox.views.telling import contact_updated

TOO_BROAD: Final = "Too many contacts fit, and finding these took too long: write more of the name or the number."

_STORED_OTHERWISE: Final = frozenset({"tags", "phones", "fields", "accepts_marketing", "reason"})
_STORED_AS_GIVEN: Final = tuple(name for name in ContactPatch.__struct_fields__ if name not in _STORED_OTHERWISE)
"""Fields of a patch that are stored under their own names: all that no rule below speaks of."""


class ContactStore:
    """The contacts of all workspaces."""

    def __init__(self, database: Database, clock: Clock, suppression: Suppression) -> None:
        self._database = database
        self._clock = clock
        self._suppression = suppression

    async def get(self, caller: Caller, contact_id: str) -> Contact:
        """Return one contact, for the id of one that went into another, or was merged, the other.

        Raises `ProblemError` (`not_found`).
        """
        return await self._view(await self.find(caller, contact_id))

    async def find(self, caller: Caller, contact_id: str, *, session: Session = None) -> Whole:
        """Return the customer whom a contact, or one that was joined into it, is a part of.

        Raises:
            ProblemError: `not_found`, also for one that the caller does not see.
        """
        contacts, workspace_id = self._database.contacts, caller.workspace_id
        found: ContactDocument | None = await contacts.find_one(
            {"_id": contact_id, "workspace_id": workspace_id}, session=session
        ) or await contacts.find_one({"joined_ids": contact_id, "workspace_id": workspace_id}, session=session)
        if found is None:
            raise not_found("contact")
        await check_sees_contact(self._database, caller, found["_id"], session=session)
        (customer,) = await read_wholes(self._database, [found], session=session)
        return customer

    async def list(self, caller: Caller, query: ContactQuery) -> Page[Contact]:
        """List contacts, the newest first. Raises `ProblemError` (`too_broad`)."""
        condition = await self._condition(caller.workspace_id, query)
        if condition is None:
            return Page(items=[])
        read = partial(self._read, condition)
        before = decode_cursor(query.cursor, str)
        with told_when_too_slow(TOO_BROAD):
            if caller.sees_all:
                found = await read(before, query.limit + 1)
                page = cut_page(found, query.limit, lambda contact: contact["_id"])
            else:
                keep = partial(self._seen, caller)
                page = await walk(read, keep, after=before, key=lambda contact: contact["_id"], limit=query.limit)
        shown = await standing(self._database, condition, page.items)
        return Page(items=await show_contacts(self._database, shown), next_cursor=page.next_cursor)

    async def add(self, caller: Caller, new: NewContact, *, session: Session) -> Contact:
        """Add a customer who has not written yet, inside a transaction.

        Raises:
            ProblemError: `invalid_request`, `duplicate` with the id of the contact that has one of the accounts,
                `forbidden` where an opt-out is not the caller's to undo.
        """
        now = self._clock.now()
        bare = bare_contact(caller.workspace_id, new, now)
        await self._refuse_known(bare, session)
        fields = await self._fields(bare, new, session)
        if new.accepts_marketing is True:
            await self._note_undone(caller, bare, new, session)
        made = with_terms(with_fields(bare, fields))
        await self._database.contacts.insert_one(made, session=session)
        await self._suppression.follow(made, session=session)
        await write_events(self._database, [contact_updated(caller.workspace_id, made, now)], at=now, session=session)
        return await self._view(whole([made]), session=session)

    async def patch(self, caller: Caller, contact_id: str, patch: Mapping[str, Any]) -> Contact:
        """Change what the patch names. An opt-out also goes to the suppression list, which outlives the contact.

        Raises:
            ProblemError: `not_found`, `invalid_request`, `forbidden` where an opt-out is not the caller's to undo.
        """

        return await labelling(
            self._database, lambda session: self.patch_within(caller, contact_id, patch, session=session)
        )

    async def patch_within(
        self, caller: Caller, contact_id: str, patch: Mapping[str, Any], *, session: Session
    ) -> Contact:
        """Change what the patch names inside a transaction. Raises `ProblemError` as `patch`."""
        customer = await self.find(caller, contact_id, session=session)
        asked = convert(patch, ContactPatch)
        fields = await self._fields(customer.contact, asked, session)
        if not fields:
            return await self._view(customer, session=session)
        if asked.accepts_marketing is True:
            await self._note_undone(caller, customer.contact, asked, session)
        return await self._store(customer, fields, session)

    async def fill(self, workspace_id: str, identity_key: str, told: Told) -> None:
        """Put what a customer said of themselves on their card, where it is empty; said again it changes nothing.

        Args:
            workspace_id: Whose customer it is.
            identity_key: Kind and provider's id of the account, as in `identity_keys`.
            told: Answers that fit their fields.
        """

        async def change(session: Session) -> None:
            own = {"workspace_id": workspace_id, "identity_keys": identity_key}
            found = await self._database.contacts.find_one(own, session=session, max_time_ms=READ_MS)
            if found is None:
                return
            (customer,) = await read_wholes(self._database, [found], session=session)
            known = await read_fields(self._database, workspace_id, session=session)
            if fields := filled(customer.contact, known, told):
                await self._store(customer, fields, session)

        await self._database.transaction(change)

    async def _refuse_known(self, bare: ContactDocument, session: Session) -> None:
        keys = {"workspace_id": bare["workspace_id"], "identity_keys": {"$in": bare["identity_keys"]}}
        known = await self._database.contacts.find_one(keys, {"family": 1}, session=session, max_time_ms=READ_MS)
        if known is not None:
            head = known.get("family", [known["_id"]])[0]
            raise ProblemError(
                "duplicate", "There is a contact with this account: change that one.", extra={"contact_id": head}
            )

    async def _view(self, customer: Whole, *, session: Session = None) -> Contact:
        (view,) = await show_contacts(self._database, [customer], session=session)
        return view

    async def _condition(self, workspace_id: str, query: ContactQuery) -> Condition | None:
        """Return the query condition of a list; None where nothing can match."""
        condition: Condition = {"workspace_id": workspace_id}
        if query.tag is not None:
            condition["tags"] = {"$in": await keys_of_tag(self._database, workspace_id, query.tag)}
        if query.q is None or not query.q.strip():
            return condition
        found = wanted(query.q)
        return None if found is None else {**condition, **found}

    async def _read(self, condition: Condition, before: str | None, count: int) -> Sequence[ContactDocument]:
        place = {} if before is None else {"_id": {"$lt": before}}
        found = self._database.contacts.find({**condition, **place}, max_time_ms=READ_MS)
        documents: list[ContactDocument] = await found.sort("_id", -1).limit(count).to_list(None)
        return documents

    async def _seen(self, caller: Caller, contacts: Sequence[ContactDocument]) -> set[str]:
        return await seen_contacts(self._database, caller, [contact["_id"] for contact in contacts])

    async def _store(self, customer: Whole, fields: Fields, session: Session) -> Contact:
        """Store with each part what it gets; the head is changed in any case."""
        now, workspace_id = self._clock.now(), customer.contact["workspace_id"]
        changes = [
            (part, _with_terms(part, own))
            for part, own in zip(customer.parts, spread(customer.parts, fields), strict=True)
        ]
        head = customer.parts[0]
        written = [(part, own) for part, own in changes if own or part is head]
        updates = [
            UpdateOne({"_id": part["_id"], "workspace_id": workspace_id}, {"$set": own, "$inc": {"version": 1}})
            for part, own in written
        ]
        await self._database.contacts.bulk_write(updates, ordered=False, session=session)
        parts = [
            with_fields(part, {**own, "version": part["version"] + 1}) if own or part is head else part
            for part, own in changes
        ]
        if "marketing" in fields:
            for part in parts:
                await self._suppression.follow(part, session=session)
        changed = whole(parts)
        await write_events(
            self._database, [contact_updated(workspace_id, changed.contact, now)], at=now, session=session
        )
        return await self._view(changed, session=session)

    async def _fields(self, stored: ContactDocument, patch: CardFields, session: Session) -> Fields:
        fields: Fields = {
            name: to_document(value)
            for name in _STORED_AS_GIVEN
            if (value := getattr(patch, name, msgspec.UNSET)) is not msgspec.UNSET
        }
        if patch.tags is not msgspec.UNSET:
            workspace_id, now = stored["workspace_id"], self._clock.now()
            fields["tags"] = await keys_for(self._database, workspace_id, patch.tags, at=now, session=session)
        if patch.phones is not msgspec.UNSET:
            fields["phones"] = _phones(patch.phones)
        if patch.fields is not msgspec.UNSET:
            known = await read_fields(self._database, stored["workspace_id"], session=session)
            fields["fields"] = stored_values(known, stored.get("fields", {}), patch.fields)
        if patch.accepts_marketing is not msgspec.UNSET:
            said = Marketing(accepts=patch.accepts_marketing, at=self._clock.now(), source=OptOutSource.OPERATOR)
            fields["marketing"] = to_document(said)
        return fields

    async def _note_undone(self, caller: Caller, stored: ContactDocument, patch: CardFields, session: Session) -> None:
        """Audit an opt-out that an administrator undoes, who has to say why; customers undo theirs by writing.

        Raises:
            ProblemError: `forbidden`, `invalid_request` at `/reason`.
        """
        said = stored.get("marketing")
        opted_out = said is not None and not said["accepts"]
        if not opted_out and not await self._suppression.holds(
            caller.workspace_id, stored["identity_keys"], session=session
        ):
            return
        check_may(caller, Action.UNDO_OPT_OUTS)
        if patch.reason is msgspec.UNSET:
            raise field_problem("/reason", "say why the opt-out is undone: it stands in the log (GET /api/v1/audit)")
        noted = AuditNote(Act.OPT_OUT_UNDONE, stored["_id"], patch.reason)
        await write_audit(self._database, caller, noted, at=self._clock.now(), session=session)


async def card_words(
    database: Collections, contacts: Sequence[ContactDocument], *, session: Session = None
) -> CardWords:
    """Read what the tags and fields of contacts of one workspace are called; without any nothing is read."""
    labels = await read_labels(database, contacts, session=session)
    has_values = [contact["workspace_id"] for contact in contacts if contact.get("fields")]
    return CardWords(labels, await read_fields(database, has_values[0], session=session) if has_values else {})


async def show_contacts(database: Collections, customers: Sequence[Whole], *, session: Session = None) -> list[Contact]:
    """Show customers of one workspace."""
    words = await card_words(database, [customer.contact for customer in customers], session=session)
    return [contact_view(customer, words) for customer in customers]


async def standing(database: Collections, condition: Condition, found: Sequence[ContactDocument]) -> list[Whole]:
    """Return the customers of a part of a list: one is where the last of its parts is that fits the condition.

    So each is in the list once, whichever of its parts are found, and on whichever pages.
    """
    merged = [member for contact in found for member in contact.get("family", ())]
    if not merged:
        return [whole([contact]) for contact in found]
    fitting = {**condition, "_id": {"$in": merged}}
    ids = {one["_id"] async for one in database.contacts.find(fitting, {"_id": 1}, max_time_ms=READ_MS, hint="_id_")}
    stands = [one for one in found if one["_id"] == min(ids.intersection(one.get("family", ())), default=one["_id"])]
    return await read_wholes(database, stands)


def _with_terms(part: ContactDocument, fields: Fields) -> Fields:
    """Return changed fields with the search terms that follow from them."""
    if fields.keys().isdisjoint(FOUND_BY):
        return fields
    return {**fields, FIELD: search_terms(with_fields(part, fields))}


def _phones(written: Sequence[str]) -> list[str]:
    """Return numbers as they are kept, each once. Raises `ProblemError` (`invalid_request`)."""
    phones: list[str] = []
    for index, one in enumerate(written):
        try:
            phones.append(f"+{read_phone(one)}")
        except PhoneRefusedError as refused:
            raise field_problem(f"/phones/{index}", str(refused)) from None
    return list(dict.fromkeys(phones))
