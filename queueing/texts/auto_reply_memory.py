"""Which automatic texts a customer got lately, stored with the contact: for spacing and for the silence after five."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import Final

from inbox.model.authors import AuthorKind
from inbox.model.occasions import Occasion
from inbox.storage.database import Collections, Document, Session, UpdateMany
from inbox.storage.documents import ContactDocument
from queueing.texts.auto_reply_rules import MAX_TURNS, RULES

PEOPLE: Final = (AuthorKind.OPERATOR.value, AuthorKind.EXTERNAL.value)
"""Whose message ends the silence: operators, here or on the business's own phone."""
CONVERSATIONS_READ: Final = 20
"""Of one contact, the newest: five automatic texts lie in few of them."""


class Memory:
    """What one contact was told on one channel.

    Attributes:
        turns: Places (see `inbox.storage.sequence`) of the latest automatic turns, at most as many as count.
    """

    def __init__(self, contact: ContactDocument, channel_id: str) -> None:
        stored = contact.get("auto", {}).get(channel_id, {})
        self.contact = contact
        self.channel_id = channel_id
        self.turns = [int(turn) for turn in stored.get("turns", ())]
        self._told: dict[str, datetime] = dict(stored.get("told", {}))
        self._added: list[Occasion] = []
        self._turns_added = 0
        self._forgot = False

    def told_at(self, occasion: Occasion) -> datetime | None:
        """Return the time of the last text of this occasion."""
        return self._told.get(occasion.value)

    def note(self, occasion: Occasion, turn: int | None, at: datetime) -> None:
        """Remember a text that is being sent; without a turn it is part of a message that is one already."""
        self._told[occasion.value] = at
        self._added.append(occasion)
        if turn is not None and RULES[occasion].turn:
            self.turns = [*self.turns, turn][-MAX_TURNS:]
            self._turns_added += 1

    def forget_before(self, place: int) -> None:
        """Drop the turns before a message of a person."""
        kept = [turn for turn in self.turns if turn > place]
        self._forgot = self._forgot or kept != self.turns
        self.turns = kept

    def update(self, at: datetime) -> Document | None:
        """Return the change of the contact, alike for all that were told the same at the same time; None for none."""
        if not self._added:
            return None
        field = f"auto.{self.channel_id}"
        change: Document = {"$set": {f"{field}.told.{occasion.value}": at for occasion in self._added}}
        count = self._turns_added
        if self._forgot:
            change["$set"][f"{field}.turns"] = self.turns
        elif count:
            change["$push"] = {f"{field}.turns": {"$each": self.turns[-count:], "$slice": -MAX_TURNS}}
        return change


async def store_memories(database: Collections, memories: Iterable[Memory], at: datetime, *, session: Session) -> None:
    """Store what was added, with one statement for all that change alike."""
    alike: dict[str, tuple[Document, list[Memory]]] = {}
    for memory in memories:
        change = memory.update(at)
        if change is not None:
            key = repr((memory.contact["workspace_id"], change))
            alike.setdefault(key, (change, []))[1].append(memory)
    updates = [
        UpdateMany(
            {
                "_id": {"$in": [memory.contact["_id"] for memory in told]},
                "workspace_id": told[0].contact["workspace_id"],
            },
            change,
        )
        for change, told in alike.values()
    ]
    if updates:
        await database.contacts.bulk_write(updates, ordered=False, session=session)


async def forget_answered(
    database: Collections, memories: Iterable[Memory], coming: Counter[int], *, session: Session
) -> None:
    """Drop the turns before a person's last message, where the count could matter.

    Args:
        database: Where messages are.
        memories: What customers were told.
        coming: How many texts may be added to each memory (by its `id()`).
        session: The transaction.
    """
    for memory in memories:
        if memory.turns and len(memory.turns) + coming[id(memory)] > MAX_TURNS:
            memory.forget_before(await _last_of_people(database, memory, session))


async def _last_of_people(database: Collections, memory: Memory, session: Session) -> int:
    """Return the place of the last message that a person wrote to the contact since the first of its turns."""
    own = {"workspace_id": memory.contact["workspace_id"], "contact_id": memory.contact["_id"]}
    newest = database.conversations.find(own, {"_id": 1}, session=session).sort("_id", -1).limit(CONVERSATIONS_READ)
    written = {
        "conversation_id": {"$in": [conversation["_id"] async for conversation in newest]},
        "seq": {"$gt": memory.turns[0]},
        "author.kind": {"$in": list(PEOPLE)},
    }
    found = await database.messages.find_one(written, {"seq": 1}, sort=[("seq", -1)], session=session)
    return int(found["seq"]) if found else 0
