"""Erasures as the API shows them."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import msgspec

from inbox.foundation.pages import Page
from inbox.foundation.structs import read_as
from inbox.storage.documents import ErasureDocument


class ErasureKind(StrEnum):
    """Who is erased."""

    CONTACT = "contact"
    WORKSPACE = "workspace"


class ErasureState(StrEnum):
    """How far an erasure is: it waits and may be taken back, it is under way, or it is over."""

    WAITING = "waiting"
    WORKING = "working"
    DONE = "done"
    CANCELLED = "cancelled"


class Erasure(msgspec.Struct, frozen=True, kw_only=True):
    """An erasure, and the certificate of it once it is `done`.

    `counts` says how much was taken away, by the name of the collection. `requested_by` is `kind:id`.
    `due_at` is null once it is over; of one that waits it is when it begins.
    """

    id: str
    kind: ErasureKind
    state: ErasureState
    contact_id: str | None
    requested_by: str
    requested_at: datetime
    due_at: datetime | None = None
    finished_at: datetime | None
    counts: dict[str, int]


class ErasurePage(Page[Erasure], frozen=True, kw_only=True):
    """A part of the list of erasures, the newest first."""


class ErasedNotice(msgspec.Struct, frozen=True, kw_only=True):
    """The `data` of `contact.erased`: forget what you know of this contact."""

    id: str
    erasure_id: str | None = None


def erasure_view(document: ErasureDocument) -> Erasure:
    """Return an erasure as it is shown."""
    return read_as(document, Erasure)
