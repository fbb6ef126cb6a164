"""The contact inside a conversation, as the API and the events show it."""

from __future__ import annotations

import msgspec

from inbox.model.channel_kind import ChannelKind
from inbox.storage.documents import ContactDocument


class IdentityView(msgspec.Struct, frozen=True):
    """A customer's account with a provider."""

    kind: ChannelKind
    external_id: str


class ContactBrief(msgspec.Struct, frozen=True, kw_only=True):
    """The contact inside a conversation.

    Attributes:
        unreachable_on: The channels that the customer has blocked.
        blocked: The business has blocked the customer.
    """

    id: str
    name: str | None
    identities: tuple[IdentityView, ...]
    unreachable_on: tuple[str, ...] = ()
    blocked: bool = False


class ContactsMerged(msgspec.Struct, frozen=True, kw_only=True):
    """Several contacts that are one customer from now on.

    Attributes:
        contact: The customer.
        merged_ids: Contacts that have become a part of it: whatever named one of them is about this contact now.
    """

    contact: ContactBrief
    merged_ids: tuple[str, ...]


def contact_brief(document: ContactDocument) -> ContactBrief:
    """Show a stored contact inside a conversation."""
    return ContactBrief(
        id=document["_id"],
        name=document.get("name"),
        identities=tuple(IdentityView(ChannelKind(i["kind"]), i["external_id"]) for i in document["identities"]),
        unreachable_on=unreachable_on(document),
        blocked=document.get("blocked", False),
    )


def unreachable_on(contact: ContactDocument) -> tuple[str, ...]:
    """Return the ids of channels that a contact has blocked."""
    return tuple(c for c, known in contact.get("reachability", {}).items() if not known["reachable"])
