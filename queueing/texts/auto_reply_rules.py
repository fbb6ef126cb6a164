"""Which automatic text is sent: a table of occasions, and rules over values."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

import msgspec

from inbox.model.channel_kind import ChannelKind
from inbox.model.conversation_state import ConversationState
from inbox.model.occasions import Occasion
from inbox.model.reply_window import may_write_freely

MAX_TURNS: Final = 5
"""Automatic texts without a person's message; after that the other side may be a machine (domain 3.8)."""
LATEST: Final = timedelta(hours=1)
"""A text that could not be sent in time, because no worker ran, would only confuse later."""

_NEW, _QUEUED, _ASSIGNED, _CLOSED = (
    ConversationState.NEW,
    ConversationState.QUEUED,
    ConversationState.ASSIGNED,
    ConversationState.CLOSED,
)


class Trigger(StrEnum):
    """What gives the occasion."""

    MOVE = "move"
    """Something happens to the conversation; noted in the transaction of what happens."""
    TIME = "time"
    """Nothing happens for a while; found by the sweep of deadlines."""


class OccasionRule(msgspec.Struct, frozen=True, kw_only=True):
    """One row of the table.

    Attributes:
        states: Where the conversation must still be when the text is sent.
        spaced: At most one an hour goes to one customer of a channel (a setting of the workspace).
        turn: Counts as an automatic turn.
        needs_window: Sent only where free text may be sent.
    """

    trigger: Trigger
    states: frozenset[ConversationState]
    spaced: bool = True
    turn: bool = True
    needs_window: bool = True


def _on_move(*states: ConversationState) -> OccasionRule:
    return OccasionRule(trigger=Trigger.MOVE, states=frozenset(states))


def _on_time(*states: ConversationState, spaced: bool = True) -> OccasionRule:
    return OccasionRule(trigger=Trigger.TIME, states=frozenset(states), spaced=spaced)


RULES: Final[Mapping[Occasion, OccasionRule]] = {
    Occasion.RETURNING: _on_move(_QUEUED, _ASSIGNED),
    Occasion.GREETING: _on_move(_QUEUED, _ASSIGNED),
    Occasion.OUT_OF_HOURS: _on_move(_QUEUED, _CLOSED),
    Occasion.NOBODY_AVAILABLE: _on_move(_QUEUED, _CLOSED),
    Occasion.OVERFLOW: _on_move(_CLOSED),
    Occasion.TRANSFERRED: _on_move(_QUEUED, _ASSIGNED),
    Occasion.ASSIGNED: _on_move(_ASSIGNED),
    Occasion.WAITING: _on_time(_QUEUED, spaced=False),  # has its own interval, a setting of the queue
    Occasion.NO_ANSWER: _on_time(_ASSIGNED),
    Occasion.CLOSING_SOON: _on_time(_NEW, ConversationState.BOT, _QUEUED, _ASSIGNED),
    Occasion.CLOSED: _on_move(_CLOSED),
    Occasion.RATING: _on_move(_CLOSED),  # its spacing is the queue's
    Occasion.RATED: OccasionRule(trigger=Trigger.MOVE, states=frozenset({_CLOSED}), spaced=False),  # once for each
}
"""In the order in which texts of one moment are sent."""
ORDER: Final[Mapping[Occasion, int]] = {occasion: place for place, occasion in enumerate(RULES)}


class TextVerdict(StrEnum):
    """Whether a text is sent, or why not."""

    SEND = "send"
    NOT_YET = "not_yet"
    """The conversation is still being let in or turned away: ask again."""
    LATE = "late"
    MOVED_ON = "moved_on"
    BLOCKED = "blocked"
    CHANNEL_OFF = "channel_off"
    NOT_OURS = "not_ours"
    """Another agent answers in the chat."""
    WINDOW_CLOSED = "window_closed"
    TOO_SOON = "too_soon"
    SILENT = "silent"


class Circumstances(msgspec.Struct, frozen=True, kw_only=True):
    """What the verdict depends on.

    Attributes:
        late_by: How long the occasion has been due.
        still_true: False where what gave the occasion is over (an answer came, the deadline moved).
        ours: No other agent answers in the chat.
        channel_on: The channel is enabled and not deleted.
        told_at: When this customer last got a text of this occasion on this channel.
        turns: Automatic texts to this customer on this channel since a person last wrote.
        spacing: Least time between two texts of one occasion.
    """

    state: ConversationState
    late_by: timedelta
    still_true: bool = True
    blocked: bool = False
    channel_on: bool = True
    ours: bool = True
    kind: ChannelKind
    window_expires_at: datetime | None
    told_at: datetime | None
    turns: int
    spacing: timedelta


def judge(occasion: Occasion, seen: Circumstances, now: datetime) -> TextVerdict:
    """Decide on one text."""
    rule = RULES[occasion]
    refusals = {
        TextVerdict.NOT_YET: seen.state is _NEW and _NEW not in rule.states,
        TextVerdict.MOVED_ON: seen.state not in rule.states or not seen.still_true,
        TextVerdict.LATE: seen.late_by > LATEST,
        TextVerdict.BLOCKED: seen.blocked,
        TextVerdict.CHANNEL_OFF: not seen.channel_on,
        TextVerdict.NOT_OURS: not seen.ours,
        TextVerdict.WINDOW_CLOSED: rule.needs_window and not may_write_freely(seen.kind, seen.window_expires_at, now),
        TextVerdict.SILENT: seen.turns >= MAX_TURNS,
        TextVerdict.TOO_SOON: rule.spaced and seen.told_at is not None and now - seen.told_at < seen.spacing,
    }
    return next((verdict for verdict, holds in refusals.items() if holds), TextVerdict.SEND)
