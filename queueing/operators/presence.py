"""Presence of operators: a lease that sockets, API calls and status changes renew; offline when it ends."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from datetime import datetime
from typing import Final

import structlog
from cachetools import TTLCache

from inbox.foundation.clock import Clock
from inbox.model.operator_status import OperatorStatus
from inbox.people.access import Caller, CallerKind
from inbox.storage.database import Database, Session, is_transient, is_unavailable
from inbox.storage.documents import OperatorDocument
from inbox.storage.isolation import Isolated
from queueing.operators.operator_rules import StatusPlan, entered
from queueing.operators.operator_statuses import PlanChange, Reason, StatusCause, change_status
from queueing.operators.presence_lease import presence_end

RENEW_SECONDS: Final = 8.0
"""At most two writes in this time for each operator and process; the shortest grace time is 20 seconds."""
MAX_KNOWN: Final = 10_000
ABSENT_AT_ONCE: Final = 200
_log = structlog.get_logger(__name__)


class Presence:
    """Who is there. Made once for a process: it remembers whose lease it has just renewed."""

    def __init__(self, database: Database, clock: Clock, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._database = database
        self._clock = clock
        self._entered: TTLCache[str, None] = TTLCache(MAX_KNOWN, RENEW_SECONDS, timer=monotonic)
        self._renewed: TTLCache[str, None] = TTLCache(MAX_KNOWN, RENEW_SECONDS, timer=monotonic)
        self._renewing: set[asyncio.Task[None]] = set()
        self._absences = Isolated("absences")

    async def alive(self, caller: Caller) -> None:
        """Take a sign of life from the workplace (an open socket); it lets in who was away.

        The API calls that a page makes before it opens its socket let nobody in, so they don't count here.
        """
        if not self._is_due(caller, self._entered):
            return
        self._is_due(caller, self._renewed)
        try:
            await self.enter(caller)
        except BaseException:
            self._entered.pop(caller.id, None)
            raise

    def touch(self, caller: Caller) -> None:
        """Take a sign of life from an API call: renews in the background, never fails, lets nobody in."""
        if not self._is_due(caller, self._renewed):
            return
        task = asyncio.ensure_future(self._renew_quietly(caller))
        self._renewing.add(task)
        task.add_done_callback(self._renewing.discard)

    async def enter(self, caller: Caller) -> None:
        """Renew the lease of who is there; who was offline and away becomes online.

        Who chose to be offline while their socket is open stays it: their lease goes on.
        """
        now = self._clock.now()
        if await self.renew(caller, now):
            return

        async def work(session: Session) -> None:
            before: OperatorDocument | None = await self._database.operators.find_one(
                {"_id": caller.id, "workspace_id": caller.workspace_id, "active": True}, session=session
            )
            if before is None or _is_present(before, now):
                return
            end = await presence_end(self._database, caller.workspace_id, now, session=session)
            plan = entered(StatusPlan(before["status"], before.get("next_status")))
            change = PlanChange(plan, StatusCause(Reason.ENTERED), {"presence_until": end})
            await change_status(self._database, before, change, at=now, session=session)

        await self._database.transaction(work)

    async def renew(self, caller: Caller, now: datetime) -> bool:
        """Prolong the lease of somebody who is there; tell whether they are."""
        end = await presence_end(self._database, caller.workspace_id, now)
        renewed = await self._database.operators.update_one(
            {
                "_id": caller.id,
                "workspace_id": caller.workspace_id,
                "active": True,
                "$or": [{"status": {"$ne": OperatorStatus.OFFLINE.value}}, {"presence_until": {"$gt": now}}],
            },
            {"$max": {"presence_until": end}},
        )
        return bool(renewed.matched_count)

    async def end_absences(self) -> int:
        """Make offline whose lease has ended, wherever; return how many."""
        now = self._clock.now()
        over = self._absences.among({"presence_until": {"$lte": now}})
        found = await self._database.operators.find(over, {"workspace_id": 1}).limit(ABSENT_AT_ONCE).to_list(None)
        return sum(await self._absences.each(found, self._end_absence))

    async def next_end(self) -> datetime | None:
        """Return when the first lease ends, wherever, if it is not renewed; None where nobody is there."""
        leased = {"presence_until": {"$type": "date"}}
        first = await self._database.operators.find_one(leased, {"presence_until": 1}, sort=[("presence_until", 1)])
        return None if first is None else first.get("presence_until")

    async def close(self) -> None:
        """Wait for what is being renewed."""
        await asyncio.gather(*self._renewing, return_exceptions=True)

    async def _end_absence(self, found: OperatorDocument) -> bool:
        async def work(session: Session) -> bool:
            now = self._clock.now()
            before = await self._database.operators.find_one(
                {**found, "presence_until": {"$lte": now}}, session=session
            )
            if before is None:
                return False
            change = PlanChange(
                StatusPlan(OperatorStatus.OFFLINE.value), StatusCause(Reason.ABSENT), {"presence_until": None}
            )
            await change_status(self._database, before, change, at=now, session=session)
            return True

        return await self._database.transaction(work)

    async def _renew_quietly(self, caller: Caller) -> None:
        try:
            await self.renew(caller, self._clock.now())
        except Exception as error:
            self._renewed.pop(caller.id, None)
            if not (is_unavailable(error) or is_transient(error)):
                _log.exception("presence.not_renewed")

    def _is_due(self, caller: Caller, lately: TTLCache[str, None]) -> bool:
        """Note a sign of life; tell whether it is time to write it down."""
        if caller.kind is not CallerKind.OPERATOR or caller.id in lately:
            return False
        lately[caller.id] = None
        return True


def _is_present(operator: OperatorDocument, now: datetime) -> bool:
    until = operator.get("presence_until")
    return operator["status"] != OperatorStatus.OFFLINE.value or (until is not None and until > now)
