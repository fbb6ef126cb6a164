"""The fields of the contact card that workspaces define, and the values that contacts have of them.

A contact keeps its values under the fields' ids, so that a field can be renamed, and one that was deleted and made
anew begins empty.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from inbox.contacts.field_models import (
    FIELDS_OF_WORKSPACE,
    ContactField,
    ContactFieldFields,
    FieldValue,
    value_fault,
)
from inbox.foundation.clock import Clock
from inbox.foundation.decoding import apply_patch, field_problem
from inbox.foundation.ids import new_id
from inbox.foundation.pages import Page, cut_page, decode_cursor
from inbox.foundation.problems import FieldError, ProblemError, not_found
from inbox.foundation.structs import read_as, to_document
from inbox.people.access import Caller
from inbox.storage.database import Collections, Database, Session, has_fields, is_duplicate
from inbox.storage.documents import ContactFieldDocument, Fields, with_fields
from inbox.stream.events import Event, EventType, write_events

_FIELDS: Final = frozenset(ContactFieldFields.__struct_fields__)
KnownFields = Mapping[str, ContactField]
"""The fields of a workspace, by their keys."""


async def read_fields(database: Collections, workspace_id: str, *, session: Session = None) -> KnownFields:
    """Read the fields of a workspace's contact card."""
    found = await database.contact_fields.find({"workspace_id": workspace_id}, session=session).to_list(None)
    return {field["key"]: read_as(field, ContactField) for field in found}


def shown_values(known: KnownFields, values: Mapping[str, FieldValue]) -> dict[str, FieldValue]:
    """Return stored values by the keys of their fields, in the order of the card."""
    ordered = sorted(known.values(), key=lambda field: (field.order, field.id))
    return {field.key: values[field.id] for field in ordered if field.id in values}


def stored_values(
    known: KnownFields, values: Mapping[str, FieldValue], patch: Mapping[str, FieldValue]
) -> dict[str, FieldValue]:
    """Return the values to store: those of fields that are there, changed by a patch by key; null takes one away.

    Raises:
        ProblemError: `invalid_request` at `/fields/…`.
    """
    ids = {field.id for field in known.values()}
    stored = {id_: value for id_, value in values.items() if id_ in ids}
    for key, value in patch.items():
        if key not in known:
            raise field_problem(f"/fields/{key}", "there is no such field: see /api/v1/contact-fields")
        if value is None:
            stored.pop(known[key].id, None)
            continue
        fault = value_fault(known[key], value)
        if fault is not None:
            raise field_problem(f"/fields/{key}", fault)
        stored[known[key].id] = value
    return stored


class ContactFieldStore:
    """The fields of all workspaces."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def create(self, caller: Caller, fields: ContactFieldFields, *, session: Session) -> ContactField:
        """Make a field. Raises `ProblemError` (`duplicate`, `invalid_request`)."""
        known = await read_fields(self._database, caller.workspace_id, session=session)
        if len(known) >= FIELDS_OF_WORKSPACE:
            raise field_problem("/key", f"there are {FIELDS_OF_WORKSPACE} fields, which is the most")
        if fields.key in known:
            raise key_taken()
        made = {"_id": new_id(), "workspace_id": caller.workspace_id, **to_document(fields)}
        field: ContactFieldDocument = {**made, "created_at": self._clock.now()}  # type: ignore[typeddict-item]
        await self._database.contact_fields.insert_one(field, session=session)
        return await self._tell(field, session)

    async def get(self, caller: Caller, field_id: str) -> ContactField:
        """Return a field. Raises `ProblemError` (`not_found`)."""
        return read_as(await self._find(caller, field_id), ContactField)

    async def list(self, caller: Caller, *, limit: int, cursor: str | None) -> Page[ContactField]:
        """List fields, oldest first."""
        after = decode_cursor(cursor, str) or ""
        wanted = {"workspace_id": caller.workspace_id, "_id": {"$gt": after}}
        found = await self._database.contact_fields.find(wanted).sort("_id", 1).limit(limit + 1).to_list(None)
        return cut_page([read_as(field, ContactField) for field in found], limit, lambda field: field.id)

    async def patch(self, caller: Caller, field_id: str, patch: Mapping[str, Any]) -> ContactField:
        """Change a field; its type stays, since values have it. Raises `ProblemError`."""

        async def change(session: Session) -> ContactField:
            stored = await self._find(caller, field_id, session=session)
            current = {name: value for name, value in stored.items() if name in _FIELDS}
            fields: Fields = to_document(apply_patch(current, patch, ContactFieldFields))
            if fields["type"] != stored["type"]:
                raise field_problem("/type", "can't be changed, since contacts have values of it: make another field")
            if has_fields(stored, fields):
                return read_as(stored, ContactField)
            own = {"_id": field_id, "workspace_id": caller.workspace_id}
            await self._database.contact_fields.update_one(own, {"$set": fields}, session=session)
            return await self._tell(with_fields(stored, fields), session)

        try:
            return await self._database.transaction(change)
        except Exception as error:
            if is_duplicate(error):
                raise key_taken() from None
            raise

    async def delete(self, caller: Caller, field_id: str) -> None:
        """Delete a field. Its values are not shown any more, and leave each contact with its next change.

        Raises:
            ProblemError: `not_found`.
        """

        async def remove(session: Session) -> None:
            stored = await self._find(caller, field_id, session=session)
            own = {"_id": field_id, "workspace_id": caller.workspace_id}
            await self._database.contact_fields.delete_one(own, session=session)
            await self._tell(stored, session, deleted=True)

        await self._database.transaction(remove)

    async def _find(self, caller: Caller, field_id: str, *, session: Session = None) -> ContactFieldDocument:
        own = {"_id": field_id, "workspace_id": caller.workspace_id}
        stored = await self._database.contact_fields.find_one(own, session=session)
        if stored is None:
            raise not_found("field")
        return stored

    async def _tell(self, field: ContactFieldDocument, session: Session, *, deleted: bool = False) -> ContactField:
        view, now = read_as({**field, "deleted": deleted}, ContactField), self._clock.now()
        event = Event(workspace_id=field["workspace_id"], type=EventType.CONTACT_FIELD_UPDATED, at=now, data=view)
        await write_events(self._database, [event], at=now, session=session)
        return view


def key_taken() -> ProblemError:
    """Return the problem that another field has the key."""
    taken = FieldError("/key", "is already in use")
    return ProblemError("duplicate", "There is another field with this key in the workspace.", errors=[taken])
