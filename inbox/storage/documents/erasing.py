"""Erasures: what was asked for, how far it came, and what is left of it as a certificate."""

from __future__ import annotations

from datetime import datetime
from typing import NotRequired, TypedDict

from inbox.storage.documents.contacts import AccountDocument


class ErasedPersonDocument(TypedDict):
    """By what a person is found in places that have no field for it; goes when the erasure is done."""

    contact_ids: list[str]
    accounts: list[AccountDocument]
    marks: list[str]
    """Ids at providers, numbers and e-mail addresses, as they stand in raw bytes."""
    names: list[str]


class ErasureDocument(TypedDict):
    """An erasure of a contact (`inbox.erasing`)."""

    _id: str
    workspace_id: str
    state: str
    """Of `inbox.erasing.erasure_models.ErasureState`."""
    contact_id: str
    requested_by: str
    requested_at: datetime
    due_at: NotRequired[datetime]
    """When it is gone on with; none once it is over."""
    step: str
    """Of `inbox.erasing.steps`; the step that is next."""
    mark: str | None
    """How far the step came, in its own terms."""
    told_at: NotRequired[datetime]
    """When the event was written that the relay must have passed."""
    counts: dict[str, int]
    """What was taken away, by collection."""
    person: NotRequired[ErasedPersonDocument]
    finished_at: datetime | None


class WorkspaceErasureDocument(TypedDict):
    """An erasure of a whole workspace (`inbox.erasing.workspace_erasing`). `_id` is the certificate's SHA-256."""

    _id: str
    workspace_id: NotRequired[str]
    """None once it is over, as the next four: then it names nobody and nothing."""
    told_id: NotRequired[str]
    """By which the last event of the workspace is known."""
    marks: NotRequired[list[str]]
    """What stands in names of keys in Redis: ids of the workspace and its channels, e-mail addresses of its people."""
    step: NotRequired[str]
    """Of `inbox.erasing.workspace_steps`; the step that is next."""
    due_at: NotRequired[datetime]
    """When it is gone on with."""
    mark: str | None
    """How far the step came, in its own terms."""
    told_at: NotRequired[datetime]
    state: str
    """Of `inbox.erasing.erasure_models.ErasureState`."""
    requested_at: datetime
    counts: dict[str, int]
    """What was taken away, by collection."""
    finished_at: datetime | None
