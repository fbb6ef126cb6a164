"""Whether a message that waited for its time may go, as when it was written: rules over values."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

import msgspec

from inbox.foundation.decoding import field_problem
from inbox.model.authors import AuthorKind
from inbox.model.channel_kind import ChannelKind
from inbox.model.provider_error import ProviderError
from inbox.model.reply_window import may_write_freely
from inbox.storage.documents import ConversationDocument, MessageDocument

LATEST: Final = timedelta(days=366)
"""The same day next year; who plans further ahead has a calendar."""


class Surroundings(msgspec.Struct, frozen=True, kw_only=True):
    """What decides beside the message and its conversation.

    Attributes:
        author_there: The operator is active, or the API key is valid.
        channel_deleted: Nothing is sent through the channel any more.
    """

    author_there: bool
    channel_deleted: bool


CONVERSATION_CLOSED: Final = ProviderError(
    code="conversation_closed",
    explanation="The conversation was closed before the message's time. Write anew when the customer is back.",
)
AUTHOR_GONE: Final = ProviderError(
    code="author_gone",
    explanation="Whoever wrote this message is no longer in the workspace. Send it yourself if it still holds.",
)
NOT_ASSIGNED: Final = ProviderError(
    code="not_assigned",
    explanation="The conversation was no longer its author's at the message's time. Send it yourself if it holds.",
)
CHANNEL_DELETED: Final = ProviderError(
    code="channel_deleted", explanation="The channel was deleted before the message's time."
)
WINDOW_CLOSED: Final = ProviderError(
    code="window_closed",
    explanation="The 24-hour window was closed at the message's time. Send an approved template.",
)
WITHDRAWN: Final = ProviderError(code="withdrawn", explanation="The message was withdrawn before its time.")


def check_time(send_at: datetime, now: datetime) -> None:
    """Refuse a time that has passed or is too far away. Raises `ProblemError` (`invalid_request`)."""
    if send_at <= now:
        raise field_problem("/send_at", "must be in the future")
    if send_at > now + LATEST:
        raise field_problem("/send_at", f"must not be more than {LATEST.days} days ahead")


def refusal(
    message: MessageDocument, conversation: ConversationDocument, around: Surroundings, now: datetime
) -> ProviderError | None:
    """Say why a message must not go now that its time has come; None where it may.

    Its author must still be there and may still write: an operator to whom the conversation is assigned, an API key
    also where nobody has it.
    """
    if around.channel_deleted:
        return CHANNEL_DELETED
    if not conversation["open"]:
        return CONVERSATION_CLOSED
    if not around.author_there:
        return AUTHOR_GONE
    author, holder = message["author"], conversation["operator_id"]
    if holder != author["id"] and not (author["kind"] == AuthorKind.API.value and holder is None):
        return NOT_ASSIGNED
    free = may_write_freely(ChannelKind(conversation["channel_kind"]), conversation.get("window_expires_at"), now)
    return None if free or message["content"]["type"] == "template" else WINDOW_CLOSED
