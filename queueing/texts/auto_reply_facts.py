"""Reading all that a batch of automatic texts depends on, inside one transaction and with one query a collection."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import TypeVar

import msgspec

from inbox.contacts.whole_contacts import read_wholes
from inbox.conversation.queue_places import places_in_queue
from inbox.conversation.unanswered import read_unanswered
from inbox.conversation.waiting_estimate import expected_wait
from inbox.messages.once import once_for_cue
from inbox.model.close_reasons import CLOSES
from inbox.model.conversation_state import ConversationState
from inbox.model.occasions import Occasion
from inbox.storage.database import Collections, Document, Session
from inbox.storage.documents import (
    ChannelDocument,
    Condition,
    ContactDocument,
    ConversationDocument,
    CueDocument,
    OperatorDocument,
    QueueDocument,
    WorkspaceDocument,
    with_fields,
)
from queueing.queues.queue_snapshot import read_snapshot
from queueing.texts.auto_reply_memory import Memory, forget_answered

D = TypeVar("D")

_NO_VISIT = sorted(reason.value for reason, rule in CLOSES.items() if not rule.is_visit)
_OF_CONTACT: Document = {"name": 1, "language": 1, "blocked": 1, "auto": 1, "workspace_id": 1, "family": 1}
_OF_CHANNEL: Document = {"name": 1, "enabled": 1, "deleted_at": 1, "auto_close": 1}
_OF_ACCOUNT: Document = {"workspace_id": 1, "channel_id": 1, "identity.external_id": 1}
_OF_CONVERSATION: Document = {"routing_log": 0}
_TWO_TEXTS = (Occasion.GREETING.value, Occasion.CLOSED.value)
"""With a greeting comes the welcome back, with a close the question how it was."""


class Place(msgspec.Struct, frozen=True):
    """A place in a queue, and how long it will take; None where it can't be known."""

    position: int
    wait_seconds: float | None


class AutoReplyFacts:
    """What surrounds the conversations of some cues.

    Attributes:
        said: Ids of occasions whose text is stored already.
        returning: Conversations of customers who had an earlier one.
        unanswered: Conversations in which the customer wrote last.
        writing_again: Closed conversations whose customer has another one open.
    """

    def __init__(self, database: Collections, session: Session, now: datetime) -> None:
        self._database = database
        self._session = session
        self._now = now
        self.conversations: Mapping[str, ConversationDocument] = {}
        self.queues: Mapping[str, QueueDocument] = {}
        self.contacts: Mapping[str, ContactDocument] = {}
        self.channels: Mapping[str, ChannelDocument] = {}
        self.workspaces: Mapping[str, WorkspaceDocument] = {}
        self.operators: Mapping[str, OperatorDocument] = {}
        self.memories: dict[tuple[str, str], Memory] = {}
        self.said: frozenset[str] = frozenset()
        self.returning: frozenset[str] = frozenset()
        self.unanswered: Mapping[str, datetime] = {}
        self.writing_again: frozenset[str] = frozenset()
        self._orders: dict[str, Mapping[str, int]] = {}
        self._free: dict[str, int] = {}
        self._ready: dict[str, int] = {}

    async def read(self, cues: Sequence[CueDocument]) -> None:
        """Read everything but places in queues, which few texts show."""
        self.conversations = await self._by_id(
            "conversations", {cue["conversation_id"] for cue in cues}, _OF_CONVERSATION
        )
        known = list(self.conversations.values())
        self.queues = await self._by_id("queues", {cue["queue_id"] for cue in cues})
        self.contacts = await self._read_contacts({c["contact_id"] for c in known})
        self.channels = await self._by_id("channels", {c["channel_id"] for c in known}, _OF_CHANNEL)
        self.workspaces = await self._by_id("workspaces", {c["workspace_id"] for c in known})
        operators = {c["operator_id"] for c in known if c["operator_id"]}
        self.operators = await self._by_id("operators", operators, {"name": 1}) if operators else {}
        await self._read_occasions(cues)
        await self._read_who_writes_again(cues)
        await self._read_memories(cues)

    async def _read_contacts(self, ids: Iterable[str]) -> Mapping[str, ContactDocument]:
        """Read contacts: each with what it was told by itself, but addressed as the customer whom it is a part of."""
        found: Mapping[str, ContactDocument] = await self._by_id("contacts", ids, _OF_CONTACT)
        wholes = await read_wholes(self._database, list(found.values()), _OF_CONTACT, session=self._session)
        return {
            own["_id"]: with_fields(one.contact, {"_id": own["_id"], "auto": own.get("auto", {})})
            for own, one in zip(found.values(), wholes, strict=True)
        }

    async def place(self, conversation: ConversationDocument) -> Place | None:
        """Return the place of a conversation that waits in a queue, behind those who are about to be handed out.

        A place that has come free is given away milliseconds later, before the customer reads the text.
        """
        queue_id = conversation["queue_id"]
        if conversation["state"] != ConversationState.QUEUED.value or queue_id is None or queue_id not in self.queues:
            return None
        if queue_id not in self._orders:
            await self._read_order(conversation["workspace_id"], queue_id)
        position = self._orders[queue_id].get(conversation["_id"])
        if position is None:
            return None
        recent = self.queues[queue_id].get("assigned_at", ())
        free = self._free[queue_id]
        wait = expected_wait(position, recent, ready=self._ready[queue_id], free_capacity=free, now=self._now)
        return Place(max(1, position - free), None if wait is None else wait.total_seconds())

    def memory(self, conversation: ConversationDocument) -> Memory | None:
        """Return what the conversation's customer has been told; None if there is no such contact."""
        return self.memories.get((conversation["contact_id"], conversation["channel_id"]))

    async def _by_id(self, collection: str, ids: Iterable[str], fields: Document | None = None) -> Mapping[str, D]:
        found = getattr(self._database, collection).find({"_id": {"$in": list(ids)}}, fields, session=self._session)
        return {document["_id"]: document async for document in found}

    async def _read_occasions(self, cues: Sequence[CueDocument]) -> None:
        of: dict[str, set[str]] = {}
        for cue in cues:
            of.setdefault(cue["occasion"], set()).add(cue["conversation_id"])
        late = of.get(Occasion.NO_ANSWER.value, set())
        self.unanswered = await read_unanswered(self._database, late, session=self._session) if late else {}
        welcomed = {
            cue["conversation_id"]
            for cue in cues
            if cue["occasion"] == Occasion.GREETING.value
            and (queue := self.queues.get(cue["queue_id"])) is not None
            and Occasion.RETURNING.value in queue["texts"]
        }
        if welcomed:
            self.returning = await self._who_returns(welcomed)
        workspaces = list({cue["workspace_id"] for cue in cues})
        names = {once_for_cue(id_): id_ for cue in cues for id_ in _ids_of(cue)}
        said = self._database.messages.find(
            {"workspace_id": {"$in": workspaces}, "once": {"$in": list(names)}},
            {"_id": 0, "once": 1},
            session=self._session,
        )
        self.said = frozenset([names[name] async for message in said for name in message["once"] if name in names])

    async def _read_who_writes_again(self, cues: Sequence[CueDocument]) -> None:
        """Find closed conversations, of queues that ask for scores, whose customer has another one open."""
        asking = [
            conversation
            for cue in cues
            if cue["occasion"] == Occasion.CLOSED.value
            and (queue := self.queues.get(cue["queue_id"])) is not None
            and Occasion.RATING.value in queue["texts"]
            and (conversation := self.conversations.get(cue["conversation_id"])) is not None
        ]
        if not asking:
            return
        accounts = [{**_account(conversation), "open": True} for conversation in asking]
        found = self._database.conversations.find({"$or": accounts}, _OF_ACCOUNT, session=self._session)
        still = {repr(_account(conversation)) for conversation in await found.to_list(None)}
        self.writing_again = frozenset(one["_id"] for one in asking if repr(_account(one)) in still)

    async def _who_returns(self, conversation_ids: Iterable[str]) -> frozenset[str]:
        earlier = {
            "$lookup": {
                "from": "conversations",
                "let": {"workspace_id": "$workspace_id", "contact_id": "$contact_id"},
                "pipeline": [
                    {
                        "$match": {
                            "$expr": {
                                "$and": [
                                    {"$eq": ["$workspace_id", "$$workspace_id"]},
                                    {"$eq": ["$contact_id", "$$contact_id"]},
                                ]
                            },
                            "open": False,
                            "close_reason": {"$nin": _NO_VISIT},
                        }
                    },
                    {"$limit": 1},
                    {"$project": {"_id": 1}},
                ],
                "as": "earlier",
            }
        }
        found = self._database.conversations.aggregate(
            [
                {"$match": {"_id": {"$in": list(conversation_ids)}}},
                {"$project": {"workspace_id": 1, "contact_id": 1}},
                earlier,
                {"$match": {"earlier": {"$ne": []}}},
                {"$project": {"_id": 1}},
            ],
            session=self._session,
        )
        return frozenset([conversation["_id"] async for conversation in found])

    async def _read_memories(self, cues: Sequence[CueDocument]) -> None:
        coming: Counter[int] = Counter()
        for cue in cues:
            conversation = self.conversations.get(cue["conversation_id"])
            contact = self.contacts.get(conversation["contact_id"]) if conversation else None
            if conversation and contact:
                key = (contact["_id"], conversation["channel_id"])
                memory = self.memories.setdefault(key, Memory(contact, conversation["channel_id"]))
                coming[id(memory)] += 2 if cue["occasion"] in _TWO_TEXTS else 1
        await forget_answered(self._database, list(self.memories.values()), coming, session=self._session)

    async def _read_order(self, workspace_id: str, queue_id: str) -> None:
        self._orders[queue_id] = await places_in_queue(self._database, workspace_id, queue_id, session=self._session)
        world = await read_snapshot(self._database, workspace_id, queue_id, now=self._now, session=self._session)
        self._free[queue_id] = world.free_capacity if world is not None else 0
        self._ready[queue_id] = world.facts.ready if world is not None else 0


def returning_id(greeting_id: str) -> str:
    """Name the occasion of a returning customer, which comes with a greeting."""
    return greeting_id.replace(f":{Occasion.GREETING}:", f":{Occasion.RETURNING}:")


def rating_id(closing_id: str) -> str:
    """Name the occasion of asking how it was, which comes with the text of a close."""
    return closing_id.replace(f":{Occasion.CLOSED}:", f":{Occasion.RATING}:")


def _ids_of(cue: CueDocument) -> tuple[str, ...]:
    """Name all occasions that a cue may give."""
    id_ = cue["_id"]
    return id_, returning_id(id_), rating_id(id_)


def _account(conversation: ConversationDocument) -> Condition:
    """Name the customer's account, of which one conversation is open at most."""
    return {
        "workspace_id": conversation["workspace_id"],
        "channel_id": conversation["channel_id"],
        "identity.external_id": conversation["identity"]["external_id"],
    }
