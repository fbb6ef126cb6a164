"""Looks at waits whose time has come, or in whose conversation something was said: shows, tells and decides.

Each look reads what was said anew, behind an answer that is old enough: so it may come late, twice, or from several
processes, and finds the same. A wait is decided under a name of its own, and its breach is told with that, once.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Final

import msgspec

from inbox.conversation.conversation_changes import Change, change_conversations
from inbox.foundation.clock import Clock
from inbox.model.deadlines import NEVER
from inbox.model.target_kind import TargetKind
from inbox.people.sight import placement_of
from inbox.storage.database import Collections, Database, Session, UpdateOne
from inbox.storage.documents import AnswerWaitDocument, ConversationDocument, Fields, TargetLookDocument
from inbox.storage.isolation import Isolated
from inbox.stream.events import Event, EventAudience, EventType, write_events
from queueing.targets.target_judging import Judged, judge, wait_id
from queueing.targets.target_reading import read_said, read_targets
from queueing.targets.target_rules import Said, waits_of

LOOKED_AT_ONCE: Final = 200


class TargetTold(msgspec.Struct, frozen=True, kw_only=True):
    """The `data` of `sla.due` and `sla.breached`."""

    conversation_id: str
    queue_id: str | None
    operator_id: str | None
    kind: TargetKind
    since: datetime
    due_at: datetime


class TargetSweep:
    """Looks at waits; any number of processes may do it at once."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._looking = Isolated("targets")

    async def look_due(self) -> int:
        """Look at what is due, of all workspaces; return how many there were."""
        due = self._looking.among({"look_at": {"$lte": self._clock.now()}})
        found = await self._database.target_looks.find(due).sort("look_at", 1).limit(LOOKED_AT_ONCE).to_list(None)
        by_workspace: dict[str, list[TargetLookDocument]] = defaultdict(list)
        for look in found:
            by_workspace[look["workspace_id"]].append(look)
        for looks in by_workspace.values():
            await self._looking.together(looks, self._look_together)
        return len(found)

    async def next_due(self) -> datetime | None:
        """Return when the first wait is to be looked at; None where none runs."""
        first = await self._database.target_looks.find_one(
            self._looking.among({"look_at": {"$lt": NEVER}}), {"look_at": 1}, sort=[("look_at", 1)]
        )
        return None if first is None else first["look_at"]

    async def _look_together(self, looks: Sequence[TargetLookDocument]) -> None:
        await self._database.transaction(partial(self._look, looks))

    async def _look(self, looks: Sequence[TargetLookDocument], session: Session) -> None:
        now, workspace_id = self._clock.now(), looks[0]["workspace_id"]
        ids = [look["_id"] for look in looks]
        still = {"_id": {"$in": ids}, "workspace_id": workspace_id, "look_at": {"$lte": now}}
        due = await self._database.target_looks.find(still, session=session).to_list(None)
        conversations = await _read_conversations(self._database, workspace_id, ids, session)
        judged = await self._judge(due, conversations, now, session)
        await _show(self._database, [(conversations[id_], found) for id_, found in judged.items()], now, session)
        await _decide(self._database, [one for found in judged.values() for one in found.decided], session)
        await self._look_later(due, judged, now, session)

    async def _judge(
        self,
        due: Sequence[TargetLookDocument],
        conversations: Mapping[str, ConversationDocument],
        now: datetime,
        session: Session,
    ) -> Mapping[str, Judged]:
        there = [look for look in due if look["_id"] in conversations]
        if not there:
            return {}
        workspace_id = there[0]["workspace_id"]
        queue_ids = {queue_id for c in conversations.values() if (queue_id := c["queue_id"]) is not None}
        targets = await read_targets(self._database, workspace_id, queue_ids, session)
        said = await read_said(self._database, there, session)
        known = await _known(self._database, there, said, session)
        return {
            look["_id"]: judge(
                conversations[look["_id"]],
                targets.get(conversations[look["_id"]]["queue_id"] or ""),
                said[look["_id"]],
                known,
                base_seq=look.get("base_seq"),
                now=now,
            )
            for look in there
        }

    async def _look_later(
        self,
        due: Sequence[TargetLookDocument],
        judged: Mapping[str, Judged],
        now: datetime,
        session: Session,
    ) -> None:
        """Say when to look next; what is closed is kept for a while, since a close can be taken back."""
        writes = []
        for look in due:
            found = judged.get(look["_id"], Judged())
            fields: Fields = {"look_at": found.look_at, "gone_at": None if found.follows else now}
            if found.base_seq is not None:
                fields["base_seq"] = found.base_seq
            writes.append(UpdateOne({"_id": look["_id"], "workspace_id": look["workspace_id"]}, {"$set": fields}))
        if writes:
            await self._database.target_looks.bulk_write(writes, ordered=False, session=session)


async def _read_conversations(
    database: Collections, workspace_id: str, ids: Sequence[str], session: Session
) -> dict[str, ConversationDocument]:
    wanted = {"_id": {"$in": list(ids)}, "workspace_id": workspace_id}
    found = await database.conversations.find(wanted, session=session).to_list(None)
    return {conversation["_id"]: conversation for conversation in found}


async def _known(
    database: Collections,
    looks: Sequence[TargetLookDocument],
    said: Mapping[str, Sequence[Said]],
    session: Session,
) -> Mapping[str, AnswerWaitDocument]:
    """Return the waits of these threads that were decided before."""
    ids = [wait_id(look["_id"], wait) for look in looks for wait in waits_of(said[look["_id"]], answered=True)]
    wanted = {"_id": {"$in": ids}, "workspace_id": looks[0]["workspace_id"]}
    found = await database.answer_waits.find(wanted, session=session).to_list(None) if ids else []
    return {wait["_id"]: wait for wait in found}


async def _show(
    database: Collections, found: Sequence[tuple[ConversationDocument, Judged]], at: datetime, session: Session
) -> None:
    """Change what conversations show, and tell what is to be told of them."""
    changed = [(c, judged) for c, judged in found if c["open"] and c.get("target") != judged.target]
    changes = [Change(c, {"target": judged.target}) for c, judged in changed]
    await change_conversations(database, changes, EventType.CONVERSATION_UPDATED, at=at, session=session)
    events = [_told(c, type_, judged, at) for c, judged in found for type_ in judged.told]
    await write_events(database, events, at=at, session=session)


def _told(conversation: ConversationDocument, type_: EventType, judged: Judged, at: datetime) -> Event:
    if judged.target is None:
        raise LookupError("only of a target is something told")
    return Event(
        workspace_id=conversation["workspace_id"],
        type=type_,
        at=at,
        data=TargetTold(
            conversation_id=conversation["_id"],
            queue_id=conversation["queue_id"],
            operator_id=conversation["operator_id"],
            kind=TargetKind(judged.target["kind"]),
            since=judged.target["since"],
            due_at=judged.target["due_at"],
        ),
        audience=EventAudience(conversation["_id"], (placement_of(conversation),)),
    )


async def _decide(database: Collections, decided: Sequence[AnswerWaitDocument], session: Session) -> None:
    """Store what was decided; again where an answer in time came into the thread late."""
    writes = [
        UpdateOne({"_id": one["_id"], "workspace_id": one["workspace_id"]}, _stored(one), upsert=True)
        for one in decided
    ]
    if writes:
        await database.answer_waits.bulk_write(writes, ordered=False, session=session)


def _stored(wait: AnswerWaitDocument) -> Fields:
    changing = {"at": wait["at"], "breached": wait["breached"]}
    fixed = {name: value for name, value in wait.items() if name not in {"_id", "workspace_id", *changing}}
    return {"$set": changing, "$setOnInsert": fixed}
