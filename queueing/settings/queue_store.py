"""Queues: making, changing, looking at. Removing them is in `queueing.settings.queue_removal`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final, cast

from inbox.channel.channel_queue import lock_routing, routing_line
from inbox.channel.rechecks import RuleOwner, note_recheck
from inbox.conversation.queue_places import in_line
from inbox.conversation.waiting_estimate import expected_wait
from inbox.foundation.clock import Clock
from inbox.foundation.decoding import apply_patch
from inbox.foundation.ids import new_id
from inbox.foundation.pages import Page, cut_page, decode_cursor
from inbox.foundation.problems import not_found
from inbox.foundation.structs import to_document
from inbox.model.conversation_state import ConversationState
from inbox.model.operator_status import READY
from inbox.storage.database import Database, Session
from inbox.storage.documents import Fields, QueueDocument, with_fields
from queueing.queues.queue_models import Queue, QueueFields, QueueStats
from queueing.queues.queue_snapshot import QueueSnapshot, read_snapshot
from queueing.queues.queue_views import queue_views, tell_of_queue
from queueing.settings.queue_checks import check_queue

_FIELDS: Final = frozenset(QueueFields.__struct_fields__)
_ANSWERS: Final = ("first_answer_target_seconds", "next_answer_target_seconds")
_TARGETS: Final = (*_ANSWERS, "target_warning_seconds", "business_hours_id")
"""What decides when an answer is due."""
_TIMED: Final = ("texts", "repeat_wait_text_seconds", "no_answer_seconds", "resting_after_seconds", *_TARGETS)
"""What decides when time does something to a conversation of the queue."""


class QueueStore:
    """The queues of all workspaces."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def create(self, workspace_id: str, fields: QueueFields, *, session: Session) -> Queue:
        """Make a queue. Raises `ProblemError` (`invalid_request`, `duplicate`)."""
        now = self._clock.now()
        made = {
            "_id": new_id(),
            "workspace_id": workspace_id,
            **to_document(fields),
            "waiting": 0,
            "assigned_at": [],
            "created_at": now,
            "version": 1,
            "targets_set_at": now if any(getattr(fields, name) for name in _ANSWERS) else None,
        }
        document = cast(QueueDocument, made)
        await lock_routing(self._database, workspace_id, session=session)
        await check_queue(self._database, document, session=session)
        await self._database.queues.insert_one(document, session=session)
        return await tell_of_queue(self._database, document, at=now, session=session)

    async def get(self, workspace_id: str, queue_id: str) -> Queue:
        """Get one queue. Raises `ProblemError` (`not_found`)."""
        stored = await find_queue(self._database, workspace_id, queue_id)
        return (await queue_views(self._database, [stored]))[0]

    async def list(self, workspace_id: str, *, limit: int, cursor: str | None) -> Page[Queue]:
        """List queues, oldest first."""
        after = decode_cursor(cursor, str) or ""
        found = self._database.queues.find({"workspace_id": workspace_id, "_id": {"$gt": after}})
        stored = await found.sort("_id", 1).limit(limit + 1).to_list(None)
        return cut_page(await queue_views(self._database, stored), limit, lambda queue: queue.id)

    async def patch(self, workspace_id: str, queue_id: str, patch: Mapping[str, Any]) -> Queue:
        """Merge a patch (RFC 7396) into the settings; it counts for whoever waits from then on.

        A limit below the number of those who wait sends nobody away.

        Raises:
            ProblemError: `not_found`, `invalid_request`, `duplicate`.
        """

        async def change(session: Session) -> Queue:
            await lock_routing(self._database, workspace_id, session=session)
            stored = await find_queue(self._database, workspace_id, queue_id, session=session)
            current = {name: value for name, value in stored.items() if name in _FIELDS}
            changed = to_document(apply_patch(current, patch, QueueFields))
            changed |= self._targets_set(stored, changed)
            saved = with_fields(stored, changed)
            await check_queue(self._database, saved, session=session)
            await self._database.queues.update_one(
                {"_id": queue_id, "workspace_id": workspace_id},
                {"$set": changed, "$inc": {"version": 1}},
                session=session,
            )
            if any(changed[field] != stored.get(field) for field in _TIMED):
                await note_recheck(self._database, workspace_id, RuleOwner.QUEUE, queue_id, session=session)
            after: QueueDocument = {**saved, "version": stored.get("version", 1) + 1}
            return await tell_of_queue(self._database, after, at=self._clock.now(), session=session)

        return await self._database.transaction(change, line=routing_line(workspace_id))

    def _targets_set(self, stored: QueueDocument, changed: Fields) -> Fields:
        """Say when targets were set, where they or the hours in which they count change."""
        before: Fields = {**stored}
        if all(changed[name] == before.get(name) for name in _TARGETS):
            return {}
        return {"targets_set_at": self._clock.now() if any(changed[name] for name in _ANSWERS) else None}

    async def stats(self, workspace_id: str, queue_id: str) -> QueueStats:
        """Look at a queue, all of it at one moment. Raises `ProblemError` (`not_found`)."""

        async def look(session: Session) -> QueueStats:
            now = self._clock.now()
            world = await read_snapshot(self._database, workspace_id, queue_id, now=now, session=session)
            if world is None:
                raise not_found("queue")
            since = await self._first_in_line(world.queue, session)
            assigned = await self._database.conversations.count_documents(
                in_line(workspace_id, queue_id, ConversationState.ASSIGNED), session=session
            )
            return _stats(world, since, assigned, now)

        return await self._database.transaction(look)

    async def _first_in_line(self, queue: QueueDocument, session: Session) -> datetime | None:
        """Return since when the one waits who has waited longest, whatever their priority."""
        waiting = self._database.conversations.find(
            in_line(queue["workspace_id"], queue["_id"]), {"queued_at": 1}, session=session
        )
        oldest = await waiting.sort([("queued_at", 1)]).limit(1).to_list(None)
        return oldest[0]["queued_at"] if oldest else None


async def find_queue(
    database: Database, workspace_id: str, queue_id: str, *, session: Session | None = None
) -> QueueDocument:
    """Read a queue's document. Raises `ProblemError` (`not_found`)."""
    stored: QueueDocument | None = await database.queues.find_one(
        {"_id": queue_id, "workspace_id": workspace_id}, session=session
    )
    if stored is None:
        raise not_found("queue")
    return stored


def _stats(world: QueueSnapshot, since: datetime | None, assigned: int, now: datetime) -> QueueStats:
    queue = world.queue
    pace, ready, free = queue["assigned_at"], world.facts.ready, world.free_capacity
    wait = expected_wait(queue["waiting"] + 1, pace, ready=ready, free_capacity=free, now=now)
    return QueueStats(
        waiting=queue["waiting"],
        longest_wait_seconds=None if since is None else _seconds(now - since),
        expected_wait_seconds=None if wait is None else _seconds(wait),
        members=len(world.members),
        online=sum(member["status"] == "online" for member in world.members),
        ready=sum(member["status"] == READY for member in world.members),
        free_capacity=world.free_capacity,
        assigned=assigned,
    )


def _seconds(span: timedelta) -> int:
    return max(0, int(span.total_seconds()))
