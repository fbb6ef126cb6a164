"""What a workspace sorts its customers and conversations by: tags and topics."""

from __future__ import annotations

from datetime import datetime
from typing import TypedDict


class TagDocument(TypedDict):
    """A tag (`inbox.labels.tag_store`). A deleted one stays, so that its key stands for nothing else later."""

    _id: str
    workspace_id: str
    name: str
    folded: str
    """Unique among those that are there."""
    color: str | None
    keys: list[str]
    """What conversations and contacts have: its own first, then those of the tags that were merged into it."""
    created_at: datetime
    deleted_at: datetime | None


class TopicDocument(TypedDict):
    """A topic of the tree (`inbox.labels.topic_store`)."""

    _id: str
    workspace_id: str
    name: str
    parent_id: str | None
    order: int
    active: bool
    keys: list[str]
    """What conversations have: its id, then those of the topics that were merged into it."""
    created_at: datetime
