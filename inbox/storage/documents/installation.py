"""What keeps an installation together: leases, requests that were done once, its own secrets."""

from __future__ import annotations

from datetime import datetime
from typing import NotRequired, TypedDict


class LeaseDocument(TypedDict):
    """A piece of work that one process does at a time (`inbox.storage.leases`). `_id` names the work."""

    _id: str
    owner: str | None
    """The process; None where it was given back."""
    until: datetime
    """By MongoDB's clock."""
    fence: int
    """Grows by one with each holder."""


class IdempotencyDocument(TypedDict):
    """A request that was done, or is being done in an open transaction (`inbox.storage.idempotency`).

    `_id` is a hash of its scope and key.
    """

    _id: str
    body_hash: str
    at: datetime
    response: bytes | None
    workspace_id: NotRequired[str]
    erased: NotRequired[bool]
    """What it answered was about somebody who was erased."""


class GatewayDocument(TypedDict):
    """Something that the installation knows of itself; `_id` says what, and which field it has.

    `opt_out_key` (`inbox.storage.installation`), `push_key` (`inbox.push.push_key`), `clock_file`
    (`inbox.storage.demo_clock`), or how far a reader of messages got (`inbox.finding.term_keeping`).
    """

    _id: str
    sealed: NotRequired[bytes]
    path: NotRequired[str]
    mark: NotRequired[str]
    """The id of the newest message that was read."""
    claimed_until: NotRequired[datetime | None]
    """Until when a process reads on from the mark."""
