"""Ids shaped like Meta's."""

from __future__ import annotations

import hashlib
import re
import secrets
from base64 import b64encode
from random import Random, SystemRandom

_random = Random(SystemRandom().getrandbits(128))  # noqa: S311
"""Ids need to be new, not secret: this spares a system call for each."""


def _hex18() -> bytes:
    return b"%018X" % _random.getrandbits(72)


def message_id(user: str, *, inbound: bool) -> str:
    """A `wamid` that carries the user's number, as Meta's do."""
    owner = user.encode()
    head = b"\x1c\x18" + bytes([len(owner) % 256]) + owner + b"\x15\x02\x00"
    tail = (b"\x12\x18\x143A" if inbound else b"\x11\x18\x12") + _hex18()
    return "wamid." + b64encode(head + tail + b"\x00").decode()


def numeric_id() -> str:
    """An id of media, templates and the like."""
    return str(10**15 + secrets.randbelow(9 * 10**14))


GROUP_IDS = re.compile(r"Y2FwaV9ncm91cDo[A-Za-z0-9_=-]{1,120}")
"""A group's id is base64 of `capi_group:` and numbers. Source: groups/groups-messaging, 16 Jun 2026."""


def is_group(key: str) -> bool:
    """Whether the other side of a chat is a group."""
    return GROUP_IDS.fullmatch(key) is not None


def business_scoped_id(waba_id: str, wa_id: str) -> str:
    """The id under which a business sees a user, stable for the pair.

    Source: business-scoped user ids, 7 May 2026: country code, a dot, up to 128 alphanumerics.
    """
    digest = hashlib.sha256(f"{waba_id}:{wa_id}".encode()).digest()
    return f"US.{int.from_bytes(digest[:8], 'big') % 10**17:017d}"
