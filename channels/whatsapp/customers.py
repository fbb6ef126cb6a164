"""Who an item of a webhook is about: phone, business-scoped id or both, with the profile's name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import msgspec

from channels.json_repair import clean_text
from channels.whatsapp.message_shapes import PersonId
from channels.whatsapp.webhook_shapes import ContactShape
from inbox.arriving.inbound import Customer
from inbox.contacts.phone_aliases import ALIASED_PREFIX, phone_aliases
from inbox.contacts.profile_names import profile_name
from inbox.model.group_accounts import WHATSAPP_GROUP

GROUP_NAME: Final = "WhatsApp group"
"""Until somebody here calls it something else."""
MAX_GROUP_CHARS: Final = 256
"""Meta's have about 60."""


class Contacts:
    """The contacts of one webhook value, found by any id. They come in any order, or not at all."""

    __slots__ = ("_by_id", "_only")

    def __init__(self, contacts: Sequence[ContactShape] = ()) -> None:
        self._by_id: dict[PersonId, ContactShape] = {}
        for contact in contacts:
            self._by_id[contact.wa_id] = self._by_id[contact.user_id] = self._by_id[contact.parent_user_id] = contact
        self._only = contacts[0] if len(contacts) == 1 else None

    def customer(self, phone: PersonId, user_id: PersonId, parent_id: PersonId = None) -> Customer | None:
        """Put together what an item and the contacts say of one person.

        Args:
            phone: The item's own phone id (`from`, `to`), if it has one.
            user_id: The item's own business-scoped id, if it has one; a user without a phone has only this.
            parent_id: The same of the portfolios that share ids, if it has one.

        Returns:
            The phone as id and the others as aliases; the business-scoped id as id where there is no phone;
            None where nothing names a person. The user name is a name and no id: it may become somebody else's.

        Source: business-scoped-user-ids, 29 Jun 2026.
        """
        contact = self._by_id.get(phone) if phone else None
        if contact is None:
            contact = self._find(phone, user_id, parent_id)
            if contact is None:
                return customer_of(phone, user_id, parent_id=parent_id)
        profile = contact.profile
        name = (profile_name(profile.name) or profile.username) if profile is not None else None
        return customer_of(
            phone or contact.wa_id,
            user_id or contact.user_id,
            name,
            parent_id=parent_id or contact.parent_user_id,
        )

    def _find(self, phone: PersonId, user_id: PersonId, parent_id: PersonId) -> ContactShape | None:
        """Find a contact by the other ids, or take the only one where the item names nobody else."""
        for own in (user_id, parent_id):
            if own and (contact := self._by_id.get(own)):
                return contact
        only = self._only
        if only is None:
            return None
        is_meant = _same_phone(phone, only.wa_id) if phone else not (user_id or parent_id)
        return only if is_meant else None


class ItemScope(msgspec.Struct, gc=False):
    """Where an item stands.

    Attributes:
        account_key: The business's phone number id, None where the webhook names none.
        contacts: The contacts of the same webhook value.
    """

    account_key: str | None
    contacts: Contacts


def customer_of(
    phone: PersonId, user_id: PersonId, name: str | None = None, *, parent_id: PersonId = None
) -> Customer | None:
    """Make a customer of ids; None where there is none."""
    ids = [str(one) for one in (phone, user_id, parent_id) if one]
    if not ids:
        return None
    external_id, *aliases = ids
    if phone and external_id[0] == ALIASED_PREFIX:
        aliases += phone_aliases(external_id)
    return Customer(external_id=external_id, aliases=tuple(aliases), name=name)


def group_of(group_id: object) -> Customer | None:
    """Return the group in which somebody wrote as the one to answer to; None outside of groups.

    Source: groups/groups-messaging, 16 Jun 2026: messages name the group's id, never its subject.
    """
    if not isinstance(group_id, str) or not group_id:
        return None
    return Customer(external_id=f"{WHATSAPP_GROUP}{clean_text(group_id)[:MAX_GROUP_CHARS]}", name=GROUP_NAME)


def _same_phone(one: PersonId, other: PersonId) -> bool:
    return str(other) in (str(one), *phone_aliases(str(one)))
