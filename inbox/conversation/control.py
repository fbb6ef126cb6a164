"""Who answers in a conversation: read from its document, refused where another agent does, changed with its event."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from inbox.foundation.problems import ProblemError
from inbox.model.control import NOT_IN_CONTROL, other_answers
from inbox.model.provider_error import ProviderError
from inbox.storage.documents import ConversationDocument

LOST_CONTROL: Final = ProviderError(
    code=NOT_IN_CONTROL,
    explanation="Another agent answers in this chat since. Take control of it, then send the message again.",
)
"""Why a message fails that waited while another agent came to own the chat."""


def is_others(conversation: ConversationDocument, now: datetime) -> bool:
    """Tell whether another agent answers in a conversation."""
    control = conversation.get("control")
    if control is None:
        return False
    window = conversation.get("window_expires_at")
    return other_answers(control.get("agent_at"), control.get("ours_at"), window, now)


def check_control(conversation: ConversationDocument, now: datetime) -> None:
    """Refuse to write where another agent answers. Raises `ProblemError` (`not_in_control`)."""
    if is_others(conversation, now):
        raise ProblemError(
            NOT_IN_CONTROL,
            "Another agent, the messenger's own or a partner's, answers in this chat: take control first.",
        )
