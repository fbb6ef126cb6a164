"""Removes operators: their conversations are moved first, their sign-ins end."""

from __future__ import annotations

from datetime import datetime

from inbox.channel.channel_queue import lock_routing
from inbox.conversation.routing_notes import RoutingRule, routing_note, who
from inbox.foundation.clock import Clock
from inbox.foundation.decoding import field_problem
from inbox.foundation.problems import ProblemError
from inbox.model.operator_status import OperatorStatus
from inbox.people.access import Caller, Role
from inbox.people.accounts import Operator
from inbox.people.sessions import shut_out
from inbox.storage.database import Database, Session
from inbox.storage.documents import OperatorDocument, QueueDocument
from queueing.operators.operator_rules import StatusPlan, check_may_change
from queueing.operators.operator_statuses import PlanChange, Reason, StatusCause, change_status, find_operator
from queueing.queues.queue_views import tell_of_queue
from queueing.transfers.queue_moves import put_back
from queueing.transfers.transfers import Transfers


class OperatorRemoval:
    """Deactivates operators. Their document stays: what they wrote keeps its author."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._transfers = Transfers(database, clock)

    async def delete(self, caller: Caller, operator_id: str, *, move_to: str | None) -> None:
        """Deactivate an operator, end their sign-ins, and take them out of their queues and groups.

        Args:
            caller: Who wants it.
            operator_id: Who leaves.
            move_to: A queue or an operator that gets their conversations: a queue with their old places, even
                above its limit; an operator as far as their capacity goes. What has moved stays moved when it
                goes no further.

        Raises:
            ProblemError: `not_found`, `forbidden`, `conflict` for the last owner, `in_use`, `operator_full`,
                `invalid_request` for a `move_to` that does not exist.
        """
        await self._database.transaction(lambda session: self._begin(caller, operator_id, move_to, session))
        if move_to is not None:
            to_queue = await self._is_queue(caller.workspace_id, operator_id, move_to)
            while await self._move_one(caller, operator_id, move_to, to_queue=to_queue):
                pass
        await self._database.transaction(lambda session: self._finish(caller, operator_id, session))

    async def _begin(self, caller: Caller, operator_id: str, move_to: str | None, session: Session) -> None:
        """Check, and let nothing more be distributed to who is about to leave."""
        before = await self._leaver(caller, operator_id, session)
        if move_to is not None and before["active"]:
            change = PlanChange(StatusPlan(OperatorStatus.OFFLINE.value), StatusCause(Reason.DEACTIVATED, who(caller)))
            await change_status(self._database, before, change, at=self._clock.now(), session=session)

    async def _leaver(self, caller: Caller, operator_id: str, session: Session) -> OperatorDocument:
        await lock_routing(self._database, caller.workspace_id, session=session)
        before = await find_operator(self._database, caller.workspace_id, operator_id, session=session)
        check_may_change(caller.role, Role(before["role"]))
        if before["active"] and before["role"] == Role.OWNER.value:
            await check_owner_remains(self._database, before, session=session)
        return before

    async def _is_queue(self, workspace_id: str, operator_id: str, move_to: str) -> bool:
        wanted = {"_id": move_to, "workspace_id": workspace_id}
        if await self._database.queues.find_one(wanted, {"_id": 1}) is not None:
            return True
        operator = await self._database.operators.find_one({**wanted, "active": True}, {"_id": 1})
        if operator is None or move_to == operator_id:
            raise field_problem("/move_to", "must be a queue or another active operator of this workspace")
        return False

    async def _move_one(self, caller: Caller, operator_id: str, move_to: str, *, to_queue: bool) -> bool:
        async def work(session: Session) -> bool:
            held = {"workspace_id": caller.workspace_id, "open": True, "operator_id": operator_id}
            before = await self._database.conversations.find_one(held, sort=[("queued_at", 1)], session=session)
            if before is None:
                return False
            now = self._clock.now()
            if to_queue:
                rule = RoutingRule.OPERATOR_REMOVED
                await put_back(self._database, before, rule, at=now, session=session, queue_id=move_to)
            else:
                note = routing_note(RoutingRule.OPERATOR_REMOVED, "assigned", now, operator_id=move_to, by=who(caller))
                await self._transfers.hand_over(before, move_to, note, session=session)
            return True

        return await self._database.transaction(work)

    async def _finish(self, caller: Caller, operator_id: str, session: Session) -> None:
        before = await self._leaver(caller, operator_id, session)
        now = self._clock.now()
        await retire(self._database, before, at=now, session=session)
        await leave_teams(self._database, before, now, session)


async def leave_teams(database: Database, operator: OperatorDocument, at: datetime, session: Session) -> None:
    """Take somebody out of the queues and groups that name them, so that none of them is held by who is gone."""
    of_workspace = {"workspace_id": operator["workspace_id"]}
    own, id_ = {**of_workspace, "_id": operator["_id"]}, operator["_id"]
    await database.operators.update_one(own, {"$set": {"group_ids": []}}, session=session)
    led = {**of_workspace, "supervisor_ids": id_}
    await database.groups.update_many(led, {"$pull": {"supervisor_ids": id_}}, session=session)
    named = {**of_workspace, "operator_ids": id_}
    queues = await database.queues.find(named, session=session).to_list(None)
    await database.queues.update_many(named, {"$pull": {"operator_ids": id_}, "$inc": {"version": 1}}, session=session)
    for queue in queues:
        left = [one for one in queue["operator_ids"] if one != id_]
        after: QueueDocument = {**queue, "operator_ids": left, "version": queue.get("version", 1) + 1}
        await tell_of_queue(database, after, at=at, session=session)


async def check_owner_remains(database: Database, owner: OperatorDocument, *, session: Session) -> None:
    """Refuse to take the last active owner away. Raises `ProblemError` (`conflict`)."""
    others = {
        "workspace_id": owner["workspace_id"],
        "role": Role.OWNER.value,
        "active": True,
        "_id": {"$ne": owner["_id"]},
    }
    if await database.operators.find_one(others, {"_id": 1}, session=session) is None:
        raise ProblemError("conflict", "A workspace has at least one owner: make somebody else an owner first.")


async def retire(database: Database, operator: OperatorDocument, *, at: datetime, session: Session) -> Operator:
    """Deactivate, sign out, go offline. Raises `ProblemError` (`in_use`) while conversations are assigned."""
    held = {"workspace_id": operator["workspace_id"], "open": True, "operator_id": operator["_id"]}
    number = await database.conversations.count_documents(held, session=session)
    if number:
        raise ProblemError(
            "in_use", f"{number} open conversations are assigned to the operator. Delete with ?move_to= to move them."
        )
    await shut_out(database, operator["workspace_id"], operator["_id"], session=session)
    further = {"active": False, "presence_until": None, "load": 0, "resting": 0}
    change = PlanChange(StatusPlan(OperatorStatus.OFFLINE.value), StatusCause(Reason.DEACTIVATED), further)
    return await change_status(database, operator, change, at=at, session=session)
