"""The life of a conversation as one table: which moves lead from where to where, by whom, and what each changes.

`inbox.conversation.moves` says which fields each move changes, and `inbox.conversation.moving` stores that.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Final, NamedTuple

import msgspec

from inbox.foundation.problems import ProblemError
from inbox.model.conversation_state import ConversationState
from inbox.model.occasions import Occasion
from inbox.stream.events import EventType


class Move(StrEnum):
    """What happens to a conversation."""

    ARRIVE = "arrive"
    """A customer writes: the channel's queue will be asked."""
    ARRIVE_UNQUEUED = "arrive_unqueued"
    """A customer writes to a channel without a queue: it waits for anybody."""
    ARRIVE_BOT = "arrive_bot"
    """A customer writes to a channel with a bot, which holds it first."""
    ARRIVE_AGENT = "arrive_agent"
    """A customer writes where another agent answers in the chat, which holds it first."""
    PASS = "pass"  # noqa: S105 - no secret
    """Its bot, or another agent, hands it over, or lost it: a queue will be asked."""
    PASS_UNQUEUED = "pass_unqueued"  # noqa: S105 - no secret
    """Likewise, where there is no queue: it waits for anybody."""
    START = "start"
    """An operator begins it with a template, and has it."""
    START_UNASSIGNED = "start_unassigned"
    """A program begins it: it waits for anybody."""
    RECORD = "record"
    """A campaign writes to somebody without an open conversation: the history has it, it never opens."""
    ADMIT = "admit"
    """A queue lets it in."""
    OVERFLOW = "overflow"
    """A full queue sends it to the next one."""
    DISTRIBUTE = "distribute"
    """A queue gives it to one of its operators."""
    EXPIRE = "expire"
    """It waited too long and goes to the end of the next queue."""
    RETURN = "return"
    """Its operator is gone, or gives it back: it goes back to its old place in a queue."""
    ASSIGN = "assign"
    """Somebody takes it or gives it to an operator."""
    HAND_OVER = "hand_over"
    """Somebody transfers it to an operator."""
    TRANSFER = "transfer"
    """Somebody transfers it to the end of a queue."""
    ADOPT = "adopt"
    """Its queue was deleted when it came: the channel's queue of now will be asked."""
    RELEASE = "release"
    """Its queue was deleted when it came, and the channel has none: it waits for anybody."""
    REDIRECT = "redirect"
    """Its queue is being deleted: another one takes its place."""
    REST = "rest"
    """Its customer has owed the answer for so long that it counts no longer for its operator's capacity."""
    WAKE = "wake"
    """It counts again: the customer wrote."""
    CLOSE = "close"
    REOPEN = "reopen"
    """Who closed it takes that back at once: its operator has it again."""
    REOPEN_WAITING = "reopen_waiting"
    """Likewise, where it waited: it has its old place again."""


class Mover(StrEnum):
    """Who makes a move."""

    CUSTOMER = "customer"
    CALLER = "caller"
    """An operator or a program; who may do it is in `inbox.conversation.conversation_rules`."""
    ROUTING = "routing"
    TIME = "time"
    SETTINGS = "settings"
    """A queue or an operator was removed."""
    CAMPAIGN = "campaign"
    BOT = "bot"
    """A bot, or who watches over its time."""
    ANYBODY = "anybody"


class MoveRule(msgspec.Struct, frozen=True, kw_only=True):
    """One row of the table.

    Attributes:
        sources: States from which it is possible; empty for a beginning.
        target: Where it leads; None where the state stays.
        event: What clients are told; None where they hear of its message only.
        occasion: What the customer may be told. A close has the one of its reason, and a queue that lets in may
            have more to say (`queueing.queues.admission_rules`).
        is_action: It puts off the close of a silent conversation (domain rule 5.1).
    """

    sources: frozenset[ConversationState]
    target: ConversationState | None
    by: Mover
    event: EventType | None
    occasion: Occasion | None = None
    is_action: bool = False


_S = ConversationState
_E = EventType
_BEGINS: Final[frozenset[ConversationState]] = frozenset()
_NEW, _QUEUED, _ASSIGNED = frozenset({_S.NEW}), frozenset({_S.QUEUED}), frozenset({_S.ASSIGNED})
_OPEN: Final = frozenset(_S) - {_S.CLOSED}
_UNPLACED: Final = _NEW | _QUEUED
_BOT: Final = frozenset({_S.BOT})
_CLOSED: Final = frozenset({_S.CLOSED})


def _rule(
    sources: frozenset[ConversationState],
    target: ConversationState | None,
    by: Mover,
    event: EventType | None,
    **more: Any,
) -> MoveRule:
    return MoveRule(sources=sources, target=target, by=by, event=event, **more)


LIFE: Final[Mapping[Move, MoveRule]] = {
    Move.ARRIVE: _rule(_BEGINS, _S.NEW, Mover.CUSTOMER, _E.CONVERSATION_CREATED, is_action=True),
    Move.ARRIVE_UNQUEUED: _rule(_BEGINS, _S.QUEUED, Mover.CUSTOMER, _E.CONVERSATION_CREATED, is_action=True),
    Move.ARRIVE_BOT: _rule(_BEGINS, _S.BOT, Mover.CUSTOMER, _E.CONVERSATION_CREATED, is_action=True),
    Move.ARRIVE_AGENT: _rule(_BEGINS, _S.BOT, Mover.CUSTOMER, _E.CONVERSATION_CREATED, is_action=True),
    Move.PASS: _rule(_BOT, _S.NEW, Mover.BOT, _E.CONVERSATION_UPDATED, is_action=True),
    Move.PASS_UNQUEUED: _rule(_BOT, _S.QUEUED, Mover.BOT, _E.CONVERSATION_QUEUED, is_action=True),
    Move.START: _rule(_BEGINS, _S.ASSIGNED, Mover.CALLER, _E.CONVERSATION_CREATED, is_action=True),
    Move.START_UNASSIGNED: _rule(_BEGINS, _S.QUEUED, Mover.CALLER, _E.CONVERSATION_CREATED, is_action=True),
    Move.RECORD: _rule(_BEGINS, _S.CLOSED, Mover.CAMPAIGN, None),
    Move.ADMIT: _rule(_NEW, _S.QUEUED, Mover.ROUTING, _E.CONVERSATION_QUEUED, occasion=Occasion.GREETING),
    Move.OVERFLOW: _rule(_NEW, None, Mover.ROUTING, _E.CONVERSATION_UPDATED),
    Move.DISTRIBUTE: _rule(
        _QUEUED, _S.ASSIGNED, Mover.ROUTING, _E.CONVERSATION_ASSIGNED, occasion=Occasion.ASSIGNED, is_action=True
    ),
    Move.EXPIRE: _rule(
        _QUEUED, _S.QUEUED, Mover.TIME, _E.CONVERSATION_TRANSFERRED, occasion=Occasion.TRANSFERRED, is_action=True
    ),
    Move.RETURN: _rule(_ASSIGNED, _S.QUEUED, Mover.TIME, _E.CONVERSATION_QUEUED, is_action=True),
    Move.ASSIGN: _rule(
        _OPEN, _S.ASSIGNED, Mover.CALLER, _E.CONVERSATION_ASSIGNED, occasion=Occasion.ASSIGNED, is_action=True
    ),
    Move.HAND_OVER: _rule(
        _OPEN, _S.ASSIGNED, Mover.CALLER, _E.CONVERSATION_TRANSFERRED, occasion=Occasion.TRANSFERRED, is_action=True
    ),
    Move.TRANSFER: _rule(
        _OPEN, _S.QUEUED, Mover.CALLER, _E.CONVERSATION_TRANSFERRED, occasion=Occasion.TRANSFERRED, is_action=True
    ),
    Move.ADOPT: _rule(_UNPLACED, _S.NEW, Mover.SETTINGS, _E.CONVERSATION_UPDATED),
    Move.RELEASE: _rule(_UNPLACED, _S.QUEUED, Mover.SETTINGS, _E.CONVERSATION_QUEUED),
    Move.REDIRECT: _rule(_OPEN, None, Mover.SETTINGS, _E.CONVERSATION_TRANSFERRED),
    Move.REST: _rule(_ASSIGNED, None, Mover.TIME, _E.CONVERSATION_UPDATED),
    Move.WAKE: _rule(_ASSIGNED, None, Mover.CUSTOMER, _E.CONVERSATION_UPDATED),
    Move.CLOSE: _rule(_OPEN, _S.CLOSED, Mover.ANYBODY, _E.CONVERSATION_CLOSED),
    Move.REOPEN: _rule(_CLOSED, _S.ASSIGNED, Mover.CALLER, _E.CONVERSATION_ASSIGNED, is_action=True),
    Move.REOPEN_WAITING: _rule(_CLOSED, _S.QUEUED, Mover.CALLER, _E.CONVERSATION_QUEUED, is_action=True),
}


class Counter(NamedTuple):
    """A number on somebody's document: how many conversations are there in a state."""

    collection: str
    field: str
    owner: str
    """The conversation's field that names whose number it is."""


COUNTERS: Final[Mapping[ConversationState, Counter]] = {
    _S.QUEUED: Counter("queues", "waiting", "queue_id"),
    _S.ASSIGNED: Counter("operators", "load", "operator_id"),
}
"""Who enters such a state is counted on its queue or operator, in the transaction of the move (ADR 3)."""


RESTING: Final = Counter("operators", "resting", "operator_id")
"""Those of an operator's assigned conversations that don't count for the capacity (domain rule 10.2)."""


class Seat(NamedTuple):
    """Where a conversation is counted: in a queue, or with an operator."""

    counter: Counter
    id: str


def seat_of(conversation: Mapping[str, Any]) -> Seat | None:
    """Say where a conversation is counted; nowhere while it is new, closed, or waits in no queue."""
    state = conversation.get("state")
    counter = COUNTERS.get(ConversationState(state)) if state is not None else None
    id_ = None if counter is None else conversation[counter.owner]
    return None if counter is None or id_ is None else Seat(counter, id_)


def seats_of(conversation: Mapping[str, Any]) -> tuple[Seat, ...]:
    """Say everywhere where a conversation is counted: with an operator also among those that rest."""
    seat = seat_of(conversation)
    if seat is None:
        return ()
    rests = seat.counter is COUNTERS[_S.ASSIGNED] and conversation.get("rested_at") is not None
    return (seat, Seat(RESTING, seat.id)) if rests else (seat,)


def check_move(move: Move, state: ConversationState | None) -> ConversationState:
    """Return the state that a move leads to from a state (None: it begins).

    Raises:
        ProblemError: `conversation_closed` for one that is closed, `conflict` where the move is not possible.
    """
    rule = LIFE[move]
    possible = state in rule.sources if state is not None else not rule.sources
    if not possible and state is ConversationState.CLOSED:
        raise ProblemError("conversation_closed", "This conversation is closed.")
    target = rule.target or state
    if not possible or target is None:
        raise ProblemError("conflict", f"A conversation that is {state} can't be moved so ({move}).")
    return target
