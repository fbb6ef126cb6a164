"""Contacts as the API shows and takes them."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Final, Literal

import msgspec
from msgspec import Meta

from inbox.contacts.field_models import FieldValue, FieldValues
from inbox.contacts.field_store import KnownFields, shown_values
from inbox.contacts.phone_numbers import MAX_CHARS
from inbox.contacts.search_terms import MAX_QUERY_CHARS
from inbox.contacts.whole_contacts import Whole
from inbox.foundation.pages import DEFAULT_PAGE, Cursor, Limit, Page
from inbox.foundation.patterns import END, VISIBLE
from inbox.labels.label_models import MAX_TAGS, TagName
from inbox.labels.label_reading import Labels
from inbox.views.contact_views import IdentityView, unreachable_on

Language = Annotated[str, Meta(pattern=r"^[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})*" + END, examples=["en", "pt-BR"])]
Reason = Annotated[str, Meta(min_length=3, max_length=500, pattern=VISIBLE)]
"""Why an administrator does what a customer should do."""
MAX_NUMBERS: Final = 20
"""Of phones, and of e-mail addresses, beside the accounts."""
Phone = Annotated[str, Meta(min_length=1, max_length=MAX_CHARS, examples=["+49 1512 3456789"])]
"""With country code, in any spelling; kept as `+` and digits."""
ContactEmail = Annotated[
    str, Meta(min_length=3, max_length=254, pattern=r"^[^@\s]+@[^@\s]+" + END, examples=["maria@example.com"])
]
Wording = Annotated[str, Meta(min_length=1, max_length=2000)]


class OptOutSource(StrEnum):
    """Where an opt-out or opt-in came from."""

    PROVIDER = "provider"
    """WhatsApp's own switch, or its refusal of a message (131050)."""
    KEYWORD = "keyword"
    """The customer wrote a word such as STOP."""
    OPERATOR = "operator"
    """Somebody of the business changed it."""


class Marketing(msgspec.Struct, frozen=True, kw_only=True):
    """Whether a customer accepts marketing messages, since when and by whom."""

    accepts: bool
    at: datetime
    source: OptOutSource


class Consent(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a customer agreed to: where, when, and to which words."""

    source: Annotated[str, Meta(min_length=1, max_length=200, examples=["newsletter form"])]
    at: datetime
    wording: Wording


class MergedContact(msgspec.Struct, frozen=True, kw_only=True):
    """A contact that was merged into another one: as it would be by itself."""

    id: str
    name: str | None
    identities: tuple[IdentityView, ...]


class Contact(msgspec.Struct, frozen=True, kw_only=True):
    """A customer. `marketing` is null until somebody said something; `consent` until it was recorded.

    `phones` are further numbers with country code, `fields` the values of the workspace's own fields by key.
    `unreachable_on` names the channels that the customer has blocked. `merged` are the contacts that were merged into
    this one: all that is shown is theirs, too, and an opt-out of one of them is the customer's.
    """

    id: str
    name: str | None
    identities: tuple[IdentityView, ...]
    merged: tuple[MergedContact, ...] = ()
    unreachable_on: tuple[str, ...] = ()
    language: str | None = None
    phones: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    fields: dict[str, FieldValue] = {}
    tags: tuple[str, ...] = ()
    marketing: Marketing | None = None
    consent: Consent | None = None
    blocked: bool = False
    version: int
    created_at: datetime

    @property
    def all_ids(self) -> list[str]:
        """The ids under which the customer's conversations are."""
        return [self.id, *(one.id for one in self.merged)]


class CardFields(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What people and programs write on a contact's card.

    `reason` says why an opt-out is undone; it stands in the log.
    """

    name: Annotated[str, Meta(max_length=200, pattern=VISIBLE)] | msgspec.UnsetType | None = msgspec.UNSET
    language: Language | msgspec.UnsetType | None = msgspec.UNSET
    phones: Annotated[tuple[Phone, ...], Meta(max_length=MAX_NUMBERS)] | msgspec.UnsetType = msgspec.UNSET
    emails: Annotated[tuple[ContactEmail, ...], Meta(max_length=MAX_NUMBERS)] | msgspec.UnsetType = msgspec.UNSET
    fields: FieldValues | msgspec.UnsetType = msgspec.UNSET
    tags: Annotated[tuple[TagName, ...], Meta(max_length=MAX_TAGS)] | msgspec.UnsetType = msgspec.UNSET
    accepts_marketing: bool | msgspec.UnsetType = msgspec.UNSET
    consent: Consent | msgspec.UnsetType | None = msgspec.UNSET
    reason: Reason | msgspec.UnsetType = msgspec.UNSET


class ContactPatch(CardFields, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What can be changed of a contact; what is left out stays.

    `fields` merges by key, null takes a value away.
    """

    blocked: bool | msgspec.UnsetType = msgspec.UNSET


class KnownAccount(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An account by which a customer is known before they wrote: a number on WhatsApp, in any spelling."""

    kind: Literal["whatsapp"]
    external_id: Phone


class NewContact(CardFields, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A customer who has not written yet. At least an account, a phone or an e-mail address is given."""

    identities: Annotated[tuple[KnownAccount, ...], Meta(max_length=MAX_NUMBERS)] = ()


class ContactQuery(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which contacts to list: by tag, by the beginning of a word of the name, or by number in any spelling."""

    q: Annotated[str, Meta(max_length=MAX_QUERY_CHARS)] | None = None
    tag: TagName | None = None
    limit: Limit = DEFAULT_PAGE
    cursor: Cursor | None = None


class ContactPage(Page[Contact], frozen=True, kw_only=True):
    """A part of the list of contacts."""


class CardWords(msgspec.Struct, frozen=True):
    """What a contact's tags and fields are called."""

    labels: Labels
    fields: KnownFields


class MergeRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The contact that is the same customer."""

    contact_id: Annotated[str, Meta(max_length=64)]


def contact_view(customer: Whole, words: CardWords) -> Contact:
    """Show a customer."""
    document = customer.contact
    tags = words.labels.tags(document.get("tags", ()))
    fields = shown_values(words.fields, document.get("fields", {}))
    shown = {
        **document,
        "id": document["_id"],
        "unreachable_on": unreachable_on(document),
        "tags": tags,
        "fields": fields,
        "merged": [{**part, "id": part["_id"]} for part in customer.parts[1:]],
    }
    return msgspec.convert(shown, Contact)
