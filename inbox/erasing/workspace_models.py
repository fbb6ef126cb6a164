"""Erasures of workspaces as the API shows them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import Meta

from inbox.erasing.erasure_models import ErasureState
from inbox.storage.documents import WorkspaceErasureDocument


class WorkspaceErasureRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The workspace's name, exactly as it is shown: nobody erases a workspace by a slip."""

    name: Annotated[str, Meta(min_length=1, max_length=200)]


class WorkspaceErasure(msgspec.Struct, frozen=True, kw_only=True):
    """The erasure of a workspace, and the certificate of it once it is `done`.

    `counts` says how much was taken away, by the name of the collection.
    """

    state: ErasureState
    requested_at: datetime
    finished_at: datetime | None
    counts: dict[str, int]


class BegunWorkspaceErasure(WorkspaceErasure, frozen=True, kw_only=True):
    """An erasure just begun; `certificate` is shown this once, and leads to it without signing in."""

    certificate: str


class CertificateQuery(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the beginning of the erasure answered."""

    certificate: Annotated[str, Meta(min_length=1, max_length=100)]


def workspace_erasure_view(document: WorkspaceErasureDocument) -> WorkspaceErasure:
    """Return an erasure as it is shown."""
    return WorkspaceErasure(
        state=ErasureState(document["state"]),
        requested_at=document["requested_at"],
        finished_at=document["finished_at"],
        counts=document["counts"],
    )
