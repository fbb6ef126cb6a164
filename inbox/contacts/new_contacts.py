"""Contacts that somebody adds before they wrote: by what they are known. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import msgspec

from inbox.contacts.contact_models import KnownAccount, NewContact
from inbox.contacts.phone_aliases import phone_aliases
from inbox.contacts.phone_numbers import PhoneRefusedError, read_phone
from inbox.foundation.decoding import field_problem
from inbox.foundation.ids import new_id
from inbox.storage.documents import ContactDocument, IdentityDocument


def bare_contact(workspace_id: str, new: NewContact, at: datetime) -> ContactDocument:
    """Make the contact of somebody new, with the accounts alone.

    Raises:
        ProblemError: `invalid_request` for a number that is none, or where nothing says who the customer is.
    """
    if not (new.identities or _given(new.phones) or _given(new.emails)):
        raise field_problem("/identities", "give an account, a phone or an e-mail address")
    contact_id, accounts = new_id(), list(_accounts(new))
    keys = [f"{one['kind']}:{known_as}" for one in accounts for known_as in (one["external_id"], *one["aliases"])]
    return {
        "_id": contact_id,
        "workspace_id": workspace_id,
        "name": None,
        # No two contacts have the same keys: one without accounts is known by itself.
        "identity_keys": keys or [f"card:{contact_id}"],
        "identities": accounts,
        "created_at": at,
        "version": 1,
    }


def _given(values: tuple[str, ...] | msgspec.UnsetType) -> bool:
    return values is not msgspec.UNSET and bool(values)


def _accounts(new: NewContact) -> Iterator[IdentityDocument]:
    """Return the accounts as messengers know them, each once, with their second spelling."""
    known: set[str] = set()
    for index, account in enumerate(new.identities):
        digits = _digits(account, index)
        if digits not in known:
            aliases = phone_aliases(digits)
            known |= {digits, *aliases}
            yield {"kind": account.kind, "external_id": digits, "aliases": list(aliases)}


def _digits(account: KnownAccount, index: int) -> str:
    try:
        return read_phone(account.external_id)
    except PhoneRefusedError as refused:
        raise field_problem(f"/identities/{index}/external_id", str(refused)) from None
