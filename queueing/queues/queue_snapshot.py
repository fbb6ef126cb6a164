"""Reading what the rules need to know of a queue and its operators, inside a transaction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

import msgspec

from inbox.conversation.queue_members import busy, capacity_of, is_member, members_condition
from inbox.model.operator_status import REACHABLE, READY
from inbox.storage.database import Collections, Cursor, Document, Session
from inbox.storage.documents import OperatorDocument, QueueDocument
from inbox.storage.time_limits import READ_MS
from queueing.queues.admission_rules import QueueFacts
from queueing.queues.business_hours import is_open
from queueing.queues.queue_models import HoldOrClose
from queueing.queues.returned import with_returned

MEMBERS_AT_ONCE: Final = 1_000
"""In one round trip; MongoDB's own first batch is a hundred."""


class QueueSnapshot(msgspec.Struct, frozen=True, kw_only=True):
    """A queue, its members, and what their capacity depends on, as of one transaction.

    Attributes:
        at: The moment for which it is true.
    """

    at: datetime
    queue: QueueDocument
    members: Sequence[OperatorDocument]
    queues: Sequence[QueueDocument]
    open_now: bool

    @property
    def facts(self) -> QueueFacts:
        """What admission depends on."""
        statuses = [member["status"] for member in self.members]
        return QueueFacts(
            waiting=self.queue["waiting"],
            limit=self.queue["limit"],
            ready=len(self.takers),
            reachable=sum(status in REACHABLE for status in statuses),
            holds=self.queue["hold_when_nobody"],
            open_now=self.open_now,
            closes_out_of_hours=self.queue["on_out_of_hours"] == HoldOrClose.CLOSE.value,
        )

    @property
    def free_capacity(self) -> int:
        """How many conversations the ready members could take at once."""
        return sum(max(0, capacity_of(member, self.queues) - busy(member)) for member in self.takers)

    @property
    def takers(self) -> list[OperatorDocument]:
        """The ready members who plan no other status: nothing more is given to who does."""
        return [m for m in self.members if m["status"] == READY and not m.get("next_status")]


async def read_snapshot(
    database: Collections, workspace_id: str, queue_id: str, *, now: datetime, session: Session
) -> QueueSnapshot | None:
    """Read a queue and all that its answers depend on; None if there is no such queue."""
    world, _ = await read_snapshot_and(database, workspace_id, queue_id, now=now, session=session)
    return world


async def read_snapshot_and(
    database: Collections, workspace_id: str, queue_id: str, *asked: Cursor, now: datetime, session: Session
) -> tuple[QueueSnapshot | None, list[list[Any]]]:
    """As `read_snapshot`, in two rounds; what else is asked for goes with the first."""
    own = database.queues.find({"_id": queue_id, "workspace_id": workspace_id}, session=session, max_time_ms=READ_MS)
    all_queues = database.queues.find({"workspace_id": workspace_id}, _MEMBERSHIP, session=session, max_time_ms=READ_MS)
    found, queues, *rest = await database.together(own.limit(1), all_queues, *asked)
    if not found:
        return None, rest
    queue: QueueDocument = found[0]
    places = database.operators.find(
        members_condition(queue), _PLACES, session=session, batch_size=MEMBERS_AT_ONCE, max_time_ms=READ_MS
    )
    found, *hours = await database.together(places, *_hours(database, queue, session))
    members = await with_returned(database, workspace_id, found, session=session)
    open_now = not hours or not hours[0] or is_open(hours[0][0], now)
    return QueueSnapshot(at=now, queue=queue, members=members, queues=queues, open_now=open_now), rest


async def own_queues(database: Collections, operator: OperatorDocument, *, session: Session) -> list[QueueDocument]:
    """Read the queues of which somebody is a member; their smallest capacity counts."""
    queues = await database.queues.find(
        {"workspace_id": operator["workspace_id"]}, _MEMBERSHIP, session=session
    ).to_list(None)
    return [queue for queue in queues if is_member(queue, operator)]


def _hours(database: Collections, queue: QueueDocument, session: Session) -> list[Cursor]:
    """Ask for the business hours of a queue that has some."""
    if queue["business_hours_id"] is None:
        return []
    wanted = {"_id": queue["business_hours_id"], "workspace_id": queue["workspace_id"]}
    return [database.business_hours.find(wanted, session=session, max_time_ms=READ_MS).limit(1)]


_PLACES: Document = dict.fromkeys(
    (
        "status",
        "next_status",
        "status_since",
        "idle_since",
        "capacity",
        "load",
        "resting",
        "turn",
        "skills",
        "group_ids",
    ),
    1,
)
_MEMBERSHIP: Document = {"operator_ids": 1, "group_ids": 1, "capacity": 1, "name": 1}
