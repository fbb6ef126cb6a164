"""Changing operators' statuses: each change is logged and told, in one transaction with it."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Final

import msgspec
from msgspec import Meta

from inbox.conversation.routing_notes import who
from inbox.foundation.clock import Clock
from inbox.foundation.decoding import field_problem
from inbox.foundation.ids import new_id
from inbox.foundation.pages import Page, cut_page, decode_cursor
from inbox.foundation.problems import ProblemError, not_found
from inbox.foundation.structs import read_as
from inbox.model.operator_status import OperatorStatus
from inbox.people.access import Caller, Role
from inbox.people.accounts import Operator
from inbox.storage.database import Database, Document, Session
from inbox.storage.documents import OperatorDocument, StatusChangeDocument
from inbox.storage.isolation import Isolated
from inbox.stream.events import Event, EventType, write_events
from queueing.operators.operator_rules import StatusPlan, check_may_lead, settled
from queueing.operators.presence_lease import presence_end

ONESELF: Final = "me"
PLANS_AT_ONCE: Final = 200
StatusWord = Annotated[str, Meta(min_length=1, max_length=100, examples=["ready"])]


class Reason(StrEnum):
    """Why a status changed."""

    CHOSEN = "chosen"
    PLANNED = "planned"
    ENTERED = "entered"
    ABSENT = "absent"
    DEACTIVATED = "deactivated"


class StatusRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The status to have: offline, online, ready, unavailable, or the id of one of the workspace's own.

    Attributes:
        next: Takes effect when the conversations in hand are closed; until then nothing is distributed.
    """

    status: StatusWord
    next: StatusWord | None = None


class StatusChange(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the log of statuses; `by` is `kind:id` of who changed it, or `system`."""

    id: str
    at: datetime
    previous: str
    status: str
    next_status: str | None
    reason: Reason
    by: str


class StatusChangePage(Page[StatusChange], frozen=True, kw_only=True):
    """A part of the log."""


class StatusCause(msgspec.Struct, frozen=True):
    """Why and by whom a status is changed."""

    reason: Reason
    by: str = "system"


class OperatorStatuses:
    """The statuses of all operators."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._planned = Isolated("planned_statuses")

    async def set(self, caller: Caller, operator_id: str, asked: StatusRequest) -> Operator:
        """Set a status, one's own or that of somebody whom one leads; it also renews the presence.

        Raises:
            ProblemError: `not_found`, `forbidden`, `conflict` for somebody who was removed, `invalid_request` for a
                status that does not exist.
        """
        operator_id = addressed(caller, operator_id)

        async def work(session: Session) -> Operator:
            now = self._clock.now()
            before = await find_operator(self._database, caller.workspace_id, operator_id, session=session)
            check_may_lead(caller, operator_id, Role(before["role"]))
            if not before["active"]:
                raise ProblemError("conflict", "The operator was removed from the workspace: they have no status.")
            for field, status in (("status", asked.status), ("next", asked.next)):
                await self._check_exists(caller.workspace_id, field, status, session)
            plan = settled(StatusPlan(asked.status, asked.next), before.get("load", 0))
            present = await presence_end(self._database, caller.workspace_id, now, session=session)
            change = PlanChange(plan, StatusCause(Reason.CHOSEN, who(caller)), {"presence_until": present})
            return await change_status(self._database, before, change, at=now, session=session)

        return await self._database.transaction(work)

    async def take_planned(self) -> int:
        """Let planned statuses take effect whose operators have nothing in hand any more; return how many."""
        due = self._planned.among({"next_status": {"$type": "string"}, "load": {"$not": {"$gt": 0}}})
        found = await self._database.operators.find(due, {"workspace_id": 1}).limit(PLANS_AT_ONCE).to_list(None)
        return sum(await self._planned.each(found, self._take_planned))

    async def _take_planned(self, found: OperatorDocument) -> bool:
        async def work(session: Session) -> bool:
            before = await find_operator(self._database, found["workspace_id"], found["_id"], session=session)
            planned = StatusPlan(before["status"], before.get("next_status"))
            plan = settled(planned, before.get("load", 0))
            if plan == planned:
                return False
            change = PlanChange(plan, StatusCause(Reason.PLANNED))
            await change_status(self._database, before, change, at=self._clock.now(), session=session)
            return True

        return await self._database.transaction(work)

    async def history(self, caller: Caller, operator_id: str, *, limit: int, cursor: str | None) -> Page[StatusChange]:
        """List changes, newest first: one's own, and those of the people whom one leads.

        Raises:
            ProblemError: `not_found`, `forbidden`.
        """
        operator_id = addressed(caller, operator_id)
        operator = await find_operator(self._database, caller.workspace_id, operator_id)
        check_may_lead(caller, operator_id, Role(operator["role"]))
        wanted: Document = {"workspace_id": caller.workspace_id, "operator_id": operator_id}
        before = decode_cursor(cursor, str)
        if before is not None:
            wanted["_id"] = {"$lt": before}
        found = self._database.status_changes.find(wanted).sort("_id", -1).limit(limit + 1)
        changes = [read_as(change, StatusChange) for change in await found.to_list(None)]
        return cut_page(changes, limit, lambda change: change.id)

    async def _check_exists(self, workspace_id: str, field: str, status: str | None, session: Session) -> None:
        if status is None or status in set(OperatorStatus):
            return
        wanted = {"_id": status, "workspace_id": workspace_id}
        found = await self._database.statuses.update_one(wanted, {"$inc": {"used": 1}}, session=session)
        if not found.matched_count:  # the update makes a deletion at the same time start again
            words = ", ".join(OperatorStatus)
            raise field_problem(f"/{field}", f"must be one of {words}, or the id of a status of the workspace")


class PlanChange(msgspec.Struct, frozen=True):
    """A new status, its cause, and further fields to set with it."""

    plan: StatusPlan
    cause: StatusCause
    further: Document = {}


def addressed(caller: Caller, operator_id: str) -> str:
    """Return whose id is meant: `me` is oneself."""
    return caller.id if operator_id == ONESELF else operator_id


async def find_operator(
    database: Database, workspace_id: str, operator_id: str, *, session: Session | None = None
) -> OperatorDocument:
    """Read an operator's document. Raises `ProblemError` (`not_found`)."""
    found: OperatorDocument | None = await database.operators.find_one(
        {"_id": operator_id, "workspace_id": workspace_id}, session=session
    )
    if found is None:
        raise not_found("operator")
    return found


async def change_status(
    database: Database, before: OperatorDocument, change: PlanChange, *, at: datetime, session: Session
) -> Operator:
    """Change, log and tell; what changes nothing is not logged."""
    plan = change.plan
    same = plan == StatusPlan(before["status"], before.get("next_status"))
    fields = {**({} if same else _fields(before, plan, at)), **change.further}
    if fields:
        await database.operators.update_one(
            {"_id": before["_id"], "workspace_id": before["workspace_id"]}, {"$set": fields}, session=session
        )
    view = read_as({**before, **fields}, Operator)
    if not same:
        await _log(database, before, change, at, session)
    if not same or "active" in change.further:
        await tell_of_operator(database, before["workspace_id"], view, at=at, session=session)
    return view


async def tell_of_operator(
    database: Database, workspace_id: str, operator: Operator, *, at: datetime, session: Session
) -> None:
    """Write `operator.status` with the whole operator."""
    event = Event(workspace_id=workspace_id, type=EventType.OPERATOR_STATUS, at=at, data=operator)
    await write_events(database, [event], at=at, session=session)


def _fields(before: OperatorDocument, plan: StatusPlan, at: datetime) -> Document:
    fields: Document = {"status": plan.status, "next_status": plan.next_status}
    if plan.status != before["status"]:
        fields["status_since"] = at
        fields["away_since"] = at if plan.status == OperatorStatus.OFFLINE.value else None
        if plan.status == OperatorStatus.READY.value:
            fields["idle_since"] = at
    return fields


async def _log(
    database: Database, before: OperatorDocument, change: PlanChange, at: datetime, session: Session
) -> None:
    document: StatusChangeDocument = {
        "_id": new_id(),
        "workspace_id": before["workspace_id"],
        "operator_id": before["_id"],
        "at": at,
        "previous": before["status"],
        "status": change.plan.status,
        "next_status": change.plan.next_status,
        "reason": change.cause.reason.value,
        "by": change.cause.by,
    }
    await database.status_changes.insert_one(document, session=session)
