"""What a look at a conversation's waits finds: what is due, what was told, what was decided. Functions of values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

import msgspec

from inbox.model.deadlines import NEVER
from inbox.storage.documents import AnswerWaitDocument, ConversationDocument, TargetDocument
from inbox.stream.events import EventType
from queueing.targets.target_rules import GRACE, Due, Said, Targets, Wait, due_of, is_breached, waits_of

SETTLED: Final = timedelta(minutes=2)
"""MongoDB ends a transaction after a minute: nothing comes later into a thread before an answer of that age."""


class Judged(msgspec.Struct, frozen=True, kw_only=True):
    """What a look found.

    Attributes:
        target: What the conversation shows now.
        told: What is to be told of it.
        decided: The waits that were answered, in time or not, or are breached by now.
        look_at: When to look again, unless something is said before.
        base_seq: Where the next look begins; None: at the beginning.
        follows: The conversation is open, in a queue with targets.
    """

    target: TargetDocument | None = None
    told: tuple[EventType, ...] = ()
    decided: tuple[AnswerWaitDocument, ...] = ()
    look_at: datetime = NEVER
    base_seq: int | None = None
    follows: bool = False


def wait_id(conversation_id: str, wait: Wait) -> str:
    """Name a wait: by its conversation and its beginning, so that it is decided once."""
    return f"{conversation_id}:{int(wait.since.timestamp() * 1000)}"


def judge(
    conversation: ConversationDocument,
    targets: Targets | None,
    said: Sequence[Said],
    known: Mapping[str, AnswerWaitDocument],
    *,
    base_seq: int | None,
    now: datetime,
) -> Judged:
    """Look at a conversation.

    Args:
        conversation: As it is stored.
        targets: Those of its queue; None where it has none.
        said: What was said behind `base_seq`.
        known: Waits that were decided before, by their ids: what was breached keeps the time at which it was due.
        base_seq: Where the look began.
        now: The time of the look.
    """
    base = _base(said, base_seq, now)
    if targets is None:
        return Judged(base_seq=base)
    waits = list(waits_of(said, answered=base_seq is not None))
    found = [(wait, due) for wait in waits if (due := _due(conversation["_id"], wait, targets, known)) is not None]
    decided = tuple(
        _decided(conversation, wait, due.due_at)
        for wait, due in found
        if wait.answered_at is not None or is_breached(due.due_at, _ended_at(conversation), now)
    )
    runs = [(wait, due) for wait, due in found[-1:] if wait.answered_at is None and conversation["open"]]
    judged = Judged(decided=decided, base_seq=base, follows=conversation["open"])
    if not runs:
        return judged
    (running,) = runs
    return _running(conversation, *running, judged, known=known, now=now)


def _base(said: Sequence[Said], base_seq: int | None, now: datetime) -> int | None:
    """Return the place of the newest answer before which nothing comes any more."""
    settled = [one.seq for one in said if one.is_answer and one.at <= now - SETTLED]
    return settled[-1] if settled else base_seq


def _due(id_: str, wait: Wait, targets: Targets, known: Mapping[str, AnswerWaitDocument]) -> Due | None:
    before = known.get(wait_id(id_, wait))
    if before is not None:
        return Due(before["due_at"], before["due_at"])
    return due_of(wait, targets)


def _ended_at(conversation: ConversationDocument) -> datetime | None:
    return None if conversation["open"] else conversation.get("closed_at")


def _decided(conversation: ConversationDocument, wait: Wait, due_at: datetime) -> AnswerWaitDocument:
    at = due_at if wait.answered_at is None else min(wait.answered_at, due_at)
    return {
        "_id": wait_id(conversation["_id"], wait),
        "workspace_id": conversation["workspace_id"],
        "conversation_id": conversation["_id"],
        "channel_id": conversation["channel_id"],
        "queue_id": conversation["queue_id"],
        "operator_id": wait.operator_id or conversation["operator_id"],
        "kind": wait.kind.value,
        "since": wait.since,
        "due_at": due_at,
        "at": at,
        "breached": wait.answered_at is None or wait.answered_at > due_at,
    }


def _running(
    conversation: ConversationDocument,
    wait: Wait,
    due: Due,
    judged: Judged,
    *,
    known: Mapping[str, AnswerWaitDocument],
    now: datetime,
) -> Judged:
    """Say what is shown and told of a wait that goes on."""
    before = conversation.get("target")
    breached = is_breached(due.due_at, None, now)
    is_same = before is not None and (before["since"], before["due_at"]) == (wait.since, due.due_at)
    was_told = is_same and before is not None and before["is_told"]
    warns = not breached and not was_told and due.warn_at <= now
    told_breach = breached and wait_id(conversation["_id"], wait) not in known
    told = (*((EventType.SLA_DUE,) if warns else ()), *((EventType.SLA_BREACHED,) if told_breach else ()))
    next_look = due.due_at + GRACE if was_told or warns else due.warn_at
    return msgspec.structs.replace(
        judged,
        target={
            "kind": wait.kind.value,
            "since": wait.since,
            "due_at": due.due_at,
            "is_told": was_told or warns,
            "breached": breached,
        },
        told=told,
        look_at=NEVER if breached else next_look,
    )
