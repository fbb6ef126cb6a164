"""Which deadlines of a conversation are due: warning, close, waiting text, late-answer text. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

import msgspec

from inbox.model.conversation_state import ConversationState
from inbox.model.deadlines import NEVER, Silence, deadline, silent_since
from inbox.model.occasions import Occasion

STILL_RESTS: Final = timedelta(hours=1)
"""Who writes ends the rest at once; a look that nobody asked for only finds what a lost event left."""


class TimeFacts(msgspec.Struct, frozen=True, kw_only=True):
    """An open conversation and the rules over it.

    Attributes:
        waiting_text_seconds: How often the queue's waiting text comes; None where it has none.
        no_answer_seconds: After how long the customer hears of a late answer; None where there is no such text.
        unanswered_since: Since when the assigned operator owes an answer; None if they don't.
        snoozed_until: Until when it is set aside; None where it is not.
        resting_after_seconds: After how long without the customer's answer it rests; None is never.
        customer_owes_since: Since when the customer owes the answer; None if they don't.
        rests: It does not count for its operator's capacity.
    """

    state: ConversationState
    active_at: datetime
    silence: Silence
    queued_at: datetime | None = None
    waiting_text_seconds: int | None = None
    no_answer_seconds: int | None = None
    unanswered_since: datetime | None = None
    snoozed_until: datetime | None = None
    resting_after_seconds: int | None = None
    customer_owes_since: datetime | None = None
    rests: bool = False


class DueOccasion(msgspec.Struct, frozen=True):
    """An occasion that has come, and the moment that makes it unique."""

    occasion: Occasion
    moment: datetime


class DueNow(msgspec.Struct, frozen=True, kw_only=True):
    """What is due now, and when to look again.

    Attributes:
        turns: Whether it begins to rest, or ends.
    """

    closes: bool = False
    turns: bool = False
    told: tuple[DueOccasion, ...] = ()
    check_at: datetime = NEVER


def look(facts: TimeFacts, now: datetime) -> DueNow:
    """Say what is due for a conversation."""
    due = deadline(
        facts.silence,
        assigned=facts.state is ConversationState.ASSIGNED,
        active_at=silent_since(facts.active_at, facts.snoozed_until),
        operator_owes=facts.unanswered_since is not None,
    )
    if due.closes_at is not None and due.closes_at <= now:
        return DueNow(closes=True, check_at=now)
    outlooks = [
        _warning(due.warns_at, due.closes_at, now),
        _waiting(facts, now),
        _no_answer(facts, now),
        _answer_to_come(facts, now),
        _snooze_to_end(facts, now),
        _rest(facts, now),
    ]
    return DueNow(
        turns=any(outlook.turns for outlook in outlooks),
        told=tuple(told for outlook in outlooks for told in outlook.told),
        check_at=min(outlook.check_at for outlook in outlooks),
    )


def _warning(warns_at: datetime | None, closes_at: datetime | None, now: datetime) -> DueNow:
    if closes_at is None:
        return DueNow()
    if warns_at is None or warns_at > now:
        return DueNow(check_at=warns_at or closes_at)
    return DueNow(told=(DueOccasion(Occasion.CLOSING_SOON, closes_at),), check_at=closes_at)


def _waiting(facts: TimeFacts, now: datetime) -> DueNow:
    """Tell at each full interval since queueing; of several that were missed only the last."""
    if facts.state is not ConversationState.QUEUED or not facts.waiting_text_seconds or facts.queued_at is None:
        return DueNow()
    interval = timedelta(seconds=facts.waiting_text_seconds)
    passed = max(0, (now - facts.queued_at) // interval)
    told = (DueOccasion(Occasion.WAITING, facts.queued_at + passed * interval),) if passed else ()
    return DueNow(told=told, check_at=facts.queued_at + (passed + 1) * interval)


def _no_answer(facts: TimeFacts, now: datetime) -> DueNow:
    """Tell when the answer is late; where none is owed look again after the time in which one could become late."""
    if facts.state is not ConversationState.ASSIGNED or not facts.no_answer_seconds:
        return DueNow()
    interval = timedelta(seconds=facts.no_answer_seconds)
    if facts.unanswered_since is None:
        return DueNow(check_at=now + interval)
    if facts.unanswered_since + interval > now:
        return DueNow(check_at=facts.unanswered_since + interval)
    return DueNow(told=(DueOccasion(Occasion.NO_ANSWER, facts.unanswered_since),), check_at=now + interval)


def _answer_to_come(facts: TimeFacts, now: datetime) -> DueNow:
    """Where only the operator's answer begins the silence, look again before it could have lasted long enough."""
    seconds = facts.silence.assigned_seconds
    if facts.unanswered_since is None or seconds is None or not facts.silence.only_while_customer_owes:
        return DueNow()
    return DueNow(check_at=now + timedelta(seconds=seconds - (facts.silence.warn_before_seconds or 0)))


def _rest(facts: TimeFacts, now: datetime) -> DueNow:
    """Let it rest when the customer has owed the answer for long enough, and end that when they have written."""
    seconds = facts.resting_after_seconds
    if facts.state is not ConversationState.ASSIGNED or seconds is None:
        return DueNow(turns=facts.rests)
    interval = timedelta(seconds=seconds)
    if facts.customer_owes_since is None:
        return DueNow(turns=facts.rests, check_at=now + interval)
    if facts.rests:
        return DueNow(check_at=now + STILL_RESTS)
    due_at = facts.customer_owes_since + interval
    return DueNow(turns=due_at <= now, check_at=due_at if due_at > now else now + STILL_RESTS)


def _snooze_to_end(facts: TimeFacts, now: datetime) -> DueNow:
    """While it is set aside look again before silence could have lasted long enough: a message may end that."""
    assigned = facts.state is ConversationState.ASSIGNED
    seconds = facts.silence.assigned_seconds if assigned else facts.silence.unassigned_seconds
    if facts.snoozed_until is None or seconds is None:
        return DueNow()
    return DueNow(check_at=now + timedelta(seconds=seconds - (facts.silence.warn_before_seconds or 0)))
