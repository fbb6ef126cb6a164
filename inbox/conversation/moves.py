"""What each move of a conversation changes: functions of values over the table in `conversation_life`.

A move returns the fields that change and where the conversation is counted then, or it refuses and nothing has
changed. `inbox.conversation.moving` stores moves; no other file writes the state of a conversation.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final, cast

import msgspec

from inbox.conversation.conversation_changes import Change
from inbox.conversation.conversation_life import LIFE, Move, Seat, check_move, seat_of, seats_of
from inbox.model.close_reasons import Close
from inbox.model.conversation_state import ConversationState
from inbox.model.deadlines import SETTLING
from inbox.model.occasions import Occasion
from inbox.storage.documents import BotHoldDocument, ConversationDocument, Fields, RoutingNoteDocument
from inbox.stream.events import EventType

TAKEN_BACK_WITHIN: Final = timedelta(seconds=10)
"""How long who closed a conversation can take that back; so long its closing text waits."""
_NOTHING: Final = cast(ConversationDocument, {})


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
    fields: Fields
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

    @property
    def seats_left(self) -> tuple[Seat, ...]:
        """Everywhere where it was counted."""
        return seats_of(self.before)

    @property
    def seats_taken(self) -> tuple[Seat, ...]:
        """Everywhere where it is counted then."""
        return seats_of({**self.before, **self.fields})

    def noted(self, note: RoutingNoteDocument) -> Moved:
        """Add a note."""
        return msgspec.structs.replace(self, note=note)


def arrived(queue_id: str | None, *, at: datetime) -> Moved:
    """Begin a conversation that a customer opens: a queue is to be asked, or it waits for anybody."""
    move = Move.ARRIVE_UNQUEUED if queue_id is None else Move.ARRIVE
    placed = {"queue_id": queue_id, "operator_id": None, "queued_at": at if queue_id is None else None}
    return _begun(move, placed, at)


def arrived_at_bot(bot_id: str, queue_id: str | None, *, at: datetime) -> Moved:
    """Begin a conversation that a bot holds first; the queue is the one that will be asked after it."""
    placed = {"queue_id": queue_id, "operator_id": None, "queued_at": None}
    hold: BotHoldDocument = {"id": bot_id, "answered_seq": 0, "turns": 0, "said": 0}
    return _begun(Move.ARRIVE_BOT, {**placed, "bot": hold}, at)


def arrived_at_agent(queue_id: str | None, *, at: datetime) -> Moved:
    """Begin a conversation in which another agent answers; the queue is the one that will be asked after it."""
    return _begun(Move.ARRIVE_AGENT, {"queue_id": queue_id, "operator_id": None, "queued_at": None}, at)


def passed(before: ConversationDocument, queue_id: str | None, *, at: datetime) -> Moved:
    """Let a bot's conversation ask a queue, with the priority that it has; without one it waits for anybody."""
    if queue_id is not None:
        return _moved(Move.PASS, before, {"queue_id": queue_id, "tried_queue_ids": []}, at)
    return _moved(Move.PASS_UNQUEUED, before, _waits(before, None, at, at), at)


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


def stretched(times: Sequence[datetime]) -> tuple[Fields, Fields]:
    """Return the times of a recorded conversation that older messages lower, and those that newer ones raise."""
    return {"opened_at": min(times)}, {"closed_at": max(times), "active_at": max(times)}


def admitted(before: ConversationDocument, queued_at: datetime, *, at: datetime) -> Moved:
    """Let a new conversation into its queue, at this place."""
    return _moved(Move.ADMIT, before, _waits(before, before["queue_id"], queued_at, at), at)


def overflowed(before: ConversationDocument, queue_id: str, tried: Sequence[str], *, at: datetime) -> Moved:
    """Send a new conversation to the next queue."""
    return _moved(Move.OVERFLOW, before, {"queue_id": queue_id, "tried_queue_ids": list(tried)}, at)


def distributed(before: ConversationDocument, operator_id: str, *, at: datetime) -> Moved:
    """Assign a waiting conversation to an operator of its queue."""
    return _moved(Move.DISTRIBUTE, before, {"operator_id": operator_id, "assigned_at": at}, at)


def assigned(before: ConversationDocument, operator_id: str, *, at: datetime) -> Moved:
    """Assign a conversation by hand."""
    return _moved(Move.ASSIGN, before, {"operator_id": operator_id, "assigned_at": at}, at)


def with_note(move: Moved, note: str | None, by: str, *, at: datetime) -> Moved:
    """Hand a conversation on with a note for whoever gets it; without one an earlier note goes."""
    if note is None and not move.before.get("hand_over"):
        return move
    hand_over = None if note is None else {"note": note, "by": by, "at": at}
    return msgspec.structs.replace(move, fields={**move.fields, "hand_over": hand_over})


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


def given_back(before: ConversationDocument, queue_id: str | None, by: str, *, at: datetime) -> Moved:
    """Put a conversation back because its operator wants it no longer: they get it again only if nobody else can."""
    waits = _waits(before, queue_id, before.get("queued_at") or at, at)
    return _moved(Move.RETURN, before, {**waits, "last_operator_id": None, "handed_on_by": by}, at)


def adopted(before: ConversationDocument, queue_id: str | None, *, at: datetime) -> Moved:
    """Let a conversation whose queue is gone ask another one; without one it waits for anybody."""
    if queue_id is not None:
        return _moved(Move.ADOPT, before, {"queue_id": queue_id, "tried_queue_ids": []}, at)
    waits = _waits(before, None, before.get("queued_at") or at, at)
    return _moved(Move.RELEASE, before, {**waits, "tried_queue_ids": []}, at)


def redirected(before: ConversationDocument, queue_id: str, *, at: datetime) -> Moved:
    """Let a conversation follow its queue into another one, as it is there; what is due is looked at anew."""
    return _moved(Move.REDIRECT, before, {"queue_id": queue_id, "waits_since": at, "check_at": at}, at)


def rested(before: ConversationDocument, *, at: datetime) -> Moved:
    """Let a conversation count no longer for its operator's capacity."""
    return _moved(Move.REST, before, {"rested_at": at}, at)


def woken(before: ConversationDocument, *, at: datetime) -> Moved:
    """Let a conversation count again, also above the capacity."""
    return _moved(Move.WAKE, before, {}, at)


def closed(before: ConversationDocument, close: Close, *, at: datetime) -> Moved:
    """Close a conversation; nobody is reminded of it any more, and no answer is due."""
    ended = _ended(close, at) | {name: None for name in ("snooze", "target") if before.get(name)}
    return msgspec.structs.replace(_moved(Move.CLOSE, before, {"open": False, **ended}, at), close=close)


def reopened(before: ConversationDocument, *, at: datetime) -> Moved:
    """Take a close back: the conversation is where it was. How long it may wait begins anew."""
    again: Fields = {"open": True, "closed_at": None, "close_reason": None, "closed_by": None}
    if before["operator_id"] is not None:
        return _moved(Move.REOPEN, before, again, at)
    return _moved(Move.REOPEN_WAITING, before, {**again, "waits_since": at}, at)


def _begun(move: Move, placed: Fields, at: datetime) -> Moved:
    state = check_move(move, None)
    begun = {"open": state is not ConversationState.CLOSED, "state": state.value, "priority": 0, "opened_at": at}
    return Moved(move=move, before=_NOTHING, fields={**begun, **placed, "active_at": at, "check_at": at + SETTLING})


def _moved(move: Move, before: ConversationDocument, fields: Fields, at: datetime) -> Moved:
    rule = LIFE[move]
    state = check_move(move, ConversationState(before["state"]))
    named = {} if rule.target is None else {"state": state.value, "check_at": at + SETTLING}
    action = {"active_at": at} if rule.is_action else {}
    counts = {"rested_at": None} if before.get("rested_at") is not None else {}
    return Moved(move=move, before=before, fields={**named, **action, **counts, **fields})


def _waits(before: ConversationDocument, queue_id: str | None, queued_at: datetime, at: datetime) -> Fields:
    """Return the fields of one that waits from now on; those that say so already are left out."""
    fields: Fields = {"queued_at": queued_at, "waits_since": at}
    if queue_id != before["queue_id"]:
        fields["queue_id"] = queue_id
    if before["operator_id"] is not None:
        fields |= {"operator_id": None, "assigned_at": None}
    return fields


def _to_the_end(
    before: ConversationDocument, queue_id: str, queued_at: datetime, by: str | None, at: datetime
) -> Fields:
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


def _ended(close: Close, at: datetime) -> Fields:
    return {"closed_at": at, "close_reason": close.reason.value, "closed_by": close.by}
