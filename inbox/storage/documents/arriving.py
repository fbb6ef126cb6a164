"""What came and could not become a message: kept raw, so that nothing is lost."""

from __future__ import annotations

from datetime import datetime
from typing import NotRequired, TypedDict


class DeadLetterDocument(TypedDict):
    """An item that could not be read or stored (`inbox.arriving.dead_letters`)."""

    _id: str
    workspace_id: str
    channel_id: str
    key: str
    """A hash of channel and bytes: a repeat is kept once."""
    account_key: str | None
    raw: bytes
    reason: str
    at: datetime
    replayed_at: datetime | None
    kept: NotRequired[bool]
    """Its channel's retention says when it goes, instead of MongoDB."""


class NoticeDocument(TypedDict):
    """A provider's news that is about no message (`inbox.arriving.dead_letters`)."""

    _id: str
    workspace_id: str
    channel_id: str
    key: str
    """A hash of channel, bytes and when it was told: a repeat is kept once."""
    account_key: str | None
    raw: bytes
    topic: str
    """The provider's name for its kind."""
    scope_key: str | None
    """The business account that it is about."""
    told_at: NotRequired[datetime | None]
    """When the provider told it, where it says so."""
    at: datetime
    handled_at: datetime | None
