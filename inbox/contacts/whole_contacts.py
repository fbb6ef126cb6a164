"""Contacts as one customer: each with all that an operator merged with it.

Nothing is moved by a merge: each contact keeps its accounts, its card and its conversations, and is what it was when
it leaves again. The customer is put together when somebody looks, or asks what the customer wants to get.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple, cast

from inbox.contacts.uniting import united
from inbox.foundation.problems import not_found
from inbox.storage.database import Collections, Session
from inbox.storage.documents import Condition, ContactDocument, Fields, with_fields
from inbox.stream.events import Event
from inbox.views.telling import contact_updated

MOST: Final = 20
"""Contacts of one customer, as many as a joined one remembers: what they have is read from so many ranges of an
index, for up to ten kinds of conversations that a caller sees, and MongoDB merges 200 ranges without sorting."""
_OF_EACH: Final = frozenset({"marketing", "blocked"})
"""What is said of the customer holds for each contact, also after it has left."""
_LISTS: Final = frozenset({"tags", "phones", "emails"})


class Whole(NamedTuple):
    """A customer.

    Attributes:
        contact: All that is known, as of one contact, with the id of the head.
        parts: What is stored, the head first; a contact that was not merged is its only part.
    """

    contact: ContactDocument
    parts: Sequence[ContactDocument]

    @property
    def ids(self) -> list[str]:
        """The ids of all parts."""
        return [part["_id"] for part in self.parts]


def whole(parts: Sequence[ContactDocument]) -> Whole:
    """Put contacts together, the head first. Each change of a part is a higher version of the whole."""
    if len(parts) == 1:
        return Whole(parts[0], parts)
    versions = {"version": sum(part["version"] for part in parts)} if "version" in parts[0] else {}
    return Whole(with_fields(parts[0], united(parts) | versions), parts)


async def read_wholes(
    database: Collections,
    contacts: Sequence[ContactDocument],
    fields: Fields | None = None,
    *,
    session: Session = None,
) -> list[Whole]:
    """Put contacts that were read together with those that they were merged with; without any nothing is read.

    Args:
        database: Where the others are.
        contacts: As they were read.
        fields: What was read of them, `family` and `workspace_id` among it; None for all.
        session: The transaction, if there is one.

    Returns:
        One for each, in their order: two parts of one customer give it twice.
    """
    known = {contact["_id"]: contact for contact in contacts}
    missing = {member for contact in contacts for member in contact.get("family", ())} - known.keys()
    if missing:
        workspaces = list({contact["workspace_id"] for contact in contacts})
        others = {"_id": {"$in": list(missing)}, "workspace_id": {"$in": workspaces}}
        found: list[ContactDocument] = await database.contacts.find(others, fields, session=session).to_list(None)
        known |= {contact["_id"]: contact for contact in found}
    return [whole([known[id_] for id_ in one.get("family", (one["_id"],)) if id_ in known]) for one in contacts]


async def family_of(
    database: Collections, workspace_id: str, contact_id: str, *, session: Session = None
) -> list[ContactDocument]:
    """Return a contact and those merged with it, the head first. Raises `ProblemError` (`not_found`)."""
    own: Condition = {"workspace_id": workspace_id}
    named: Condition = {**own, "$or": [{"_id": contact_id}, {"joined_ids": contact_id}]}
    found = await database.contacts.find_one(named, session=session)
    if found is None:
        raise not_found("contact")
    ids = found.get("family", [found["_id"]])
    contacts = await database.contacts.find({**own, "_id": {"$in": ids}}, session=session).to_list(None)
    return sorted(contacts, key=lambda one: ids.index(one["_id"]))


async def contacts_updated(
    database: Collections, contacts: Sequence[ContactDocument], *, at: datetime, session: Session
) -> list[Event]:
    """Make the events of changed contacts, one a customer, as they are within the transaction.

    Of a customer of several contacts the head is changed in any case: two who change one of the others each would
    otherwise not meet, and each would tell of the other's change as if it had not been.
    """
    wholes = {one.contact["_id"]: one for one in await read_wholes(database, contacts, session=session)}
    heads = {id_: one for id_, one in wholes.items() if len(one.parts) > 1}
    if heads:
        workspaces = list({one.contact["workspace_id"] for one in heads.values()})
        own = {"_id": {"$in": list(heads)}, "workspace_id": {"$in": workspaces}}
        await database.contacts.update_many(own, {"$inc": {"version": 1}}, session=session)
    return [
        contact_updated(one.contact["workspace_id"], _later(one.contact) if id_ in heads else one.contact, at)
        for id_, one in wholes.items()
    ]


def _later(contact: ContactDocument) -> ContactDocument:
    return with_fields(contact, {"version": contact.get("version", 0) + 1})


def spread(parts: Sequence[ContactDocument], fields: Fields) -> list[Fields]:
    """Return what each part gets of the fields that a customer is to have, in the order of the parts.

    What is new is the head's; what is taken away goes from each that has it; wishes and blocks are of each.
    """
    head, *others = parts
    return [_of_head(head, others, fields), *(_of_other(part, fields) for part in others)]


def _of_head(head: ContactDocument, others: Sequence[ContactDocument], fields: Fields) -> Fields:
    """Leave out what others have already."""
    changes = dict(fields)
    for name in _LISTS & fields.keys():
        theirs = {value for other in others for value in _list(other, name)} - {*_list(head, name)}
        changes[name] = [value for value in fields[name] if value not in theirs]
    if "fields" in fields:
        own = head.get("fields", {})
        changes["fields"] = {k: v for k, v in fields["fields"].items() if k in own or not _has(others, k, v)}
    return changes


def _of_other(part: ContactDocument, fields: Fields) -> Fields:
    """Take away what the customer has no more."""
    changes = {name: value for name, value in fields.items() if name in _OF_EACH}
    for name in _LISTS & fields.keys():
        kept = [value for value in _list(part, name) if value in fields[name]]
        changes |= {name: kept} if kept != _list(part, name) else {}
    if "fields" in fields:
        kept_fields = {key: value for key, value in part.get("fields", {}).items() if key in fields["fields"]}
        changes |= {"fields": kept_fields} if kept_fields != part.get("fields", {}) else {}
    stored = cast(Fields, part)
    return changes | {name: None for name, value in fields.items() if value is None and stored.get(name) is not None}


def _list(contact: ContactDocument, name: str) -> list[Any]:
    return cast(Fields, contact).get(name) or []


def _has(others: Sequence[ContactDocument], key: str, value: object) -> bool:
    return any(other.get("fields", {}).get(key) == value for other in others)
