"""Where a conversation can be transferred to, and why not elsewhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Final

import msgspec

from inbox.conversation.queue_members import busy, capacity_of, is_member
from inbox.model.operator_status import REACHABLE
from inbox.people.access import Caller
from inbox.storage.database import Database, Document, Session
from inbox.storage.documents import OperatorDocument, QueueDocument
from queueing.queues.admission_rules import Entrant, EntryAnswer, QueueFacts, may_enter

REFUSALS: Final[Mapping[EntryAnswer, tuple[str, str]]] = {
    EntryAnswer.OVERFLOWED: ("queue_full", "The queue is full: no conversation can be transferred into it now."),
    EntryAnswer.NO_OPERATORS: ("queue_unavailable", "No member of the queue is online or ready."),
}
AWAY: Final = "The operator is neither online nor ready."
FULL: Final = "The operator has as many conversations as they can take: one has to be closed or transferred first."
_OF_QUEUE: Final[Document] = dict.fromkeys(("name", "waiting", "limit", "operator_ids", "group_ids", "capacity"), 1)
_OF_OPERATOR: Final[Document] = dict.fromkeys(("name", "status", "group_ids", "capacity", "load", "resting"), 1)


class TransferKind(StrEnum):
    """What a conversation can be transferred to."""

    QUEUE = "queue"
    OPERATOR = "operator"


class TransferTarget(msgspec.Struct, frozen=True, kw_only=True):
    """A queue or an operator; `reason` says why it can't be chosen."""

    kind: TransferKind
    id: str
    name: str
    available: bool
    reason: str | None = None


class TransferTargets(msgspec.Struct, frozen=True, kw_only=True):
    """All targets: queues, then operators, by name."""

    items: tuple[TransferTarget, ...]


async def transfer_targets(database: Database, caller: Caller, *, available_only: bool) -> TransferTargets:
    """List queues and operators, with a reason on each that can't be chosen."""

    async def work(session: Session) -> TransferTargets:
        of_workspace = {"workspace_id": caller.workspace_id}
        queues = await database.queues.find(of_workspace, _OF_QUEUE, session=session).to_list(None)
        active = {**of_workspace, "active": True}
        operators = await database.operators.find(active, _OF_OPERATOR, session=session).to_list(None)
        unbounded = await may_exceed_capacity(database, caller.workspace_id, session)
        found = [*_queue_targets(queues, operators), *_operator_targets(caller, queues, operators, unbounded)]
        return TransferTargets(items=tuple(t for t in found if t.available or not available_only))

    return await database.transaction(work)


async def may_exceed_capacity(database: Database, workspace_id: str, session: Session) -> bool:
    """Tell whether people may give operators more than their capacity (a setting of the workspace)."""
    workspace = await database.workspaces.find_one({"_id": workspace_id}, {"settings": 1}, session=session)
    return bool(workspace and workspace["settings"].get("manual_over_capacity"))


def _queue_targets(queues: Sequence[QueueDocument], operators: Sequence[OperatorDocument]) -> list[TransferTarget]:
    there = [operator for operator in operators if operator["status"] in REACHABLE]
    targets = []
    for queue in sorted(queues, key=lambda q: q["name"]):
        reachable = sum(is_member(queue, operator) for operator in there)
        facts = QueueFacts(waiting=queue["waiting"], limit=queue["limit"], ready=0, reachable=reachable)
        answer = may_enter(facts, Entrant.TRANSFER)
        reason = REFUSALS[answer][1] if answer in REFUSALS else None
        targets.append(_target(TransferKind.QUEUE, queue, reason))
    return targets


def _operator_targets(
    caller: Caller, queues: Sequence[QueueDocument], operators: Sequence[OperatorDocument], unbounded: bool
) -> list[TransferTarget]:
    targets = []
    for operator in sorted(operators, key=lambda o: o["name"]):
        reason = None if operator["status"] in REACHABLE else AWAY
        if reason is None and not (unbounded or is_below_capacity(operator, queues)):
            reason = FULL
        if operator["_id"] != caller.id:
            targets.append(_target(TransferKind.OPERATOR, operator, reason))
    return targets


def is_below_capacity(operator: OperatorDocument, queues: Sequence[QueueDocument]) -> bool:
    """Tell whether an operator has room for one more conversation."""
    return busy(operator) < capacity_of(operator, queues)


def _target(kind: TransferKind, document: QueueDocument | OperatorDocument, reason: str | None) -> TransferTarget:
    return TransferTarget(kind=kind, id=document["_id"], name=document["name"], available=reason is None, reason=reason)
