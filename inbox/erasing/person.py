"""By what a person is found in raw bytes and in ids. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final

from inbox.model.group_accounts import WHATSAPP_GROUP
from inbox.storage.documents import AccountDocument, ContactDocument, ErasedPersonDocument

SHORTEST_MARK: Final = 5
"""Shorter ids stand in too many other places; no messenger's own ids and no number are so short."""
_ID: Final = re.compile(rb"[0-9a-f]{24}")
_BUSINESS_CHAT: Final = re.compile(r"(\d+):b.*", re.ASCII | re.DOTALL)
"""Behind the id of somebody who writes to a business account of Telegram stands the account."""
_NO_DIGIT: Final = re.compile(r"\D")


def person_of(contacts: Sequence[ContactDocument], contact_ids: Iterable[str]) -> ErasedPersonDocument:
    """Return by what the person is found to whom some contacts belong."""
    keys = list(dict.fromkeys(key for contact in contacts for key in contact["identity_keys"]))
    accounts = [_account(key) for key in keys]
    phones = [phone.removeprefix("+") for contact in contacts for phone in contact.get("phones", ())]
    emails = [email for contact in contacts for email in contact.get("emails", ())]
    known = (*(_told_as(one["external_id"]) for one in accounts), *phones, *emails)
    names = [name for one in contacts for name in (one["name"], one.get("profile_name")) if name]
    return {
        "contact_ids": list(dict.fromkeys(contact_ids)),
        "accounts": accounts,
        "marks": [mark for mark in dict.fromkeys(known) if len(mark) >= SHORTEST_MARK],
        "names": list(dict.fromkeys(names)),
    }


def _told_as(external_id: str) -> str:
    """Return how the messenger itself names an account, without what we say beside it."""
    found = _BUSINESS_CHAT.fullmatch(external_id)
    return found[1] if found is not None else external_id.removeprefix(WHATSAPP_GROUP)


def _account(identity_key: str) -> AccountDocument:
    kind, _, external_id = identity_key.partition(":")
    return {"kind": kind, "external_id": external_id}


class Marks:
    """Finds a person's ids, numbers and addresses in raw bytes: whole ones, no part of a longer number or word."""

    def __init__(self, person: ErasedPersonDocument) -> None:
        marks = [re.escape(mark.encode()) for mark in person["marks"]]
        pattern = rb"(?<![0-9A-Za-z])(?:" + b"|".join(marks) + rb")(?![0-9A-Za-z])"
        self._pattern = re.compile(pattern, re.IGNORECASE) if marks else None
        self._numbers = {mark for mark in person["marks"] if mark.isdigit()}
        self._names = {name.casefold() for name in person["names"]}

    def in_bytes(self, raw: bytes) -> bool:
        """Tell whether the person is named in raw bytes."""
        return self._pattern is not None and self._pattern.search(raw) is not None

    def in_text(self, text: str | None) -> bool:
        """Tell whether the person is meant by what somebody typed: an address, a number in any spelling, just a name.

        A name within a sentence proves nothing: others have it, too, or it is a part of a word.
        """
        if not text:
            return False
        is_number = _NO_DIGIT.sub("", text) in self._numbers
        return is_number or text.strip().casefold() in self._names or self.in_bytes(text.encode())


def ids_in(raw: bytes) -> set[str]:
    """Return all of our ids that stand in raw bytes."""
    return {found.decode() for found in _ID.findall(raw)}
