"""Erasures as the API shows them."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import msgspec

from inbox.foundation.pages import Page
from inbox.foundation.structs import read_as
from inbox.storage.documents import ErasureDocument


class ErasureState(StrEnum):
    """How far an erasure is: it is under way, or it is over."""

    WORKING = "working"
    DONE = "done"


class Erasure(msgspec.Struct, frozen=True, kw_only=True):
    """An erasure, and the certificate of it once it is `done`.

    `counts` says how much was taken away, by the name of the collection. `requested_by` is `kind:id`.
    `due_at` is when it is gone on with; null once it is over.
    """

    id: str
    state: ErasureState
    contact_id: str
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
