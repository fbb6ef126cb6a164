"""Whether a customer is asked how it was. Pure."""

from __future__ import annotations

from datetime import timedelta

from inbox.model.close_reasons import CloseReason
from inbox.storage.documents import ConversationDocument, QueueDocument
from queueing.queues.queue_models import USUAL_RATING_PAUSE_DAYS, USUALLY_RATED


def is_worth_asking(conversation: ConversationDocument, queue: QueueDocument, *, writes_again: bool) -> bool:
    """Tell whether a closed conversation gives the queue a reason to ask: once, and about somebody's work.

    Args:
        conversation: As it is now.
        queue: Whose texts apply.
        writes_again: The customer has another conversation open: a question about the old one would come between.
    """
    asked_after = queue.get("rating_after", USUALLY_RATED)
    asks = conversation.get("close_reason") in {str(reason) for reason in asked_after}
    return asks and _was_served(conversation) and "rating" not in conversation and not writes_again


def pause(queue: QueueDocument) -> timedelta:
    """Return for how long a customer is not asked again."""
    return timedelta(days=queue.get("rating_pause_days", USUAL_RATING_PAUSE_DAYS))


def _was_served(conversation: ConversationDocument) -> bool:
    """Tell whether there was anybody to rate: an operator who had it, or the bot or program that closed it."""
    by_program = conversation.get("close_reason") in (CloseReason.BOT, CloseReason.API)
    return conversation["operator_id"] is not None or by_program
