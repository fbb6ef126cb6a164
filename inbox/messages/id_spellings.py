"""Message ids that contain the customer's id: a message has one such id for each id of its customer.

WhatsApp's ids are Base64 of a record: two bytes, the length of the customer's id, that id, and the message's own
part. A customer who is known by a phone number and by another id is named by either, also in what answers or
changes an older message. The message's own part is made by the sender's device, so it is compared only within the
ids of one customer: alone, it could name somebody else's message.

Source: ids of captured webhooks; business-scoped-user-ids, 29 Jun 2026.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable
from typing import Final, NamedTuple

_PREFIX: Final = "wamid."
_HEAD: Final = b"\x1c\x18"
_LONGEST: Final = 127
"""Lengths above take a second byte, in a form that no webhook has shown."""


class _Parts(NamedTuple):
    person: bytes
    own: bytes


def spellings(provider_id: str, people: Iterable[str]) -> tuple[str, ...]:
    """Return a message's other ids, one for each further id of its customer.

    Args:
        provider_id: The name that is known.
        people: All ids of the customer.

    Returns:
        Nothing for ids that carry no customer.
    """
    parts = _parts(provider_id)
    if parts is None:
        return ()
    others = (person.encode() for person in dict.fromkeys(people))
    return tuple(_named(other, parts.own) for other in others if other != parts.person and len(other) <= _LONGEST)


def carries_customer(provider_id: str) -> bool:
    """Tell whether a message id contains a customer's id."""
    return _parts(provider_id) is not None


def _parts(provider_id: str) -> _Parts | None:
    if not provider_id.startswith(_PREFIX):
        return None
    text = provider_id.removeprefix(_PREFIX).rstrip("=")
    try:
        record = base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
    except (binascii.Error, ValueError):
        return None
    if len(record) <= len(_HEAD) or not record.startswith(_HEAD):
        return None
    begin = len(_HEAD) + 1
    end = begin + record[begin - 1]
    return _Parts(record[begin:end], record[end:]) if end < len(record) else None


def _named(person: bytes, own: bytes) -> str:
    return _PREFIX + base64.b64encode(_HEAD + bytes([len(person)]) + person + own).decode()
