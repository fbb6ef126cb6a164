"""What a bot is told of its turn, in the form of Standard Webhooks."""

from __future__ import annotations

from datetime import datetime

import msgspec

from inbox.views.conversation_views import ConversationView
from inbox.views.message_views import MessageView


class BotRequest(msgspec.Struct, frozen=True, kw_only=True):
    """The conversation, and what was said since the bot's last answer.

    Attributes:
        seen_seq: What an answer names that has read all this.
        answer_by: Until then the bot may answer.
    """

    conversation: ConversationView
    messages: list[MessageView]
    seen_seq: int
    answer_by: datetime


class PostedTurn(msgspec.Struct, frozen=True, kw_only=True):
    """The body. Source: Standard Webhooks 1.0, "Payload structure"."""

    type: str = "bot.turn"
    timestamp: datetime
    data: BotRequest
