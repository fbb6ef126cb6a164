"""Joining contacts that a provider shows to be one person, so that nothing is lost. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from inbox.contacts.contact_models import MAX_NUMBERS
from inbox.contacts.uniting import united
from inbox.labels.label_models import MAX_TAGS
from inbox.storage.documents import ContactDocument, Fields, IdentityDocument

JOINED_KEPT: Final = 20
"""Ids of contacts that went into another; a person has a handful of accounts."""
STAY: Final = frozenset({"_id", "workspace_id", "search_terms", "auto", "openings"})
"""Fields that joining leaves as the first contact has them; search terms are made anew from the joined fields."""
_MOST: Final = {"tags": MAX_TAGS, "phones": MAX_NUMBERS, "emails": MAX_NUMBERS}


def with_ids(contact: ContactDocument, kind: str, ids: Sequence[str]) -> Fields:
    """Return the changed fields of a contact whose account has further ids; empty if they are known already.

    The first new id becomes an identity of its own. All identities of the account name all of its ids; the contact
    is found by those that it was found by before, and by these: another one may be somebody else's by now.
    """
    own = [i for i in contact["identities"] if i["kind"] == kind and not set(ids).isdisjoint(names_of(i))]
    names = list(dict.fromkeys([*(name for identity in own for name in names_of(identity)), *ids]))
    known = {name for identity in own for name in names_of(identity)}
    new = [one for one in ids if one not in known]
    identities = [_naming(identity, names) if identity in own else identity for identity in contact["identities"]]
    if new:
        identities.append(_naming({"kind": kind, "external_id": new[0]}, names))
    keys = list(dict.fromkeys([*contact["identity_keys"], *(f"{kind}:{one}" for one in ids)]))
    if not new and identities == contact["identities"] and keys == contact["identity_keys"]:
        return {}
    return {"identity_keys": keys, "identities": identities}


def account_ids(contact: ContactDocument, ids: Sequence[str]) -> list[str]:
    """Return all ids of the account that has some of the given ids, the given ones first.

    A contact may have several accounts, also with one messenger: only the one that is named is meant.
    """
    own = list(dict.fromkeys(ids))
    for identity in contact["identities"]:
        if not set(names_of(identity)).isdisjoint(own):
            own = list(dict.fromkeys([*own, *names_of(identity)]))
    return own


def joined(contacts: Sequence[ContactDocument]) -> Fields:
    """Return the fields of the first of several contacts after the others went into it (`uniting`)."""
    fields: Fields = {
        **united(contacts),
        "joined_ids": [*(i for one in contacts for i in one.get("joined_ids", ())), *(c["_id"] for c in contacts[1:])][
            -JOINED_KEPT:
        ],
        "version": sum(one["version"] for one in contacts) + 1,
    }
    fields |= {name: fields[name][:most] for name, most in _MOST.items() if name in fields}
    if any("family" in one for one in contacts):
        fields["family"] = joined_family(contacts)
    return fields


def joined_family(contacts: Sequence[ContactDocument]) -> list[str]:
    """Return the family of joined contacts: all with whom one of them was merged, the first one's head before others.

    Two families with a member in common are one. Where the head itself went into another one, the next is head.
    """
    first, gone = contacts[0]["_id"], {one["_id"] for one in contacts[1:]}
    near = [member for one in contacts for member in one.get("family", ())]
    return list(dict.fromkeys(first if member in gone else member for member in (*near, first)))


def names_of(identity: IdentityDocument) -> list[str]:
    """Return all ids of an identity."""
    return [identity["external_id"], *identity.get("aliases", ())]


def _naming(identity: IdentityDocument, names: Sequence[str]) -> IdentityDocument:
    """Return an identity that names all ids of its account."""
    known = names_of(identity)
    return {**identity, "aliases": [*known[1:], *(name for name in names if name not in known)]}
