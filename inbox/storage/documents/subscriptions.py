"""Outgoing webhooks: addresses of the business that are told of events, and each telling."""

from __future__ import annotations

from datetime import datetime
from typing import NotRequired, TypedDict


class ReceiverDocument(TypedDict):
    """An address of the business that is called with signed requests (`inbox.subscriptions.receivers`)."""

    url: str
    secrets: bytes
    """Sealed: `current`, and `previous` while a rotation is under way."""
    previous_until: NotRequired[datetime | None]
    """Until when the previous secret signs too."""


class WebhookDocument(ReceiverDocument):
    """A subscription (`inbox.subscriptions.subscription_models`)."""

    _id: str
    workspace_id: str
    description: str
    events: list[str]
    enabled: bool
    created_at: datetime
    failing_since: NotRequired[datetime | None]
    """When the first of the failures in a row was."""
    failures: NotRequired[int]
    """Failures in a row that were about the receiver, not about one event."""
    resume_at: NotRequired[datetime | None]
    """Nothing is sent before, except what somebody replays."""
    disabled_reason: NotRequired[str | None]
    deleted_at: NotRequired[datetime | None]
    """It is not there any more; the document goes when its deliveries are gone (`inbox.subscriptions.ending`)."""


class DeliveryAttemptDocument(TypedDict):
    """One try (`inbox.subscriptions.subscription_models.DeliveryAttempt`)."""

    at: datetime
    milliseconds: int
    status: int | None
    error: str | None
    answer: str | None


class WebhookDeliveryDocument(TypedDict):
    """An event for one subscription. `_id` is made of both, so that a repeat inserts nothing."""

    _id: str
    workspace_id: str
    webhook_id: str
    event_id: str
    type: str
    order_key: str
    """Deliveries of one key go one after another: the conversation, or what else the event is about."""
    place: str
    """Sorts as the event stream does."""
    at: datetime
    """The event's time."""
    body: bytes
    """JSON of the request, still without links to files."""
    state: str
    created_at: datetime
    due_at: datetime
    replayed_at: NotRequired[datetime]
    """When somebody had it go out again: its days are counted from there."""
    attempts: list[DeliveryAttemptDocument]
    tries: int
    """How many attempts there were, since the last replay."""
    expires_at: datetime
    """When the document goes."""
