"""Whose turn it is, and what is to be done when time passes. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

import msgspec

from inbox.bots.bot_models import HandOverReason
from inbox.foundation.decoding import field_problem
from inbox.foundation.problems import ProblemError
from queueing.bots.turn_models import MAX_SAID, Turn

RETRY_SECONDS: Final = (1, 2, 4, 8)
"""Between two requests to a bot that is away; the last one repeats. A customer waits meanwhile."""


class TurnFacts(msgspec.Struct, frozen=True, kw_only=True):
    """A conversation as a bot that answers finds it.

    Attributes:
        is_open: It is not closed.
        holder: The bot that holds it; None: people or a queue have it.
        answered_seq: The customer's newest message that was answered.
        said: Messages of the bot in this turn.
        customer_seq: The customer's newest message.
        others_seq: The newest message of anybody but the bot itself, automatic texts and campaigns.
        newest_seq: The newest message.
    """

    is_open: bool
    holder: str | None
    answered_seq: int
    said: int
    customer_seq: int
    others_seq: int
    newest_seq: int


def check_turn(facts: TurnFacts, bot_id: str, turn: Turn) -> None:
    """Refuse an answer out of turn (domain rule 11.1).

    Raises:
        ProblemError: `conversation_closed`, `handed_over`, `stale_state`, `invalid_request`.
    """
    if not facts.is_open:
        raise ProblemError(
            "conversation_closed", "This conversation is closed. The customer's next message opens another."
        )
    if facts.holder != bot_id:
        raise ProblemError("handed_over", "The bot does not hold this conversation any more: people have it now.")
    if facts.customer_seq <= facts.answered_seq:
        raise ProblemError("stale_state", "The customer's last message is answered: the next one gives the next turn.")
    if turn.seen_seq < facts.others_seq:
        newer = {"seq": facts.others_seq}
        raise ProblemError("stale_state", "There are newer messages than `seen_seq`: read them first.", extra=newer)
    if turn.seen_seq > facts.newest_seq:
        raise field_problem("/seen_seq", "no message of the conversation has this place")
    if facts.said + len(turn.messages) > MAX_SAID:
        raise field_problem("/messages", f"a turn has at most {MAX_SAID} messages")


class Step(StrEnum):
    """What is to be done about a customer's message that a bot is to answer."""

    FORGET = "forget"
    POST = "post"
    HAND_OVER = "hand_over"


class Outlook(msgspec.Struct, frozen=True):
    """What is to be done, and why where the bot loses the conversation."""

    step: Step
    reason: HandOverReason | None = None


class RowFacts(msgspec.Struct, frozen=True, kw_only=True):
    """The newest message that a bot is to answer.

    Attributes:
        holds: The bot holds the conversation still, and has not answered the message.
        may_hold: The bot is enabled, and the channel is its own.
        at: When the message came.
        told_at: When the bot took the request; None where it has not.
        tries: Requests that did not get through.
        answer_seconds: How long an answer may take.
    """

    holds: bool
    may_hold: bool
    at: datetime
    told_at: datetime | None
    tries: int
    answer_seconds: int


def next_step(facts: RowFacts, now: datetime) -> Outlook:
    """Say what is to be done about a row that is due."""
    if not facts.holds:
        return Outlook(Step.FORGET)
    if not facts.may_hold:
        return Outlook(Step.HAND_OVER, HandOverReason.TAKEN_AWAY)
    if facts.told_at is not None:
        return Outlook(Step.HAND_OVER, HandOverReason.NO_ANSWER)
    if facts.tries and now >= facts.at + timedelta(seconds=facts.answer_seconds):
        return Outlook(Step.HAND_OVER, HandOverReason.UNREACHABLE)
    return Outlook(Step.POST)


def retry_at(at: datetime, tries: int, answer_seconds: int, now: datetime) -> datetime:
    """Return when a bot that is away is asked again: soon, and not after the time for its answer.

    Args:
        at: When the customer's message came.
        tries: Requests so far, 1 or more.
        answer_seconds: How long an answer may take.
        now: The current time.
    """
    soon = now + timedelta(seconds=RETRY_SECONDS[min(tries, len(RETRY_SECONDS)) - 1])
    return min(soon, max(now, at + timedelta(seconds=answer_seconds)))
