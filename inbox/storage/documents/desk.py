"""What operators have at hand: prepared replies in collections, with their earlier versions."""

from __future__ import annotations

from datetime import datetime
from typing import TypedDict

from inbox.storage.documents.messages import ContentDocument


class ReplyCollectionDocument(TypedDict):
    """A collection of prepared replies (`queueing.settings.reply_models.ReplyCollection`)."""

    _id: str
    workspace_id: str
    name: str
    group_ids: list[str]
    """Whose operators are offered its replies."""
    active: bool
    created_at: datetime


class PreparedReplyDocument(TypedDict):
    """A reply that operators choose instead of writing it (`queueing.settings.reply_models.PreparedReply`)."""

    _id: str
    workspace_id: str
    collection_id: str
    title: str
    shortcut: str | None
    active: bool
    translations: dict[str, list[ContentDocument]]
    """Language → the messages that it consists of; their texts are templates."""
    version: int
    """Grows with each change."""
    created_at: datetime
    updated_at: datetime


class ReplyVersionDocument(TypedDict):
    """A prepared reply as it was in one version; `_id` is `reply:version`."""

    _id: str
    workspace_id: str
    reply_id: str
    version: int
    title: str
    translations: dict[str, list[ContentDocument]]
    at: datetime
    by: str
    """`kind:id` of who wrote it."""


class ScheduledMessageDocument(TypedDict):
    """When a message that waits for its time is looked at; `_id` is the message's. It goes with the look."""

    _id: str
    workspace_id: str
    conversation_id: str
    send_at: datetime


class ReplyDraftDocument(TypedDict):
    """What an operator has begun to write (`inbox.messages.drafts`); `_id` is `conversation:operator`."""

    _id: str
    workspace_id: str
    conversation_id: str
    operator_id: str
    content: ContentDocument
    reply_to: str | None
    updated_at: datetime
