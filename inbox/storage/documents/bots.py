"""Bots that hold conversations before people do, and what they are still to be told."""

from __future__ import annotations

from datetime import datetime
from typing import NotRequired, TypedDict

from inbox.storage.documents.subscriptions import ReceiverDocument


class BotFaultDocument(TypedDict):
    """Why a bot lost a conversation last (`inbox.bots.bot_models.BotFault`)."""

    at: datetime
    reason: str
    detail: str | None


class BotDocument(ReceiverDocument):
    """A bot (`inbox.bots.bot_models.Bot`)."""

    _id: str
    workspace_id: str
    name: str
    enabled: bool
    answer_seconds: int
    max_turns: int
    created_at: datetime
    deleted_at: datetime | None
    """Set until all that it held is handed over; then the document goes."""
    last_fault: NotRequired[BotFaultDocument | None]
    release: NotRequired[str | None]
    """Some of what it holds is to be handed over: it, or a channel, was changed. Another word after each change."""


class BotTurnDocument(TypedDict):
    """A customer's message that a bot is to answer (`inbox.bots.turn_rows`); `_id` is the message's.

    Written in the transaction of the message, taken away in the one of the answer or of the hand-over.
    """

    _id: str
    workspace_id: str
    bot_id: str
    conversation_id: str
    seq: int
    at: datetime
    due_at: datetime
    """When there is something to do about it: tell the bot, try again, or hand over."""
    told_at: NotRequired[datetime]
    """When the bot took the request."""
    tries: int
