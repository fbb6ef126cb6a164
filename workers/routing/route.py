"""Routing: queues with something to do are found by wake-ups and by a sweep; presence and counters are tended."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Final

import structlog

from inbox.foundation.ids import new_id
from inbox.storage.documents import QueueDocument
from inbox.storage.isolation import Isolated
from inbox.storage.leases import Leases
from inbox.storage.runtime import Runtime
from queueing.deadlines.longest_wait import LongestWait
from queueing.deadlines.returning import Returning
from queueing.operators.operator_statuses import OperatorStatuses
from queueing.operators.presence import Presence
from queueing.routing.deleted_queues import DeletedQueues
from queueing.routing.recount import Recount
from queueing.routing.route_queue import Routed, Routing
from queueing.routing.serving_order import queues_to_serve
from workers.keyed import KeyedWorker, Run

SWEEP_SECONDS: Final = 1.0
RECOUNT_SECONDS: Final = 60.0
ROUTED_AT_ONCE: Final = 4
"""Queues in transactions at the same time: each takes one of the process's threads for some 10 ms."""
PATIENCE_SECONDS: Final = 0.5
"""Who routes a queue is done within milliseconds; after half a second the next sweep is soon enough."""

_UNROUTED: Final = {"state": "new", "open": True, "queue_id": {"$gt": ""}}
"""With all fields of the index named MongoDB reads it; otherwise all conversations there are."""

_log = structlog.get_logger()


class Router:
    """Routes queues, one run a queue at a time.

    The lease of a queue only saves work: two who route it at once meet on its counters, and one starts again.

    Args:
        runtime: What the process stands on.
        wake_speaker: Called after conversations were moved, so that automatic texts go out at once.
    """

    def __init__(self, runtime: Runtime, wake_speaker: Callable[[], None]) -> None:
        database, clock = runtime.database, runtime.clock
        self._database = database
        self._clock = clock
        self._wake_speaker = wake_speaker
        self._routing = Routing(database, clock)
        self._orphans = DeletedQueues(database, clock)
        self._longest_wait = LongestWait(database, clock)
        self._statuses = OperatorStatuses(database, clock)
        self._presence = Presence(database, clock)
        self._returning = Returning(database, clock)
        self._recount = Recount(database)
        leases = Leases(database, new_id())
        self._worker = KeyedWorker(
            leases, self._route, lease_of=_lease_of, patience_seconds=PATIENCE_SECONDS, at_once=self._route_few
        )
        self._tended = Isolated("tend", apart_seconds=0.0)
        self._waits = Isolated("longest_waits")
        self._in_turn = Isolated("lines")
        self._turns = asyncio.Semaphore(ROUTED_AT_ONCE)

    def wake(self, queue_id: str) -> None:
        """Route a queue soon; if that is under way, once more after it."""
        self._worker.wake(queue_id)

    async def wake_all(self, workspace_id: str) -> None:
        """Route whatever waits in a workspace, after planned statuses took effect."""
        await self._statuses.take_planned()
        await self._route_waiting([workspace_id])
        self._wake_each(await self._database.conversations.distinct("queue_id", _UNROUTED))

    async def sweep(self) -> bool:
        """Find what lost wake-ups left, across all workspaces; tell whether anybody waits."""
        unrouted = await self._database.conversations.distinct("queue_id", _UNROUTED)
        self._wake_each(unrouted)
        waited_in = await self._database.queues.distinct("workspace_id", {"waiting": {"$gt": 0}})
        await self._route_waiting(waited_in)
        return bool(unrouted or waited_in)

    async def tend(self) -> bool:
        """Do what time brings: the gone become offline and give back, planned statuses and longest waits.

        Tells whether there was anything.
        """
        steps = (
            self._presence.end_absences,
            self._returning.return_conversations,
            self._statuses.take_planned,
            self._end_long_waits,
        )
        done = sum(await self._tended.each(steps, lambda step: step(), name=lambda step: step.__name__))
        if done:
            await self.sweep()
            self._wake_speaker()
        return bool(done)

    async def next_tending(self) -> datetime | None:
        """Return when there is something to tend next, unless something happens before."""
        if await self._timed_queues() or await self._returning.is_anybody_gone():
            return self._clock.now()
        return await self._presence.next_end()

    async def _end_long_waits(self) -> int:
        queues = await self._timed_queues()
        ended = await self._waits.each(queues, lambda q: self._longest_wait.expire(q["workspace_id"], q["_id"]))
        return sum(ended)

    async def _timed_queues(self) -> list[QueueDocument]:
        """Find the queues in which somebody waits who must not wait for ever."""
        timed = {"max_wait_seconds": {"$type": "number"}, "waiting": {"$gt": 0}}
        return await self._database.queues.find(self._waits.among(timed), {"workspace_id": 1}).to_list(None)

    async def recount(self) -> None:
        """Repair counters that are wrong, and say so: there is a fault."""
        for drift in await self._recount.recount():
            _log.error(
                "a counter was wrong",
                collection=drift.collection,
                id=drift.id,
                counted=drift.counted,
                stored=drift.stored,
            )

    async def stop(self) -> None:
        """End what is under way: a transaction that is cut off never was."""
        await self._worker.stop()

    async def drain(self) -> None:
        """Wait until nothing is under way (tests)."""
        await self._worker.drain()

    def _wake_each(self, queue_ids: Iterable[str | None]) -> None:
        for queue_id in queue_ids:
            if queue_id is not None:
                self.wake(queue_id)

    async def _route_waiting(self, workspace_ids: Iterable[str]) -> None:
        """Route the queues that have somebody to hand out; those of a workspace in turn.

        Where queues share an operator, the one whose first has waited longest is served first.
        """
        await asyncio.gather(*(self._in_turn.each([one], self._route_in_turn, name=str) for one in workspace_ids))

    async def _route_in_turn(self, workspace_id: str) -> None:
        for first in await queues_to_serve(self._database, workspace_id):
            self.wake(first.queue_id)
            await self._worker.finished(first.queue_id)

    async def _route_few(self, queue_id: str) -> bool:
        """Route a queue in one transaction, once, without its lease; tell whether that was all there is to do."""
        queue = await self._database.queues.find_one({"_id": queue_id}, {"workspace_id": 1})
        if queue is None:
            return False
        async with self._turns:
            routed = await self._routing.route_few(queue["workspace_id"], queue_id)
        self._pass_on(routed)
        return not routed.full

    async def _route(self, run: Run[str]) -> None:
        queue_id = run.key
        queue = await self._database.queues.find_one({"_id": queue_id}, {"workspace_id": 1})
        if queue is None:
            self._wake_each(await self._orphans.adopt(queue_id))
            return
        async with self._turns:
            routed = await self._routing.route(queue["workspace_id"], queue_id)
        self._pass_on(routed)

    def _pass_on(self, routed: Routed) -> None:
        if routed.overflowed_to is not None:
            self.wake(routed.overflowed_to)
        if routed.moved:
            self._wake_speaker()


def _lease_of(queue_id: str) -> str:
    return f"route:{queue_id}"
