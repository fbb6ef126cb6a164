"""What a customer says of themselves, where nobody knows better: it fills what is empty on the card. Pure."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from inbox.contacts.field_models import FieldValue
from inbox.contacts.field_store import KnownFields, stored_values
from inbox.storage.documents import ContactDocument, Fields


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """Answers of a customer; `fields` by the keys of the workspace's own fields."""

    name: str | None = None
    email: str | None = None
    fields: Mapping[str, FieldValue] = {}


def filled(contact: ContactDocument, known: KnownFields, told: Told) -> Fields:
    """Return what a card gets: only what it has no value of, so that nobody's work is overwritten by a stranger."""
    values = contact.get("fields", {})
    fresh = {key: value for key, value in told.fields.items() if key in known and known[key].id not in values}
    changed: Fields = {}
    if told.name and not contact.get("name"):
        changed["name"] = told.name
    if told.email and not contact.get("emails"):
        changed["emails"] = [told.email]
    if fresh:
        changed["fields"] = stored_values(known, values, fresh)
    return changed
