"""The life of a conversation as one table: which moves lead from where to where, by whom, and what each changes.

A move is a function of values: it returns the fields that change and what is counted on queues and operators, or it
refuses and nothing has changed. `inbox.conversation.moving` stores moves; no other file writes the state of a
conversation.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any, Final, NamedTuple

import msgspec

from inbox.conversation.conversation_changes import Change
from inbox.foundation.problems import ProblemError
from inbox.model.close_reasons import Close
from inbox.model.conversation_state import ConversationState
from inbox.model.deadlines import SETTLING
from inbox.model.occasions import Occasion
from inbox.storage.database import Document
from inbox.storage.documents import ConversationDocument, RoutingNoteDocument
from inbox.stream.events import EventType


class Move(StrEnum):
    """What happens to a conversation."""

    ARRIVE = "arrive"
    """A customer writes: the channel's queue will be asked."""
    ARRIVE_UNQUEUED = "arrive_unqueued"
    """A customer writes to a channel without a queue: it waits for anybody."""
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
    """Its operator is gone: it goes back to its old place in a queue."""
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
    CLOSE = "close"


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
_NOTHING: Final[Document] = {}


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
    Move.CLOSE: _rule(_OPEN, _S.CLOSED, Mover.ANYBODY, _E.CONVERSATION_CLOSED),
}
"""Nothing leads to `bot` yet: the contract has the state for bots that hold a conversation first, and there are none.
Rules already treat a conversation there as open."""


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


class Seat(NamedTuple):
    """Where a conversation is counted: in a queue, or with an operator."""

    counter: Counter
    id: str


class Moved(msgspec.Struct, frozen=True, kw_only=True):
    """What a move changes.

    Attributes:
        before: The conversation as it was read in the transaction; empty for a beginning.
        fields: What it gets.
        close: Of a move that closes.
        note: What is added to the log that explains why it is where it is.
    """

    move: Move
    before: ConversationDocument
    fields: Document
    close: Close | None = None
    note: RoutingNoteDocument | None = None

    @property
    def change(self) -> Change:
        """The change to store."""
        return Change(self.before, self.fields, self.note)

    @property
    def event(self) -> EventType | None:
        """What clients are told."""
        return LIFE[self.move].event

    @property
    def occasion(self) -> Occasion | None:
        """What the customer may be told."""
        return LIFE[self.move].occasion if self.close is None else self.close.occasion

    @property
    def left(self) -> Seat | None:
        """Where it was counted."""
        return seat_of(self.before)

    @property
    def taken(self) -> Seat | None:
        """Where it is counted then."""
        return seat_of({**self.before, **self.fields})

    def noted(self, note: RoutingNoteDocument) -> Moved:
        """Add a note."""
        return msgspec.structs.replace(self, note=note)


def seat_of(conversation: Mapping[str, Any]) -> Seat | None:
    """Say where a conversation is counted; nowhere while it is new, closed, or waits in no queue."""
    state = conversation.get("state")
    counter = COUNTERS.get(ConversationState(state)) if state is not None else None
    id_ = None if counter is None else conversation[counter.owner]
    return None if counter is None or id_ is None else Seat(counter, id_)


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


def arrived(queue_id: str | None, *, at: datetime) -> Moved:
    """Begin a conversation that a customer opens: a queue is to be asked, or it waits for anybody."""
    move = Move.ARRIVE_UNQUEUED if queue_id is None else Move.ARRIVE
    placed = {"queue_id": queue_id, "operator_id": None, "queued_at": at if queue_id is None else None}
    return _begun(move, placed, at)


def started(operator_id: str | None, queue_id: str | None, *, at: datetime) -> Moved:
    """Begin a conversation towards a customer: its operator has it, a program's waits for anybody."""
    if operator_id is None:
        return _begun(Move.START_UNASSIGNED, {"queue_id": None, "operator_id": None, "queued_at": at}, at)
    placed = {"queue_id": queue_id, "operator_id": operator_id, "queued_at": None, "assigned_at": at}
    return _begun(Move.START, placed, at)


def recorded(close: Close, queue_id: str | None, *, at: datetime) -> Moved:
    """Begin a conversation that never opens."""
    placed = {"queue_id": queue_id, "operator_id": None, "queued_at": None, **_ended(close, at)}
    return _begun(Move.RECORD, placed, at)


def admitted(before: ConversationDocument, queued_at: datetime, *, at: datetime) -> Moved:
    """Let a new conversation into its queue, at this place."""
    return _moved(Move.ADMIT, before, _waits(before, before["queue_id"], queued_at, at), at)


def overflowed(before: ConversationDocument, queue_id: str, tried: Sequence[str], *, at: datetime) -> Moved:
    """Send a new conversation to the next queue."""
    return _moved(Move.OVERFLOW, before, {"queue_id": queue_id, "tried_queue_ids": list(tried)}, at)


def distributed(before: ConversationDocument, operator_id: str, *, at: datetime) -> Moved:
    """Give a waiting conversation to an operator of its queue."""
    return _moved(Move.DISTRIBUTE, before, {"operator_id": operator_id, "assigned_at": at}, at)


def assigned(before: ConversationDocument, operator_id: str, *, at: datetime) -> Moved:
    """Assign a conversation by hand."""
    return _moved(Move.ASSIGN, before, {"operator_id": operator_id, "assigned_at": at}, at)


def handed_over(before: ConversationDocument, operator_id: str, *, at: datetime) -> Moved:
    """Transfer a conversation to an operator."""
    return _moved(Move.HAND_OVER, before, {"operator_id": operator_id, "assigned_at": at}, at)


def transferred(
    before: ConversationDocument, queue_id: str, queued_at: datetime, by: str | None, *, at: datetime
) -> Moved:
    """Transfer a conversation to the end of a queue; `by` is the operator who does."""
    return _moved(Move.TRANSFER, before, _to_the_end(before, queue_id, queued_at, by, at), at)


def expired(before: ConversationDocument, queue_id: str, queued_at: datetime, *, at: datetime) -> Moved:
    """Put a conversation that waited too long at the end of the next queue."""
    return _moved(Move.EXPIRE, before, _to_the_end(before, queue_id, queued_at, None, at), at)


def returned(before: ConversationDocument, queue_id: str | None, *, at: datetime) -> Moved:
    """Put a conversation back into a queue, with its old place and priority; its longest wait begins anew."""
    waits = _waits(before, queue_id, before.get("queued_at") or at, at)
    return _moved(Move.RETURN, before, {**waits, "last_operator_id": before["operator_id"]}, at)


def adopted(before: ConversationDocument, queue_id: str | None, *, at: datetime) -> Moved:
    """Let a conversation whose queue is gone ask another one; without one it waits for anybody."""
    if queue_id is not None:
        return _moved(Move.ADOPT, before, {"queue_id": queue_id, "tried_queue_ids": []}, at)
    waits = _waits(before, None, before.get("queued_at") or at, at)
    return _moved(Move.RELEASE, before, {**waits, "tried_queue_ids": []}, at)


def redirected(before: ConversationDocument, queue_id: str, *, at: datetime) -> Moved:
    """Let a conversation follow its queue into another one, as it is there; what is due is looked at anew."""
    return _moved(Move.REDIRECT, before, {"queue_id": queue_id, "waits_since": at, "check_at": at}, at)


def closed(before: ConversationDocument, close: Close, *, at: datetime) -> Moved:
    """Close a conversation."""
    return msgspec.structs.replace(_moved(Move.CLOSE, before, {"open": False, **_ended(close, at)}, at), close=close)


def _begun(move: Move, placed: Document, at: datetime) -> Moved:
    state = check_move(move, None)
    begun = {"open": state is not ConversationState.CLOSED, "state": state.value, "priority": 0, "opened_at": at}
    return Moved(move=move, before=_NOTHING, fields={**begun, **placed, "active_at": at, "check_at": at + SETTLING})


def _moved(move: Move, before: ConversationDocument, fields: Document, at: datetime) -> Moved:
    rule = LIFE[move]
    state = check_move(move, ConversationState(before["state"]))
    named = {} if rule.target is None else {"state": state.value, "check_at": at + SETTLING}
    action = {"active_at": at} if rule.is_action else {}
    return Moved(move=move, before=before, fields={**named, **action, **fields})


def _waits(before: ConversationDocument, queue_id: str | None, queued_at: datetime, at: datetime) -> Document:
    """Return the fields of one that waits from now on; those that say so already are left out."""
    fields: Document = {"queued_at": queued_at, "waits_since": at}
    if queue_id != before["queue_id"]:
        fields["queue_id"] = queue_id
    if before["operator_id"] is not None:
        fields |= {"operator_id": None, "assigned_at": None}
    return fields


def _to_the_end(
    before: ConversationDocument, queue_id: str, queued_at: datetime, by: str | None, at: datetime
) -> Document:
    """Return the fields of one at the end of a queue: without priority (domain rule 3.4), and not for who gave it.

    A sticky queue asks the operator of last time first, but not who has just given it away.
    """
    last, giver = before.get("last_operator_id"), before["operator_id"]
    return {
        **_waits(before, queue_id, queued_at, at),
        "priority": 0,
        "last_operator_id": None if last == giver else last,
        "handed_on_by": giver or by,
    }


def _ended(close: Close, at: datetime) -> Document:
    return {"closed_at": at, "close_reason": close.reason.value, "closed_by": close.by}
