"""The table of a conversation's life: every state with every move, and nobody who goes round it."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from itertools import product
from pathlib import Path
from typing import Any, Final

import pytest

from inbox.conversation import moves
from inbox.conversation.conversation_life import COUNTERS, LIFE, RESTING, Move, Seat, seat_of
from inbox.conversation.counters import seat_changes
from inbox.conversation.moves import Moved
from inbox.foundation.problems import ProblemError
from inbox.model.close_reasons import CLOSES, Close, CloseReason, close_by_rule
from inbox.model.conversation_state import ConversationState
from inbox.model.occasions import Occasion

AT: Final = datetime(2026, 3, 4, 12, tzinfo=UTC)
EARLIER: Final = AT - timedelta(hours=1)
CLOSING: Final = Close(reason=CloseReason.OPERATOR, by="operator:ann")
HOUSE: Final = Path(__file__).parents[3]
ROOMS: Final = ("inbox", "channels", "queueing", "templates_hsm", "workers", "gateway")
TABLE: Final = HOUSE / "inbox/conversation/moves.py"

BEGINNINGS: Final[dict[Move, Callable[[], Moved]]] = {
    Move.ARRIVE: lambda: moves.arrived("sales", at=AT),
    Move.ARRIVE_UNQUEUED: lambda: moves.arrived(None, at=AT),
    Move.ARRIVE_BOT: lambda: moves.arrived_at_bot("b1", "sales", at=AT),
    Move.ARRIVE_AGENT: lambda: moves.arrived_at_agent("sales", at=AT),
    Move.START: lambda: moves.started("ann", "sales", at=AT),
    Move.START_UNASSIGNED: lambda: moves.started(None, None, at=AT),
    Move.RECORD: lambda: moves.recorded(close_by_rule(CloseReason.CAMPAIGN), "sales", at=AT),
}
MOVES: Final[dict[Move, Callable[[dict[str, Any]], Moved]]] = {
    Move.PASS: lambda before: moves.passed(before, "service", at=AT),
    Move.PASS_UNQUEUED: lambda before: moves.passed(before, None, at=AT),
    Move.ADMIT: lambda before: moves.admitted(before, AT, at=AT),
    Move.OVERFLOW: lambda before: moves.overflowed(before, "service", ["sales"], at=AT),
    Move.DISTRIBUTE: lambda before: moves.distributed(before, "ann", at=AT),
    Move.EXPIRE: lambda before: moves.expired(before, "service", AT, at=AT),
    Move.RETURN: lambda before: moves.returned(before, "service", at=AT),
    Move.ASSIGN: lambda before: moves.assigned(before, "ann", at=AT),
    Move.HAND_OVER: lambda before: moves.handed_over(before, "ann", at=AT),
    Move.TRANSFER: lambda before: moves.transferred(before, "service", AT, "bob", at=AT),
    Move.ADOPT: lambda before: moves.adopted(before, "service", at=AT),
    Move.RELEASE: lambda before: moves.adopted(before, None, at=AT),
    Move.REDIRECT: lambda before: moves.redirected(before, "service", at=AT),
    Move.REST: lambda before: moves.rested(before, at=AT),
    Move.WAKE: lambda before: moves.woken(before, at=AT),
    Move.CLOSE: lambda before: moves.closed(before, CLOSING, at=AT),
    Move.REOPEN: lambda before: moves.reopened({**before, "operator_id": "eve", "assigned_at": EARLIER}, at=AT),
    Move.REOPEN_WAITING: lambda before: moves.reopened({**before, "operator_id": None}, at=AT),
}


def conversation(state: ConversationState) -> dict[str, Any]:
    """Make a conversation as it is stored in a state."""
    has = state is ConversationState.ASSIGNED
    return {
        "_id": "c1",
        "workspace_id": "w1",
        "open": state is not ConversationState.CLOSED,
        "state": state.value,
        "queue_id": "sales",
        "operator_id": "eve" if has else None,
        "priority": 3,
        "queued_at": None if state is ConversationState.NEW else EARLIER,
        "assigned_at": EARLIER if has else None,
        "active_at": EARLIER,
        "version": 4,
    }


def after(move: Moved) -> dict[str, Any]:
    return {**move.before, **move.fields}


def test_every_move_is_tried() -> None:
    assert BEGINNINGS.keys() | MOVES.keys() == set(Move) == LIFE.keys()
    assert {move for move, rule in LIFE.items() if not rule.sources} == BEGINNINGS.keys()


@pytest.mark.parametrize(("state", "move"), list(product(ConversationState, MOVES)))
def test_a_move_leads_where_the_table_says_or_changes_nothing(state: ConversationState, move: Move) -> None:
    before = conversation(state)
    as_it_was = deepcopy(before)
    if state not in LIFE[move].sources:
        with pytest.raises(ProblemError) as refused:
            MOVES[move](before)
        assert refused.value.code == ("conversation_closed" if state is ConversationState.CLOSED else "conflict")
        assert before == as_it_was
        return
    moved = MOVES[move](before)
    assert moved.move is move
    assert before == as_it_was
    assert_whole(after(moved), LIFE[move].target or state)
    assert (after(moved)["active_at"] == AT) is LIFE[move].is_action


@pytest.mark.parametrize("move", BEGINNINGS)
def test_a_beginning_leads_where_the_table_says(move: Move) -> None:
    begun = BEGINNINGS[move]()
    target = LIFE[move].target
    assert begun.move is move
    assert target is not None
    assert_whole(begun.fields, target)
    assert begun.left is None


def assert_whole(document: dict[str, Any], state: ConversationState) -> None:
    """Check what holds of every conversation in a state, however it came there."""
    assert document["state"] == state.value
    assert document["open"] is (state is not ConversationState.CLOSED)
    if state is not ConversationState.CLOSED:
        assert (document["operator_id"] is not None) is (state is ConversationState.ASSIGNED)
        assert (document.get("assigned_at") is not None) is (state is ConversationState.ASSIGNED)
    if state is ConversationState.QUEUED:
        assert document["queued_at"] is not None
    if state is ConversationState.CLOSED:
        assert document["closed_at"] == AT
        assert document["close_reason"] in set(CloseReason)


@pytest.mark.parametrize(("state", "move"), list(product(ConversationState, MOVES)))
def test_counters_say_who_waits_and_who_is_assigned(state: ConversationState, move: Move) -> None:
    before = conversation(state)
    if state not in LIFE[move].sources:
        return
    moved = MOVES[move](before)
    changes = seat_changes([moved])
    for counted, counter in COUNTERS.items():
        was, is_ = state is counted, after(moved)["state"] == counted.value and seat_of(after(moved)) is not None
        change = sum(number for seat, number in changes.items() if seat.counter == counter)
        assert change == int(is_) - int(was)


@pytest.mark.parametrize("move", MOVES)
def test_only_a_rest_leaves_a_conversation_out_of_the_capacity(move: Move) -> None:
    """Whatever else happens to one that rests, it counts again, and the operator's counters say so."""
    before = {**conversation(ConversationState.ASSIGNED), "rested_at": EARLIER}
    if ConversationState.ASSIGNED not in LIFE[move].sources:
        return
    moved = MOVES[move](before)
    assert after(moved)["rested_at"] == (AT if move is Move.REST else None)
    changes = seat_changes([moved])
    assert changes[Seat(RESTING, "eve")] == (0 if move is Move.REST else -1)
    assert changes.get(Seat(RESTING, "ann"), 0) == 0


def test_a_whole_life_leaves_the_counters_as_they_were() -> None:
    arrived = moves.arrived("sales", at=AT)
    document = {"_id": "c1", "workspace_id": "w1", **arrived.fields}
    made = [arrived]
    for move in (
        *(Move.ADMIT, Move.DISTRIBUTE, Move.REST, Move.WAKE, Move.REST, Move.TRANSFER, Move.EXPIRE, Move.ASSIGN),
        *(Move.RETURN, Move.ASSIGN, Move.REST, Move.CLOSE),
    ):
        made.append(MOVES[move](document))
        document = after(made[-1])
    assert set(seat_changes(made).values()) == {0}


def test_whoever_transfers_gives_up_priority_and_the_preference() -> None:
    has = {**conversation(ConversationState.ASSIGNED), "last_operator_id": "eve"}
    fields = moves.transferred(has, "service", AT, "bob", at=AT).fields
    assert (fields["priority"], fields["last_operator_id"], fields["handed_on_by"]) == (0, None, "eve")
    waits = {**conversation(ConversationState.QUEUED), "last_operator_id": "eve"}
    fields = moves.transferred(waits, "service", AT, "bob", at=AT).fields
    assert (fields["priority"], fields["last_operator_id"], fields["handed_on_by"]) == (0, "eve", "bob")


def test_who_comes_back_has_the_old_place_and_priority() -> None:
    fields = moves.returned(conversation(ConversationState.ASSIGNED), "sales", at=AT).fields
    assert (fields["queued_at"], fields["waits_since"], fields["last_operator_id"]) == (EARLIER, AT, "eve")
    assert "priority" not in fields


@pytest.mark.parametrize("reason", CloseReason)
def test_a_close_says_why_and_by_whom(reason: CloseReason) -> None:
    closed = moves.closed(conversation(ConversationState.QUEUED), close_by_rule(reason), at=AT)
    assert (closed.fields["close_reason"], closed.fields["closed_by"]) == (reason.value, CLOSES[reason].by)
    told_at_the_close = CLOSES[reason].occasion is Occasion.CLOSED
    assert closed.occasion is (Occasion.CLOSED if told_at_the_close else None)
    silent = moves.closed(conversation(ConversationState.QUEUED), close_by_rule(reason, silent=True), at=AT)
    assert silent.occasion is None


def test_something_leads_to_every_state() -> None:
    assert {rule.target for rule in LIFE.values()} >= set(ConversationState)


def test_a_bot_hands_over_with_the_priority_that_it_has() -> None:
    fields = moves.passed(conversation(ConversationState.BOT), "service", at=AT).fields
    assert (fields["queue_id"], fields["state"]) == ("service", "new")
    assert "priority" not in fields


def test_every_reason_has_who_gives_it() -> None:
    table = HOUSE / "inbox/model/close_reasons.py"
    given = {
        CloseReason[name]
        for path in modules()
        if path != table
        for name in re.findall(r"CloseReason\.([A-Z_]+)", path.read_text())
    }
    assert given == set(CloseReason)
    assert CLOSES.keys() == set(CloseReason)


def test_the_page_has_words_for_every_reason_and_occasion() -> None:
    pages = HOUSE / "gateway/workplace/src"
    reasons, occasions = (
        (pages / "languages/en/basic.ts").read_text(),
        (pages / "languages/en/settings_queues.ts").read_text(),
    )
    assert [reason for reason in CloseReason if f"{reason}: " not in reasons] == []
    assert [occasion for occasion in Occasion if f"{occasion}: " not in occasions] == []


def test_the_documents_name_every_occasion() -> None:
    table = (HOUSE / "docs/auto-replies.md").read_text()
    assert [occasion for occasion in Occasion if f"| `{occasion}` |" not in table] == []


def test_no_other_file_writes_what_the_table_writes() -> None:
    """Fields of a move are written by the table alone: elsewhere they are read, or stand in conditions of queries."""
    found = {f"{path.relative_to(HOUSE)}:{line}" for path in modules() if path != TABLE for line in writes(path)}
    assert not found


def modules() -> Iterator[Path]:
    return (path for room in ROOMS for path in (HOUSE / room).rglob("*.py"))


WRITTEN_BY_MOVES: Final = {"close_reason", "closed_by", "closed_at", "waits_since", "handed_on_by", "tried_queue_ids"}
"""Fields that no other document has; `state` is known by its values."""


def writes(path: Path) -> Iterator[int]:
    """Find where a file sets a field of a move in `$set`, in a dictionary of fields, or by name."""
    source = path.read_text()
    if not any(f'"{field}"' in source for field in (*WRITTEN_BY_MOVES, "state")):
        return
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Dict(keys=keys, values=values):
                pairs = [(key.value, value) for key, value in zip(keys, values, strict=True) if is_name(key)]
                yield from (node.lineno for name, value in pairs if is_written(name, value, pairs))
            case ast.Assign(targets=[ast.Subscript(slice=ast.Constant(value=name))]) if name in WRITTEN_BY_MOVES:
                yield node.lineno


def is_name(key: ast.expr | None) -> bool:
    return isinstance(key, ast.Constant) and isinstance(key.value, str)


def is_written(name: Any, value: ast.expr, beside: list[tuple[Any, ast.expr]]) -> bool:
    """Tell whether a field is set; a condition says whose or that it is open, and a projection has numbers."""
    named = {other for other, asked in beside if other != "open" or ast.dump(asked) == ast.dump(ast.Constant(True))}
    is_condition = bool(named & {"workspace_id", "open", "_id"}) and not named & {"version", "opened_at"}
    if isinstance(value, ast.Dict | ast.Constant) or is_condition:
        return False
    return name in WRITTEN_BY_MOVES or (name == "state" and "ConversationState" in ast.dump(value))
