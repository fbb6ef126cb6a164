"""The event stream's source, and how far the relay has come."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NotRequired, TypedDict


class EventsDocument(TypedDict):
    """Events of one workspace out of one transaction (`inbox.stream.events`)."""

    _id: str
    workspace_id: str
    at: datetime
    count: int
    items: bytes
    """JSON of `inbox.stream.events.StoredEvent`, in order."""


class RelayStateDocument(TypedDict):
    """How far the relay came; one document, with `_id` `relay` (`workers.relay.relay_state`)."""

    _id: str
    fence: int
    """Of the lease's holder; an earlier one is refused."""
    token: NotRequired[dict[str, Any] | None]
    """The change stream's resume token."""
    place: NotRequired[list[int]]
    """The members of `workers.relay.relay_source.Place`."""
    epoch: NotRequired[str | None]
