"""Where a conversation is in its life."""

from __future__ import annotations

from enum import StrEnum


class ConversationState(StrEnum):
    """Where a conversation is in its life; `closed` is final."""

    NEW = "new"
    BOT = "bot"
    QUEUED = "queued"
    ASSIGNED = "assigned"
    CLOSED = "closed"
