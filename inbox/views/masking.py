"""Hides customers' phone numbers and e-mail addresses from roles that are not to see them (domain rule 10.3). Pure.

What goes out to a masked caller is JSON, wherever it comes from; this is the one place that looks through it. Numbers
are hidden by what they look like, in every text: in names, messages, previews, notes, file names, lines of the system.
Places in lists and addresses of files stay. The caller still writes to customers: a conversation knows its account.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

import msgspec

HIDDEN: Final = "•••"
FEWEST_DIGITS: Final = 8
"""Shorter ones are order numbers, dates, prices."""
FEWEST_UNDERSCORED: Final = 10
"""Beside an underscore, as in names of files, stand dates too."""
MOST_DIGITS: Final = 15 + 3
"""Source: ITU-T E.164 (November 2010), 6: at most 15 digits; before them `00` or `011`, among them a trunk zero."""
KEPT_DIGITS: Final = 2
"""Of the end, so that customers can be told apart."""

_PHONE: Final = re.compile(
    r"(?<![^\W_])(?<!•)(?!\d{4}-\d\d-\d\d)\+?\(?\d[\d\s().\-/\u00a0\u2010-\u2015]{5,}\d(?![^\W_])"
)
_NO_PART: Final = r"\s@<>\"',;:()"
_EMAIL: Final = re.compile(rf"(?<![^{_NO_PART}])[^{_NO_PART}]++@[^{_NO_PART}]+\.[^{_NO_PART}]+")
"""Looked for only where a word begins, and each word once: a customer's long word would cost its square."""
_NUMBERS_ARE_IDS: Final = "whatsapp"
"""The messenger whose user ids are phone numbers."""
_IDS_ARE_THE_SITES: Final = "webchat"
"""Where a site signs its visitors in, it names them as it likes: by an e-mail address, too."""
_OURS: Final = frozenset(
    {"cursor", "next_cursor", "before", "after", "url", "signature", "group_id"}
    | {"account_key", "scope_key", "phone_number_id", "waba_id"}
)
"""Members that may look like numbers: places in lists, links, what joins an album, accounts of the business. Our ids
have letters or too many digits to look like one."""


def masked_json(body: bytes) -> bytes:
    """Return a JSON text without phone numbers and e-mail addresses."""
    return msgspec.json.encode(_masked(msgspec.json.decode(body)))


def masked_text(text: str) -> str:
    """Return a text without phone numbers and e-mail addresses."""
    return _PHONE.sub(_hide_phone, _EMAIL.sub(HIDDEN, text))


def _masked(value: Any) -> Any:
    if isinstance(value, str):
        return masked_text(value)
    if isinstance(value, list):
        return [_masked(item) for item in value]
    if isinstance(value, dict):
        return _without_moved_marks(value, {name: _member(value, name) for name in value})
    return value


def _without_moved_marks(value: Mapping[str, Any], masked: dict[str, Any]) -> dict[str, Any]:
    """Drop the formatting of a text in which something is hidden: its places are those of the whole text."""
    if "marks" in value and any(value.get(name) != masked.get(name) for name in ("text", "caption")):
        del masked["marks"]
    return masked


def _member(owner: Mapping[str, Any], name: str) -> Any:
    """Return one member of an object, masked as what it is."""
    value = owner[name]
    if name == "external_id":
        return _masked_account(owner.get("kind"), value)
    if name == "name" and ("parameters" in owner or "components" in owner):
        return value  # of a template: it is sent by it
    if name == "provider_id":
        return None if isinstance(value, str) and value.startswith("wamid.") else value
    if name == "email" and "role" in owner:
        return value
    if isinstance(value, str) and (name in _OURS or name.endswith("_url")):
        return value
    return _masked(value)


def _masked_account(kind: object, account: Any) -> Any:
    if kind not in {_NUMBERS_ARE_IDS, _IDS_ARE_THE_SITES} or not isinstance(account, str):
        return account
    is_number = kind == _NUMBERS_ARE_IDS and account.isdecimal()
    return masked_text(f"+{account}" if is_number else account)


def _hide_phone(found: re.Match[str]) -> str:
    digits = [char for char in found[0] if char.isdigit()]
    beside = found.string[found.start() - 1 : found.start()] + found.string[found.end() : found.end() + 1]
    if not (FEWEST_UNDERSCORED if "_" in beside else FEWEST_DIGITS) <= len(digits) <= MOST_DIGITS:
        return found[0]
    return HIDDEN + "".join(digits[-KEPT_DIGITS:])
