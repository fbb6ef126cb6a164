"""Recounts the counters of queues and operators and repairs a wrong one."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any, Final

import msgspec

from inbox.model.conversation_state import ConversationState
from inbox.storage.database import Database, Document, Session
from inbox.storage.documents import Condition
from inbox.storage.isolation import Isolated


class Drift(msgspec.Struct, frozen=True, kw_only=True):
    """A counter that was wrong."""

    collection: str
    id: str
    counted: int
    stored: int


class _Counter(msgspec.Struct, frozen=True, kw_only=True):
    """A counter, and the conversations that it counts."""

    collection: str
    field: str
    owner: str
    state: ConversationState
    more: Condition = {}


COUNTERS: Final = (
    _Counter(collection="queues", field="waiting", owner="queue_id", state=ConversationState.QUEUED),
    _Counter(collection="operators", field="load", owner="operator_id", state=ConversationState.ASSIGNED),
    _Counter(
        collection="operators",
        field="resting",
        owner="operator_id",
        state=ConversationState.ASSIGNED,
        more={"rested_at": {"$type": "date"}},
    ),
)


class Recount:
    """Compares counters with what they count."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._repaired = Isolated("recount")

    async def recount(self) -> list[Drift]:
        """Repair every wrong counter; return what was wrong."""
        found: list[Drift | None] = []
        for counter in COUNTERS:
            suspects = await self._suspects(counter)
            found += await self._repaired.each(suspects, partial(self._repair, counter), name=str)
        return [drift for drift in found if drift is not None]

    async def _suspects(self, counter: _Counter) -> list[str]:
        """Compare without a lock: what was moved meanwhile is looked at again in a transaction."""
        collection = getattr(self._database, counter.collection)
        stored = {d["_id"]: d.get(counter.field, 0) async for d in collection.find({}, {counter.field: 1})}
        counted = {c["_id"]: c["count"] async for c in self._database.conversations.aggregate(_count_by(counter))}
        return [id_ for id_, number in stored.items() if number != counted.get(id_, 0)]

    async def _repair(self, counter: _Counter, id_: str) -> Drift | None:
        async def work(session: Session) -> Drift | None:
            collection = getattr(self._database, counter.collection)
            stored: Mapping[str, Any] | None = await collection.find_one({"_id": id_}, session=session)
            if stored is None:
                return None
            owned = {"workspace_id": stored["workspace_id"], counter.owner: id_, **_counted(counter)}
            number = await self._database.conversations.count_documents(owned, session=session)
            if number == stored.get(counter.field, 0):
                return None
            await collection.update_one({"_id": id_}, {"$set": {counter.field: number}}, session=session)
            return Drift(collection=counter.collection, id=id_, counted=number, stored=stored.get(counter.field, 0))

        return await self._database.transaction(work)


def _counted(counter: _Counter) -> Document:
    return {"open": True, "state": counter.state.value, **counter.more}


def _count_by(counter: _Counter) -> list[Document]:
    return [{"$match": _counted(counter)}, {"$group": {"_id": f"${counter.owner}", "count": {"$sum": 1}}}]
