"""What clients send and get about outgoing webhooks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any

from msgspec import UNSET, Meta, Struct, UnsetType

from inbox.foundation.pages import Cursor, Limit, Page
from inbox.foundation.patterns import END
from inbox.subscriptions.delivery_rules import ALL_EVENTS, DeliveryState

MAX_URL_CHARS = 2_000
MAX_WEBHOOKS = 50
"""Of a workspace: each is a request for every event."""
MAX_PATTERNS = 50

EventPattern = Annotated[
    str,
    Meta(
        max_length=60,
        pattern=rf"^(\*|[a-z_]+\.(\*|[a-z_]+)){END}",
        description="A type such as `message.created`, a group such as `message.*`, or `*`.",
        examples=["message.created"],
    ),
]
RotationHours = Annotated[int, Meta(ge=0, le=168)]


class WebhookFields(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What can be set.

    Attributes:
        url: Where events are posted; must not lead into a private network.
        events: Which ones; all unless given.
    """

    url: Annotated[str, Meta(min_length=1, max_length=MAX_URL_CHARS)]
    description: Annotated[str, Meta(max_length=200)] = ""
    events: Annotated[tuple[EventPattern, ...], Meta(min_length=1, max_length=MAX_PATTERNS)] = (ALL_EVENTS,)
    enabled: bool = True


class Webhook(Struct, frozen=True, kw_only=True):
    """A subscription as it is shown.

    Attributes:
        failing_since: Since when nothing was taken; null while all is well.
        resume_at: Until then nothing is sent, since the receiver was away.
        disabled_reason: Why it was disabled, where nobody asked for it.
        previous_secret_until: Until then the secret before the last rotation signs too.
    """

    id: str
    url: str
    description: str
    events: Sequence[str]
    enabled: bool
    created_at: datetime
    failing_since: datetime | None = None
    resume_at: datetime | None = None
    disabled_reason: str | None = None
    previous_secret_until: datetime | None = None


class NewWebhook(Webhook, frozen=True, kw_only=True):
    """A subscription with its secret, which is shown this once."""

    secret: str


class WebhookPage(Page[Webhook], frozen=True, kw_only=True):
    """A part of the list of webhooks."""


class WebhookNotice(Struct, frozen=True):
    """What everybody in the workspace may know of a webhook that was disabled."""

    id: str
    description: str
    disabled_reason: str | None


class Rotation(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How a secret is rotated; `keep_hours`: how long the old one signs beside the new one."""

    keep_hours: RotationHours = 24


class DeliveryAttempt(Struct, frozen=True, kw_only=True):
    """One try; `status` is null where no answer came, `answer` has the first of its characters."""

    at: datetime
    milliseconds: int
    status: int | None = None
    error: str | None = None
    answer: str | None = None


class Delivery(Struct, frozen=True, kw_only=True):
    """An event on its way to one address; `event_id` is the request's `webhook-id`."""

    id: str
    event_id: str
    type: str
    state: DeliveryState
    at: datetime
    tries: int
    attempts: Sequence[DeliveryAttempt]
    next_attempt_at: datetime | None = None


class WholeDelivery(Delivery, frozen=True, kw_only=True):
    """A delivery with what is posted."""

    payload: dict[str, Any]


class DeliveryPage(Page[Delivery], frozen=True, kw_only=True):
    """A part of the list of deliveries, newest first."""


class DeliveryQuery(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which deliveries."""

    limit: Limit = 50
    cursor: Cursor | None = None
    state: DeliveryState | None = None


class ReplayRequest(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which failed deliveries go out again: those of events since a time."""

    since: datetime | UnsetType = UNSET


class Replayed(Struct, frozen=True, kw_only=True):
    """How many deliveries go out again."""

    count: int
