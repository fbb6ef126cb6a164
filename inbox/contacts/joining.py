"""Merging contacts that turn out to be one person, so that nothing is lost. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, Literal, TypeVar

from inbox.contacts.contact_models import MAX_NUMBERS
from inbox.labels.label_models import MAX_TAGS
from inbox.storage.documents import (
    ContactDocument,
    Fields,
    IdentityDocument,
    LastCampaignDocument,
    MarketingDocument,
    ReachabilityDocument,
    WindowsDocument,
)

AtT = TypeVar("AtT", LastCampaignDocument, ReachabilityDocument)
MARKETING_KEPT: Final = 20
"""Times of marketing messages that a contact remembers: as many as a frequency cap may ask for."""
JOINED_KEPT: Final = 20
"""Ids of contacts that went into another; a person has a handful of accounts."""
STAY: Final = frozenset({"_id", "workspace_id", "search_terms", "auto", "openings"})
"""Fields that joining leaves as the first contact has them; search terms are made anew from the joined fields."""


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
    """Return the fields of the first of several contacts after the others are merged into it.

    An opt-out of any of them holds, whatever another one said later: it was said by the same person.
    """
    first = contacts[0]
    fields: Fields = {
        "name": next((one["name"] for one in contacts if one.get("name")), None),
        "identity_keys": list(dict.fromkeys(key for one in contacts for key in one["identity_keys"])),
        "identities": [identity for one in contacts for identity in one["identities"]],
        "joined_ids": [*(i for one in contacts for i in one.get("joined_ids", ())), *(c["_id"] for c in contacts[1:])][
            -JOINED_KEPT:
        ],
        "version": max(one["version"] for one in contacts) + 1,
        "created_at": min(one["created_at"] for one in contacts),
    }
    tags = list(dict.fromkeys(tag for one in contacts for tag in one.get("tags", ())))[:MAX_TAGS]
    sent = sorted(at for one in contacts for at in one.get("marketing_sent", ()))[-MARKETING_KEPT:]
    found: Fields = {
        "last_operator_id": next((id_ for one in contacts if (id_ := one.get("last_operator_id"))), None),
        "language": next((language for one in contacts if (language := one.get("language"))), None),
        "campaigns": _later_by_channel([one.get("campaigns") or {} for one in contacts]),
        "reachability": _later_by_channel([one.get("reachability") or {} for one in contacts]),
        "profile_name": next((name for one in contacts if (name := one.get("profile_name"))), None),
        "tags": tags,
        "phones": _each_once(contacts, "phones"),
        "emails": _each_once(contacts, "emails"),
        "fields": {id_: value for one in reversed(contacts) for id_, value in one.get("fields", {}).items()},
        "marketing_sent": sent,
        "windows": _later_windows([one.get("windows") or {} for one in contacts]),
        "marketing": _stricter([said for one in contacts if (said := one.get("marketing"))]),
        "consent": max((c for one in contacts if (c := one.get("consent"))), key=lambda c: c["at"], default=None),
        "blocked": any(one.get("blocked") for one in contacts),
    }
    return fields | {name: value for name, value in found.items() if value or name in first}


def _each_once(contacts: Sequence[ContactDocument], field: Literal["phones", "emails"]) -> list[str]:
    return list(dict.fromkeys(value for one in contacts for value in one.get(field, ())))[:MAX_NUMBERS]


def names_of(identity: IdentityDocument) -> list[str]:
    """Return all ids of an identity."""
    return [identity["external_id"], *identity.get("aliases", ())]


def _naming(identity: IdentityDocument, names: Sequence[str]) -> IdentityDocument:
    """Return an identity that names all ids of its account."""
    known = names_of(identity)
    return {**identity, "aliases": [*known[1:], *(name for name in names if name not in known)]}


def _stricter(said: Sequence[MarketingDocument]) -> MarketingDocument | None:
    refusals = [one for one in said if not one["accepts"]]
    return max(refusals or said, key=lambda one: one["at"], default=None)


def _later_by_channel(values: Sequence[Mapping[str, AtT]]) -> dict[str, AtT]:
    """Return the later one of what several contacts have by channel."""
    later: dict[str, AtT] = {}
    for by_channel in values:
        for channel_id, value in by_channel.items():
            if channel_id not in later or later[channel_id]["at"] < value["at"]:
                later[channel_id] = value
    return later


def _later_windows(values: Sequence[Mapping[str, WindowsDocument]]) -> dict[str, WindowsDocument]:
    later: dict[str, WindowsDocument] = {}
    for by_channel in values:
        for channel_id, windows in by_channel.items():
            later[channel_id] = _later_window(later.get(channel_id, {}), windows)
    return later


def _later_window(one: WindowsDocument, other: WindowsDocument) -> WindowsDocument:
    later: WindowsDocument = {**one, **other}
    if "window_expires_at" in one and "window_expires_at" in other:
        later["window_expires_at"] = max(one["window_expires_at"], other["window_expires_at"])
    if "free_entry_expires_at" in one and "free_entry_expires_at" in other:
        later["free_entry_expires_at"] = max(one["free_entry_expires_at"], other["free_entry_expires_at"])
    return later
