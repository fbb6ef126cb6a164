"""A workspace with queues and operators, in which conversations are there at a stroke."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from inbox.conversation.conversations import Conversations
from inbox.conversation.queue_places import QUEUE_ORDER
from inbox.foundation.clock import FixedClock
from inbox.foundation.ids import new_id
from inbox.foundation.structs import to_document
from inbox.model.close_reasons import Close, CloseReason
from inbox.people.access import Caller, CallerKind, Role
from inbox.people.accounts import WorkspaceSettings
from inbox.storage.database import Database
from queueing.deadlines.longest_wait import LongestWait
from queueing.deadlines.returning import Returning
from queueing.operators.operator_statuses import OperatorStatuses
from queueing.operators.presence import Presence
from queueing.queues.queue_models import QueueFields
from queueing.routing.recount import Recount
from queueing.routing.route_queue import Routing
from queueing.settings.queue_removal import QueueRemoval
from queueing.settings.queue_store import QueueStore
from queueing.transfers.transfers import Transfers

W = "w1"
OWNER = Caller(workspace_id=W, kind=CallerKind.OPERATOR, id="boss", role=Role.OWNER)


def operator(operator_id: str, *, queues: Sequence[str] = (), role: Role = Role.OPERATOR) -> Caller:
    return Caller(workspace_id=W, kind=CallerKind.OPERATOR, id=operator_id, role=role, queue_ids=frozenset(queues))


class QueueWorld:
    """What the tests of queueing work with."""

    def __init__(self, database: Database, clock: FixedClock) -> None:
        self.database = database
        self.clock = clock
        self.queues = QueueStore(database, clock)
        self.removal = QueueRemoval(database, clock)
        self.routing = Routing(database, clock)
        self.longest_wait = LongestWait(database, clock)
        self.transfers = Transfers(database, clock)
        self.statuses = OperatorStatuses(database, clock)
        self.presence = Presence(database, clock)
        self.returning = Returning(database, clock)
        self.recount = Recount(database)
        self.conversations = Conversations(database, clock)
        self._number = 0
        self._queues = 0

    async def prepare(self) -> None:
        settings = to_document(WorkspaceSettings())
        await self.database.workspaces.insert_one({"_id": W, "name": "Shop", "settings": settings})
        await self.add_operator("boss", role="owner")

    async def set_workspace(self, **settings: Any) -> None:
        changed = {f"settings.{name}": value for name, value in settings.items()}
        await self.database.workspaces.update_one({"_id": W}, {"$set": changed})

    async def add_queue(self, **fields: Any) -> str:
        self._queues += 1
        made = QueueFields(**{"name": "Sales" if self._queues == 1 else f"Sales {self._queues}", **fields})
        queue = await self.database.transaction(lambda session: self.queues.create(W, made, session=session))
        return queue.id

    async def add_operator(
        self,
        operator_id: str,
        *,
        status: str = "offline",
        capacity: int | None = None,
        role: str = "operator",
        **more: Any,
    ) -> None:
        now = self.clock.now()
        document = {
            "_id": operator_id,
            "workspace_id": W,
            "name": operator_id.title(),
            "email": f"{operator_id}@example.com",
            "role": role,
            "status": status,
            "status_since": now,
            "capacity": capacity,
            "active": True,
            "group_ids": [],
            "skills": {},
            "password_hash": None,
            "created_at": now,
            "away_since": now,
            **more,
        }
        await self.database.operators.insert_one(document)

    async def set_status(self, operator_id: str, status: str) -> None:
        await self.database.operators.update_one(
            {"_id": operator_id}, {"$set": {"status": status, "status_since": self.clock.now()}}
        )

    async def arrive(self, queue_id: str | None, count: int = 1, **fields: Any) -> list[str]:
        """Open conversations, each a second after the other, as the ingest would."""
        documents = [self._conversation(queue_id, fields) for _ in range(count)]
        contacts = [
            {"_id": d["contact_id"], "workspace_id": W, "name": "Kim", "identity_keys": [d["_id"]], "identities": []}
            for d in documents
        ]
        await self.database.contacts.insert_many(contacts)
        await self.database.conversations.insert_many(documents)
        return [document["_id"] for document in documents]

    def _conversation(self, queue_id: str | None, fields: dict[str, Any]) -> dict[str, Any]:
        self._number += 1
        conversation_id = new_id()
        return {
            "_id": conversation_id,
            "workspace_id": W,
            "channel_id": "c1",
            "channel_kind": "whatsapp",
            "identity": {"kind": "whatsapp", "external_id": f"{self._number:011d}"},
            "contact_id": f"contact-{conversation_id}",
            "open": True,
            "state": "new" if queue_id else "queued",
            "queue_id": queue_id,
            "operator_id": None,
            "priority": 0,
            "opened_at": self.clock.now() + timedelta(milliseconds=self._number),
            "queued_at": None if queue_id else self.clock.now(),
            "active_at": self.clock.now(),
            "check_at": self.clock.now(),
            "read_seq": 0,
            "version": 1,
            "promised": {},
            **fields,
        }

    async def close(self, conversation_id: str) -> None:
        seen = await self.conversation(conversation_id)
        assert await self.conversations.close_as_seen(seen, Close(reason=CloseReason.OPERATOR, by="operator:boss"))

    async def conversation(self, conversation_id: str) -> dict[str, Any]:
        found: dict[str, Any] = await self.database.conversations.find_one({"_id": conversation_id})
        return found

    async def operator(self, operator_id: str) -> dict[str, Any]:
        found: dict[str, Any] = await self.database.operators.find_one({"_id": operator_id})
        return found

    async def queue(self, queue_id: str) -> dict[str, Any]:
        found: dict[str, Any] = await self.database.queues.find_one({"_id": queue_id})
        return found

    async def states(self) -> dict[str, int]:
        found = await self.database.conversations.find({}, {"state": 1}).to_list(None)
        states = [conversation["state"] for conversation in found]
        return {state: states.count(state) for state in set(states)}

    async def line(self, queue_id: str) -> list[str]:
        """Who waits, in order."""
        waiting = self.database.conversations.find({"queue_id": queue_id, "state": "queued", "open": True})
        return [conversation["_id"] for conversation in await waiting.sort(QUEUE_ORDER).to_list(None)]

    async def held(self, operator_id: str) -> list[str]:
        found = self.database.conversations.find({"operator_id": operator_id, "open": True, "state": "assigned"})
        return [conversation["_id"] for conversation in await found.sort("_id", 1).to_list(None)]

    async def check_counters(self) -> None:
        assert await self.recount.recount() == []
