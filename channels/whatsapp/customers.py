"""Who a webhook item is about: phone, business-scoped id or both, with the profile's name."""

from __future__ import annotations

from collections.abc import Sequence

from channels.whatsapp.message_shapes import PersonId
from channels.whatsapp.webhook_shapes import ContactShape
from inbox.arriving.inbound import Customer
from inbox.contacts.phone_aliases import ALIASED_PREFIX, phone_aliases
from inbox.contacts.profile_names import profile_name


class Contacts:
    """The contacts of one webhook value, found by either id. They come in any order, or not at all."""

    __slots__ = ("_by_id", "_only")

    def __init__(self, contacts: Sequence[ContactShape] = ()) -> None:
        self._by_id: dict[PersonId, ContactShape] = {}
        for contact in contacts:
            self._by_id[contact.wa_id] = self._by_id[contact.user_id] = contact
        self._only = contacts[0] if len(contacts) == 1 else None

    def customer(self, phone: PersonId, user_id: PersonId) -> Customer | None:
        """Put together what an item and the contacts say of one person.

        Args:
            phone: The item's own phone id (`from`, `to`), if it has one.
            user_id: The item's own business-scoped id, if it has one; a user without a phone has only this.

        Returns:
            The phone as id and the business-scoped id as alias; the latter as id where there is no phone;
            None where nothing names a person.

        Source: business-scoped-user-ids, 7 May 2026.
        """
        contact = self._by_id.get(phone) if phone else None
        if contact is None:
            contact = self._find(phone, user_id)
            if contact is None:
                return customer_of(phone, user_id)
        profile = contact.profile
        name = (profile_name(profile.name) or profile.username) if profile is not None else None
        return customer_of(phone or contact.wa_id, user_id or contact.user_id, name)

    def _find(self, phone: PersonId, user_id: PersonId) -> ContactShape | None:
        """Find a contact by the business-scoped id, or take the only one."""
        if user_id and (contact := self._by_id.get(user_id)):
            return contact
        if self._only is not None and not _contradicts(self._only, phone, user_id):
            return self._only
        return None


def customer_of(phone: PersonId, user_id: PersonId, name: str | None = None) -> Customer | None:
    """Make a customer of ids; None where there is none."""
    if phone:
        external_id = phone if isinstance(phone, str) else str(phone)
        aliases = phone_aliases(external_id) if external_id[0] == ALIASED_PREFIX else ()
        if user_id:
            aliases = (str(user_id), *aliases)
        return Customer(external_id=external_id, aliases=aliases, name=name)
    if user_id:
        return Customer(external_id=str(user_id), name=name)
    return None


def _contradicts(contact: ContactShape, phone: PersonId, user_id: PersonId) -> bool:
    """Say whether the only contact is another person: joining the two would mix up customers."""
    if phone and contact.wa_id:
        return str(contact.wa_id) not in (str(phone), *phone_aliases(str(phone)))
    return bool(user_id and contact.user_id) and str(user_id) != str(contact.user_id)
