"""Web Push: what browsers are still to be told."""

from __future__ import annotations

from datetime import datetime
from typing import NotRequired, TypedDict


class PushNoticeDocument(TypedDict):
    """Something in a conversation of which a browser is told (`inbox.push.push_notices`).

    `_id` is made of both, so that what comes while it waits takes its place.
    """

    _id: str
    workspace_id: str
    subscription_id: str
    """Of the sign-in's `push`."""
    operator_id: str
    conversation_id: str | None
    """None: of a test."""
    kind: str
    """Of `inbox.push.push_rules.PushKind`: of the newest."""
    place: str
    """The newest's in the event stream."""
    at: datetime
    due_at: datetime | None
    """None: it was told."""
    told_at: NotRequired[datetime]
    tries: int
    """How many attempts failed."""
    expires_at: datetime
    """When the document goes."""
