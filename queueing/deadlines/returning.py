"""Returns conversations of operators who went offline to their queue, with their old place and priority."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from inbox.conversation.routing_notes import RoutingRule
from inbox.foundation.clock import Clock
from inbox.model.operator_status import OperatorStatus
from inbox.storage.database import Database, Session
from inbox.storage.documents import ConversationDocument, OperatorDocument, WorkspaceDocument
from inbox.storage.isolation import Isolated
from queueing.transfers.queue_moves import put_back

GONE_AT_ONCE: Final = 200


class Returning:
    """Returns the conversations of the gone where the workspace wants it."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._workspaces = Isolated("return_after")
        self._operators = Isolated("return_of_operators")
        self._returned = Isolated("return_of_conversations")

    async def return_conversations(self) -> int:
        """Send back to their queues the conversations that are due, in all workspaces; return how many."""
        now = self._clock.now()
        gone_by = await self._gone_by(now)

        async def return_all(operator: OperatorDocument) -> int:
            by = gone_by[operator["workspace_id"]] if operator["active"] else now
            return await self._return_all(operator, by)

        return sum(await self._operators.each(await self._long_gone(gone_by), return_all))

    async def is_anybody_gone(self) -> bool:
        """Tell whether somebody who is offline has conversations that may go back, in any workspace."""
        now = self._clock.now()
        workspaces = list(await self._gone_by(now))
        gone = {
            "status": OperatorStatus.OFFLINE.value,
            "load": {"$gt": 0},
            "$or": [{"workspace_id": {"$in": workspaces}}, {"active": False}],
        }
        return await self._database.operators.find_one(gone, {"_id": 1}) is not None

    async def _gone_by(self, now: datetime) -> dict[str, datetime]:
        """Return by when who was gone gives back, by workspace; those where conversations stay are left out."""
        wanted = {"settings.return_after_seconds": {"$type": "number"}}
        found = await self._database.workspaces.find(wanted, {"settings.return_after_seconds": 1}).to_list(None)

        async def of(workspace: WorkspaceDocument) -> tuple[str, datetime]:
            return workspace["_id"], now - timedelta(seconds=workspace["settings"]["return_after_seconds"] or 0)

        return dict(await self._workspaces.each(found, of))

    async def _long_gone(self, gone_by: Mapping[str, datetime]) -> list[OperatorDocument]:
        """Find who was gone long enough, the longest gone first; where conversations stay nobody is looked at.

        Who was deactivated and still has conversations is always gone for long: a process died that was giving them
        back.
        """
        alike: dict[datetime, list[str]] = {}
        for workspace_id, at in gone_by.items():
            alike.setdefault(at, []).append(workspace_id)
        gone = {
            "status": OperatorStatus.OFFLINE.value,
            "load": {"$gt": 0},
            "$or": [
                {"active": False},
                *({"workspace_id": {"$in": ids}, "away_since": {"$lte": at}} for at, ids in alike.items()),
            ],
        }
        gone = self._operators.among(gone)
        found = self._database.operators.find(gone, {"workspace_id": 1, "away_since": 1, "active": 1}).sort(
            "away_since", 1
        )
        operators: list[OperatorDocument] = await found.limit(GONE_AT_ONCE).to_list(None)
        return operators

    async def _return_all(self, operator: OperatorDocument, assigned_by: datetime) -> int:
        """Return one after the other, so that an operator who comes back keeps what has not gone yet.

        What was given to them while they were away stays as long as if they had gone then.
        """
        held = {
            "workspace_id": operator["workspace_id"],
            "open": True,
            "operator_id": operator["_id"],
            "assigned_at": {"$lte": assigned_by},
        }
        found = await self._database.conversations.find(held, {"_id": 1}).to_list(None)

        async def return_one(conversation: ConversationDocument) -> bool:
            return await self._return_one(operator, conversation["_id"])

        return sum(await self._returned.each(found, return_one))

    async def _return_one(self, operator: OperatorDocument, conversation_id: str) -> bool:
        async def work(session: Session) -> bool:
            still = {**operator, "status": OperatorStatus.OFFLINE.value}
            held = {"_id": conversation_id, "open": True, "operator_id": operator["_id"]}
            held["workspace_id"] = operator["workspace_id"]
            before = await self._database.conversations.find_one(held, session=session)
            if before is None or await self._database.operators.find_one(still, session=session) is None:
                return False
            await put_back(self._database, before, RoutingRule.RETURN, at=self._clock.now(), session=session)
            return True

        return await self._database.transaction(work)
